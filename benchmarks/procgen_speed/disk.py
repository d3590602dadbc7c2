"""Pictures written to a temporary folder by one and two workers, and read back."""

import resource
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from procgen import Space, open_dataset, stream, write_dataset
from procgen.manifest import new_manifest
from procgen.shards import draw

from .timing import SEED, Figure, cores, figure, keep_to, rates, seconds

_BATCH = 256
_WARM = 64  # pictures that a worker draws before it is timed


def written_figures(space: Space, folder: Path, *, size: int, count: int, repeats: int) -> list[Figure]:
    """Pictures a second to disk, and the memory of a worker; the last dataset is left in folder / "kept"."""
    speeds: dict[int, list[float]] = {1: [], 2: []}
    with _workers(1, space, size) as one, _workers(2, space, size) as two:
        for number in range(repeats):  # in turns, so that both see the same machine
            for workers, pool in ((1, one), (2, two)):
                target = folder / ("kept" if (number, workers) == (repeats - 1, 2) else f"{number}-{workers}")
                taken = seconds(lambda to=target, on=pool: _write(space, to, size, count, on))  # type: ignore[misc]
                speeds[workers].append(count / taken)
    # Of all processes that have ended, the largest: nothing but workers was started. Linux counts what this process
    # had when it started one, too, which is less than what a worker comes to.
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    return [
        figure("to disk, 1 worker", speeds[1], "images/s", target=250),
        figure("to disk, 2 workers", speeds[2], "images/s"),
        figure("2 workers over 1", [median(speeds[2]) / median(speeds[1])], "times", target=1.9),
        figure("peak memory of a worker", [peak / 1e6], "MB", target=400, most=True),
    ]


def read_figures(folder: Path, *, repeats: int) -> list[Figure]:
    """Pictures a second of a dataset, decoded and from the cache of decoded ones, in batches, on two cores."""
    data = open_dataset(folder)
    orders = {"in order": np.arange(len(data)), "shuffled": stream(SEED, 0, "order").permutation(len(data))}
    figures = []
    with cores(2):
        pictures = data.cached(folder / ".cache")
        for kind, batch, target in (("decoded", data.images, 3_000), ("cached", pictures.__getitem__, 20_000)):
            for name, order in orders.items():
                speeds = rates(lambda take=batch, at=order: _batches(take, at), len(data), repeats)  # type: ignore[misc]
                figures.append(figure(f"{kind}, {name}, 2 cores", speeds, "images/s", target=target))
    return figures


def _batches(take: Callable[[np.ndarray], np.ndarray], order: np.ndarray) -> None:
    for start in range(0, len(order), _BATCH):
        take(order[start : start + _BATCH])


def _write(space: Space, folder: Path, size: int, count: int, pool: Executor) -> None:
    write_dataset(space, folder, count=count, size=size, seed=SEED, executor=pool)


@contextmanager
def _workers(number: int, space: Space, size: int) -> Iterator[Executor]:
    """Processes on a core each that have drawn and encoded already: their start is not measured."""
    context = get_context("spawn")
    barrier = context.Barrier(number)
    how = (number, barrier, space.to_toml(), size)
    with ProcessPoolExecutor(number, context, initializer=_begin, initargs=how) as pool:
        list(pool.map(abs, range(number)))  # as many tasks as workers start them all
        yield pool


def _begin(number: int, barrier: Any, toml: str, size: int) -> None:
    import pyarrow.parquet  # noqa: F401

    keep_to(number)
    space = Space.from_toml(toml)
    manifest = new_manifest(space, count=_WARM, size=size, seed=SEED)
    for index in range(_WARM):
        draw(space, manifest, index)
    barrier.wait()
