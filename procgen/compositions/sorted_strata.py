"""Chance cells, sorted in part."""

from dataclasses import dataclass
from typing import Annotated

import numpy as np

from ..canvas import Canvas, covering
from ..domains import Choice, Integer, Real, Seed
from ..palettes import Palette
from ..randomness import stream
from ..shapes import Shape, cell_shapes
from .base import Array, Composition


@dataclass(frozen=True)
class SortedStrata(Composition):
    """Chance cells that fall into order below an uneven line: array mangling by `sort`.

    Attributes:
        cells: on the short side.
        onset: where the order begins, as a share of the height.
        relief: how uneven the line is, as a share of the height.
        gravity: which way the colours fall.
        seed: of the cells, the line and the order of colours.
    """

    cells: Annotated[int, Integer(16, 44)]
    onset: Annotated[float, Real(0.15, 0.6)]
    relief: Annotated[float, Real(0.05, 0.35)]
    gravity: Annotated[str, Choice("down", "up", "left", "right")]
    seed: Seed

    def draw(self, canvas: Canvas, palette: Palette) -> Array:
        """The cells of the whole picture."""
        numbers, columns, rows = self._cells(canvas.extent, len(palette.colours))
        return canvas.cells(palette.linear[numbers], columns, rows)

    def vectors(self, extent: tuple[float, float], palette: Palette) -> list[Shape]:
        """The same cells as rectangles."""
        return cell_shapes(*self._cells(extent, len(palette.colours)), extent, palette.colours)

    def _cells(self, extent: tuple[float, float], colours: int) -> tuple[Array, float, float]:
        """Columns of chance colours, each sorted from its own onset to the end; how many columns and rows are seen."""
        rng = stream(self.seed, 0, "sorted strata")
        upright = self.gravity in ("down", "up")
        across, along = extent if upright else extent[::-1]
        count, depth = across * self.cells, along * self.cells
        columns = self._sorted_columns(rng, covering(count), covering(depth), colours)
        cells = rng.permutation(colours)[columns]
        if self.gravity in ("up", "left"):
            cells = cells[:, ::-1]
        return (cells.T, count, depth) if upright else (cells, depth, count)

    def _sorted_columns(self, rng: np.random.Generator, count: int, depth: int, colours: int) -> Array:
        """Colour ranks, (count, depth)."""
        taste = np.cumsum(0.3 + rng.random(colours))
        chance = np.searchsorted(taste / taste[-1], rng.random((count, depth)), side="right")
        walk = np.cumsum(rng.integers(-3, 4, count))
        walk = (walk - walk.min()) / max(int(np.ptp(walk)), 1)
        for column, height in zip(chance, walk, strict=True):
            start = int((self.onset + self.relief * (height - 0.5)) * depth)
            column[max(start, 0) :].sort()
        return np.minimum(chance, colours - 1)
