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

    points: Annotated[int, Integer(5, 12)]
    inner: Annotated[int, Integer(2, 6)]
    shift: Annotated[float, Real(0.15, 0.42)]
    stripes: Annotated[int, Integer(3, 6)]
    stripe: Annotated[float, Real(0.03, 0.05)]
    turn_deg: Annotated[float, Real(0.0, 90.0)]
    seed: Seed

    def draw(self, canvas: Canvas, palette: Palette) -> Indexed:
        """Stripes along one direction of the folded plane; over the loop they move on by one round of them."""
        rng = stream(self.seed, 0, "girih fold")
        angle = rng.random()
        widths = self.stripe * (0.4 + 1.2 * rng.random(self.stripes))
        order = np.resize(rng.permutation(len(palette.colours)), self.stripes)
        period, reach = np.cumsum(widths)[-1], 1.6 * max(canvas.extent)
        rounds = int(reach / period) + 2
        edges = np.cumsum(np.tile(widths, 2 * rounds)) - rounds * period
        # The first edge lies outside and stays, so that the table of colours has its steps where it had them at time 0.
        edges = np.concatenate([[-(rounds + 1) * period], edges[:-1] + (canvas.time - 1) * period])
        colours = palette.linear[np.tile(order, 2 * rounds)[np.r_[0, : 2 * rounds * self.stripes]]]
        return canvas.profile(lambda part: self._field(part, angle), edges, colours)

    def _field(self, canvas: Canvas, angle: float) -> Array:
        c, s = turned(self.turn_deg / 360)
        x, y = canvas.x * c + canvas.y * s, canvas.y * c - canvas.x * s
        _fold(x, y, self.points)
        x -= np.float32(self.shift)
        y -= np.float32(self.shift * 0.4)
        _fold(x, y, self.inner)
        c, s = turned(angle)
        x *= c
        y *= s
        x += y
        return x


def _fold(x: Array, y: Array, points: int) -> None:
    """Reflect the plane into the wedge between the x axis and half a turn over points, in place.

    Each reflection but the first halves the number of wedges, rounded up.
    """
    np.abs(y, out=y)
    beyond, part = np.empty_like(x), np.empty_like(x)
    wedges = points
    while wedges > 1:
        wedges = (wedges + 1) // 2
        c, s = turned(0.5 * wedges / points)
        np.multiply(y, c * 2, out=beyond)
        beyond -= np.multiply(x, s * 2, out=part)
        np.maximum(beyond, 0, out=beyond)
        x += np.multiply(beyond, s, out=part)
        beyond *= c
        y -= beyond
