"""What a loop takes: of memory for one of its frames, and of a disk, from a few of them."""

from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np

import mosaics

from .errors import ExperimentsError

_MOST_PIXELS = 2**26  # of a frame, which an encoder holds several times: 30 to 50 bytes a pixel
_PAIRS = 3
SAMPLED = 3 * _PAIRS
"""How many frames `loop_bytes` draws: of each pair one alone, then both."""


def check_frame(size_px: tuple[int, int]) -> None:
    """Raise ExperimentsError where one frame would take gigabytes; how many there are does not matter: they stream."""
    if size_px[0] * size_px[1] > _MOST_PIXELS:
        raise ExperimentsError(
            f"expected frames of up to {_MOST_PIXELS:,} pixels, as an encoder holds them whole, got {size_px[0]} x "
            f"{size_px[1]}: choose a smaller size, or a still"
        )


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
