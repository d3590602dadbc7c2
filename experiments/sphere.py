"""Latents on their sphere: moved by a share, crossed, and joined into paths without a corner.

Normal latents of d numbers lie near the sphere of radius sqrt(d), where alone a generator has been trained (White,
"Sampling Generative Networks", 2016); so all that is done here turns directions, and mixes lengths apart from them.
"""

from collections.abc import Callable

import numpy as np
from scipy.interpolate import CubicSpline, PchipInterpolator

Course = Callable[[np.ndarray], np.ndarray]
"""Places (M,) to latents float32 (M, d): the first it goes through is at place 0, the next at 1, and so on."""


def moved(latent: np.ndarray, amount: float, rng: np.random.Generator) -> np.ndarray:
    """A latent turned by a share of a right angle in a random direction; its length stays.

    Args:
        latent: float32 (d,).
        amount: 0 for the same latent, 1 for one that has nothing in common with it, as two random ones.
        rng: of the direction.
    """
    length = np.linalg.norm(latent)
    aside = _across(latent / length, rng.standard_normal(len(latent)))
    angle = amount * np.pi / 2
    return (np.cos(angle) * latent + np.sin(angle) * length * aside).astype(np.float32)


def between(a: np.ndarray, b: np.ndarray, share: float) -> np.ndarray:
    """The latent at that share of the great arc from a to b (Shoemake's slerp, 1985), with a length between theirs."""
    lengths = np.linalg.norm(a), np.linalg.norm(b)
    one, other = a / lengths[0], b / lengths[1]
    angle = max(np.arccos(np.clip(one @ other, -1, 1)), 1e-6)
    way = (np.sin((1 - share) * angle) * one + np.sin(share * angle) * other) / np.sin(angle)
    return (((1 - share) * lengths[0] + share * lengths[1]) * way).astype(np.float32)


def path_through(latents: np.ndarray, *, loop: bool, rng: np.random.Generator | None = None) -> Course:
    """A path through latents (N, d), N of 2 or more, without a corner; nor has a loop one where it closes.

    Through several, directions follow a cubic spline that is pushed out to the sphere; between two, that is the great
    arc. A loop through two is the circle that has both at its ends, so that it comes back by another way.
    """
    lengths = np.linalg.norm(latents, axis=1)
    units = latents / lengths[:, None]
    way = _circle(units, rng or np.random.default_rng(0)) if loop and len(latents) == 2 else _spline(units, loop)
    length = closed(np.append(lengths, lengths[0])) if loop else PchipInterpolator(np.arange(len(lengths)), lengths)

    def path(places: np.ndarray) -> np.ndarray:
        directions = way(np.asarray(places, float))
        directions /= np.linalg.norm(directions, axis=1, keepdims=True)
        return (directions * length(places)[:, None]).astype(np.float32)

    return path


def _spline(units: np.ndarray, loop: bool) -> Course:
    if loop:
        return CubicSpline(np.arange(len(units) + 1), np.concatenate([units, units[:1]]), bc_type="periodic")
    return CubicSpline(np.arange(len(units)), units, bc_type="natural")


def _circle(units: np.ndarray, rng: np.random.Generator) -> Course:
    """Through both at opposite ends: at place 0 the first, at 1 the second, at 2 the first again."""
    middle, half = units.mean(axis=0), (units[0] - units[1]) / 2
    aside = np.asarray(rng.standard_normal(units.shape[1]))
    for taken in (middle, half):
        aside -= (aside @ taken) / max(float(taken @ taken), 1e-12) * taken
    aside *= np.linalg.norm(half) / np.linalg.norm(aside)
    return lambda places: middle + np.cos(np.pi * places)[:, None] * half + np.sin(np.pi * places)[:, None] * aside


def closed(ways: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
    """Values (N + 1,) joined smoothly without overshooting, going on over the end as they began: of times 0 to N."""
    count, whole = len(ways) - 1, ways[-1] - ways[0]
    times = np.arange(-3, count + 4)
    return PchipInterpolator(times, ways[times % count] + times // count * whole)


def _across(unit: np.ndarray, vector: np.ndarray) -> np.ndarray:
    """The unit vector of the part of a vector that is across a unit vector."""
    rest = vector - vector @ unit * unit
    return rest / np.linalg.norm(rest)
