"""Tiles whose lines always meet."""

from dataclasses import dataclass
from typing import Annotated

import numpy as np

from ..canvas import Canvas, Indexed, covering
from ..domains import Choice, Integer, Real, Seed
from ..palettes import Palette
from ..randomness import stream
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
        """Bands of the signed distance to the line, which runs on from tile to tile."""
        rng = stream(self.seed, 0, "truchet")
        u = (canvas.x + np.float32(canvas.extent[0] / 2)) * np.float32(self.cells)
        v = (canvas.y + np.float32(canvas.extent[1] / 2)) * np.float32(self.cells)
        column, row = np.floor(u).astype(np.int32), np.floor(v).astype(np.int32)
        shape = (covering(canvas.extent[1] * self.cells), covering(canvas.extent[0] * self.cells))
        turn = self._turns(rng, shape)[row, column]
        u, v = u - column, v - row
        across = np.where(turn, 1 - u, u)
        inside = np.float32(0.5) - self._to_corner(across, v)
        sign = 1 - 2 * ((row + column + turn) % 2)
        edges = (np.arange(2 * self.bands - 1) - self.bands + 1) * self.width
        if self.bands == 1:
            edges = np.array([-self.width, self.width])
        order = np.resize(rng.permutation(len(palette.colours)), len(edges) + 1)
        distance = inside * sign.astype(np.float32) * np.float32(1 / self.cells)
        return canvas.profile(distance, edges / self.cells, palette.linear[order])

    def _turns(self, rng: np.random.Generator, shape: tuple[int, int]) -> Array:
        """Zeros and ones, (rows, columns)."""
        i, j = np.indices(shape)
        regular = (i // int(rng.integers(1, 3)) + j // int(rng.integers(1, 3))) % 2
        return np.where(rng.random(shape) < self.order, regular, rng.integers(0, 2, shape))

    def _to_corner(self, u: Array, v: Array) -> Array:
        """Distance to the nearer of the two corners that the tile's lines go round, in cells."""
        if self.outline == "diagonals":
            along = u + v
            return (np.minimum(along, 2 - along) - np.float32(0.5)) * np.float32(0.70710678) + np.float32(0.5)
        return np.sqrt(np.minimum(u * u + v * v, (1 - u) * (1 - u) + (1 - v) * (1 - v)))
