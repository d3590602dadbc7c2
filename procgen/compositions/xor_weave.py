"""Whole numbers combined bit by bit."""

from dataclasses import dataclass
from typing import Annotated

import numpy as np

from ..canvas import Canvas, covering
from ..domains import Choice, Integer, Seed
from ..palettes import Palette
from ..randomness import stream
from ..shapes import Shape, cell_shapes
from .base import Array, Composition


@dataclass(frozen=True)
class XorWeave(Composition):
    """A lattice of cells coloured by the bits of their row and column, folded about its middle: arithmetic as lace.

    Row and column are combined by xor, and, or: diagonals, gaskets and steps that repeat within themselves.

    Attributes:
        bits: of the row and the column; the lattice has 2^bits cells from its middle to its edge.
        operation: how row and column are combined.
        law: what colours a cell: "height" the number itself, "count" how many of its bits are set.
        colours: how many are used, from dark to light or back.
        start: the cell of the middle, in quarters of the lattice.
        seed: of which colours.
    """

    bits: Annotated[int, Integer(4, 5)]
    operation: Annotated[str, Choice("xor", "xor", "and", "or")]
    law: Annotated[str, Choice("height", "count", "count")]
    colours: Annotated[int, Integer(3, 5)]
    start: Annotated[int, Integer(0, 3)]
    seed: Seed

    def draw(self, canvas: Canvas, palette: Palette) -> Array:
        """The cells of the whole picture; over the loop every number counts up to where it began."""
        numbers, order, columns, rows = self._cells(canvas.extent, palette)
        ramp = palette.linear[order]
        steps = canvas.time * len(ramp)
        now, later = np.roll(ramp, -int(steps), axis=0), np.roll(ramp, -int(steps) - 1, axis=0)
        return canvas.cells((now + np.float32(steps % 1) * (later - now))[numbers], columns, rows)

    def vectors(self, extent: tuple[float, float], palette: Palette) -> list[Shape]:
        """The same cells as rectangles."""
        numbers, order, columns, rows = self._cells(extent, palette)
        return cell_shapes(order[numbers], columns, rows, extent, palette.colours)

    def _cells(self, extent: tuple[float, float], palette: Palette) -> tuple[Array, Array, float, float]:
        """The number of each cell, the colour of each number, how many columns and rows are seen."""
        columns, rows = (2 * 2**self.bits * side for side in extent)
        i, j = self._folded(rows)[:, None], self._folded(columns)[None, :]
        combined = {"xor": i ^ j, "and": i & j, "or": i | j}[self.operation]
        if self.law == "count":
            combined = np.asarray(sum(combined >> bit & 1 for bit in range(self.bits)))
        levels = self.bits + 1 if self.law == "count" else 2**self.bits
        return combined, self._order(palette)[np.arange(levels) * self.colours // levels], columns, rows

    def _folded(self, cells: float) -> Array:
        """The number of each row or column: up from the middle of the picture, there and back."""
        count, side = covering(cells), 2**self.bits
        away = np.abs(2 * np.arange(count) + 1 - count) // 2
        return (away + self.start * side // 4) % side

    def _order(self, palette: Palette) -> Array:
        """Some colours by lightness; the ground is one of them, so that there is something to stand out."""
        rng = stream(self.seed, 0, "xor weave")
        others = 1 + rng.permutation(len(palette.colours) - 1)[: self.colours - 1]
        order = np.array(sorted([0, *others], key=lambda k: palette.oklab[k, 0]))
        return np.resize(order[::-1] if rng.random() < 0.5 else order, self.colours)
