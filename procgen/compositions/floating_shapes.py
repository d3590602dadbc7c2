"""Shapes afloat."""

from dataclasses import dataclass
from functools import partial
from typing import Annotated

import numpy as np

from ..canvas import Canvas, Indexed, swing, turned
from ..domains import Integer, Real, Seed
from ..layers import Layers
from ..palettes import Palette
from ..randomness import stream
from ..shapes import Disc, Path, Shape, sheet, turned_outline
from .base import Array, Composition

_Piece = tuple[str, tuple[float, ...], int]  # kind, (x, y, size, turn), number of the colour
_Axis = tuple[np.float32, np.float32]  # the cosine and sine of how a shape is turned


@dataclass(frozen=True)
class FloatingShapes(Composition):
    """Bars, blocks, discs and wedges along one slanted axis, one large and many small (Suprematism, from 1915).

    Attributes:
        count: shapes.
        axis_deg: the slant they share.
        largest: size of the first shape.
        decay: how fast sizes fall.
        scatter: how far shapes stray from the diagonal.
        seed: of kinds, places and colours.
    """

    count: Annotated[int, Integer(9, 20)]
    axis_deg: Annotated[float, Real(-60.0, 60.0)]
    largest: Annotated[float, Real(0.42, 0.62)]
    decay: Annotated[float, Real(0.82, 0.92)]
    scatter: Annotated[float, Real(0.08, 0.3)]
    seed: Seed

    def draw(self, canvas: Canvas, palette: Palette) -> Indexed:
        """The shapes over the ground."""
        layers = Layers(canvas, palette.linear)
        for piece in self._pieces(canvas.extent, len(palette.colours), canvas.time):
            kind, (x, y, size, turn), _ = piece
            axis = turned(turn)
            layers.lay(x, y, _reach(kind, size, axis), partial(_painted, canvas, piece, axis))
        return layers.picture

    def vectors(self, extent: tuple[float, float], palette: Palette) -> list[Shape]:
        """The shapes over the ground."""
        pieces = self._pieces(extent, len(palette.colours))
        return [sheet(palette.ground, extent), *(_shape(k, place, palette.colours[n]) for k, place, n in pieces)]

    def _pieces(self, extent: tuple[float, float], colours: int, time: float = 0.0) -> list[_Piece]:
        """(kind, (x, y, size, turn), colour number), the largest first, along the diagonal that the axis leans to.

        Over the loop each one drifts along the axis and back, and rocks a little.
        """
        rng = stream(self.seed, 0, "floating shapes")
        drifts = swing(time, stream(self.seed, 0, "floating shapes", "drifts").random((self.count, 2))).tolist()
        pieces: list[_Piece] = []
        lean = -1 if self.axis_deg < 0 else 1
        along_x, along_y = (0.06 * float(part) for part in turned(self.axis_deg / 360))
        order = rng.permutation(colours - 1)
        for k in range(self.count):
            size = self.largest * self.decay**k * (0.6 + 0.6 * rng.random())
            along = (rng.random() - 0.5) * (0.35 if k == 0 else 0.85)
            stray = (rng.random(2) - 0.5) * 2 * self.scatter
            drift, rock = drifts[k]
            x = (along + stray[0]) * extent[0] + along_x * drift
            y = (lean * along + stray[1]) * extent[1] + along_y * drift
            square_on = 0.25 if rng.random() < 0.3 else 0.0
            kind = _KINDS[int(rng.integers(len(_KINDS)))] if k else "block"
            number = 1 + int(order[k % len(order)])
            pieces.append((kind, (x, y, size, self.axis_deg / 360 + square_on + 0.012 * rock), number))
        return pieces


_KINDS = ("bar", "bar", "bar", "block", "block", "disc", "wedge")
_SIDES = {"bar": (0.7, 0.06), "block": (0.45, 0.32)}  # half of each, as shares of the size
_DISC = 0.3
_WIDEST = {"disc": _DISC, "wedge": 0.57}


def _reach(kind: str, size: float, axis: _Axis) -> tuple[float, float]:
    """How far a shape reaches from its centre to the sides, and up and down."""
    if kind not in _SIDES:
        return (size * _WIDEST[kind],) * 2
    c, s = (abs(float(part)) for part in axis)
    long, short = _SIDES[kind]
    return size * (c * long + s * short), size * (s * long + c * short)


def _painted(canvas: Canvas, piece: _Piece, axis: _Axis, dx: Array, dy: Array) -> tuple[Array, int]:
    """How much of each pixel a shape covers, and its colour."""
    kind, (_, _, size, _), number = piece
    c, s = axis
    return canvas.coverage(_distance(kind, dx * c + dy * s, dy * c - dx * s, np.float32(size))), number


def _distance(kind: str, u: Array, v: Array, size: np.float32) -> Array:
    """Signed distance to the outline, in the shape's own axes; u and v are used up."""
    if kind == "disc":
        u *= u
        v *= v
        u += v
        return np.sqrt(u, out=u) - size * np.float32(_DISC)
    if kind == "wedge":  # an isosceles triangle, its sides 3 : 4 : 5 with the axis
        slant = np.abs(v, out=v)
        slant *= np.float32(0.8)
        slant += (u - size * np.float32(0.5)) * np.float32(0.6)
        return np.maximum(slant, -u - size * np.float32(0.2), out=slant)
    long, short = _SIDES[kind]
    for across, half in ((u, long), (v, short)):
        np.abs(across, out=across)
        across -= size * np.float32(half)
    return np.maximum(u, v, out=u)


def _shape(kind: str, place: tuple[float, ...], fill: str) -> Shape:
    """The outline that `_distance` is the distance to."""
    x, y, size, turn = place
    if kind == "disc":
        return Disc(fill, x, y, _DISC * size)
    if kind == "wedge":
        corners = [(0.5, 0.0), (-0.2, 0.525), (-0.2, -0.525)]
    else:
        long, short = _SIDES[kind]
        corners = [(long, short), (-long, short), (-long, -short), (long, -short)]
    return Path(fill, (turned_outline([(u * size, v * size) for u, v in corners], x, y, turn),))
