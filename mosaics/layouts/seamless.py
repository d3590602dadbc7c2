"""A sheet without an edge: beside and above copies of itself no border shows."""

import numpy as np

from mosaics.layouts.room import LEAST, Room, Wish, room
from mosaics.placement import Look, Placement, Sheet
from mosaics.tiles import Tiles

_DOUBLE_COST = 0.3  # of a double place in every row, as the logarithm of a stretch of all places
_GOLDEN = (5**0.5 - 1) / 2


def place(tiles: Tiles, sheet: Sheet) -> list[Placement]:
    """Every tile once, in rows and columns that reach from border to border; half a gutter along each side, no margin.

    Rows and columns are even whatever the number of tiles: where it does not come out, a few places, no two in a row,
    are two columns wide.

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
    rows, cols = _lattice(len(tiles), own, tiles.images.shape[2] / tiles.images.shape[1])
    xs, ys = _borders(own.w, cols), _borders(own.h, rows)
    gutter = min(own.gutter, own.h / rows / 2, own.w / cols / 2)
    double = _doubles(rows * cols - len(tiles), rows, cols)
    found: list[Placement] = []
    for row in range(rows):
        for col in range(cols):
            if col and double.get(row) == col - 1:
                continue
            end = xs[col + 1 + (double.get(row) == col)]
            found.append(_cell(len(found), (xs[col], ys[row]), (end, ys[row + 1]), float(gutter)))
    return found


def _choices(count: int, own: Room) -> np.ndarray:
    """Numbers of rows that leave every place a few pixels."""
    rows = np.arange(1, count + 1)
    return rows[(own.h / rows >= 2 * LEAST) & (own.w / np.ceil(count / rows) >= 2 * LEAST)]


def _lattice(count: int, own: Room, aspect: float) -> tuple[int, int]:
    """Rows and columns: places near to the proportions of a tile, few of them double."""
    rows = _choices(count, own)
    cols = -(-count // rows)
    stretch = np.abs(np.log(own.w / cols / (own.h / rows) / aspect))
    best = int((stretch + _DOUBLE_COST * (rows * cols - count) / rows).argmin())
    return int(rows[best]), int(cols[best])


def _doubles(count: int, rows: int, cols: int) -> dict[int, int]:
    """Row to column of so many double places, fewer than rows, spread over the sheet."""
    return {int((k + 0.5) * rows / count): int((0.5 + k * _GOLDEN) % 1 * (cols - 1)) for k in range(count)}


def _borders(length: int, parts: int) -> list[int]:
    return np.round(np.arange(parts + 1) * length / parts).astype(int).tolist()


def _cell(tile: int, low: tuple[int, int], high: tuple[int, int], gutter: float) -> Placement:
    """A place between two corners, half a gutter from each; the halves add up to the same everywhere."""
    before = int(gutter / 2)
    after = int(gutter + 0.5) - before
    w, h = (max(1, b - a - before - after) for a, b in zip(low, high, strict=True))
    return Placement(tile, min(low[0] + before, high[0] - 1), min(low[1] + before, high[1] - 1), w, h)
