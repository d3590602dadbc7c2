"""Live pictures drawn by processes of their own, as drawing holds the interpreter's lock that training needs, too."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from functools import lru_cache

import numpy as np

from mosaics.threads import cores
from procgen import Space, render_uint8

from .workers import Worker

MOST = 4  # at 256 px these draw some 3,000 pictures a second
Draw = Callable[[np.ndarray], np.ndarray]


def drawn(space: Space, seed: int, size: int, positions: np.ndarray) -> np.ndarray:
    """Pictures number `positions` of (space, seed): uint8 (N, size, size, 3)."""
    pictures = np.empty((len(positions), size, size, 3), np.uint8)
    for slot, index in enumerate(positions):
        pictures[slot] = render_uint8(space.sample(seed, int(index)), size)
    return pictures


def spare_cores() -> int:
    """How many processes may draw while this one trains: none on two cores, where they would but take turns."""
    return max(0, min(MOST, cores() - 2))


@contextmanager
def drawers(space: Space, seed: int, size: int, processes: int) -> Iterator[Draw]:
    """`drawn` by so many processes, each drawing its part of the positions; with none, by the caller's own thread.

    Raises:
        ExperimentsError: a process was ended from outside.
    """
    if processes == 0:
        yield lambda positions: drawn(space, seed, size, positions)
        return
    world = space.to_toml(), seed, size
    with ExitStack() as stack:
        workers = [stack.enter_context(closing(Worker(drawn_of_text))) for _ in range(processes)]

        def draw(positions: np.ndarray) -> np.ndarray:
            for worker, part in zip(workers, np.array_split(positions, processes), strict=True):
                worker.ask(*world, part)
            return np.concatenate([worker.answer() for worker in workers])

        yield draw


def drawn_of_text(toml: str, seed: int, size: int, positions: np.ndarray) -> np.ndarray:
    """`drawn` of a space as TOML."""
    return drawn(_space(toml), seed, size, positions)


@lru_cache(maxsize=1)
def _space(toml: str) -> Space:
    return Space.from_toml(toml)
