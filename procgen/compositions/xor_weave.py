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
    """A lattice of cells coloured by the bits of their row and column: array arithmetic as weaving.

    The highest bit that counts makes the large squares, the next ones repeat within them.

    Attributes:
        cells: on the short side.
        operation: how row and column are combined.
        warp: the column is multiplied by 2 warp + 1.
        weft: the row is multiplied by 2 weft + 1.
        bits: how many of the lowest bits count.
        colours: how many are used.
        seed: of the offset and the order of colours.
    """

    cells: Annotated[int, Integer(16, 36)]
    operation: Annotated[str, Choice("xor", "xor", "and", "or")]
    warp: Annotated[int, Integer(0, 1)]
    weft: Annotated[int, Integer(0, 1)]
    bits: Annotated[int, Integer(3, 5)]
    colours: Annotated[int, Integer(3, 5)]
    seed: Seed

    def draw(self, canvas: Canvas, palette: Palette) -> Array:
        """The cells of the whole picture; over the loop every number counts up to where it began."""
        numbers, order, columns, rows = self._cells(canvas.extent, len(palette.colours))
        ramp = palette.linear[order]
        steps = canvas.time * len(ramp)
        now, later = np.roll(ramp, -int(steps), axis=0), np.roll(ramp, -int(steps) - 1, axis=0)
        return canvas.cells((now + np.float32(steps % 1) * (later - now))[numbers], columns, rows)

    def vectors(self, extent: tuple[float, float], palette: Palette) -> list[Shape]:
        """The same cells as rectangles."""
        numbers, order, columns, rows = self._cells(extent, len(palette.colours))
        return cell_shapes(order[numbers], columns, rows, extent, palette.colours)

    def _cells(self, extent: tuple[float, float], colours: int) -> tuple[Array, Array, float, float]:
        """The number of each cell, the colour of each number, how many columns and rows are seen."""
        rng = stream(self.seed, 0, "xor weave")
        left, top = rng.integers(0, 64, 2)
        columns, rows = (self.cells * side for side in extent)
        i = (top + np.arange(covering(rows)))[:, None] * (2 * self.weft + 1)
        j = (left + np.arange(covering(columns)))[None, :] * (2 * self.warp + 1)
        combined = {"xor": i ^ j, "and": i & j, "or": i | j}[self.operation]
        order = np.resize(rng.permutation(colours), self.colours)
        levels = 2**self.bits
        return combined % levels, order[np.arange(levels) * self.colours // levels], columns, rows
