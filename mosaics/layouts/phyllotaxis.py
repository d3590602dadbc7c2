"""The sunflower: discs along Vogel's spiral, each turned by the golden angle from the one before."""

import numpy as np

from mosaics.layouts.room import Wish, room
from mosaics.outlines import disc
from mosaics.placement import Placement, Sheet
from mosaics.tiles import Tiles

_GOLDEN = np.pi * (3 - np.sqrt(5))  # radians
_FILLED = 0.5  # of the room, whose corners stay empty


def place(tiles: Tiles, sheet: Sheet) -> list[Placement]:
    """Every tile once, from the middle outwards (Vogel 1979: radius c sqrt(n), angle n times 137.5 degrees).

    Raises:
        MosaicsError: the canvas has too few pixels for a tile.
    """
    canvas, look = sheet.canvas, sheet.look
    own = room(tiles, canvas, look, Wish(_FILLED, square=True))
    points, sizes = _seeds(len(tiles), own.w)
    sizes = np.maximum(1, (sizes - own.gutter).astype(int))
    corners = np.floor(points + own.centre - sizes[:, None] / 2 + 1e-9).astype(int).tolist()
    return [
        Placement(i, x, y, size, size, disc())
        for i, ((x, y), size) in enumerate(zip(corners, sizes.tolist(), strict=True))
    ]


def _seeds(count: int, side: float) -> tuple[np.ndarray, np.ndarray]:
    """Centres (count, 2) around 0 and widths (count,) of discs, all within a disc of that diameter.

    A disc is as wide as it is far to its nearest neighbour: no two overlap, as half of both is at most their distance.
    """
    from scipy.spatial import cKDTree

    if count == 1:
        return np.zeros((1, 2)), np.array([side - 1])
    n = np.arange(count) + 0.5
    points = np.sqrt(n)[:, None] * np.stack([np.cos(n * _GOLDEN), np.sin(n * _GOLDEN)], 1)
    nearest = cKDTree(points).query(points, 2)[0][:, 1]
    reach = float((np.hypot(*points.T) + nearest / 2).max())
    scale = (side - 1) / (2 * reach)
    return points * scale, nearest * scale - 1
