"""What a command takes: time, computing and memory, of all the processes that it starts."""

import os
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread

_EVERY = 0.05  # seconds between two looks at the memory


@dataclass(frozen=True)
class Taken:
    """Seconds of the clock, of computing, bytes held at most (0 where the system does not tell), what was printed."""

    seconds: float
    computing: float
    memory: int
    out: str


def watched(command: list[str], *, cwd: Path | None = None, cores: int | None = None) -> Taken:
    """Run a command to its end.

    Raises:
        RuntimeError: it fails; with the last line that it said.
    """
    start = time.perf_counter()
    environment = os.environ | ({"OMP_NUM_THREADS": str(cores), "OPENBLAS_NUM_THREADS": str(cores)} if cores else {})
    process = subprocess.Popen(
        _kept(command, cores), cwd=cwd, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    peaks, done = [0], Event()
    watcher = Thread(target=_watch, args=(process.pid, peaks, done))
    watcher.start()
    before = os.times()
    out, err = process.communicate()
    seconds = time.perf_counter() - start
    done.set()
    watcher.join()
    after = os.times()
    if process.returncode:
        said = (err.strip() or out.strip() or f"exit code {process.returncode}").splitlines()[-1]
        raise RuntimeError(f"{Path(command[0]).name}: {said}")
    computing = after.children_user + after.children_system - before.children_user - before.children_system
    return Taken(seconds, computing, max(peaks), out)


def _kept(command: list[str], cores: int | None) -> list[str]:
    """The command on some cores, the last ones: others often sit on the first."""
    if cores is None or not hasattr(os, "sched_getaffinity"):
        return command
    there = ",".join(map(str, sorted(os.sched_getaffinity(0))[-cores:]))
    return ["taskset", "-c", there, *command]


def _watch(pid: int, peaks: list[int], done: Event) -> None:
    while not done.wait(_EVERY):
        peaks.append(sum(_held(each) for each in _family(pid)))


def _family(pid: int) -> list[int]:
    try:
        children = [int(each) for task in Path(f"/proc/{pid}/task").iterdir() for each in _words(task / "children")]
    except OSError:
        return []
    return [pid, *(each for child in children for each in _family(child))]


def _words(path: Path) -> list[str]:
    try:
        return path.read_text().split()
    except OSError:
        return []


def _held(pid: int) -> int:
    """Bytes of memory, what is shared with others counted in parts."""
    words = _words(Path(f"/proc/{pid}/smaps_rollup"))
    return 1024 * int(words[words.index("Pss:") + 1]) if "Pss:" in words else 0
