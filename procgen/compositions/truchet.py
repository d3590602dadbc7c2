"""Tiles whose lines always meet."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

import numpy as np

from ..canvas import Canvas, Indexed, covering, swing
from ..domains import Choice, Integer, Real, Seed
from ..palettes import Palette
from ..randomness import stream
from ..shapes import Outline, Path, Shape, sheet
from .base import Array, Composition


@dataclass(frozen=True)
class Truchet(Composition):
    """Square tiles, each turned one way or the other, whose lines join into one winding path.

    After S. Truchet's "Mémoire sur les combinaisons" (1704) with the arcs of C. S. Smith (1987). Neighbouring
    tiles agree about which side is which, so the colours on the two sides of a line never meet.

    Attributes:
        cells: along the short side.
        outline: arcs or straight diagonals.
        order: 0 turns tiles by chance, 1 in turn.
        bands: colours on each side of the line.
        width: of a band, in cells.
        seed: of turns and colours.
    """

    cells: Annotated[int, Integer(4, 9)]
    outline: Annotated[str, Choice("arcs", "arcs", "diagonals")]
    order: Annotated[float, Real(0.0, 0.8)]
    bands: Annotated[int, Integer(1, 3)]
    width: Annotated[float, Real(0.09, 0.14)]
    seed: Seed

    def draw(self, canvas: Canvas, palette: Palette) -> Indexed:
        """Bands of the signed distance to the line, which runs on from tile to tile; over the loop they swell."""
        turns, edges, order = self._sheet(canvas.extent, len(palette.colours), canvas.time)
        return canvas.profile(self._field(canvas, turns), edges / self.cells, palette.linear[order])

    def vectors(self, extent: tuple[float, float], palette: Palette) -> list[Shape]:
        """For each edge of the bands, all that lies beyond it, over what lies beyond the one before."""
        turns, edges, order = self._sheet(extent, len(palette.colours))
        left, top = extent[0] / -2, extent[1] / -2
        shapes: list[Shape] = [sheet(palette.colours[order[0]], extent)]
        for number, edge in zip(order[1:].tolist(), edges.tolist(), strict=True):
            outlines: list[Outline] = []
            for (i, j), turn in np.ndenumerate(turns):
                pieces = self._near(0.5 - edge) if (i + j + turn) % 2 == 0 else self._far(0.5 + edge)
                outlines += [self._placed(piece, (left, top), (j, i), bool(turn)) for piece in pieces]
            shapes.append(Path(palette.colours[number], tuple(outlines)))
        return shapes

    def _sheet(self, extent: tuple[float, float], colours: int, time: float = 0.0) -> tuple[Array, Array, Array]:
        """How each tile is turned, (rows, columns); the edges of the bands in cells; their colour numbers."""
        rng = stream(self.seed, 0, "truchet")
        turns = self._turns(rng, (covering(extent[1] * self.cells), covering(extent[0] * self.cells)))
        order = np.resize(rng.permutation(colours), max(2 * self.bands, 3))
        edges = (np.arange(len(order) - 1) - len(order) / 2 + 1) * self.width * (2 if self.bands == 1 else 1)
        return turns, edges * (1 + 0.2 * swing(time, 0.25)) + 0.07 * swing(time, 0.0), order

    def _near(self, reach: float) -> list[Outline]:
        """What of an unturned tile lies within reach of its upper left or lower right corner, in cells."""
        leg, radius = self._leg(reach)
        return [((0, 0), (leg, 0), (0, leg, *radius)), ((1, 1), (1 - leg, 1), (1, 1 - leg, *radius))]

    def _far(self, reach: float) -> list[Outline]:
        """What of it lies farther than that from both."""
        leg, radius = self._leg(reach)
        inward = [-each for each in radius]
        if 2 * leg * leg <= 1 or not radius:
            low, high = ((1, 0), (1, 1 - leg)), ((0, 1), (0, leg))
            return [((leg, 0), *low, (1 - leg, 1, *inward), *high, (leg, 0, *inward))]
        x = (1 + math.sqrt(2 * leg * leg - 1)) / 2  # where the two arcs cross, at (x, 1 - x) and (1 - x, x)
        return [
            ((leg, 0), (1, 0), (1, 1 - leg), (x, 1 - x, *inward), (leg, 0, *inward)),
            ((1 - leg, 1), (0, 1), (0, leg), (1 - x, x, *inward), (1 - leg, 1, *inward)),
        ]

    def _leg(self, reach: float) -> tuple[float, list[float]]:
        """How far along the sides a corner's piece reaches, and the radius of its third side, if it is an arc."""
        return ((reach - 0.5) * math.sqrt(2) + 0.5, []) if self.outline == "diagonals" else (reach, [reach])

    def _placed(self, piece: Outline, corner: tuple[float, float], cell: tuple[int, int], turn: bool) -> Outline:
        """A piece of a tile where its cell is; in a turned tile left and right change places."""
        side, nodes = 1 / self.cells, []
        for u, v, *radius in piece:
            x = corner[0] + (cell[0] + (1 - u if turn else u)) * side
            nodes.append((x, corner[1] + (cell[1] + v) * side, *(-r * side if turn else r * side for r in radius)))
        return tuple(nodes)

    def _field(self, canvas: Canvas, turn: Array) -> Callable[[Canvas], Array]:
        """The signed distance to the line, in units, some rows at a time."""
        column, u = _within(canvas.x[0], canvas.extent[0], self.cells)
        # All that depends on a tile's row but not on the place within it, (rows of tiles, width).
        across = np.where(turn[:, column], 1 - u, u)
        rows = np.arange(len(turn))[:, None]
        side = (1 - 2 * ((rows + column + turn[:, column]) % 2)).astype(np.float32) * np.float32(1 / self.cells)
        nearest = self._to_arcs if self.outline == "arcs" else self._to_diagonals

        def distance(part: Canvas) -> Array:
            row, v = _within(part.y[:, 0], part.extent[1], self.cells)
            inside = nearest(across, row, v[:, None])
            inside *= np.take(side, row, axis=0)
            return inside

        return distance

    def _turns(self, rng: np.random.Generator, shape: tuple[int, int]) -> Array:
        """Zeros and ones, (rows, columns)."""
        i, j = np.indices(shape)
        regular = (i // int(rng.integers(1, 3)) + j // int(rng.integers(1, 3))) % 2
        return np.where(rng.random(shape) < self.order, regular, rng.integers(0, 2, shape))

    def _to_arcs(self, across: Array, row: Array, v: Array) -> Array:
        """How far inside the nearer of two quarter circles, in cells."""
        one, other = np.take(across * across, row, axis=0), np.take((1 - across) * (1 - across), row, axis=0)
        one += v * v
        other += (1 - v) * (1 - v)
        np.sqrt(np.minimum(one, other, out=one), out=one)
        return np.subtract(np.float32(0.5), one, out=one)

    def _to_diagonals(self, across: Array, row: Array, v: Array) -> Array:
        """How far inside the nearer of two corners, in cells."""
        along = np.take(across, row, axis=0)
        along += v - 1
        np.abs(along, out=along)
        along -= np.float32(0.5)
        along *= np.float32(0.70710678)
        return along


def _within(places: Array, extent: float, cells: int) -> tuple[Array, Array]:
    """The number of the tile at each place, and where in it the place lies, 0..1."""
    position = (places + np.float32(extent / 2)) * np.float32(cells)
    number = np.floor(position)
    return number.astype(np.int32), position - number
