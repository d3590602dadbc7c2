"""Rows and columns of equal cells, fitted to a canvas in whole pixels."""

import math
from dataclasses import dataclass

import numpy as np

from mosaics.errors import MosaicsError

_EPSILON = 1e-9  # keeps a size that divides exactly from being rounded down by a pixel


@dataclass(frozen=True)
class Gaps:
    """Space between columns (x) and rows (y) in parts of a tile's shorter side; margin in parts of the picture's."""

    x: float
    y: float
    margin: float


@dataclass(frozen=True)
class Lattice:
    """Cells of w x h pixels: the top left one at (left, top), the next gutter_x or gutter_y further."""

    left: int
    top: int
    w: int
    h: int
    gutter_x: int
    gutter_y: int

    def corner(self, row: int, col: float) -> tuple[int, int]:
        """The top left pixel of a cell; half a column is allowed."""
        return self.left + int(col * (self.w + self.gutter_x)), self.top + row * (self.h + self.gutter_y)


def shorter_side(rows, cols, tile: tuple[int, int], canvas: tuple[int, int], gaps: Gaps):  # type: ignore[no-untyped-def]
    """The largest shorter side, in pixels, of `rows` x `cols` tiles that fit the canvas; arrays or numbers."""
    margins = 2 * gaps.margin * min(canvas)
    wide = cols * tile[0] / min(tile) + (cols - 1) * gaps.x
    high = rows * tile[1] / min(tile) + (rows - 1) * gaps.y
    return np.minimum((canvas[0] - margins) / wide, (canvas[1] - margins) / high) + _EPSILON


def fit(rows: int, cols: int, tile: tuple[int, int], canvas: tuple[int, int] | None, gaps: Gaps) -> Lattice:
    """The lattice of `rows` x `cols` cells in the shape of a tile (width, height), centred on the canvas.

    Without a canvas the tiles keep their own size, and the margin starts at (0, 0).

    Raises:
        MosaicsError: a tile would be smaller than one pixel.
    """
    if canvas is None:
        return _at_own_size(rows, cols, tile, gaps)
    side = float(shorter_side(rows, cols, tile, canvas, gaps))
    if side < 1:
        raise MosaicsError(_too_small(rows, cols, canvas, side))
    w, h = (int(length * side / min(tile) + _EPSILON) for length in tile)
    margins = 2 * gaps.margin * min(canvas)
    for rounded in (math.ceil, math.floor):  # a wider gutter takes up what rounding the tiles down left over
        x, y = rounded(gaps.x * side), rounded(gaps.y * side)
        wide, high = cols * (w + x) - x, rows * (h + y) - y
        if wide <= canvas[0] - margins and high <= canvas[1] - margins:
            break
    return Lattice((canvas[0] - wide) // 2, (canvas[1] - high) // 2, w, h, x, y)


def _at_own_size(rows: int, cols: int, tile: tuple[int, int], gaps: Gaps) -> Lattice:
    (w, h), side = tile, min(tile)
    x, y = round(gaps.x * side), round(gaps.y * side)
    block = min(cols * (w + x) - x, rows * (h + y) - y)
    margin = round(gaps.margin / (1 - 2 * gaps.margin) * block)
    return Lattice(margin, margin, w, h, x, y)


def _too_small(rows: int, cols: int, canvas: tuple[int, int], side: float) -> str:
    enough = [math.ceil(1.05 * length / side) + 2 for length in canvas]  # a little more: margins round too
    return (
        f"expected a canvas with at least a pixel for each of {rows} x {cols} tiles and the space around them, "
        f"received {canvas[0]} x {canvas[1]}; give {enough[0]} x {enough[1]}, or fewer tiles"
    )
