"""Outlines as parts of pixels, and polygons with straight sides made smaller."""

from functools import lru_cache

import numpy as np

from mosaics.placement import Outline, Placement

_LINES = 8  # that a pixel is looked at along
_DISC = 96  # corners
_EDGE = 1e-9  # of a pixel: keeps a corner on a border from taking the next pixel


@lru_cache(maxsize=256)
def cover(outline: Outline, w: int, h: int) -> np.ndarray:
    """How much of each pixel of a rectangle lies inside an outline, float32 (h, w) in [0, 1].

    Exact along each of a pixel's lines: what lies to the right of every side, added up with the side's direction.
    """
    corners = np.array(outline) * (w, h * _LINES)
    inside = np.zeros((h * _LINES, w + 2))
    for (x0, y0), (x1, y1) in zip(corners, np.roll(corners, -1, 0), strict=True):
        low, high = sorted((y0, y1))
        rows = np.arange(max(0, int(np.ceil(low - 0.5))), min(len(inside), int(np.ceil(high - 0.5))))
        x = np.clip(x0 + (rows + 0.5 - y0) * (x1 - x0) / (y1 - y0), 0, w) if len(rows) else rows
        column = x.astype(int)
        way = 1.0 if y1 > y0 else -1.0
        np.add.at(inside, (rows, column), way * (1 - (x - column)))
        np.add.at(inside, (rows, column + 1), way * (x - column))
    parts = np.abs(inside[:, :w].cumsum(1)).reshape(h, _LINES, w).mean(1)
    return np.minimum(parts, 1).astype(np.float32)


def disc() -> Outline:
    """The ellipse that fills a rectangle; a disc in a square."""
    angles = np.arange(_DISC) * 2 * np.pi / _DISC
    return tuple((0.5 + 0.5 * float(np.cos(a)), 0.5 + 0.5 * float(np.sin(a))) for a in angles)


def placed(tile: int, corners: np.ndarray) -> Placement:
    """A tile inside the polygon of these corners, float (M, 2), x and y in pixels."""
    low, high = np.floor(corners.min(0) + _EDGE), np.ceil(corners.max(0) - _EDGE)
    size = np.maximum(high - low, 1)
    parts = ((corners - low) / size).tolist()
    (x, y), (w, h) = low.astype(int).tolist(), size.astype(int).tolist()
    return Placement(tile, x, y, w, h, tuple((float(a), float(b)) for a, b in parts))


def inset(corners: np.ndarray, distance: float) -> np.ndarray:
    """A convex polygon, corners (M, 2) in order, with every side moved inwards; (0, 2) where nothing is left."""
    centre = corners.mean(0)
    found = corners
    for start, end in zip(corners, np.roll(corners, -1, 0), strict=True):
        normal = np.array([start[1] - end[1], end[0] - start[0]])
        length = float(np.hypot(*normal))
        if length:
            normal = normal / length * np.sign((centre - start) @ normal)
            found = cut(found, normal, float(start @ normal) + distance)
    return found


def cut(corners: np.ndarray, normal: np.ndarray, least: float) -> np.ndarray:
    """The part of a convex polygon where normal . x >= least (Sutherland & Hodgman 1974)."""
    if not len(corners):
        return corners
    height = corners @ normal - least
    kept: list[np.ndarray] = []
    for i in range(len(corners)):
        j = (i + 1) % len(corners)
        if height[i] >= 0:
            kept.append(corners[i])
        if (height[i] >= 0) != (height[j] >= 0):
            part = height[i] / (height[i] - height[j])
            kept.append(corners[i] + part * (corners[j] - corners[i]))
    return np.array(kept).reshape(-1, 2)
