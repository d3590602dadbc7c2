"""Stripes from edge to edge."""

from dataclasses import dataclass
from typing import Annotated

import numpy as np

from ..canvas import Canvas, swing
from ..domains import Choice, Integer, Real, Seed
from ..palettes import Palette
from ..randomness import stream
from ..shapes import Rectangle, Shape
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
        across = canvas.x if self.direction == "vertical" else canvas.y
        edges, order = self._stripes(canvas.extent, len(palette.colours) - 1, canvas.time)
        line = canvas.profile(across, edges, palette.linear[order]).linear
        return np.broadcast_to(line, (canvas.height, canvas.width, line.shape[-1]))

    def vectors(self, extent: tuple[float, float], palette: Palette) -> list[Shape]:
        """The stripes, each reaching under the next one."""
        upright = self.direction == "vertical"
        edges, order = self._stripes(extent, len(palette.colours) - 1)
        across, along = extent if upright else extent[::-1]
        starts, stops = [-across / 2, *edges.tolist()], [*edges.tolist(), across / 2]
        shapes: list[Shape] = []
        for k, number in enumerate(order.tolist()):
            end = (stops[k] + stops[min(k + 1, len(stops) - 1)]) / 2
            box = (starts[k], -along / 2, end, along / 2)
            shapes.append(Rectangle(palette.colours[number], box if upright else (box[1], box[0], box[3], box[2])))
        return shapes

    def _stripes(self, extent: tuple[float, float], plain: int, time: float = 0.0) -> tuple[Array, Array]:
        """Where each stripe but the first begins, in units, and the number of each one's colour.

        Over the loop a wave runs through the stripes that makes them wider and narrower in turn.
        """
        rng = stream(self.seed, 0, "bars")
        length = extent[0] if self.direction == "vertical" else extent[1]
        shares, order = self._shares(rng), self._order(rng, plain)
        raw = np.cumsum(shares * (1 + 0.35 * swing(time, np.arange(self.count) / self.count + rng.random())))
        return (raw[:-1] / raw[-1] - 0.5) * length, order

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
