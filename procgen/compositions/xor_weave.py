"""Whole numbers combined bit by bit."""

from dataclasses import dataclass
from typing import Annotated

import numpy as np

from ..canvas import Canvas, covering
from ..domains import Choice, Integer, Seed
from ..palettes import Palette
from ..randomness import stream
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
        """The cells (column operation row) / 2^shift, modulo the colours."""
        rng = stream(self.seed, 0, "xor weave")
        left, top = rng.integers(0, 64, 2)
        columns, rows = (self.cells * side for side in canvas.extent)
        i = (top + np.arange(covering(rows)))[:, None] * (2 * self.weft + 1)
        j = (left + np.arange(covering(columns)))[None, :] * (2 * self.warp + 1)
        combined = {"xor": i ^ j, "and": i & j, "or": i | j}[self.operation] >> self.shift
        order = np.resize(rng.permutation(len(palette.colours)), self.colours)
        return canvas.cells(palette.linear[order[combined % self.colours]], columns, rows)
