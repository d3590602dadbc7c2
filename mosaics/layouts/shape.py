"""Tiles that fill a shape: a mask, a silhouette, a word."""

import numpy as np

from mosaics.errors import MosaicsError
from mosaics.layouts.room import LEAST, Room, Wish, room
from mosaics.placement import Placement, Sheet
from mosaics.tiles import Tiles

_WIDER = 1.6  # times as wide as the others a tile may be where its run has room

_EPSILON = 1e-6  # keeps a place that divides exactly from being rounded down onto its neighbour

Run = tuple[float, float, float, int]  # left, top, length and how many tiles


def place(tiles: Tiles, sheet: Sheet) -> list[Placement]:
    """Every tile once, in rows inside the shape, as large as lets all of them in; the shape keeps its proportions.

    Raises:
        MosaicsError: no shape, an empty one, or one so thin that the canvas has too few pixels for a tile.
    """
    canvas, look, options = sheet.canvas, sheet.look, sheet.options
    if options.shape is None or not options.shape.any():
        raise MosaicsError("expected a shape with something in it, received none; give a mask or a text")
    shape = _trimmed(options.shape)
    filled = max(0.02, float(shape.mean()) * 0.5)
    aspect = tiles.images.shape[2] / tiles.images.shape[1]
    size = _largest(shape, len(tiles), aspect)
    own = room(
        tiles, canvas, look, Wish(filled, enough=lambda own: size * min(aspect, 1) * _scale(own, shape) >= LEAST)
    )
    return _placements(_thinned(_runs(shape, size, aspect), len(tiles)), (size, aspect), own, shape)


def _scale(own: Room, shape: np.ndarray) -> float:
    """Pixels of the canvas for one of the shape."""
    return min(own.w / shape.shape[1], own.h / shape.shape[0])


def _placements(runs: list[Run], sizes: tuple[float, float], own: Room, shape: np.ndarray) -> list[Placement]:
    (size, aspect), scale = sizes, _scale(own, shape)
    left = own.x + (own.w - shape.shape[1] * scale) / 2
    top = own.y + (own.h - shape.shape[0] * scale) / 2
    air = own.gutter if own.gutter < size * scale * 0.5 else size * scale * 0.25
    h = max(1, int(size * scale - air * 0.5))
    found: list[Placement] = []
    for x, y, length, count in runs:
        each = min(length / count, _WIDER * size * aspect)  # a run is full from end to end: so edges are sharp
        start = x + (length - count * each) / 2
        w = max(1, int(each * scale - air * 0.5))
        for k in range(count):
            at = int(left + (start + k * each) * scale + _EPSILON)
            found.append(Placement(len(found), at, int(top + y * scale + _EPSILON), w, h))
    return found


def _trimmed(shape: np.ndarray) -> np.ndarray:
    rows, cols = np.flatnonzero(shape.any(1)), np.flatnonzero(shape.any(0))
    return shape[rows[0] : rows[-1] + 1, cols[0] : cols[-1] + 1]


def _runs(shape: np.ndarray, size: float, aspect: float) -> list[Run]:
    """Where rows of tiles of this height lie inside the shape: runs of columns that are inside from top to bottom."""
    found = []
    for row in range(int(shape.shape[0] / size + 1e-9)):
        y = row * size
        inside = shape[int(y) : max(int(y) + 1, int(np.ceil(y + size - 1e-9)))].all(0)
        steps = np.diff(np.concatenate([[0], inside.astype(np.int8), [0]]))
        for a, b in zip(np.flatnonzero(steps == 1), np.flatnonzero(steps == -1), strict=True):
            count = int((b - a) / (size * aspect) + 1e-9)
            if count:
                found.append((float(a), y, float(b - a), count))
    return found


def _largest(shape: np.ndarray, count: int, aspect: float) -> float:
    """The largest height, in pixels of the shape, at which so many tiles have room; within 2%."""
    high = float(min(shape.shape[0], shape.shape[1] / aspect))
    fair = float(np.sqrt(shape.sum() / (count * aspect)))
    size = min(high, 2 * fair)
    while sum(run[3] for run in _runs(shape, size, aspect)) < count:
        size *= 0.98
    return size


def _thinned(runs: list[Run], count: int) -> list[Run]:
    """The same runs with so many tiles in all: lone tiles go first, then one at a time from the longest run."""
    counts = [run[3] for run in runs]
    for _ in range(sum(counts) - count):
        counts[counts.index(1) if 1 in counts else counts.index(max(counts))] -= 1
    return [(x, y, length, n) for (x, y, length, _), n in zip(runs, counts, strict=True) if n]
