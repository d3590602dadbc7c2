"""Rows and columns of equal cells, fitted to a canvas in whole pixels."""

import math
from dataclasses import dataclass

import numpy as np

from mosaics.errors import MosaicsError

_EPSILON = 1e-9  # keeps a size that divides exactly from being rounded down by a pixel


@dataclass(frozen=True)
class Gaps:
    """Space between columns, between rows and around them all, in parts of a tile's shorter side."""

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
    unit = min(tile)
    wide = cols * tile[0] / unit + (cols - 1) * gaps.x + 2 * gaps.margin
    high = rows * tile[1] / unit + (rows - 1) * gaps.y + 2 * gaps.margin
    return np.minimum(canvas[0] / wide, canvas[1] / high) + _EPSILON


def fit(rows: int, cols: int, tile: tuple[int, int], canvas: tuple[int, int] | None, gaps: Gaps) -> Lattice:
    """The lattice of `rows` x `cols` cells in the shape of a tile (width, height), centred on the canvas.

    Without a canvas the tiles keep their own size, and the margin starts at (0, 0).

    Raises:
        MosaicsError: a tile would be smaller than one pixel.
    """
    unit = min(tile)
    side = float(shorter_side(rows, cols, tile, canvas, gaps)) if canvas else float(unit)
    if canvas and side < 1:
        raise MosaicsError(
            f"expected a canvas with at least a pixel for each of {rows} x {cols} tiles and the space around "
            f"them, received {canvas[0]} x {canvas[1]}; give {math.ceil(canvas[0] / side)} x "
            f"{math.ceil(canvas[1] / side)} or more, or fewer tiles"
        )
    w, h = int(tile[0] * side / unit + _EPSILON), int(tile[1] * side / unit + _EPSILON)
    if canvas is None:
        margin = round(gaps.margin * side)
        return Lattice(margin, margin, w, h, round(gaps.x * side), round(gaps.y * side))
    gutter_x, gutter_y = int(gaps.x * side), int(gaps.y * side)
    left = (canvas[0] - cols * w - (cols - 1) * gutter_x) // 2
    top = (canvas[1] - rows * h - (rows - 1) * gutter_y) // 2
    return Lattice(left, top, w, h, gutter_x, gutter_y)
