"""Live pictures drawn by processes of their own, as drawing holds the interpreter's lock that training needs, too.

`python -m experiments.drawing` is such a process: it speaks with its parent through its standard input and output, and
ends when the parent does, however that ends. (A pool of multiprocessing would run the user's own script once more.)
"""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import lru_cache
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import Any

import numpy as np

from procgen import Space, render_uint8

from .errors import ExperimentsError

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
    allowed = getattr(os, "sched_getaffinity", lambda _: range(os.cpu_count() or 1))(0)
    return max(0, min(MOST, len(allowed) - 2))


@contextmanager
def drawers(space: Space, seed: int, size: int, processes: int) -> Iterator[Draw]:
    """`drawn` by so many processes, each drawing its part of the positions; with none, by the caller's own thread.

    Raises:
        ExperimentsError: a process was ended from outside.
    """
    if processes == 0:
        yield lambda positions: drawn(space, seed, size, positions)
        return
    with ExitStack() as stack:
        pipes = [stack.enter_context(_drawer(space.to_toml(), seed, size)) for _ in range(processes)]
        yield lambda positions: _shared(pipes, positions)


def _shared(pipes: list[tuple[Connection, Connection]], positions: np.ndarray) -> np.ndarray:
    try:
        for (ask, _), part in zip(pipes, np.array_split(positions, len(pipes)), strict=True):
            ask.send(part)
        answers = [answer.recv() for _, answer in pipes]
    except (EOFError, OSError):
        raise ExperimentsError(
            "expected the processes that draw live pictures to go on, got one that was ended from outside, perhaps "
            "for want of memory: run the same command again"
        ) from None
    for answer in answers:
        if isinstance(answer, Exception):
            raise answer
    return np.concatenate(answers)


@contextmanager
def _drawer(*world: Any) -> Iterator[tuple[Connection, Connection]]:
    """(where to ask, where the answers come) of a new process, which ends when the former is closed."""
    asked, ask = Pipe(duplex=False)
    answer, told = Pipe(duplex=False)
    with asked, told:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", __name__],
            stdin=asked.fileno(),
            stdout=told.fileno(),
            env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            start_new_session=True,  # a Ctrl-C is the parent's business
        )
    with process, answer, ask:  # left from the right: the process waits for `ask` to be closed
        with suppress(OSError):  # it is gone already: the first question will say so
            ask.send(world)
        yield ask, answer


def _serve() -> None:
    told, asked = Connection(os.dup(1), readable=False), Connection(os.dup(0), writable=False)
    os.dup2(2, 1)  # what a plug-in prints is no answer
    with suppress(EOFError, BrokenPipeError):
        toml, seed, size = asked.recv()
        while True:
            told.send(_answer(toml, seed, size, asked.recv()))


def _answer(toml: str, seed: int, size: int, positions: np.ndarray) -> np.ndarray | Exception:
    try:
        return drawn(_space(toml), seed, size, positions)
    except Exception as error:  # the parent raises it
        return error


@lru_cache(maxsize=1)
def _space(toml: str) -> Space:
    return Space.from_toml(toml)


if __name__ == "__main__":
    _serve()
