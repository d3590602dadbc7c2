"""Many runs at once: each is trained in a process of its own, which dies alone and never outlives its parent.

A task is run by `run_one`: in a thread of this process, or in a task of a cluster that sees the same folder. It starts
`child` in a fresh Python and holds a pipe open: what to train goes through it, and when it closes, the child ends.
"""

import json
import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, CancelledError, Executor, Future, ThreadPoolExecutor, wait
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from tempfile import TemporaryFile
from threading import Thread
from typing import TYPE_CHECKING, Any

from .errors import ExperimentsError
from .files import said_plainly

if TYPE_CHECKING:  # the child imports this module before Keras is started
    from procgen import Dataset, Space

    from .batches import Source
    from .config import RunConfig

Progress = Callable[[int, int, str], None]
STOP = ".stop"  # while it lies in the folder of the runs, those that train save and leave, and none begins
POLL_SECONDS = 0.5
THREADS = ("OMP_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS", "NPROC")  # XLA heeds the last
CHILD = "from experiments.side_by_side import child; child()"


@dataclass(frozen=True)
class Task:
    """One run to train.

    Args:
        name: its folder within that of all; unlike every other's.
        config, data: what `train` takes; the data must pickle, and lie where every process sees it.
        varied: what sets it apart from its neighbours, for the table: {"train.loss": "hinge"}.
    """

    name: str
    config: "RunConfig"
    data: "Dataset | Space | Source"
    varied: dict[str, Any] = field(default_factory=dict)

    @property
    def nimg(self) -> int:
        """Real pictures that the whole run shows."""
        return self.config.train.steps * self.config.train.shown


@dataclass(frozen=True)
class Outcome:
    """How a task ended: "finished", "failed" with a sentence, or "interrupted" because everything was."""

    state: str
    said: str = ""


def run_all(
    tasks: Sequence[Task],
    folder: str | Path,
    *,
    workers: int = 1,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> dict[str, Outcome]:
    """Train every task in FOLDER/NAME, several at once; finished ones are passed over, begun ones go on.

    Args:
        tasks: the runs, begun in this order.
        folder: where the runs lie. Nobody else may call this for the same folder meanwhile.
        workers: how many run at once on this machine; its cores are shared out evenly among them.
        executor: where to run them instead, such as `procgen.dask_executor`; it must see the same folder.
        progress: called as progress(nimg shown, nimg in all, words) about twice a second.

    Returns:
        The outcome of each task by name. A run that fails, or whose process is killed, fails alone.

    Raises:
        ExperimentsError: no worker, or a cluster that was lost.
        KeyboardInterrupt, or what else a signal raises: after every run has saved its state.
    """
    if isinstance(workers, bool) or not isinstance(workers, int) or workers < 1:
        raise ExperimentsError(f"expected 1 worker or more, got {workers!r}")
    folder = Path(folder).absolute()
    with said_plainly(folder):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / STOP).unlink(missing_ok=True)
    outcomes = {task.name: Outcome("finished") for task in tasks if is_finished(task, folder)}
    left = [task for task in tasks if task.name not in outcomes]
    work = run_one if executor else partial(_on_a_share, _shares(workers))
    running: dict[Future, Task] = {}
    try:
        with nullcontext(executor) if executor else ThreadPoolExecutor(workers) as pool:
            try:
                for task in left:
                    running[pool.submit(work, pickle.dumps(task), folder)] = task
                _gather(running, outcomes, _Told(tasks, folder, progress))
            except BaseException:
                (folder / STOP).touch()
                wait(running)
                raise
    finally:
        (folder / STOP).unlink(missing_ok=True)
    return outcomes


def _shares(parts: int) -> SimpleQueue:
    """The processors of this machine in so many equal parts, of one at least.

    Equal, and however many runs are left: a run ends with other bits on another number of processors.
    """
    mine = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else list(range(os.cpu_count() or 1))
    size = max(1, len(mine) // parts)
    shares: SimpleQueue[tuple[int, ...]] = SimpleQueue()
    for part in range(parts):
        start = part * size % len(mine)
        shares.put(tuple(mine[start : start + size]))
    return shares


def _on_a_share(shares: SimpleQueue, task: bytes, folder: Path) -> Outcome:
    share = shares.get()
    try:
        return run_one(task, folder, share)
    finally:
        shares.put(share)


def _gather(running: dict[Future, Task], outcomes: dict[str, Outcome], tell: "_Told") -> None:
    waiting = set(running)
    tell(outcomes)
    while waiting:
        done, waiting = wait(waiting, POLL_SECONDS, FIRST_COMPLETED)
        for future in done:
            outcomes[running[future].name] = _outcome(future)
        tell(outcomes)


def _outcome(future: Future) -> Outcome:
    try:
        return future.result()
    except (CancelledError, OSError) as error:
        reason = str(error) or type(error).__name__
        raise ExperimentsError(
            f"the runs were lost ({reason}): see that cluster and disk answer, and run the same command again; "
            "what was saved is kept"
        ) from error
    except Exception as error:  # a cluster's own, such as a worker that this run ended again and again
        return Outcome("failed", f"the run ended its worker with {type(error).__name__}: {error}")


class _Told:
    """Calls the user's progress with what all runs together have shown."""

    def __init__(self, tasks: Sequence[Task], folder: Path, progress: Progress | None) -> None:
        self.tasks, self.folder, self.progress = tasks, folder, progress
        self.total = sum(task.nimg for task in tasks)

    def __call__(self, outcomes: dict[str, Outcome]) -> None:
        if self.progress is None:
            return
        states = {task.name: outcomes[task.name].state if task.name in outcomes else "" for task in self.tasks}
        shown = [t.nimg if states[t.name] == "finished" else last_nimg(self.folder / t.name) for t in self.tasks]
        count = list(states.values()).count
        failed = f", {count('failed')} failed" if count("failed") else ""
        self.progress(sum(shown), self.total, f"{count('finished')} of {len(states)} runs{failed}")


def last_nimg(run: Path) -> int:
    """Pictures that a run has shown by its last line of metrics; 0 before there is one."""
    path = run / "metrics.jsonl"
    if not path.is_file():
        return 0
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 8192))
        lines = file.read().split(b"\n")[:-1]  # a line that is being written has no end yet
    return int(json.loads(lines[-1])["nimg"]) if lines else 0


