"""How large the file of a loop will be, from a few of its frames."""

from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np

import mosaics

_PAIRS = 3
SAMPLED = 3 * _PAIRS
"""How many frames `loop_bytes` draws: of each pair one alone, then both."""


def loop_bytes(film: mosaics.Film, out: Path) -> float:
    """Bytes of a loop, from pairs of neighbouring frames across it: what a second frame adds, the others add, too."""
    size = 0.0
    for start in (number * film.count // _PAIRS for number in range(_PAIRS)):
        pair = replace(film, frame=partial(_later, film, start))
        alone, both = (mosaics.written_bytes(replace(pair, count=count), out) for count in (1, 2))
        size += (alone + (both - alone) * (film.count - 1)) / _PAIRS
    return size


def _later(film: mosaics.Film, start: int, step: int) -> np.ndarray:
    return film.frame((start + step) % film.count)
