"""Pictures that are off a world's manifold: two of its pictures mixed by a known weight, or one of them spoiled."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

Make = Callable[[np.ndarray, np.ndarray, float, np.random.Generator], np.ndarray]


@dataclass(frozen=True)
class OffWorld:
    """A kind of picture that is none of the world's.

    make: (a, b, weight, rng) -> picture, all float32 (H, W, C) from 0 to 255, a and b of different modes.
    weights: from smallest to largest, those that a probe is calibrated at.
    mixes: whether the weight is the share that b has in the picture; otherwise it tells how far a is spoiled.
    """

    make: Make
    weights: tuple[float, ...]
    mixes: bool


def off_world_picture(
    kind: str, pair: tuple[np.ndarray, np.ndarray], weight: float, rng: np.random.Generator
) -> np.ndarray:
    """A picture of a kind in OFF_WORLD, uint8 (H, W, C), made of two uint8 pictures of different modes."""
    a, b = (picture.astype(np.float32) for picture in pair)
    return np.clip(np.rint(OFF_WORLD[kind].make(a, b, weight, rng)), 0, 255).astype(np.uint8)


def _blend(a: np.ndarray, b: np.ndarray, weight: float, rng: np.random.Generator) -> np.ndarray:
    """Both seen through each other."""
    return a * (1 - weight) + b * weight


def _collage(a: np.ndarray, b: np.ndarray, weight: float, rng: np.random.Generator) -> np.ndarray:
    """One beside the other, or over it."""
    if rng.random() < 0.5:
        return _collage_rows(a.swapaxes(0, 1), b.swapaxes(0, 1), weight).swapaxes(0, 1)
    return _collage_rows(a, b, weight)


def _collage_rows(a: np.ndarray, b: np.ndarray, weight: float) -> np.ndarray:
    cut = round((1 - weight) * len(a))
    return np.concatenate([a[:cut], b[cut:]])


def _noise(a: np.ndarray, b: np.ndarray, weight: float, rng: np.random.Generator) -> np.ndarray:
    """Independent noise in every value, its deviation a part of the range."""
    return a + rng.normal(0, 255 * weight, a.shape)


def _checkerboard(a: np.ndarray, b: np.ndarray, weight: float, rng: np.random.Generator) -> np.ndarray:
    """Every other pixel lighter and darker by a part of the range, as transposed convolutions leave it."""
    y, x = np.indices(a.shape[:2])
    return a + 255 * weight * np.asarray((x + y) % 2 * 2 - 1)[..., None]


def _blur(a: np.ndarray, b: np.ndarray, weight: float, rng: np.random.Generator) -> np.ndarray:
    """A Gaussian blur whose deviation is a part of the side."""
    deviation = weight * len(a)
    reach = np.arange(-int(np.ceil(3 * deviation)), int(np.ceil(3 * deviation)) + 1)
    bell = np.exp(-0.5 * (reach / deviation) ** 2)
    for axis in (0, 1):
        places = np.clip(np.arange(a.shape[axis])[:, None] + reach, 0, a.shape[axis] - 1)
        seen = np.take(a, places, axis)  # one more axis behind this one: what lies around each place
        a = np.moveaxis(seen, axis + 1, -1) @ (bell / bell.sum()).astype(np.float32)
    return a


MIXING = (0.1, 0.2, 0.3, 0.4, 0.5)
OFF_WORLD = {
    "blend": OffWorld(_blend, MIXING, mixes=True),
    "collage": OffWorld(_collage, MIXING, mixes=True),
    "noise": OffWorld(_noise, (0.05, 0.1, 0.2, 0.3), mixes=False),
    "checkerboard": OffWorld(_checkerboard, (0.03, 0.06, 0.12, 0.24), mixes=False),
    "blur": OffWorld(_blur, (0.01, 0.02, 0.04, 0.08), mixes=False),
}
# What a probe is trained to reject, and from which weight to which; not blur, as every generator's first pictures are.
TRAINED = {"blend": (0.2, 0.8), "collage": (0.2, 0.8), "noise": (0.1, 0.3), "checkerboard": (0.06, 0.24)}
