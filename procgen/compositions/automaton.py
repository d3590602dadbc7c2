"""Rows that follow from the row before."""

from dataclasses import dataclass
from typing import Annotated

import numpy as np

from ..canvas import Canvas, covering
from ..domains import Choice, Integer, Seed
from ..palettes import Palette
from ..randomness import stream
from ..shapes import Shape, cell_shapes
from .base import Array, Composition

_SETTLING = 12  # rows that a chance row gets to become what the rule makes of it
_SIZES = (3, 6, 11, 20)  # cells along the top of a triangle, where another colour begins


@dataclass(frozen=True)
class Automaton(Composition):
    """Cells that are on or off by a rule of three: the cell above and its two neighbours.

    S. Wolfram, "Statistical mechanics of cellular automata" (1983); the triangles are those of some sea snails' shells.

    Attributes:
        cells: along the short side.
        rule: its number in Wolfram's table.
        start: the first row: a single cell, or a chance motif repeated.
        colouring: of the cells that are on by bands of rows, of those that are off by how long they have been so, or
            of the triangles that these make by size.
        mirror: none, one half as the other's mirror image, or a quarter as that of all.
        direction: where time runs.
        band: rows of one colour.
        seed: of the first row and the colours.
    """

    cells: Annotated[int, Integer(24, 44)]
    rule: Annotated[str, Choice("30", "45", "73", "90", "105", "110", "150")]
    start: Annotated[str, Choice("single", "motif")]
    colouring: Annotated[str, Choice("bands", "age", "size")]
    mirror: Annotated[str, Choice("none", "half", "quarter")]
    direction: Annotated[str, Choice("down", "up", "right", "left")]
    band: Annotated[int, Integer(1, 9)]
    seed: Seed

    def draw(self, canvas: Canvas, palette: Palette) -> Array:
        """The rows as cells; over time, the colours move on from band to band."""
        kinds, columns, rows, order = self._cells(canvas.extent, len(palette.colours))
        shown = np.float32(canvas.time * len(order))
        whole = int(shown)
        ahead = palette.linear[np.roll(order, whole + 1)] - palette.linear[np.roll(order, whole)]
        cycle = palette.linear[np.roll(order, whole)] + (shown - whole) * ahead
        return canvas.cells(np.concatenate([palette.linear[:1], cycle])[kinds], columns, rows)

    def vectors(self, extent: tuple[float, float], palette: Palette) -> list[Shape]:
        """The same cells as rectangles."""
        kinds, columns, rows, order = self._cells(extent, len(palette.colours))
        return cell_shapes(np.append(0, order)[kinds], columns, rows, extent, palette.colours)

    def _cells(self, extent: tuple[float, float], colours: int) -> tuple[Array, float, float, Array]:
        """The kind of each cell, how many columns and rows are seen, and the colour numbers of all kinds but 0."""
        rng = stream(self.seed, 0, "automaton")
        upright = self.direction in ("down", "up")
        across, along = (side * self.cells for side in (extent if upright else extent[::-1]))
        on = self._mirrored(rng, covering(along), covering(across))
        order = 1 + rng.permutation(colours - 1)
        kinds = self._kinds(on, len(order))
        if self.direction in ("up", "left"):
            kinds = kinds[::-1]
        return (kinds, across, along, order) if upright else (kinds.T, along, across, order)

    def _mirrored(self, rng: np.random.Generator, rows: int, columns: int) -> Array:
        """Which cells are on, booleans (rows, columns)."""
        if self.mirror == "none":
            return self._rows(rng, rows, columns)
        wide, tall = (columns + 1) // 2, (rows + 1) // 2 if self.mirror == "quarter" else rows
        part = self._rows(rng, tall, wide)
        part = np.concatenate([part, part[:, ::-1][:, : columns - wide]], axis=1)
        return np.concatenate([part, part[::-1][: rows - tall]])

    def _rows(self, rng: np.random.Generator, rows: int, columns: int) -> Array:
        """So many rows, the ends of each joined; each is kept as the bits of one whole number."""
        width = columns + 16
        row, settling = self._first(rng, width)
        kept = []
        for k in range(rows + settling):
            if k >= settling:
                kept.append(row)
            row = _next(row, int(self.rule), width)
        size = (width + 7) // 8
        bits = np.unpackbits(
            np.frombuffer(b"".join(row.to_bytes(size) for row in kept), np.uint8).reshape(rows, size), axis=1
        )
        left = (8 * size - width) + 8
        return bits[:, left : left + columns].astype(bool)

    def _first(self, rng: np.random.Generator, width: int) -> tuple[int, int]:
        """The first row, and how many rows pass before it is shown."""
        if self.start == "single" and self.rule != "110":  # which would grow to one side only
            return 1 << (width // 2), 0
        chance = (rng.random(20) < 0.2 + 0.4 * rng.random()).astype(int)
        chance[:2] = 1, 0
        chance = np.resize(chance[: 9 + 2 * int(rng.integers(6))], width)
        return int("".join(map(str, chance.tolist())), 2) | 1, _SETTLING

    def _kinds(self, on: Array, kinds: int) -> Array:
        """0 for a cell of the ground, else which of the other kinds it is, (rows, columns)."""
        row = np.arange(len(on))[:, None]
        if self.colouring == "bands":
            return np.where(on, 1 + row // self.band % kinds, 0)
        depth = row - np.maximum.accumulate(np.where(on, row, -1), axis=0)
        if self.colouring == "age":
            return np.where(on, 0, 1 + (depth - 1) // (1 + self.band // 3) % kinds)
        size = np.searchsorted(_SIZES, _gaps(on) + 2 * depth - 2, side="right")
        return np.where(on, 1, np.where(size == 0, 0, 1 + (size + self.band // 4) % kinds))


def _gaps(on: Array) -> Array:
    """How many cells that are off lie side by side where each one is, (rows, columns)."""
    columns = np.arange(on.shape[1])[None]
    before = np.maximum.accumulate(np.where(on, columns, -1), axis=1)
    after = np.minimum.accumulate(np.where(on, columns, on.shape[1])[:, ::-1], axis=1)[:, ::-1]
    return after - before - 1


def _next(row: int, rule: int, width: int) -> int:
    """The row after one, the ends joined: bit k of the rule says what follows three cells that read k in binary."""
    every = (1 << width) - 1
    left, right = row >> 1 | (row & 1) << (width - 1), (row << 1 | row >> (width - 1)) & every
    following = 0
    for k in range(8):
        if rule >> k & 1:
            following |= (left if k & 4 else ~left) & (row if k & 2 else ~row) & (right if k & 1 else ~right)
    return following & every
