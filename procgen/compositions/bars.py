"""Stripes from edge to edge."""

from dataclasses import dataclass
from typing import Annotated

import numpy as np

from ..canvas import Canvas
from ..domains import Choice, Integer, Real, Seed
from ..palettes import Palette
from ..randomness import stream
from .base import Array, Composition


@dataclass(frozen=True)
class Bars(Composition):
    """Stripes from edge to edge, a rhythm of widths and colours (after the hard-edge painting of the 1960s).

    Attributes:
        count: stripes across the picture.
        direction: how the stripes run.
        widths: the law of the widths.
        period: after how many stripes the order of colours repeats.
        accents: share of stripes in the accent colour.
        seed: of widths and colours.
    """

    count: Annotated[int, Integer(6, 36)]
    direction: Annotated[str, Choice("vertical", "vertical", "horizontal")]
    widths: Annotated[str, Choice("even", "swelling", "random")]
    period: Annotated[int, Integer(2, 12)]
    accents: Annotated[float, Real(0.0, 0.15)]
    seed: Seed

    def draw(self, canvas: Canvas, palette: Palette) -> Array:
        """The stripes, one row or column of colour spread over the canvas."""
        across, length = (canvas.x, canvas.extent[0]) if self.direction == "vertical" else (canvas.y, canvas.extent[1])
        rng = stream(self.seed, 0, "bars")
        edges = (np.cumsum(self._shares(rng))[:-1] - 0.5) * length
        line = canvas.profile(across, edges, palette.linear[self._order(rng, len(palette.colours) - 1)]).linear
        return np.broadcast_to(line, (canvas.height, canvas.width, line.shape[-1]))

    def _shares(self, rng: np.random.Generator) -> Array:
        if self.widths == "even":
            return np.full(self.count, 1 / self.count)
        if self.widths == "random":
            raw = 0.15 + rng.random(self.count) * rng.random(self.count) * 2
        else:
            centre = rng.random() * self.count
            raw = 0.25 + np.abs(np.arange(self.count) - centre) / self.count * 2
        return raw / np.cumsum(raw)[-1]

    def _order(self, rng: np.random.Generator, plain: int) -> Array:
        """Which colour each stripe has: never the same twice in a row, but for accents."""
        steps = rng.integers(1, plain, self.period)
        motif = np.cumsum(steps) % plain
        order = np.resize(motif, self.count)
        order[rng.random(self.count) < self.accents] = plain
        return order
