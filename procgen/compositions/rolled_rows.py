"""Rows of one pattern, each rolled further than the last."""

from dataclasses import dataclass
from typing import Annotated

import numpy as np

from ..canvas import Canvas, covering, spread, swing
from ..domains import Choice, Integer, Seed
from ..palettes import Palette
from ..randomness import stream
from ..shapes import Shape, cell_shapes
from .base import Array, Composition


@dataclass(frozen=True)
class RolledRows(Composition):
    """One row of hard-edged cells, repeated and rolled a little further each time: array mangling by `roll`.

    Attributes:
        columns: cells along the short side; also the period of the row.
        rows: how often the row is repeated.
        law: how the roll grows: "steps" evenly, "zigzag" there and back, "curve" by squares, "walk" by chance.
        step: cells of roll from one row to the next.
        runs: how many colour runs the row has.
        direction: whether rows or columns are rolled.
        seed: of the row and the walk.
    """

    columns: Annotated[int, Integer(24, 48)]
    rows: Annotated[int, Integer(6, 22)]
    law: Annotated[str, Choice("steps", "zigzag", "curve", "walk")]
    step: Annotated[int, Integer(1, 3)]
    runs: Annotated[int, Integer(4, 9)]
    direction: Annotated[str, Choice("across", "down")]
    seed: Seed

    def draw(self, canvas: Canvas, palette: Palette) -> Array:
        """The rolled rows as cells; over the loop each one rolls on by a whole row, in a wave from row to row."""
        axis = 0 if self.direction == "across" else 1
        columns, rows = canvas.extent[axis] * self.columns, canvas.extent[1 - axis] * self.rows
        row, shift = self._rolled(covering(rows), len(palette.colours))
        wave = swing(canvas.time, np.arange(len(shift)) / self.rows)
        shift = shift + self.columns * (canvas.time + 0.06 * wave)
        first, second, share = canvas.spans(axis, columns, shift)
        one, other = (palette.linear[row[number % self.columns]] for number in (first, second))
        one += share[..., None] * (other - one)
        picture = spread(one, canvas.spans(1 - axis, rows))
        return picture if axis == 0 else np.swapaxes(picture, 0, 1)

    def vectors(self, extent: tuple[float, float], palette: Palette) -> list[Shape]:
        """The same cells as rectangles."""
        width, height = extent if self.direction == "across" else extent[::-1]
        columns, rows = width * self.columns, height * self.rows
        row, shift = self._rolled(covering(rows), len(palette.colours))
        numbers = row[(np.arange(covering(columns))[None, :] + shift[:, None]) % self.columns]
        if self.direction == "down":
            return cell_shapes(numbers.T, rows, columns, extent, palette.colours)
        return cell_shapes(numbers, columns, rows, extent, palette.colours)

    def _rolled(self, rows: int, colours: int) -> tuple[Array, Array]:
        """Colour numbers of the one row, and how far each of the rows is rolled, cells."""
        rng = stream(self.seed, 0, "rolled rows")
        return self._row(rng, colours), self._rolls(rng, rows)

    def _row(self, rng: np.random.Generator, colours: int) -> Array:
        """Colour numbers of one period, in runs; neighbouring runs differ, around the end too."""
        starts = ((np.arange(self.runs) + 0.8 * rng.random(self.runs)) * (self.columns / self.runs)).astype(int)
        numbers = rng.permutation(colours)[np.arange(self.runs) % colours]
        if numbers[-1] == numbers[0]:
            numbers[-1] = numbers[self.runs // 2]
        run = np.searchsorted(starts, np.arange(self.columns), side="right") - 1
        return numbers[run]

    def _rolls(self, rng: np.random.Generator, rows: int) -> Array:
        k = np.arange(rows)
        walk = np.cumsum(rng.integers(-1, 2, rows))
        turn = max(3, self.rows // (2 + self.seed % 3))
        zigzag = np.abs((k + turn) % (2 * turn) - turn)
        curve = 2 * (k - self.rows // 2) * (k - self.rows // 2) // self.rows
        return self.step * {"steps": k, "zigzag": zigzag, "curve": curve, "walk": walk}[self.law]
