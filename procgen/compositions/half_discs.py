"""Half discs in a grid."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

import numpy as np

from ..canvas import Canvas, Indexed, covering, sine, spread
from ..domains import Choice, Integer, Real, Seed
from ..palettes import Palette
from ..ramps import blend_table
from ..randomness import stream
from ..shapes import Path, Shape, cell_shapes, ring_sector, split_disc
from .base import Array, Composition

_LEVELS = 8  # shades of an edge
_RADIUS = 0.47  # of a disc, in cells


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

    def draw(self, canvas: Canvas, palette: Palette) -> Indexed:
        """Each pixel's cell, ring and side of the cut, as one row of a table; over the loop the discs turn once."""
        ways, ground, pairs = self._sheet(canvas.extent, len(palette.colours))
        one, other = (palette.linear[half] for half in pairs)
        sides = [blend_table(half[:, :-1], half[:, 1:], _LEVELS) for half in (one, other)]
        table = blend_table(sides[0], sides[1], _LEVELS).reshape(-1, one.shape[-1])
        turns = ways * np.float32(0.25) + np.float32(canvas.time) * (1 - 2 * (np.indices(ways.shape).sum(0) % 2))
        field = self._field(canvas, sine(turns + np.float32(0.25)), sine(turns))
        return self._bordered(canvas, palette.linear[ground], table, field)

    def vectors(self, extent: tuple[float, float], palette: Palette) -> list[Shape]:
        """The grounds of the cells, then each ring of each half disc, from the outermost inward."""
        ways, ground, pairs = self._sheet(extent, len(palette.colours))
        shapes = cell_shapes(ground, self.cells * extent[0], self.cells * extent[1], extent, palette.colours)
        radii = [k * _RADIUS / self.cells / self.rings for k in range(self.rings + 1)]
        for cell, (i, j) in enumerate(np.ndindex(*ways.shape)):
            x, y = (j + 0.5) / self.cells - extent[0] / 2, (i + 0.5) / self.cells - extent[1] / 2
            start = (int(ways[i, j]) - 1) / 4
            one, other = (numbers[cell].tolist() for numbers in pairs)
            for ring in range(self.rings, 0, -1):
                fills = [palette.colours[half[ring - 1]] for half in (one, other)]
                if any(number != ground[i, j] for number in other):
                    shapes += split_disc(fills, x, y, radii[ring], start)
                else:  # each ring a little under the next, so that no seam shows between them
                    part = ring_sector(x, y, (radii[ring - 1] - 0.001, radii[ring]), start, start + 0.5)
                    shapes.append(Path(fills[0], (part,)))
        return shapes

    def _sheet(self, extent: tuple[float, float], colours: int) -> tuple[Array, Array, tuple[Array, Array]]:
        """How each disc is turned and its ground, (rows, columns), and the colours of each one's halves."""
        rng = stream(self.seed, 0, "half discs")
        shape = (covering(extent[1] * self.cells), covering(extent[0] * self.cells))
        ways, ground = self._ways(rng, shape), rng.integers(0, colours, shape)
        return ways, ground, self._numbers(rng, ground.ravel(), colours)

    def _field(self, canvas: Canvas, c: Array, s: Array) -> Callable[[Canvas], Array]:
        """The rows of the table, (cells, rings, levels, levels), some rows of pixels at a time."""
        column, u = _cell(canvas.x[0], canvas.extent[0], self.cells)
        # All that depends on the row of cells alone, (rows of cells, width).
        across, down = u * c[:, column], s[:, column]
        kind = (np.arange(len(c))[:, None] * c.shape[1] + column).astype(np.float32) * np.float32(self.rings)
        radius = _RADIUS / self.cells

        def rows(part: Canvas) -> Array:
            row, v = _cell(part.y[:, 0], part.extent[1], self.cells)
            v = v[:, None]
            ring = u * u + v * v
            np.sqrt(ring, out=ring)
            ring *= np.float32(self.rings / radius)
            nearest = np.clip(np.floor(ring + np.float32(0.5)), 1, self.rings)
            ring -= nearest
            nearest += np.take(kind, row, axis=0)
            nearest -= 1
            toward = np.take(down, row, axis=0)
            toward *= v
            toward += np.take(across, row, axis=0)
            return _row(nearest, _level(ring, radius / self.rings / part.pixel), _level(toward, -1 / part.pixel))

        return rows

    def _bordered(self, canvas: Canvas, ground: Array, table: Array, field: Callable[[Canvas], Array]) -> Indexed:
        """The picture, with the pixels that lie in two cells at once blended."""
        columns, rows = (canvas.spans(axis, self.cells * canvas.extent[axis]) for axis in (0, 1))
        across, down = np.flatnonzero(columns[2]), np.flatnonzero(rows[2])
        turned = np.swapaxes(ground, 0, 1)
        level = spread(np.swapaxes(spread(turned, columns), 0, 1), _some(rows, down))
        upright = spread(np.swapaxes(spread(turned, _some(columns, across)), 0, 1), rows)
        blended = [cells.reshape(-1, ground.shape[-1]) for cells in (level, upright)]
        second, third = len(table), len(table) + len(blended[0])
        number = canvas.numbers(field, third + len(blended[1]))
        number[down] = second + np.arange(len(blended[0])).reshape(-1, canvas.width)
        number[:, across] = third + np.arange(len(blended[1])).reshape(canvas.height, -1)
        return Indexed(np.concatenate([table, *blended]), number)

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


def _row(edge: Array, ring: Array, cut: Array) -> Array:
    """The row of the table, for an edge, a shade of it and a shade of the cut; in place of the edge."""
    edge *= np.float32(_LEVELS)
    edge += ring
    edge *= np.float32(_LEVELS)
    edge += cut
    return edge


def _level(distance: Array, scale: float) -> Array:
    """The number of the shade at a distance beyond an edge, whole; in place of the distance."""
    distance *= np.float32(scale * (_LEVELS - 1))
    distance += np.float32(0.5 * _LEVELS)
    np.clip(distance, 0, _LEVELS - 1, out=distance)
    return np.floor(distance, out=distance)


def _some(spans: tuple[Array, Array, Array], pixels: Array) -> tuple[Array, Array, Array]:
    first, second, share = spans
    return first[pixels], second[pixels], share[pixels]


def _cell(places: Array, extent: float, cells: int) -> tuple[Array, Array]:
    """The number of the cell at each place, and the distance from its centre, in units."""
    position = (places + np.float32(extent / 2)) * np.float32(cells)
    number = np.floor(position)
    return number.astype(np.int32), (position - number - np.float32(0.5)) * np.float32(1 / cells)
