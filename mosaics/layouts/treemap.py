"""A treemap: each mode a block as large as its share, each tile in it a rectangle, all of them as square as can be."""

import numpy as np

from mosaics.errors import MosaicsError
from mosaics.layouts.room import Wish, room
from mosaics.layouts.splitting import Rect, in_pixels, squarified
from mosaics.placement import Placement, Sheet
from mosaics.tiles import Tiles

_SMALLEST_PLACE = 0.03  # of the mean area, slivers heeded
_APART = 1.5  # gutters more than between tiles lie between blocks, so that they are seen as blocks


def place(tiles: Tiles, sheet: Sheet) -> list[Placement]:
    """Every tile once, its area in proportion to its column "weight", or else all alike; modes apart, largest first.

    Raises:
        MosaicsError: a weight that is not above 0, or too few pixels for a tile.
    """
    canvas, look = sheet.canvas, sheet.look
    own = room(tiles, canvas, look, Wish(smallest=_SMALLEST_PLACE if canvas else 1.0))
    weights = np.asarray(tiles.columns.get("weight", np.ones(len(tiles))), float)
    if not (np.isfinite(weights).all() and (weights > 0).all()):
        raise MosaicsError("expected a weight above 0 for each tile, received another; leave such tiles out")
    weights = np.maximum(weights, 0.05 * weights.mean())  # a sliver shows nothing
    modes = np.asarray(tiles.columns.get("mode", np.zeros(len(tiles), int)))
    groups = [np.flatnonzero(modes == mode) for mode in np.unique(modes)]
    groups.sort(key=lambda group: -weights[group].sum())
    blocks = squarified([weights[group].sum() for group in groups], Rect(own.x, own.y, own.w, own.h))
    found: list[Placement] = []
    for group, block in zip(groups, blocks, strict=True):
        inside = group[np.argsort(-weights[group], kind="stable")]
        rects = squarified(weights[inside].tolist(), _inside(block, own.gutter * _APART / 2))
        found += [Placement(int(tile), *in_pixels(rect, own.gutter)) for tile, rect in zip(inside, rects, strict=True)]
    return found


def _inside(block: Rect, air: float) -> Rect:
    """A block with so much air at each side, but for one that is too small for it."""
    x, y = min(air, block.w * 0.1), min(air, block.h * 0.1)
    return Rect(block.x + x, block.y + y, block.w - 2 * x, block.h - 2 * y)
