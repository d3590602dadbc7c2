"""Half discs in a grid."""

from dataclasses import dataclass
from typing import Annotated

import numpy as np

from ..canvas import Canvas, covering
from ..domains import Choice, Integer, Real, Seed
from ..palettes import Palette
from ..randomness import stream
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
        rng = stream(self.seed, 0, "half discs")
        column, u = _cell(canvas.x, canvas.extent[0], self.cells)
        row, v = _cell(canvas.y, canvas.extent[1], self.cells)
        shape = (covering(canvas.extent[1] * self.cells), covering(canvas.extent[0] * self.cells))
        ways = self._ways(rng, shape)[row, column]
        ground = rng.integers(0, len(palette.colours), shape)
        kind = row * shape[1] + column
        edges = np.arange(1, self.rings + 1) * (0.47 / self.cells / self.rings)
        distance = np.sqrt(u * u + v * v)
        one, other = (
            canvas.profile(distance, edges, palette.linear[numbers], kind).linear
            for numbers in self._numbers(rng, ground.ravel(), len(palette.colours))
        )
        toward = np.where(ways % 2 == 0, u, v) * (1 - 2 * (ways // 2)).astype(np.float32)
        halves = one + canvas.coverage(toward)[..., None] * (other - one)
        outside = np.maximum(np.abs(u), np.abs(v)) > 0.48 / self.cells
        cells = canvas.cells(palette.linear[ground], self.cells * canvas.extent[0], self.cells * canvas.extent[1])
        np.copyto(halves, cells, where=outside[..., None])
        return halves

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
