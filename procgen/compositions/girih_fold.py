"""A plane folded into a star."""

from dataclasses import dataclass
from typing import Annotated

import numpy as np

from ..canvas import Canvas, Indexed, turned
from ..domains import Integer, Real, Seed
from ..palettes import Palette
from ..randomness import stream
from .base import Array, Composition


@dataclass(frozen=True)
class GirihFold(Composition):
    """A plane folded like paper into a wedge, shifted, folded again and striped: stars of Islamic geometry.

    Folding keeps distances, so the stripes are even everywhere.

    Attributes:
        points: of the star.
        inner: points of the second fold.
        shift: between the folds.
        stripes: how many before they repeat.
        stripe: mean width.
        turn_deg: of the whole.
        seed: of widths, directions and colours.
    """

    points: Annotated[int, Integer(3, 10)]
    inner: Annotated[int, Integer(2, 6)]
    shift: Annotated[float, Real(0.15, 0.42)]
    stripes: Annotated[int, Integer(3, 6)]
    stripe: Annotated[float, Real(0.03, 0.07)]
    turn_deg: Annotated[float, Real(0.0, 90.0)]
    seed: Seed

    def draw(self, canvas: Canvas, palette: Palette) -> Indexed:
        """Stripes along one direction of the folded plane."""
        rng = stream(self.seed, 0, "girih fold")
        c, s = turned(self.turn_deg / 360)
        x, y = _fold(canvas.x * c + canvas.y * s, canvas.y * c - canvas.x * s, self.points)
        x, y = _fold(x - np.float32(self.shift), y - np.float32(self.shift * 0.4), self.inner)
        c, s = turned(rng.random())
        widths = np.tile(self.stripe * (0.4 + 1.2 * rng.random(self.stripes)), 40)
        edges = np.cumsum(widths)
        edges = edges[edges < 2.0 * max(canvas.extent)] - 1.0 * max(canvas.extent)
        order = np.resize(np.resize(rng.permutation(len(palette.colours)), self.stripes), len(edges) + 1)
        return canvas.profile(x * c + y * s, edges, palette.linear[order])


def _fold(x: Array, y: Array, points: int) -> tuple[Array, Array]:
    """Reflect the plane into the wedge between the x axis and half a turn over points."""
    c, s = turned(0.5 / points)
    for _ in range(points // 2 + 1):
        y = np.abs(y)
        beyond = np.maximum(y * c - x * s, 0) * 2
        x, y = x + beyond * s, y - beyond * c
    return x, y
