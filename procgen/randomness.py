"""Independent random streams, keyed by what they are for and never by the order of calls."""

from functools import cache
from zlib import crc32

import numpy as np


@cache
def _key(name: str) -> int:
    return crc32(name.encode())


def stream(seed: int, index: int, *path: str) -> np.random.Generator:
    """The random stream of one concern of one picture.

    `stream(7, 0, "palette")` and `stream(7, 0, "composition")` are statistically independent, as are
    `stream(0, 1)` and `stream(1, 0)`: numpy's `SeedSequence` hashes the whole key.

    Args:
        seed: the root seed of a dataset, 0 or more. No value means "random".
        index: the number of the picture, 0 or more.
        path: what the numbers are for.
    """
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(index, *map(_key, path))))
