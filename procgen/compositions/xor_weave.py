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

    Attributes:
        cells: on the short side.
        operation: how row and column are combined.
        warp: the column is multiplied by 2 warp + 1.
        weft: the row is multiplied by 2 weft + 1.
        shift: how many of the lowest bits are dropped.
        colours: how many are used.
        seed: of the offset and the order of colours.
    """

    cells: Annotated[int, Integer(16, 44)]
    operation: Annotated[str, Choice("xor", "xor", "and", "or")]
    warp: Annotated[int, Integer(0, 2)]
    weft: Annotated[int, Integer(0, 2)]
    shift: Annotated[int, Integer(1, 2)]
    colours: Annotated[int, Integer(3, 5)]
    seed: Seed

    def draw(self, canvas: Canvas, palette: Palette) -> Array:
        """The cells of the whole picture."""
        numbers, columns, rows = self._cells(canvas.extent, len(palette.colours))
        return canvas.cells(palette.linear[numbers], columns, rows)

    def vectors(self, extent: tuple[float, float], palette: Palette) -> list[Shape]:
        """The same cells as rectangles."""
        return cell_shapes(*self._cells(extent, len(palette.colours)), extent, palette.colours)

    def _cells(self, extent: tuple[float, float], colours: int) -> tuple[Array, float, float]:
        """Colour numbers (column operation row) / 2^shift, modulo the colours; how many columns and rows are seen."""
        rng = stream(self.seed, 0, "xor weave")
        left, top = rng.integers(0, 64, 2)
        columns, rows = (self.cells * side for side in extent)
        i = (top + np.arange(covering(rows)))[:, None] * (2 * self.weft + 1)
        j = (left + np.arange(covering(columns)))[None, :] * (2 * self.warp + 1)
        combined = {"xor": i ^ j, "and": i & j, "or": i | j}[self.operation] >> self.shift
        order = np.resize(rng.permutation(colours), self.colours)
        return order[combined % self.colours], columns, rows
