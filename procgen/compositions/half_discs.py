"""Half discs in a grid."""

from dataclasses import dataclass
from typing import Annotated

import numpy as np

from ..canvas import Canvas, covering
from ..domains import Choice, Integer, Real, Seed
from ..palettes import Palette
from ..randomness import stream
from ..shapes import Path, Shape, cell_shapes, ring_sector, split_disc
from .base import Array, Composition


@dataclass(frozen=True)
class HalfDiscs(Composition):
    """Ringed half discs, one or a pair to a cell, facing four ways (Rhythms, about 1930).

    Attributes:
        cells: along the short side.
        rings: of each disc.
        facing: how the discs are turned: by chance, alternating, or row by row.
        both: share of cells whose other half is filled too.
        seed: of facing and colours.
    """

    cells: Annotated[int, Integer(2, 5)]
    rings: Annotated[int, Integer(2, 4)]
    facing: Annotated[str, Choice("chance", "chequer", "rows")]
    both: Annotated[float, Real(0.0, 1.0)]
    seed: Seed

    def draw(self, canvas: Canvas, palette: Palette) -> Array:
        """Two profiles per cell, one for each half, joined at the cut."""
        column, u = _cell(canvas.x, canvas.extent[0], self.cells)
        row, v = _cell(canvas.y, canvas.extent[1], self.cells)
        ways, ground, pairs = self._sheet(canvas.extent, len(palette.colours))
        ways, kind = ways[row, column], row * ways.shape[1] + column
        edges = self._edges()
        distance = np.sqrt(u * u + v * v)
        one, other = (canvas.profile(distance, edges, palette.linear[numbers], kind).linear for numbers in pairs)
        toward = np.where(ways % 2 == 0, u, v) * (1 - 2 * (ways // 2)).astype(np.float32)
        halves = one + canvas.coverage(toward)[..., None] * (other - one)
        outside = np.maximum(np.abs(u), np.abs(v)) > 0.48 / self.cells
        cells = canvas.cells(palette.linear[ground], self.cells * canvas.extent[0], self.cells * canvas.extent[1])
        np.copyto(halves, cells, where=outside[..., None])
        return halves

    def vectors(self, extent: tuple[float, float], palette: Palette) -> list[Shape]:
        """The grounds of the cells, then each ring of each half disc, from the outermost inward."""
        ways, ground, pairs = self._sheet(extent, len(palette.colours))
        shapes = cell_shapes(ground, self.cells * extent[0], self.cells * extent[1], extent, palette.colours)
        radii = [0.0, *self._edges().tolist()]
        for cell, (i, j) in enumerate(np.ndindex(*ways.shape)):
            x, y = (j + 0.5) / self.cells - extent[0] / 2, (i + 0.5) / self.cells - extent[1] / 2
            start = (int(ways[i, j]) - 1) / 4
            one, other = (numbers[cell].tolist() for numbers in pairs)
            for ring in range(self.rings, 0, -1):
                fills = [palette.colours[half[ring - 1]] for half in (one, other)]
                if any(number != ground[i, j] for number in other):
                    shapes += split_disc(fills, x, y, radii[ring], start)
                else:  # each ring a little under the next, so that no seam shows between them
                    part = ring_sector(x, y, (radii[ring - 1] - 0.001, radii[ring]), start, start + 0.5)
                    shapes.append(Path(fills[0], (part,)))
        return shapes

    def _edges(self) -> Array:
        """The radii of the rings, from the middle out."""
        return np.arange(1, self.rings + 1) * (0.47 / self.cells / self.rings)

    def _sheet(self, extent: tuple[float, float], colours: int) -> tuple[Array, Array, tuple[Array, Array]]:
        """How each disc is turned and its ground, (rows, columns), and the colours of each one's halves."""
        rng = stream(self.seed, 0, "half discs")
        shape = (covering(extent[1] * self.cells), covering(extent[0] * self.cells))
        ways, ground = self._ways(rng, shape), rng.integers(0, colours, shape)
        return ways, ground, self._numbers(rng, ground.ravel(), colours)

    def _ways(self, rng: np.random.Generator, shape: tuple[int, int]) -> Array:
        i, j = np.indices(shape)
        start = int(rng.integers(4))
        if self.facing == "chance":
            return rng.integers(0, 4, shape)
        return (start + (i + j if self.facing == "chequer" else i)) % 4

    def _numbers(self, rng: np.random.Generator, ground: Array, colours: int) -> tuple[Array, Array]:
        """Ring colours from the middle out, (cells, rings + 1), of the one half and of the other."""
        steps = 1 + rng.integers(0, colours - 1, (2, len(ground), self.rings))
        halves = (ground[:, None] + np.cumsum(steps, axis=2)) % colours
        filled = rng.random(len(ground)) < self.both
        halves[1] = np.where(filled[:, None], halves[1], ground[:, None])
        one, other = (np.concatenate([half[:, ::-1], ground[:, None]], axis=1) for half in halves)
        return one, other


def _cell(places: Array, extent: float, cells: int) -> tuple[Array, Array]:
    """The number of the cell at each place, and the distance from its centre, in units."""
    position = (places + np.float32(extent / 2)) * np.float32(cells)
    number = np.floor(position)
    return number.astype(np.int32), (position - number - np.float32(0.5)) * np.float32(1 / cells)
