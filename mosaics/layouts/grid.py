"""The contact sheet: equal tiles in rows, as large as the canvas allows, the last row centred."""

import numpy as np

from mosaics.layouts.lattice import Gaps, fit, shorter_side
from mosaics.placement import Placement, Sheet
from mosaics.tiles import Tiles

_HOLE_COST = 0.1  # part of a tile's size given up to fill an empty last row of a given canvas
_FREE_HOLE_COST = 0.8  # the same where the sheet may take any shape: 200 become 20 x 10, not 17 x 12
_LARGE_SQUARE = (1 << 30, 1 << 30)  # the shape to come near to where no canvas is given


def place(tiles: Tiles, sheet: Sheet) -> list[Placement]:
    """Every tile once, in reading order.

    Args:
        tiles: their number and shape count, not what is in them.
        sheet: see `Sheet`.

    Raises:
        MosaicsError: the canvas has less than a pixel for a tile.
    """
    canvas, look = sheet.canvas, sheet.look
    gaps = Gaps(look.gutter, look.gutter, look.margin)
    height, width = tiles.images.shape[1:3]
    count, cols = len(tiles), _columns(len(tiles), (width, height), canvas, gaps)
    rows = -(-count // cols)
    lattice = fit(rows, cols, (width, height), canvas, gaps)
    indent = (rows * cols - count) / 2  # in columns, of the last row
    corners = (lattice.corner(i // cols, i % cols + indent * (i // cols == rows - 1)) for i in range(count))
    return [Placement(i, x, y, lattice.w, lattice.h) for i, (x, y) in enumerate(corners)]


def _columns(count: int, tile: tuple[int, int], canvas: tuple[int, int] | None, gaps: Gaps) -> int:
    """How many columns give large tiles and a full last row; of equals the wider sheet."""
    cols = np.arange(count, 0, -1)
    rows = -(-count // cols)
    empty = (rows * cols - count) / cols
    size = shorter_side(rows, cols, tile, canvas or _LARGE_SQUARE, gaps)
    hole_cost = _HOLE_COST if canvas else _FREE_HOLE_COST
    worth = np.where(size < 1, 1e-3, 1 - hole_cost * empty)  # less than a pixel only if nothing else is left
    return int(cols[np.argmax(size * worth)])
