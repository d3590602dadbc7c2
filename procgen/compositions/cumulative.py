"""Sums that run on, read again in strides."""

from dataclasses import dataclass
from typing import Annotated

import numpy as np

from ..canvas import Canvas, covering
from ..domains import Choice, Integer, Real, Seed
from ..palettes import Palette
from ..randomness import stream
from .base import Array, Composition


@dataclass(frozen=True)
class Cumulative(Composition):
    """Running sums modulo a few colours, then every k-th row in turn: array mangling by `cumsum` and `[::k]`.

    Attributes:
        cells: along the short side.
        law: what the sums are of: ones, twice over, which gives squares and so rosettes; or chance steps along both
            sides, twice over, whose sums are then added or multiplied.
        pace: how fast the sums grow, in colours a cell.
        shear: how much of the product of row and column is added.
        across: columns are read in strides of so many, block after block.
        down: likewise rows.
        colours: how many follow each other.
        seed: of chance, places and colours.
    """

    cells: Annotated[int, Integer(32, 48)]
    law: Annotated[str, Choice("squares", "sums", "sums", "products")]
    pace: Annotated[float, Real(0.15, 0.4, log=True)]
    shear: Annotated[float, Real(-1.0, 1.0)]
    across: Annotated[int, Integer(1, 3)]
    down: Annotated[int, Integer(2, 4)]
    colours: Annotated[int, Integer(2, 5)]
    seed: Seed

    def draw(self, canvas: Canvas, palette: Palette) -> Array:
        """The sums as cells; over time, every sum runs once through the colours."""
        rng = stream(self.seed, 0, "cumulative")
        columns, rows = (self.cells * side for side in canvas.extent)
        sums = self._sums(rng, covering(rows), covering(columns))
        sums = sums[_strided(len(sums), self.down)][:, _strided(sums.shape[1], self.across)]
        order = np.resize(rng.permutation(len(palette.colours)), self.colours)
        phase = sums + np.float32(canvas.time * self.colours)
        colour = np.floor(phase)
        share = np.clip((phase - colour) * 6, 0, 1)[..., None].astype(np.float32)
        number = colour.astype(np.int32) % self.colours
        before, after = palette.linear[np.roll(order, 1)[number]], palette.linear[order[number]]
        return canvas.cells(before + share * (after - before), columns, rows)

    def _sums(self, rng: np.random.Generator, rows: int, columns: int) -> Array:
        """The running sums, in colours, (rows, columns)."""
        if self.law == "squares":
            i, j = (np.arange(count) - int(count * rng.random()) for count in (rows, columns))
            u, v = i[:, None] / self.down, j / self.across
            return np.asarray(self.pace / 5 * (u * u + v * v + self.shear * u * v))
        u, v = _walk(rng, rows)[:, None], _walk(rng, columns)
        reach = self.pace * self.cells
        tilt = 4 * self.shear * np.linspace(-1, 1, rows)[:, None] * np.linspace(-1, 1, columns)
        if self.law == "sums":
            return reach * (u / max(self.down, 2) + v / max(self.across, 2)) + tilt
        return reach * u * v * (3 / max(self.down * self.across, 4)) + 2 + tilt


def _walk(rng: np.random.Generator, count: int) -> Array:
    """Chance steps summed twice, brought to a range of -1..1."""
    walk = np.cumsum(np.cumsum(rng.integers(-2, 3, count)))
    middle = (walk.max() + walk.min()) / 2
    return (walk - middle) / max(walk.max() - middle, 1)


def _strided(count: int, stride: int) -> Array:
    """The numbers from 0 on, every so many first, then those between: [0::k], [1::k], ..."""
    return np.concatenate([np.arange(start, count, stride) for start in range(stride)])
