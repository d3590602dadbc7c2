"""What the adapters share; they run on the peer's Python, which has nothing of ours."""

import json
import os
from collections.abc import Callable
from time import perf_counter


def told(pictures: int, task: Callable[[], object]) -> None:
    """Time a task that makes so many pictures, on one core, and print the seconds as the last line."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:1])
    start = perf_counter()
    task()
    print()
    print(json.dumps({"pictures": pictures, "seconds": perf_counter() - start}))
