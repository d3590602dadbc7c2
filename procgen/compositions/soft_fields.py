"""Soft rectangles of colour, stacked."""

from dataclasses import dataclass
from typing import Annotated

import numpy as np

from ..canvas import Canvas, over, swing
from ..domains import Choice, Integer, Real, Seed
from ..noise import noise_field
from ..palettes import Palette
from ..randomness import stream
from .base import Array, Composition


@dataclass(frozen=True)
class SoftFields(Composition):
    """Two to four soft rectangles stacked on a ground that shows through (colour-field painting, about 1950).

    Attributes:
        fields: how many.
        direction: how they are stacked.
        margin: ground left at the sides.
        gap: ground left between, in short sides.
        edge: how wide a border fades.
        ragged: how uneven a border is.
        veil: how far the ground shows through.
        seed: of proportions, colours and unevenness.
    """

    fields: Annotated[int, Integer(2, 4)]
    direction: Annotated[str, Choice("stacked", "stacked", "stacked", "beside")]
    margin: Annotated[float, Real(0.04, 0.13)]
    gap: Annotated[float, Real(0.015, 0.07)]
    edge: Annotated[float, Real(0.05, 0.11)]
    ragged: Annotated[float, Real(0.0, 0.02)]
    veil: Annotated[float, Real(0.05, 0.4)]
    seed: Seed

    def draw(self, canvas: Canvas, palette: Palette) -> Array:
        """Each field as a coverage that fades with the distance to an uneven border.

        Over the loop the borders and the veil drift, and the fields breathe.
        """
        rng = stream(self.seed, 0, "soft fields")
        picture = canvas.filled(palette.linear[0])
        uneven, slow = noise_field(canvas, 9, rng), noise_field(canvas, 3, rng)
        numbers = self._numbers(palette, rng)
        fields = list(zip(numbers, self._boxes(canvas, rng).tolist(), strict=True))
        for rows, part in canvas.strips():
            ragged, veil = self._ragged(uneven(part)), self._veil(slow(part))
            for number, box in fields:
                seen = self._seen(part, box)
                alpha = self._alpha(part, box, ragged, veil, seen)
                over(picture[rows][seen], palette.linear[number], alpha)
        return picture

    def _numbers(self, palette: Palette, rng: np.random.Generator) -> list[int]:
        """Colour numbers from the first field on: by chance, but the ink is among them and neighbours differ."""
        left = (1 + rng.permutation(len(palette.colours) - 1)).tolist()
        ink = palette.ink
        left.remove(ink)
        place = int(rng.integers(min(self.fields, len(left) + 1)))
        chosen = [*left[:place], ink, *left[place:]]
        return [chosen[k % len(chosen)] for k in range(self.fields)]

    def _ragged(self, noise: Array) -> Array:
        """How far out the border has moved, in widths of it."""
        noise *= np.float32(self.ragged / self.edge)
        return noise

    def _veil(self, noise: Array) -> Array:
        """How much of a field is seen."""
        noise += np.float32(0.5)
        np.clip(noise, 0, 1, out=noise)
        noise *= np.float32(-self.veil)
        noise += 1
        return noise

    def _seen(self, part: Canvas, box: list[float]) -> tuple[slice, slice]:
        """The rows and columns that a field can touch."""
        x, y, width, height = box
        margin = 0.5 * self.edge + 4 * self.ragged
        return part.window(x, y, height / 2 + margin)[0], part.window(x, y, width / 2 + margin)[1]

    def _alpha(self, part: Canvas, box: list[float], ragged: Array, veil: Array, seen: tuple[slice, slice]) -> Array:
        """How much of a field is seen in each pixel."""
        x, y, width, height = (np.float32(value) for value in box)
        inverse = np.float32(1 / self.edge)
        across = (np.abs(part.x[:, seen[1]] - x) - width / 2) * inverse
        down = (np.abs(part.y[seen[0]] - y) - height / 2) * inverse
        t = np.maximum(across, down)
        t += ragged[seen]
        np.subtract(np.float32(0.5), t, out=t)
        np.clip(t, 0, 1, out=t)
        soft = t * np.float32(-2)
        soft += 3
        t *= t
        t *= soft
        t *= veil[seen]
        return t

    def _boxes(self, canvas: Canvas, rng: np.random.Generator) -> Array:
        """(x, y, width, height) of each field."""
        across, along = canvas.extent if self.direction == "stacked" else canvas.extent[::-1]
        shares = 0.25 + rng.random(self.fields)
        shares *= 1 + 0.2 * swing(canvas.time, rng.random(self.fields))
        spans = shares / np.cumsum(shares)[-1] * (along - 2 * self.margin - (self.fields - 1) * self.gap)
        places = np.cumsum(spans + self.gap) - self.gap - spans / 2 - along / 2 + self.margin
        middle, breadth = np.zeros(self.fields), np.full(self.fields, across - 2 * self.margin)
        boxes = (middle, places, breadth, spans) if self.direction == "stacked" else (places, middle, spans, breadth)
        return np.stack(boxes, 1)
