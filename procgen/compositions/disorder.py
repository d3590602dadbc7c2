"""Squares within squares, shaken."""

from dataclasses import dataclass
from typing import Annotated

import numpy as np

from ..canvas import Canvas, Indexed, covering, turned
from ..domains import Choice, Integer, Real, Seed
from ..pairs import covered, pair, pair_table, seen
from ..palettes import Palette
from ..randomness import stream
from ..shapes import Path, Shape, sheet
from .base import Array, Composition

_NESTS = 3  # of squares in a cell, each moved as one
_LARGEST = 0.45  # half the side of the outermost square, in cells


@dataclass(frozen=True)
class Disorder(Composition):
    """A grid of concentric squares in outline, some missing, that are the more shaken the nearer to disorder.

    V. Molnar's "(Des)ordres" (1974) and G. Nees's "Schotter" (1968).

    Attributes:
        cells: along the short side.
        squares: in a cell.
        disorder: how far the squares are shaken where it is greatest, as a share of the room they have.
        field: where it is greatest: everywhere, at the foot, on one side, or about a place.
        missing: share of the squares that are left out.
        weight: of a line, as a share of the distance between squares.
        colouring: all of one colour, by square, by cell, or by chance.
        seed: of shaking, gaps and colours.
    """

    cells: Annotated[int, Integer(2, 4)]
    squares: Annotated[int, Integer(3, 4)]
    disorder: Annotated[float, Real(0.3, 1.0)]
    field: Annotated[str, Choice("even", "foot", "side", "place")]
    missing: Annotated[float, Real(0.0, 0.35)]
    weight: Annotated[float, Real(0.35, 0.7)]
    colouring: Annotated[str, Choice("ink", "squares", "cells", "chance")]
    seed: Seed

    def draw(self, canvas: Canvas, palette: Palette) -> Indexed:
        """The line that covers most of each pixel, of three nests of squares to a cell."""
        rng = stream(self.seed, 0, "disorder")
        shape = covering(canvas.extent[1] * self.cells), covering(canvas.extent[0] * self.cells)
        shaken = self._field(rng, shape)
        steps = 1 << int(8 * _LARGEST / self.squares / self.cells / canvas.pixel).bit_length()
        scale = (self.squares * steps / _LARGEST / (1 - 0.25 * shaken)).astype(np.float32)
        codes = self._codes(rng, shaken, palette, (steps, canvas.pixel))
        column, u = _cell(canvas.x[0], canvas.extent[0], self.cells)
        scale = scale[:, column]
        nests = [
            (scale * (u - dx), scale * turn, scale * (-turn * u - dy))
            for dx, dy, turn in self._shakes(rng, shaken, canvas.time)[..., column]
        ]
        start = (np.arange(shaken.size, dtype=np.int32) * codes.shape[2]).reshape(shape)[:, column]

        def lines(part: Canvas) -> Array:
            row, v = _cell(part.y[:, 0], canvas.extent[1], self.cells)
            v = v[:, None]
            down, first = scale[row] * v, start[row]
            number = np.zeros((part.height, part.width), np.int32)
            for (across, lean, other), code in zip(nests, codes, strict=True):
                place = np.maximum(np.abs(across[row] + lean[row] * v), np.abs(other[row] + down)).astype(np.int32)
                place += first
                _lay(number, np.take(code, place), len(palette.colours))
            return number

        table = pair_table(palette.linear)
        return Indexed(table, canvas.numbers(lines, len(table)))

    def vectors(self, extent: tuple[float, float], palette: Palette) -> list[Shape]:
        """The lines of each cell, nest over nest, over the ground."""
        rng = stream(self.seed, 0, "disorder")
        shape = covering(extent[1] * self.cells), covering(extent[0] * self.cells)
        shaken = self._field(rng, shape)
        colours = self._lines(rng, shaken.size, palette)
        shakes = self._shakes(rng, shaken, 0.0)
        shapes: list[Shape] = [sheet(palette.ground, extent)]
        for cell, (i, j) in enumerate(np.ndindex(*shape)):
            step = _LARGEST / self.squares * (1 - 0.25 * float(shaken[i, j]))
            for k in sorted(np.flatnonzero(colours[cell] >= 0).tolist(), key=self._nest):
                dx, dy, lean = shakes[self._nest(k), :, i, j].tolist()
                rims = ((k + 0.5 + side * self.weight / 2) * step for side in (1, -1))
                outlines = [[_place(p, q, lean) for p, q in _corners(rim, dx, dy)] for rim in rims]
                outlines[1].reverse()  # a hole
                x, y = (j + 0.5) / self.cells - extent[0] / 2, (i + 0.5) / self.cells - extent[1] / 2
                nodes = (tuple((x + u / self.cells, y + v / self.cells) for u, v in each) for each in outlines)
                shapes.append(Path(palette.colours[colours[cell, k]], tuple(nodes)))
        return shapes

    def _field(self, rng: np.random.Generator, shape: tuple[int, int]) -> Array:
        """How shaken each cell is, 0..1."""
        i, j = ((np.arange(count) + 0.5) / count for count in shape)
        x, y = rng.random(2)
        near = 1 - np.sqrt((i[:, None] - y) * (i[:, None] - y) + (j - x) * (j - x))
        strength = {
            "even": np.ones(shape),
            "foot": i[:, None] + np.zeros(shape),
            "side": (j if x < 0.5 else 1 - j) + np.zeros(shape),
            "place": np.maximum(near, 0),
        }
        return self.disorder * strength[self.field]

    def _shakes(self, rng: np.random.Generator, shaken: Array, time: float) -> Array:
        """For each nest the shift across, the shift down and the turn of each cell, (_NESTS, 3, rows, columns).

        Over time each goes round an ellipse.
        """
        first, second = rng.random((2, _NESTS, 3, *shaken.shape)) * 2 - 1
        c, s = turned(time)
        shakes = (first * c + second * s) * shaken * 0.7
        largest = _LARGEST * (self.squares - np.arange(_NESTS)) / self.squares
        room = 0.49 - largest[:, None, None] * (1 - 0.25 * shaken)
        turn = np.minimum(shakes[:, 2] * 0.5, room * 2)
        shakes[:, 2] = turn
        shakes[:, :2] *= np.maximum(room - np.abs(turn) * largest[:, None, None], 0)[:, None]
        return shakes.astype(np.float32)

    def _codes(self, rng: np.random.Generator, shaken: Array, palette: Palette, fine: tuple[int, float]) -> Array:
        """The number of a pair of colours at each step from the middle out, (_NESTS, cells, steps)."""
        steps, pixel = fine
        count, squares = shaken.size, self.squares
        colours = self._lines(rng, count, palette)
        away = np.abs((np.arange(steps) + 0.5) / steps - 0.5)[None]
        width = (pixel * self.cells * squares / _LARGEST / (1 - 0.25 * shaken)).reshape(-1, 1)
        half = self.weight / 2
        share = np.clip((half - away) / width + 0.5, 0, 1) - np.clip((-half - away) / width + 0.5, 0, 1)
        rows = covered(share)
        codes = np.zeros((_NESTS, count, 3 * squares + 2, steps), np.int32)
        for k in range(squares):
            line = np.where(
                (colours[:, k, None] < 0) | (rows == 0), 0, rows + pair(0, colours[:, k, None], len(palette.colours))
            )
            codes[(squares - 1 - k) % _NESTS, :, k] = line
        return codes.reshape(_NESTS, count, -1)

    def _nest(self, square: int) -> int:
        """Which nest a square belongs to, counted from the middle out."""
        return (self.squares - 1 - square) % _NESTS

    def _lines(self, rng: np.random.Generator, count: int, palette: Palette) -> Array:
        """The colour of each square in each cell, -1 where it is missing, (count, squares)."""
        colours = self._colours(rng, count, palette)
        colours[rng.random(colours.shape) < self.missing] = -1
        return colours

    def _colours(self, rng: np.random.Generator, count: int, palette: Palette) -> Array:
        """Of each square in each cell, (count, squares)."""
        others = 1 + rng.permutation(len(palette.colours) - 1)
        chosen = np.full((count, self.squares), palette.ink)
        if self.colouring == "squares":
            chosen[:] = np.resize(others, self.squares)
        if self.colouring == "cells":
            chosen[:] = rng.choice(others, (count, 1))
        if self.colouring == "chance":
            chosen[:] = rng.choice(others, chosen.shape)
        return chosen


def _corners(rim: float, dx: float, dy: float) -> list[tuple[float, float]]:
    return [(dx + p * rim, dy + q * rim) for p, q in ((-1, -1), (1, -1), (1, 1), (-1, 1))]


def _place(p: float, q: float, lean: float) -> tuple[float, float]:
    """Where in its cell lies what `draw` measures as p = u + lean v and q = v - lean u."""
    return (p - lean * q) / (1 + lean * lean), (q + lean * p) / (1 + lean * lean)


def _cell(places: Array, extent: float, cells: int) -> tuple[Array, Array]:
    """The number of the cell at each place, and the distance from its centre, in cells."""
    position = (places + np.float32(extent / 2)) * np.float32(cells)
    number = np.floor(position)
    return number.astype(np.int32), position - number - np.float32(0.5)


def _lay(number: Array, lines: Array, colours: int) -> None:
    """Lines on the ground, as numbers of pairs with 0 for none, over a picture of such numbers, in place."""
    crossing = np.flatnonzero(np.minimum(number, lines))
    under, top = np.take(number, crossing), np.take(lines, crossing)
    np.maximum(number, lines, out=number)
    np.put(number, crossing, pair(seen(under, colours), 0, colours) + top)
