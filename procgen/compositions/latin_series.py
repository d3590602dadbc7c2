"""A series of colours, shifted from row to row."""

from dataclasses import dataclass
from math import gcd
from typing import Annotated

import numpy as np

from ..canvas import Canvas, Indexed, turned
from ..domains import Choice, Integer, Real, Seed
from ..grids import grid, spread
from ..palettes import Palette
from ..randomness import stream
from ..shapes import Shape, grid_shapes
from .base import Array, Composition


@dataclass(frozen=True)
class LatinSeries(Composition):
    """A series of colours moved on from row to row, through columns and rows of geometric widths.

    Within a round every colour is seen once in each row and column, a Latin square: the order of the concrete art of
    Zurich (Richard Paul Lohse, Max Bill, about 1945-1980).

    Attributes:
        series: how many colours follow each other, as far as the palette has them.
        step: by how much a row is moved on from the one before; 1 where the series would not come round.
        rounds: how often the series is gone through along the short side.
        ratio: of the widths of neighbouring columns, and of neighbouring rows.
        form: whether the series goes on, or turns back in the middle of the columns or of both.
        graded: which of the two have geometric widths.
        seed: of the order of colours.
    """

    series: Annotated[int, Integer(5, 7)]
    step: Annotated[int, Integer(1, 3)]
    rounds: Annotated[int, Integer(1, 2)]
    ratio: Annotated[float, Real(1.2, 1.75)]
    form: Annotated[str, Choice("cyclic", "cyclic", "cyclic", "folded", "centred")]
    graded: Annotated[str, Choice("both", "both", "columns", "rows")]
    seed: Seed

    def draw(self, canvas: Canvas, palette: Palette) -> Indexed:
        """The cells; the widths swing from rising to falling and back."""
        numbers, across, down = self._cells(canvas.extent, len(palette.colours), canvas.time)
        return grid(canvas, palette.linear[numbers], across, down)

    def vectors(self, extent: tuple[float, float], palette: Palette) -> list[Shape]:
        """The same cells as rectangles."""
        return grid_shapes(*self._cells(extent, len(palette.colours)), extent, palette.colours)

    def _cells(self, extent: tuple[float, float], colours: int, time: float = 0.0) -> tuple[Array, Array, Array]:
        """Colour numbers (step i + j) mod series, and where columns and rows end."""
        rng = stream(self.seed, 0, "latin series")
        order = rng.permutation(colours)[: self.series]
        turn, lean = int(rng.integers(4)), float(rng.random()) - 0.5
        (wide, tall), count = extent, len(order) * self.rounds
        columns, rows = round(count * wide), round(count * tall)
        step = self.step if gcd(self.step, len(order)) == 1 else 1
        c, s = turned(time)
        across = self._widths(columns, len(order), float(c), "rows", turn % 2)
        down = self._widths(rows, len(order), float(c) + lean * float(s), "columns", turn // 2)
        number = self._place(rows, "centred")[:, None] * step + self._place(columns, "folded", "centred")
        return order[number % len(order)], spread(across, wide), spread(down, tall)

    def _place(self, count: int, *folded: str) -> Array:
        """The place of each column or row in the series, before wrapping."""
        place = np.arange(count)
        return np.minimum(place, count - 1 - place) if self.form in folded else place

    def _widths(self, count: int, series: int, swing: float, even: str, back: int) -> Array:
        """Geometric widths that rise through one series and fall through the next, in proportion."""
        if self.graded == even:
            return np.ones(count)
        lean = (self.ratio - 1) / (self.ratio + 1) * swing
        powers = np.cumprod(np.full(series, (1 + lean) / (1 - lean)))
        place = np.arange(count) % (2 * series)
        place = np.minimum(place, 2 * series - 1 - place)
        return powers[series - 1 - place if back else place]