def is_finished(task: Task, folder: Path) -> bool:
    """Whether a task's run has taken its last step, with this very config; one that a verdict ended has not."""
    from .run import CONFIG, Run

    if not (folder / task.name / CONFIG).is_file():
        return False
    try:
        run = Run(folder / task.name)
        whole = run.finished and not run.stopped
        return whole and run.config.digest() == task.config.with_snapshots_of(run.config).digest()
    except ExperimentsError:  # damaged: training it says in which way
        return False


def run_one(task: bytes, folder: Path, cores: tuple[int, ...] = ()) -> Outcome:
    """Train a pickled Task in a process of its own, on some of the processors or on those it finds, until it ends.

    It stays pickled here: a worker of a cluster needs no Keras.
    """
    if (folder / STOP).exists():
        return Outcome("interrupted")
    with TemporaryFile() as errors:
        try:
            process = subprocess.Popen(
                [sys.executable, "-P", "-c", CHILD],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=errors,
                env=_environment(len(cores)),
                process_group=0,  # Ctrl-C is for the parent, which asks its children to save
            )
        except OSError as error:
            return Outcome("failed", f"no process could be started: {(error.strerror or str(error)).lower()}")
        with process:
            asked = _attend(process, pickle.dumps((task, folder, cores)), folder / STOP)
        errors.seek(0)
        return _ended(process.returncode, asked, errors.read().decode("utf-8", "replace"))


def _attend(process: subprocess.Popen, what: bytes, stop: Path) -> bool:
    """Hand a child what to do and wait until it ends; whether it was asked to."""
    assert process.stdin is not None
    asked = False
    try:
        process.stdin.write(what)
        process.stdin.flush()
    except BrokenPipeError:  # it died at once: its exit status and last words say why
        pass
    while True:
        try:
            process.wait(POLL_SECONDS)
            return asked
        except subprocess.TimeoutExpired:
            if stop.exists() and not asked:
                process.terminate()
                asked = True


def _ended(code: int, asked: bool, errors: str) -> Outcome:
    if code == 0:
        return Outcome("finished")
    if asked:
        return Outcome("interrupted")
    if code < 0:
        why = ", perhaps for want of memory" if -code == signal.SIGKILL else ""
        words = (
            f"the process of the run was ended by {signal.Signals(-code).name}{why}: the same command goes on with it"
        )
        return Outcome("failed", words)
    lines = [line.strip() for line in errors.splitlines() if line.strip()] or [f"the run ended with status {code}"]
    said = [line for line in lines if line.startswith("synchromy: ")] or lines
    return Outcome("failed", said[-1].removeprefix("synchromy: "))


def _environment(threads: int) -> dict[str, str]:
    """This process's environment and import path, with the threads and the GPU memory shared."""
    path = os.pathsep.join(os.path.abspath(each) for each in sys.path)
    mine = {**os.environ, "PYTHONPATH": path}
    mine.setdefault("TF_FORCE_GPU_ALLOW_GROWTH", "true")
    mine.setdefault("XLA_PYTHON_CLIENT_PREALLOCATE", "false")
    return mine | ({name: str(threads) for name in THREADS} if threads else {})


def child() -> None:
    """What a process of `run_one` does: it trains what comes through standard input, and ends when that closes."""
    pickled, folder, cores = pickle.load(sys.stdin.buffer)
    Thread(target=_end_with_parent, daemon=True).start()
    if cores and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, cores)
    from .cli import console  # a run that fails says what `synchromy train` would

    def work(**_: Any) -> int:
        from .devices import start_devices
        from .training import train

        start_devices()
        task = pickle.loads(pickled)
        train(task.config, task.data, folder / task.name)
        return 0

    console.start_keras()
    sys.exit(console.run(work))


def _end_with_parent() -> None:
    os.read(sys.stdin.fileno(), 1)  # unbuffered: a buffer that is being read aborts the end of Python
    os._exit(1)
