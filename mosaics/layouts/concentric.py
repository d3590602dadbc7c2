"""Rings around the middle, cut into places of about one size, like the rows of an arena."""

import numpy as np

from mosaics.layouts.room import Wish, room
from mosaics.outlines import placed
from mosaics.placement import Placement, Sheet
from mosaics.tiles import Tiles

_FILLED = 0.7  # of the room, whose corners stay empty
_SAGITTA = 0.02  # pixels by which a chord may leave its arc


def place(tiles: Tiles, sheet: Sheet) -> list[Placement]:
    """Every tile once, from the middle outwards, each ring begun at the top.

    Raises:
        MosaicsError: the canvas has too few pixels for a tile.
    """
    canvas, look = sheet.canvas, sheet.look
    own = room(tiles, canvas, look, Wish(_FILLED, square=True))
    counts = _rings(len(tiles))
    thick = own.w / (2 * len(counts) - 1) if counts[0] == 1 else own.w / (2 * len(counts))
    gutter = min(own.gutter, thick * 0.6)
    found: list[Placement] = []
    for ring, count in enumerate(counts):
        inner = max(0.0, (ring - 0.5) * thick)
        for k in range(count):
            turn = (2 * np.pi * k / count, 2 * np.pi * (k + 1) / count)
            found.append(placed(len(found), own.centre + _sector((inner, (ring + 0.5) * thick), turn, gutter)))
    return found


def _rings(count: int) -> list[int]:
    """How many places each ring has: 1 in the middle, then in proportion to its length, `count` in all."""
    lengths = [1.0]
    while sum(max(1, round(each)) for each in lengths) < count:
        lengths.append(2 * np.pi * len(lengths))
    if len(lengths) == 1:
        return [1]
    rest = np.array(lengths[1:]) * (count - 1) / sum(lengths[1:])
    whole = np.maximum(1, np.floor(rest)).astype(int)
    for place in np.argsort(whole - rest, kind="stable"):
        whole[place] += whole.sum() < count - 1
    while whole.sum() > count - 1:
        whole[np.argmax(whole)] -= 1
    whole[-1] += count - 1 - whole.sum()
    return [1, *(int(each) for each in whole if each)]


def _sector(radii: tuple[float, float], turn: tuple[float, float], gutter: float) -> np.ndarray:
    """Corners (M, 2) around 0 of a part of a ring, half a gutter inside its borders; a disc at the middle."""
    inner, outer = radii[0] + gutter / 2, radii[1] - gutter / 2
    if radii[0] == 0.0:
        angles = np.linspace(0, 2 * np.pi, _corners(2 * np.pi, outer), endpoint=False)
        return outer * np.stack([np.sin(angles), -np.cos(angles)], 1)
    sides = []
    for radius, way in ((outer, 1), (inner, -1)):
        less = np.arcsin(min(0.9 * np.sin(min((turn[1] - turn[0]) / 2, np.pi / 2)), gutter / 2 / radius))
        angles = np.linspace(turn[0] + less, turn[1] - less, _corners(turn[1] - turn[0], radius))[::way]
        sides.append(radius * np.stack([np.sin(angles), -np.cos(angles)], 1))
    return np.concatenate(sides)


def _corners(angle: float, radius: float) -> int:
    """How many corners an arc needs: a chord of angle a is off by r a^2 / 8."""
    return max(3, int(np.ceil(angle * np.sqrt(max(radius, 1.0) / (8 * _SAGITTA)))) + 1)
