"""Figures with their spread, the machine they hold for, and the cores they were measured on."""

import os
import platform
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

SEED = 7
Figure = dict[str, Any]


def figure(what: str, values: list[float], unit: str, *, target: float | None = None, most: bool = False) -> Figure:
    """Median and spread of what was measured several times.

    Args:
        what: in words.
        values: one of each round.
        unit: of the values.
        target: the least that is wanted at 256 pixels on an idle machine.
        most: the target is the most instead.
    """
    middle = median(values)
    reached = None if target is None else middle <= target if most else middle >= target
    found = {"what": what, "median": middle, "low": min(values), "high": max(values), "unit": unit}
    return found | {"target": target, "reached": reached}


def rates(task: Callable[[], object], count: int, repeats: int) -> list[float]:
    """Pictures a second of a task that handles `count` of them, once a round, after one round to warm up."""
    task()
    return [count / seconds(task) for _ in range(repeats)]


def seconds(task: Callable[[], object]) -> float:
    """Wall time of a task."""
    start = perf_counter()
    task()
    return perf_counter() - start


def keep_to(count: int) -> None:
    """Let this thread, and those it starts, run on the first `count` cores alone, where the system can."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:count])


@contextmanager
def cores(count: int) -> Iterator[None]:
    """`keep_to` for a block."""
    before = os.sched_getaffinity(0) if hasattr(os, "sched_setaffinity") else None
    keep_to(count)
    try:
        yield
    finally:
        if before is not None:
            os.sched_setaffinity(0, before)


def machine() -> dict[str, Any]:
    """What the figures depend on: the machine, how busy it is, and the versions of all that draws and encodes."""
    from procgen.manifest import versions
    from procgen.recipe import RENDERER

    return {
        "machine": f"{platform.system()} {platform.machine()}, {_processor()}",
        "cpus": os.cpu_count(),
        "load_before": round(os.getloadavg()[0], 2),
        "versions": {"synchromy": version("synchromy"), "renderer": str(RENDERER), "python": platform.python_version()}
        | dict(versions()),
    }


def _processor() -> str:
    path = Path("/proc/cpuinfo")
    lines = path.read_text().splitlines() if path.exists() else []
    return next((line.partition(": ")[2] for line in lines if line.startswith("model name")), platform.processor())
