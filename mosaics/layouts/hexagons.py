"""Hexagons that fill the plane as a comb."""

import numpy as np

from mosaics.layouts.room import Room, Wish, room
from mosaics.placement import Placement, Sheet
from mosaics.tiles import Tiles

_FILLED = 0.8  # of the room, with its ragged sides
_HOLE_COST = 0.1  # part of a place's width given up to fill an empty last row


def place(tiles: Tiles, sheet: Sheet) -> list[Placement]:
    """Every tile once, in reading order, every second row half a place to the right.

    A place is an even number of pixels wide, and rows are a multiple of three apart, so that neighbours meet exactly.

    Raises:
        MosaicsError: the canvas has too few pixels for a tile.
    """
    canvas, look = sheet.canvas, sheet.look
    own = room(tiles, canvas, look, Wish(_FILLED, enough=lambda own: _is_drawn(*_comb(len(tiles), own)[1:])))
    cols, width, pitch = _comb(len(tiles), own)
    rows = -(-len(tiles) // cols)
    outline = _hexagon(1 - min(0.8, own.gutter / width))
    high = pitch * (rows - 1) + pitch * 4 // 3
    wide = width * cols + (width // 2 if rows > 1 else 0)
    left, top = own.x + (own.w - wide) // 2, own.y + (own.h - high) // 2
    found = []
    for i in range(len(tiles)):
        row, col = divmod(i, cols)
        last = len(tiles) - (rows - 1) * cols
        indent = (cols - last) // 2 * width if row == rows - 1 else 0
        x = left + col * width + row % 2 * (width // 2) + indent
        found.append(Placement(i, x, top + row * pitch, width, pitch * 4 // 3, outline))
    return found


def _comb(count: int, own: Room) -> tuple[int, int, int]:
    """Columns, width of a place and distance of rows that give large places and a full last row."""
    cols = np.arange(1, count + 1)
    rows = -(-count // cols)
    wide = own.w / (cols + np.where(rows > 1, 0.5, 0.0))
    high = own.h / (0.75 * (rows - 1) + 1) * np.sqrt(3) / 2
    empty = (rows * cols - count) / cols
    best = int(np.argmax(np.minimum(wide, high) * (1 - _HOLE_COST * empty)))
    width = int(min(wide[best], high[best])) // 2 * 2
    pitch = int(width * np.sqrt(3) / 2 / 3 + 0.5) * 3
    if pitch * (rows[best] - 1) + pitch * 4 // 3 > own.h:
        pitch -= 3
    return int(cols[best]), width, pitch


def _is_drawn(width: int, pitch: int) -> bool:
    return width >= 2 and pitch >= 3


def _hexagon(part: float) -> tuple[tuple[float, float], ...]:
    """A hexagon that stands on a corner, smaller by a part, in the middle of its rectangle."""
    corners = ((0.5, 0.0), (1.0, 0.25), (1.0, 0.75), (0.5, 1.0), (0.0, 0.75), (0.0, 0.25))
    return tuple((0.5 + (x - 0.5) * part, 0.5 + (y - 0.5) * part) for x, y in corners)
