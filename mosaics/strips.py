"""Pictures as strips: whole rows from the top down, so many at a time, each let go before the next is drawn."""

from collections.abc import Iterable, Iterator

import numpy as np


def regrouped(strips: Iterable[np.ndarray], rows: int) -> Iterator[np.ndarray]:
    """The same rows, so many at a time; the last may be fewer.

    Args:
        strips: (rows, width, 3) of any dtype.
        rows: of each array that is yielded, 1 or more.
    """
    held: list[np.ndarray] = []
    have = 0
    for strip in strips:
        while len(strip):
            part, strip = strip[: rows - have], strip[rows - have :]
            held.append(part)
            have += len(part)
            if have == rows:
                yield np.concatenate(held)
                held, have = [], 0
        held = [np.concatenate(held)] if held else []
        del strip, part  # a view keeps all of a strip in memory
    if held:
        yield held[0]


def rows_of(size_px: tuple[int, int], bits: int, at_once: int) -> int:
    """How many rows of RGB are about so many bytes, at least one."""
    return max(1, at_once // (size_px[0] * 3 * bits // 8))
