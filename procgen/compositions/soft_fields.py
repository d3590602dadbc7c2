"""Soft rectangles of colour, stacked."""

from dataclasses import dataclass
from typing import Annotated

import numpy as np

from ..canvas import Canvas, over
from ..domains import Choice, Integer, Real, Seed
from ..noise import value_noise
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
        """Each field as a coverage that fades with the distance to an uneven border."""
        rng = stream(self.seed, 0, "soft fields")
        picture = canvas.filled(palette.linear[0])
        uneven = value_noise(canvas, 9, rng) * np.float32(self.ragged)
        slow = value_noise(canvas, 3, rng)
        order = 1 + np.arange(self.fields) % (len(palette.colours) - 1)
        for number, (x, y, width, height) in zip(rng.permutation(order), self._boxes(canvas, rng), strict=True):
            outside_x, outside_y = np.abs(canvas.x - x) - width / 2, np.abs(canvas.y - y) - height / 2
            distance = np.maximum(outside_x, outside_y) + uneven
            t = np.clip(np.float32(0.5) - distance * np.float32(1 / self.edge), 0, 1)
            alpha = t * t * (3 - 2 * t) * (1 - np.float32(self.veil) * np.clip(0.5 + slow, 0, 1))
            over(picture, palette.linear[number], alpha)
        return picture

    def _boxes(self, canvas: Canvas, rng: np.random.Generator) -> Array:
        """(x, y, width, height) of each field."""
        across, along = canvas.extent if self.direction == "stacked" else canvas.extent[::-1]
        shares = 0.25 + rng.random(self.fields)
        spans = shares / np.cumsum(shares)[-1] * (along - 2 * self.margin - (self.fields - 1) * self.gap)
        places = np.cumsum(spans + self.gap) - self.gap - spans / 2 - along / 2 + self.margin
        middle, breadth = np.zeros(self.fields), np.full(self.fields, across - 2 * self.margin)
        boxes = (middle, places, breadth, spans) if self.direction == "stacked" else (places, middle, spans, breadth)
        return np.stack(boxes, 1).astype(np.float32)
