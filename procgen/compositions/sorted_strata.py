"""Chance cells, sorted in part."""

from dataclasses import dataclass
from typing import Annotated

import numpy as np

from ..canvas import Canvas, covering, swing
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
    onset: Annotated[float, Real(0.12, 0.5)]
    relief: Annotated[float, Real(0.05, 0.35)]
    gravity: Annotated[str, Choice("down", "up", "left", "right")]
    seed: Seed

    def draw(self, canvas: Canvas, palette: Palette) -> Array:
        """The cells of the whole picture; over the loop a wave runs along the line where the order begins."""
        ranks, starts, count, depth = self._columns(canvas.extent, len(palette.colours), canvas.time)
        onset = np.floor(starts)
        cells = palette.linear[self._sorted(ranks, onset)]
        if canvas.time:
            share = (starts - onset).astype(np.float32)[:, None, None]
            cells += share * (palette.linear[self._sorted(ranks, onset + 1)] - cells)
        if self.gravity in ("down", "up"):
            return canvas.cells(np.swapaxes(cells, 0, 1), count, depth)
        return canvas.cells(cells, depth, count)

    def vectors(self, extent: tuple[float, float], palette: Palette) -> list[Shape]:
        """The same cells as rectangles."""
        ranks, starts, count, depth = self._columns(extent, len(palette.colours), 0.0)
        cells = self._sorted(ranks, starts)
        if self.gravity in ("down", "up"):
            return cell_shapes(cells.T, count, depth, extent, palette.colours)
        return cell_shapes(cells, depth, count, extent, palette.colours)

    def _columns(self, extent: tuple[float, float], colours: int, time: float) -> tuple[Array, Array, float, float]:
        """Chance ranks (columns, depth), the cell where each column's order begins; how many of both are seen.

        A rank is a place in an order of the colours, with the number of the colour in its lowest four bits.
        """
        rng = stream(self.seed, 0, "sorted strata")
        across, along = extent if self.gravity in ("down", "up") else extent[::-1]
        count, depth = across * self.cells, along * self.cells
        taste = np.cumsum(0.3 + rng.random(colours))
        chance = np.searchsorted(taste / taste[-1], rng.random((covering(count), covering(depth))), side="right")
        walk = np.cumsum(rng.integers(-3, 4, len(chance)))
        walk = (walk - walk.min()) / max(int(np.ptp(walk)), 1)
        starts = np.floor((self.onset + self.relief * (walk - 0.5)) * chance.shape[1])
        starts = starts + 0.08 * chance.shape[1] * swing(time, np.arange(len(chance)) / self.cells)
        order = np.arange(colours) * 16 + rng.permutation(colours)
        return order[np.minimum(chance, colours - 1)], np.clip(starts, 0, chance.shape[1]), count, depth

    def _sorted(self, ranks: Array, starts: Array) -> Array:
        """Colour numbers, (columns, depth), of columns that are each sorted from its own start to the end."""
        ranks = ranks.copy()
        for column, start in zip(ranks, starts.tolist(), strict=True):
            column[int(start) :].sort()
        return (ranks if self.gravity in ("down", "right") else ranks[:, ::-1]) % 16
