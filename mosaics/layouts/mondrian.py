"""Rectangles of many sizes, cut again and again in two, with the gutter as the black between them."""

import numpy as np

from mosaics.layouts.room import Wish, room
from mosaics.layouts.splitting import Rect, halved, in_pixels
from mosaics.placement import Placement, Sheet
from mosaics.tiles import Tiles

_SPREAD = 0.9  # standard deviation of the logarithm of areas: a few large ones among many small
_SMALLEST = 0.2  # of the mean area: none becomes a sliver
_SMALLEST_PLACE = 0.03  # of the mean area, slivers heeded


def place(tiles: Tiles, sheet: Sheet) -> list[Placement]:
    """Every tile once; which place is large is left to chance by `seed`.

    Raises:
        MosaicsError: the canvas has too few pixels for a tile.
    """
    canvas, look = sheet.canvas, sheet.look
    own = room(tiles, canvas, look, Wish(smallest=_SMALLEST_PLACE if canvas else 1.0))
    rng = np.random.default_rng(sheet.seed)
    areas = np.maximum(rng.lognormal(0, _SPREAD, len(tiles)), _SMALLEST)
    rects = halved(areas, Rect(own.x, own.y, own.w, own.h), rng)
    return [Placement(i, *in_pixels(rect, own.gutter)) for i, rect in enumerate(rects)]
