"""Tiles whose lines always meet."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

import numpy as np

from ..canvas import Canvas, Indexed, covering, swing
from ..domains import Choice, Integer, Real, Seed
from ..palettes import Palette
from ..randomness import stream
from ..shapes import Outline, Path, Shape, sheet
from .base import Array, Composition


@dataclass(frozen=True)
class Truchet(Composition):
    """Square tiles, each turned one way or the other, whose lines join into one winding path.

    After S. Truchet's "Mémoire sur les combinaisons" (1704) with the arcs of C. S. Smith (1987). Neighbouring
    tiles agree about which side is which, so the colours on the two sides of a line never meet.

    Attributes:
        cells: along the short side.
        outline: arcs or straight diagonals.
        order: 0 turns tiles by chance, 1 in turn.
        bands: colours on each side of the line.
        width: of a band, in cells.
        seed: of turns and colours.
    """

    cells: Annotated[int, Integer(4, 9)]
    outline: Annotated[str, Choice("arcs", "arcs", "diagonals")]
    order: Annotated[float, Real(0.0, 0.8)]
    bands: Annotated[int, Integer(1, 3)]
    width: Annotated[float, Real(0.09, 0.14)]
    seed: Seed

    def draw(self, canvas: Canvas, palette: Palette) -> Indexed:
        """Bands of the signed distance to the line, which runs on from tile to tile; over the loop they swell."""
        rng = stream(self.seed, 0, "truchet")
        shape = (covering(canvas.extent[1] * self.cells), covering(canvas.extent[0] * self.cells))
        turn = self._turns(rng, shape)
        order = np.resize(rng.permutation(len(palette.colours)), max(2 * self.bands, 3))
        edges = (np.arange(len(order) - 1) - len(order) / 2 + 1) * self.width * (2 if self.bands == 1 else 1)
        edges = edges * (1 + 0.2 * swing(canvas.time, 0.25)) + 0.07 * swing(canvas.time, 0.0)
        field = self._field(canvas, turn)
        return canvas.profile(field, edges / self.cells, palette.linear[order])

    def _field(self, canvas: Canvas, turn: Array) -> Callable[[Canvas], Array]:
        """The signed distance to the line, in units, some rows at a time."""
        column, u = _within(canvas.x[0], canvas.extent[0], self.cells)
        # All that depends on a tile's row but not on the place within it, (rows of tiles, width).
        across = np.where(turn[:, column], 1 - u, u)
        rows = np.arange(len(turn))[:, None]
        side = (1 - 2 * ((rows + column + turn[:, column]) % 2)).astype(np.float32) * np.float32(1 / self.cells)
        nearest = self._to_arcs if self.outline == "arcs" else self._to_diagonals

        def distance(part: Canvas) -> Array:
            row, v = _within(part.y[:, 0], part.extent[1], self.cells)
            inside = nearest(across, row, v[:, None])
            inside *= np.take(side, row, axis=0)
            return inside

        return distance

    def _turns(self, rng: np.random.Generator, shape: tuple[int, int]) -> Array:
        """Zeros and ones, (rows, columns)."""
        i, j = np.indices(shape)
        regular = (i // int(rng.integers(1, 3)) + j // int(rng.integers(1, 3))) % 2
        return np.where(rng.random(shape) < self.order, regular, rng.integers(0, 2, shape))

    def _to_arcs(self, across: Array, row: Array, v: Array) -> Array:
        """How far inside the nearer of two quarter circles, in cells."""
        one, other = np.take(across * across, row, axis=0), np.take((1 - across) * (1 - across), row, axis=0)
        one += v * v
        other += (1 - v) * (1 - v)
        np.sqrt(np.minimum(one, other, out=one), out=one)
        return np.subtract(np.float32(0.5), one, out=one)

    def _to_diagonals(self, across: Array, row: Array, v: Array) -> Array:
        """How far inside the nearer of two corners, in cells."""
        along = np.take(across, row, axis=0)
        along += v - 1
        np.abs(along, out=along)
        along -= np.float32(0.5)
        along *= np.float32(0.70710678)
        return along


def _within(places: Array, extent: float, cells: int) -> tuple[Array, Array]:
    """The number of the tile at each place, and where in it the place lies, 0..1."""
    position = (places + np.float32(extent / 2)) * np.float32(cells)
    number = np.floor(position)
    return number.astype(np.int32), position - number
