"""What every verb shares: progress as bars or lines, one result in words or as JSON, one sentence for an error."""

import json as json_module
import logging
import math
import os
import signal
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from time import monotonic
from typing import Any

import typer

Report = Callable[..., None]

Json = typer.Option(False, "--json", help="Print one JSON document instead of words.")
DryRun = typer.Option(False, "--dry-run", help="Say what would be made, its bytes and its time; write nothing.")
Force = typer.Option(False, "--force", help="Replace an output that exists.")
Cell = typer.Option(160, min=32, max=2048, help="Side of a picture in pixels.")
Seed = typer.Option(0, min=0, help="Root seed: the same seed gives the same result.")

LINE_SECONDS = 60.0  # between lines of progress where there is no terminal, at most
_RESUMING = ("generate", "train", "quickstart", "sample", "sweep", "study")  # verbs that go on where they stopped


class Stopped(BaseException):
    """SIGINT or SIGTERM came; what is half done is cleaned up on the way out."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


def start_keras() -> None:
    """Import keras on KERAS_BACKEND, else tensorflow, else jax; verbs that need a network call this first.

    TensorFlow greets on the file descriptor of standard error, which no setting silences: it is pointed elsewhere
    for the length of the import. What it says later, of graphs traced anew for each of several networks, is for its
    own people: only its errors are heard.
    """
    logging.getLogger("tensorflow").setLevel(logging.ERROR)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    if not os.environ.get("KERAS_BACKEND"):
        os.environ["KERAS_BACKEND"] = "tensorflow" if find_spec("tensorflow") else "jax"
    real, sink = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(sink, 2)
        import keras  # noqa: F401
    finally:
        os.dup2(real, 2)
        os.close(real)
        os.close(sink)


def say(text: str) -> None:
    """A line for a person, on standard error: standard output is for results."""
    print(text, file=sys.stderr, flush=True)


def result(document: dict[str, Any], words: str, *, json: bool) -> None:
    """Print the result of a verb: `document` as JSON, or `words`."""
    print(as_json(document) if json else words, flush=True)


def as_json(document: dict[str, Any]) -> str:
    """A document as text, paths and arrays made plain, what is not a number null."""
    return json_module.dumps(_defined(document), indent=2, default=_plain)


def _defined(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _defined(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_defined(each) for each in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


@contextmanager
def progress() -> Iterator[Report]:
    """A function (stage, done, of, note="") that shows how far each stage is: bars on a terminal, else lines."""
    if not sys.stderr.isatty():
        yield _lines()
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        Progress,
        TaskProgressColumn,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = [TextColumn("{task.description:<10}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn()]
    columns += [TimeRemainingColumn(), TextColumn("{task.fields[note]}")]
    tasks: dict[str, Any] = {}
    with Progress(*columns, console=Console(stderr=True)) as bars:

        def report(stage: str, done: int, of: int, note: str = "") -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, note="")
            bars.update(tasks[stage], completed=done, total=of, note=note)

        yield report


def _lines() -> Report:
    """A line at the first report of a stage, at each tenth of it and after each minute, with the time that is left."""
    told: dict[str, tuple[int, int, float]] = {}

    def report(stage: str, done: int, of: int, note: str = "") -> None:
        tenth, now = done * 10 // max(of, 1), monotonic()
        last_tenth, before, then = told.get(stage, (-1, done, now))
        if tenth > last_tenth or now - then > LINE_SECONDS:
            told[stage] = (tenth, done, now)
            left = (of - done) * (now - then) / (done - before) if done > before else 0.0
            say(f"{stage}: {done:,}/{of:,} {note}".rstrip() + (f", {in_time(left)} left" if left >= 1 else ""))

    return report


def run(app: Callable[..., Any]) -> int:
    """Run the command line; every error becomes one sentence and an exit code, never a traceback."""
    try:
        with _stoppable():
            return int(app(standalone_mode=False) or 0)
    except typer.Exit as leave:
        return leave.exit_code
    except (typer.Abort, KeyboardInterrupt, Stopped) as stop:
        number = stop.number if isinstance(stop, Stopped) else signal.SIGINT
        goes_on = any(verb in sys.argv[1:2] for verb in _RESUMING)
        after = "the same command goes on where it stopped" if goes_on else "nothing was written"
        say(f"synchromy: {'ended from outside' if number == signal.SIGTERM else 'interrupted'}; {after}")
        return 128 + number
    except Exception as error:
        if isinstance(error, _usage_errors()):
            error.show()  # type: ignore[attr-defined]
            return 2
        return _failed(error)


@contextmanager
def _stoppable() -> Iterator[None]:
    """Within, SIGINT and SIGTERM raise Stopped once, unless somebody else sees to them; a second one ends at once."""

    def stop(number: int, _: Any) -> None:
        signal.signal(number, signal.SIG_DFL)
        raise Stopped(number)

    ours = {signal.SIGINT: signal.default_int_handler, signal.SIGTERM: signal.SIG_DFL}
    old = {kind: handler for kind, handler in ours.items() if signal.getsignal(kind) == handler}
    try:
        for kind in old:
            signal.signal(kind, stop)
    except ValueError:  # not in the main thread: signals are somebody else's
        old = {}
    try:
        yield
    finally:
        for kind, handler in old.items():
            signal.signal(kind, handler)


def _usage_errors() -> type[Exception]:
    # Typer carries click inside or beside it, by version; the base of its public BadParameter covers both.
    return next(kind for kind in typer.BadParameter.__mro__ if kind.__name__ == "ClickException")


def _failed(error: Exception) -> int:
    if isinstance(error, _user_errors()):
        say(f"synchromy: {error}")
        return 1
    if hasattr(error, "signal"):
        say(f"synchromy: {error}")
        return 128 + int(error.signal)
    if isinstance(error, MemoryError) or type(error).__name__ in ("ResourceExhaustedError", "XlaRuntimeError"):
        say("synchromy: this needs more memory than there is: choose a smaller size, count or train.batch")
        return 1
    if isinstance(error, OSError):
        what = f" {error.filename}" if error.filename else ""
        say(f"synchromy: could not read or write{what}: {(error.strerror or str(error)).lower()}")
        return 1
    say(f"synchromy: unexpected {type(error).__name__}: {error}; please report it with {_kept_traceback()}")
    return 1


def _user_errors() -> tuple[type[Exception], ...]:
    from experiments.errors import ExperimentsError
    from models.errors import ModelsError
    from mosaics.errors import MosaicsError
    from procgen.errors import ProcgenError

    return ExperimentsError, ModelsError, MosaicsError, ProcgenError


def _kept_traceback() -> str:
    try:
        handle, name = tempfile.mkstemp(prefix="synchromy-error-", suffix=".txt")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            traceback.print_exc(file=file)
    except OSError:
        return "the command you used"
    return name


def pixels(text: str) -> int | tuple[int, int]:
    """A size in pixels: "512", or "768x512" as width x height."""
    parts = text.lower().split("x")
    if len(parts) > 2 or not all(part.isdecimal() and int(part) > 0 for part in parts):
        raise typer.BadParameter(f"expected pixels as 512 or 768x512, got {text!r}")
    return int(parts[0]) if len(parts) == 1 else (int(parts[0]), int(parts[1]))


def about(plan: dict[str, Any]) -> str:
    """The "bytes" and "seconds" of a plan in words."""
    return f"about {in_bytes(plan['bytes'])} in {in_time(plan['seconds'])}"


def taken(out: Path, force: bool) -> str:
    """What a dry run adds where its target is there already."""
    return f"; {out} exists, so it would need --force" if os.path.lexists(out) and not force else ""


def plural(count: int, noun: str) -> str:
    """ "1 picture", "2,000 pictures"."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def in_bytes(count: float) -> str:
    """1,536 as "1.5 kB"; decimal units, as disks are sold."""
    for unit in ("B", "kB", "MB", "GB"):
        if count < 1000:
            return f"{count:.0f} {unit}" if unit == "B" else f"{count:.1f} {unit}"
        count /= 1000
    return f"{count:.1f} TB"


def in_time(seconds: float) -> str:
    """75 as "1 min 15 s"."""
    if seconds < 60:
        return f"{max(seconds, 1):.0f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes < 60 else f"{minutes / 60:.1f} h"


def _plain(value: Any) -> Any:
    if isinstance(value, Path):
        return str(value)
    if hasattr(value, "tolist"):
        return _defined(value.tolist())
    raise TypeError(f"cannot print {type(value).__name__} as JSON")
