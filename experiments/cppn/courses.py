"""Paths through latents: straight from one to the next, or without a corner; open, or closed."""

from collections.abc import Callable

import numpy as np
from scipy.interpolate import CubicSpline

from procgen import stream

Course = Callable[[np.ndarray], np.ndarray]
"""Places (M,) in 0..1 to points (M, d): 0 is the first, 1 the last; on a closed path both are the same."""

_ASIDE = 0.5  # of the way between two, how far a closed path through them goes aside


def straight(points: np.ndarray, closed: bool) -> Course:
    """Along straight lines from point to point; closed, back to the first by one more."""
    points = _closed(points) if closed else points
    ends = np.linspace(0, 1, len(points))
    return lambda places: np.stack([np.interp(places, ends, points[:, k]) for k in range(points.shape[1])], -1)


def spline(points: np.ndarray, closed: bool) -> Course:
    """Along a cubic spline, without a corner even where a closed one closes; a closed one through two is an ellipse."""
    if len(points) < 3 and not closed:
        return straight(points, closed)
    if len(points) == 2:
        return _ellipse(*points)
    through = _closed(points) if closed else points
    return CubicSpline(np.linspace(0, 1, len(through)), through, bc_type="periodic" if closed else "natural")


COURSES: dict[str, Callable[[np.ndarray, bool], Course]] = {"spline": spline, "straight": straight}
"""By name: points (N, d), N of 2 or more, and whether the path is closed, to the path."""


def _closed(points: np.ndarray) -> np.ndarray:
    return np.concatenate([points, points[:1]])


def _ellipse(one: np.ndarray, other: np.ndarray) -> Course:
    """Through both at opposite ends, so that it comes back by another way where there is room for one."""
    middle, half = (one + other) / 2, (one - other) / 2
    aside = stream(0, len(one), "cppn ellipse").standard_normal(len(one))
    aside -= (aside @ half) / max(float(half @ half), 1e-12) * half
    length = float(np.linalg.norm(aside))
    aside *= 2 * _ASIDE * np.linalg.norm(half) / length if length > 1e-6 else 0

    def way(places: np.ndarray) -> np.ndarray:
        turn = 2 * np.pi * np.asarray(places)[:, None]
        return middle + np.cos(turn) * half + np.sin(turn) * aside

    return way
