"""Cells around points that have been moved to the middle of their cells, like the skin of a fruit or dried mud."""

import numpy as np

from mosaics.layouts.room import Room, Wish, room
from mosaics.outlines import inset, placed
from mosaics.placement import Placement, Sheet
from mosaics.tiles import Tiles

_SMALLEST = 0.5  # place, in parts of the mean one
_NEAR = 8.0  # mean distances of points from a side; no cell, however the points fell, is half as wide
_ROUNDS = 12  # of Lloyd's relaxation: even cells, not yet a comb


def place(tiles: Tiles, sheet: Sheet) -> list[Placement]:
    """Every tile once; where the cells lie is left to chance by `seed`, which of them is first to reading order.

    Raises:
        MosaicsError: the canvas has too few pixels for a tile.
    """
    canvas, look = sheet.canvas, sheet.look
    own = room(tiles, canvas, look, Wish(smallest=_SMALLEST if canvas else 1.0))
    cells = _relaxed(len(tiles), own, np.random.default_rng(sheet.seed))
    rows = max(1, round(np.sqrt(len(cells) * own.h / own.w)))
    middles = np.array([cell.mean(0) for cell in cells])
    line = np.lexsort((middles[:, 0], np.floor((middles[:, 1] - own.y) / own.h * rows)))
    return [_placement(tile, cells[cell], own.gutter / 2) for tile, cell in enumerate(line.tolist())]


def _placement(tile: int, cell: np.ndarray, gutter: float) -> Placement:
    for distance in (gutter, gutter / 2, 0.0):  # a small cell keeps something of itself
        smaller = inset(cell, distance)
        if len(smaller) > 2:
            break
    return placed(tile, smaller if len(smaller) > 2 else cell)


def _relaxed(count: int, own: Room, rng: np.random.Generator) -> list[np.ndarray]:
    """The corners of each cell (M, 2), after Lloyd (1982)."""
    points = rng.random((count, 2)) * (own.w, own.h)
    for _ in range(_ROUNDS):
        points = _centroids(*_cells(points, own))
    corners, first = _cells(points, own)
    return np.split(corners + np.array([own.x, own.y]), first[1:])


def _cells(points: np.ndarray, own: Room) -> tuple[np.ndarray, np.ndarray]:
    """Corners of the Voronoi cells inside a room at (0, 0), one cell after the other, and where each cell begins.

    The points near a side of the room are mirrored at it, so that it becomes a border of cells.
    """
    from scipy.spatial import Voronoi

    w, h = own.w, own.h
    near = _NEAR * max(np.sqrt(w * h / len(points)), max(w, h) / len(points))  # in a room like a thread, too
    x, y = points.T
    mirrored = [
        points,
        points[x < near] * (-1, 1),
        points[x > w - near] * (-1, 1) + (2 * w, 0),
        points[y < near] * (1, -1),
        points[y > h - near] * (1, -1) + (0, 2 * h),
    ]
    found = Voronoi(np.concatenate(mirrored))
    regions = [found.regions[at] for at in found.point_region[: len(points)]]
    lengths = np.array([len(region) for region in regions])
    cell = np.repeat(np.arange(len(points)), lengths)
    corners = np.clip(found.vertices[np.concatenate(regions)], 0, (w, h))
    first = np.cumsum(lengths) - lengths
    around = corners - (np.add.reduceat(corners, first) / lengths[:, None])[cell]
    return corners[np.lexsort((np.arctan2(around[:, 1], around[:, 0]), cell))], first


def _centroids(corners: np.ndarray, first: np.ndarray) -> np.ndarray:
    """The middle of each polygon's area (N, 2)."""
    ends = np.append(first[1:], len(corners))
    after = np.arange(1, len(corners) + 1)
    after[ends - 1] = first
    following = corners[after]
    cross = corners[:, 0] * following[:, 1] - following[:, 0] * corners[:, 1]
    areas = np.add.reduceat(cross, first)[:, None]
    sums = np.add.reduceat((corners + following) * cross[:, None], first)
    means = np.add.reduceat(corners, first) / (ends - first)[:, None]
    return np.where(np.abs(areas) > 1e-9, sums / (3 * np.where(areas == 0, 1, areas)), means)
