"""A sheet without an edge: beside and above copies of itself no border shows."""

import numpy as np

from mosaics.layouts.room import LEAST, Room, Wish, room
from mosaics.placement import Look, Placement, Sheet
from mosaics.tiles import Tiles


def place(tiles: Tiles, sheet: Sheet) -> list[Placement]:
    """Every tile once, in rows that all reach from border to border; half a gutter lies along each side, no margin.

    Rows hold as many tiles as one another, or one more.

    Raises:
        MosaicsError: the canvas has too few pixels for a tile.
    """
    canvas, bare = sheet.canvas, Look(gutter=sheet.look.gutter, margin=0.0)
    own = room(
        tiles,
        canvas,
        bare,
        Wish(smallest=0.5 if canvas else 1.0, enough=lambda own: len(_choices(len(tiles), own)) > 0),
    )
    rows = _rows(len(tiles), own, tiles.images.shape[2] / tiles.images.shape[1])
    first = np.floor(np.arange(rows + 1) * len(tiles) / rows).astype(int).tolist()
    ys = _borders(own.h, rows)
    gutter = min(own.gutter, own.h / rows / 2, own.w / np.ceil(len(tiles) / rows) / 2)
    found = []
    for row in range(rows):
        count = first[row + 1] - first[row]
        xs = _borders(own.w, count)
        for k in range(count):
            found.append(_cell(first[row] + k, (xs[k], ys[row]), (xs[k + 1], ys[row + 1]), float(gutter)))
    return found


def _choices(count: int, own: Room) -> np.ndarray:
    """Numbers of rows that leave every place a few pixels."""
    rows = np.arange(1, count + 1)
    return rows[(own.h / rows >= 2 * LEAST) & (own.w / np.ceil(count / rows) >= 2 * LEAST)]


def _rows(count: int, own: Room, aspect: float) -> int:
    """How many rows keep places nearest to the proportions of a tile."""
    rows = _choices(count, own)
    shape = own.w / (count / rows) / (own.h / rows)
    return int(rows[np.abs(np.log(shape / aspect)).argmin()])


def _borders(length: int, parts: int) -> list[int]:
    return np.round(np.arange(parts + 1) * length / parts).astype(int).tolist()


def _cell(tile: int, low: tuple[int, int], high: tuple[int, int], gutter: float) -> Placement:
    """A place between two corners, half a gutter from each; the halves add up to the same everywhere."""
    before = int(gutter / 2)
    after = int(gutter + 0.5) - before
    w, h = (max(1, b - a - before - after) for a, b in zip(low, high, strict=True))
    return Placement(tile, min(low[0] + before, high[0] - 1), min(low[1] + before, high[1] - 1), w, h)
