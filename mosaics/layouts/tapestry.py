"""The oscillation as cloth: a column a moment of training, its tiles sorted by mode, so that each mode is a band."""

import numpy as np

from mosaics.layouts.lattice import Gaps, fit
from mosaics.placement import Placement, Sheet
from mosaics.tiles import Tiles

_AIR = 0.5  # of the gutter: a cloth is denser than a sheet


def place(tiles: Tiles, sheet: Sheet) -> list[Placement]:
    """Every tile once, at the column of its "nimg", modes in the sequence of their names from the top down.

    Where every moment has as many tiles, a band is as wide as the share of its mode, and widens and narrows with it.

    Raises:
        MosaicsError: a column is missing, or the canvas has less than a pixel for a tile.
    """
    canvas, look = sheet.canvas, sheet.look
    moments, col = np.unique(tiles.column("nimg", "step"), return_inverse=True)
    line = np.lexsort((tiles.features[:, 0], tiles.column("mode"), col))
    counts = np.bincount(col)
    rows = np.arange(len(line)) - np.repeat(np.cumsum(counts) - counts, counts)
    height, width = tiles.images.shape[1:3]
    gaps = Gaps(look.gutter * _AIR, look.gutter * _AIR, look.margin)
    lattice = fit(int(counts.max()), len(moments), (width, height), canvas, gaps)
    corners = [lattice.corner(int(row), int(col[tile])) for row, tile in zip(rows, line, strict=True)]
    return [Placement(int(t), x, y, lattice.w, lattice.h) for t, (x, y) in zip(line, corners, strict=True)]
