"""Shapes afloat."""

from dataclasses import dataclass
from typing import Annotated

import numpy as np

from ..canvas import Canvas, turned
from ..domains import Integer, Real, Seed
from ..palettes import Palette
from ..randomness import stream
from ..shapes import Disc, Path, Shape, sheet, turned_outline
from .base import Array, Composition


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

    def draw(self, canvas: Canvas, palette: Palette) -> Array:
        """The shapes over the ground."""
        picture = canvas.filled(palette.linear[0])
        for kind, place, number in self._pieces(canvas.extent, len(palette.colours)):
            _lay(canvas, picture, kind, place, palette.linear[number])
        return picture

    def vectors(self, extent: tuple[float, float], palette: Palette) -> list[Shape]:
        """The shapes over the ground."""
        pieces = self._pieces(extent, len(palette.colours))
        return [sheet(palette.ground, extent), *(_shape(k, place, palette.colours[n]) for k, place, n in pieces)]

    def _pieces(self, extent: tuple[float, float], colours: int) -> list[tuple[str, tuple[float, ...], int]]:
        """(kind, (x, y, size, turn), colour number), the largest first, along the diagonal that the axis leans to."""
        rng = stream(self.seed, 0, "floating shapes")
        pieces: list[tuple[str, tuple[float, ...], int]] = []
        lean = -1 if self.axis_deg < 0 else 1
        order = rng.permutation(colours - 1)
        for k in range(self.count):
            size = self.largest * self.decay**k * (0.6 + 0.6 * rng.random())
            along = (rng.random() - 0.5) * (0.35 if k == 0 else 0.85)
            stray = (rng.random(2) - 0.5) * 2 * self.scatter
            centre = (along + stray[0]) * extent[0], (lean * along + stray[1]) * extent[1]
            square_on = 0.25 if rng.random() < 0.3 else 0.0
            kind = _KINDS[int(rng.integers(len(_KINDS)))] if k else "block"
            number = 1 + int(order[k % len(order)])
            pieces.append((kind, (*centre, size, self.axis_deg / 360 + square_on), number))
        return pieces


_KINDS = ("bar", "bar", "bar", "block", "block", "disc", "wedge")
_SIDES = {"bar": (0.7, 0.06), "block": (0.45, 0.32)}  # half of each, as shares of the size
_DISC = 0.3


def _lay(canvas: Canvas, picture: Array, kind: str, place: tuple[float, ...], colour: Array) -> None:
    """One shape: x, y, size and turn; its window only."""
    x, y, size, turn = place
    window = canvas.window(x, y, size * 0.75)
    dx, dy = canvas.x[:, window[1]] - np.float32(x), canvas.y[window[0]] - np.float32(y)
    c, s = turned(turn)
    part = picture[window]
    distance = _distance(kind, dx * c + dy * s, dy * c - dx * s, np.float32(size))
    part += canvas.coverage(distance)[..., None] * (colour - part)


def _distance(kind: str, u: Array, v: Array, size: np.float32) -> Array:
    """Signed distance to the outline, in the shape's own axes."""
    if kind == "disc":
        return np.sqrt(u * u + v * v) - size * np.float32(_DISC)
    if kind == "wedge":  # an isosceles triangle, its sides 3 : 4 : 5 with the axis
        slant = np.maximum(v, -v) * np.float32(0.8) + (u - size * np.float32(0.5)) * np.float32(0.6)
        return np.maximum(slant, -u - size * np.float32(0.2))
    long, short = _SIDES[kind]
    return np.maximum(np.abs(u) - size * np.float32(long), np.abs(v) - size * np.float32(short))


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
