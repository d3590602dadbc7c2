"""Outlines as parts of pixels, and polygons with straight sides made smaller."""

from functools import lru_cache

import numpy as np

from mosaics.placement import Outline

_FINER = 4  # rows and columns a pixel is looked at on
_DISC = 96  # corners


@lru_cache(maxsize=256)
def cover(outline: Outline, w: int, h: int) -> np.ndarray:
    """How much of each pixel of a rectangle lies inside an outline, float32 (h, w) in [0, 1]."""
    from skimage.draw import polygon2mask

    corners = np.array([(y * h, x * w) for x, y in outline]) * _FINER - 0.5
    inside = polygon2mask((h * _FINER, w * _FINER), corners)
    return inside.reshape(h, _FINER, w, _FINER).mean((1, 3), dtype=np.float32)


def disc() -> Outline:
    """The ellipse that fills a rectangle; a disc in a square."""
    angles = np.arange(_DISC) * 2 * np.pi / _DISC
    return tuple((0.5 + 0.5 * float(np.cos(a)), 0.5 + 0.5 * float(np.sin(a))) for a in angles)
