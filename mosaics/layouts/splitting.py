"""Rectangles cut into rectangles whose areas are given: what irregular layouts share."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

_LEAST_PART = 0.2  # of a rectangle's longer side, that is cut off


@dataclass(frozen=True)
class Rect:
    """A rectangle in pixels."""

    x: float
    y: float
    w: float
    h: float


def squarified(areas: Sequence[float], rect: Rect) -> list[Rect]:
    """Rectangles with areas in these proportions, in their order, as near to squares as rows allow.

    Bruls, Huizing & van Wijk, "Squarified treemaps" (2000).
    """
    left, found = np.asarray(areas, float), []
    while len(left):
        total, area = left.sum(), rect.w * rect.h
        short = min(rect.w, rect.h)
        sums = np.cumsum(left) / total * area  # of the first 1, 2, ... of them
        depth = sums / short
        smallest, largest = (f.accumulate(left) / total * area for f in (np.minimum, np.maximum))
        worst = np.maximum(depth**2 / smallest, largest / depth**2)
        rising = np.flatnonzero(np.diff(worst) > 0)
        count = int(rising[0]) + 1 if len(rising) else len(left)
        deep = float(depth[count - 1])
        ends = np.concatenate([[0.0], np.cumsum(left[:count]) / left[:count].sum() * short])
        for a, b in zip(ends[:-1].tolist(), ends[1:].tolist(), strict=True):
            upright = rect.w >= rect.h
            found.append(Rect(rect.x, rect.y + a, deep, b - a) if upright else Rect(rect.x + a, rect.y, b - a, deep))
        wide = rect.w >= rect.h
        rect = (
            Rect(rect.x + deep, rect.y, rect.w - deep, rect.h)
            if wide
            else Rect(rect.x, rect.y + deep, rect.w, rect.h - deep)
        )
        left = left[count:]
    return found


def halved(areas: np.ndarray, rect: Rect, rng: np.random.Generator) -> list[Rect]:
    """Rectangles by cutting in two again and again, across the longer side.

    Their areas are in these proportions, but for those that would leave a neighbour a sliver.
    """
    if len(areas) == 1:
        return [rect]
    share = np.cumsum(areas)[:-1] / areas.sum()
    fair = np.flatnonzero((share > 0.3) & (share < 0.7))
    at = int(rng.choice(fair)) if len(fair) else int(np.abs(share - 0.5).argmin())
    part = float(np.clip(share[at], _LEAST_PART, 1 - _LEAST_PART))
    if rect.w * rng.uniform(0.8, 1.25) >= rect.h:
        one = Rect(rect.x, rect.y, rect.w * part, rect.h)
        other = Rect(rect.x + one.w, rect.y, rect.w - one.w, rect.h)
    else:
        one = Rect(rect.x, rect.y, rect.w, rect.h * part)
        other = Rect(rect.x, rect.y + one.h, rect.w, rect.h - one.h)
    return [*halved(areas[: at + 1], one, rng), *halved(areas[at + 1 :], other, rng)]


def in_pixels(rect: Rect, gutter: float) -> tuple[int, int, int, int]:
    """(x, y, w, h) in whole pixels, half a gutter inside; neighbours without a gutter meet exactly."""
    half = min(gutter / 2, rect.w * 0.35, rect.h * 0.35)
    left, top, right, bottom = rect.x + half, rect.y + half, rect.x + rect.w - half, rect.y + rect.h - half
    x, y, far_x, far_y = (int(each + 0.5 + 1e-6) for each in (left, top, right, bottom))  # alike for both neighbours
    return x, y, max(1, far_x - x), max(1, far_y - y)
