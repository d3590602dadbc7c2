"""train(config, data, folder): begin a run, go on where it stands, or make it longer; the same on both backends."""

import os
import platform
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import keras

import models
from procgen import Dataset, Space

from .batches import Source, source_of
from .beginning import cut_metrics, only_writer, start_run, with_config
from .building import build
from .callbacks import AtSteps, Checkpoint, Metrics, StopOnNaN, StopOnSignal, snapshot_count
from .checkpoints import checkpoint_of, newest_valid
from .config import RunConfig
from .errors import ExperimentsError
from .events import Events, check_tensorboard
from .files import append_json, write_atomically, write_json
from .fitting import fit_steps
from .middle import MiddleSnapshots, MiddleWriter
from .pacing import Cost, SnapshotShare, with_affordable_snapshots
from .probing import run_probe
from .probing import run_probe_of as run_probe_of
from .run import DONE, EXPORTED, METRICS, SESSIONS, Run
from .snapshots import Snapshots
from .tracking import (
    LOOKS_A_SNAPSHOT,
    ModeTracker,
    StopOnVerdict,
    checked_ending,
    in_words,
    judge_for_timing,
    never_ends,
    numbers_of,
)

Progress = Callable[..., None]
START = ("generator/", "discriminator/", "ema/")  # what a run takes over from the one it begins with


def train(
    config: RunConfig,
    data: Dataset | Space | Source,
    folder: str | Path,
    *,
    progress: Progress | None = None,
    say: Callable[[str], object] | None = None,
    tensorboard: bool = False,
    stop_when: str | None = None,
) -> Run:
    """Train `config` on `data` in `folder`, from its newest valid checkpoint on if there is one.

    Args:
        config: what to train; must be the one the folder was begun with, but that train.kimg may have grown.
        data: a dataset, or a space to draw from while training; must be the one the folder was begun with.
        folder: the run; made if missing.
        progress: called as progress(stage, done, of, facts) every few steps; stage is "probe" or "training", and facts
            the line of metrics in the latter, with the kimg there will be.
        say: called with each line a person should know: a damaged checkpoint, other versions, how often snapshots are
            taken. They are kept in sessions.jsonl, too.
        tensorboard: write event files into RUN/tensorboard.
        stop_when: a verdict that ends the run when two looks in a row give it, see `tracking.settled`. A run that was
            ended so stays as it is under the same verdict and length, and goes on under any other.

    Raises:
        ExperimentsError: another config or other data, a folder in use, a disk that is full, a number that is not
            finite, a verdict that cannot end this run.
        Interrupted: SIGINT or SIGTERM came; the state was saved first.
    """
    folder, source = Path(folder), source_of(data, config)
    ending = checked_ending(stop_when, config, source)
    if tensorboard:
        check_tensorboard()
    watch = Watch(progress or _nobody, say or _nobody, tensorboard, ending)
    with only_writer(folder):
        run = start_run(folder, config, source)
        if run.stopped and run.stopped["when"] == ending:
            watch.say(in_words(run.stopped, run.config.train.kimg))
        elif run.stopped:
            (run.folder / DONE).unlink()
        if not run.finished:
            _go_on(run, source, watch)
    return Run(folder)


@dataclass(frozen=True)
class Watch:
    """Who looks on: see `train`."""

    progress: Progress
    say: Callable[[str], object]
    tensorboard: bool
    ending: str | None


def _nobody(*_: Any) -> None:
    pass


def _go_on(run: Run, source: Source, watch: Watch) -> None:
    probe = run_probe(run.folder, source, watch.progress)
    gan = build(run.config)
    step, stopped, notes = _found(gan, run, watch.ending)
    cut_metrics(run.folder, step)
    writer = MiddleWriter(run.folder, run.config, probe, source)
    if run.config.snapshots.every_kimg is None and not run.config.snapshots.at_kimg:
        config, line = with_affordable_snapshots(gan, run.config, source, step, _costs(gan, run, writer, step))
        run, notes = with_config(run, config), [*notes, line]
    if late := never_ends(watch.ending, snapshot_count(run.config), run.config.train.kimg):
        notes = [*notes, late]
    append_json(run.folder / SESSIONS, {"step": step, "versions": versions(), "notes": notes})
    for note in notes:
        watch.say(note)
    if step < run.config.train.steps and not stopped:
        stopped = _fit(gan, run, source, _callbacks(run, writer, step, watch))
    _export(gan, run)
    last = stopped["nimg"] // run.config.train.shown if stopped else run.config.train.steps
    facts = {"stopped": stopped} if stopped else {}
    write_json(run.folder / DONE, {"step": last, **facts, "config_sha256": run.config.digest(), **versions()})
    if stopped:
        watch.say(in_words(stopped, run.config.train.kimg))


def _found(gan: models.GAN, run: Run, ending: str | None) -> tuple[int, dict[str, Any] | None, list[str]]:
    """Put the newest valid checkpoint, if any, into a GAN: its step, why a verdict ended the run there, what to say."""
    found = newest_valid(run.folder)
    if found is None:
        if run.config.start is not None:
            _begin_with(gan, Path(run.config.start), run.document["start"])
        return 0, None, []
    models.set_state(gan, found.state)
    notes = [*found.passed_over, *_other_versions(found.manifest)]
    return found.manifest["step"], _ended_at(found.manifest, run.config, ending), notes


def _ended_at(manifest: dict[str, Any], config: RunConfig, ending: str | None) -> dict[str, Any] | None:
    """Why the run of a checkpoint ends there, if it does: it was killed when a verdict had ended it."""
    stopped = manifest.get("stopped")
    same = stopped and stopped["when"] == ending and manifest["config_sha256"] == config.digest()
    return stopped if same else None


def _costs(gan: models.GAN, run: Run, writer: MiddleWriter, step: int) -> list[Cost]:
    """What a snapshot brings with it, to be measured."""
    shots = Snapshots(step, run.config, run.folder, writer.probe, _nobody)
    shots.set_model(gan)
    costs = [Cost("pictures and readings", lambda: shots.act(step, {}))]
    if run.config.snapshots.middle:
        costs.append(Cost("the middle", lambda: writer.write(gan, step)))
    if run.config.snapshots.verdicts and len(run.modes) > 1:
        costs.append(Cost("verdicts", lambda: judge_for_timing(run), LOOKS_A_SNAPSHOT))
    return costs


def _callbacks(run: Run, writer: MiddleWriter, step: int, watch: Watch) -> list[AtSteps]:
    """In the order in which they act: first what stops a bad run, last what vouches for all that was written."""
    config, folder = run.config, run.folder
    facts = {"kimg": config.train.kimg}
    outs: list[Callable] = [
        lambda line: append_json(folder / METRICS, line),
        lambda line: watch.progress("training", line["step"], config.train.steps, {**line, **facts, **tracker.said}),
    ]
    shown: Callable[[int, Path], object] = _nobody
    judged: list[Callable] = []
    if watch.tensorboard:
        events = Events(folder, step * config.train.shown, run.metrics())
        outs, shown = [*outs, events.scalars], events.sheet
        judged = [lambda line: events.scalars(numbers_of(line))]
    shots = Snapshots(step, config, folder, writer.probe, shown)
    tracker = ModeTracker(step, run, judged, watch.ending)
    parts: dict[str, AtSteps] = {"pictures and readings": shots}
    if config.snapshots.middle:
        parts["the middle"] = MiddleSnapshots(step, config, writer)
    if config.snapshots.verdicts and len(run.modes) > 1:
        parts["verdicts"] = tracker
    checkpoint = Checkpoint(step, config, folder, {"config_sha256": config.digest(), **versions()})
    return [
        StopOnNaN(step, folder),
        Metrics(step, config, outs),
        *parts.values(),
        SnapshotShare(step, config, parts, watch.say),
        checkpoint,
        StopOnVerdict(step, tracker, checkpoint),
    ]


def _fit(gan: models.GAN, run: Run, source: Source, callbacks: list[AtSteps]) -> dict[str, Any] | None:
    """Train to the last step, or to where a verdict ends the run: why it did, else None."""
    last = callbacks[-1]
    assert isinstance(last, StopOnVerdict)
    step = last.step
    with _signals() as asked:
        fit_steps(
            gan,
            source,
            run.config,
            step,
            run.config.train.steps - step,
            [*callbacks, StopOnSignal(step, asked, last.checkpoint)],
        )
    return last.tracker.reached


def _other_versions(manifest: dict[str, Any]) -> list[str]:
    """A line on what has changed since a checkpoint was written, if anything has."""
    now = versions()
    changed = [f"{name} {manifest[name]} -> {now[name]}" for name in now if manifest.get(name, now[name]) != now[name]]
    if not changed:
        return []
    return [f"goes on under other versions: {', '.join(changed)}; the same numbers bit for bit are not promised"]


def _begin_with(gan: models.GAN, other: Path, start: dict[str, Any]) -> None:
    """Put the networks of another run's checkpoint into a GAN; its optimizers begin anew."""
    found = checkpoint_of(other, start["step"])
    if found.manifest["sha256"] != start["sha256"]:
        raise ExperimentsError(
            f"expected the checkpoint this run began with in {found.folder}, got another: begin anew"
        )
    state = models.get_state(gan)
    own = [name for name in state if name.startswith(START)]
    # A run without an average hands its generator on as the first average.
    there = {name: name if name in found.state else name.replace("ema/", "generator/") for name in own}
    taken = {name: found.state[there[name]] for name in own}
    models.set_state(gan, {**state, **taken})


def _export(gan: models.GAN, run: Run) -> None:
    """The trained generator, its average where there is one, as a file that plain Keras loads."""
    generator = gan.ema or gan.generator

    def write(temporary: Path) -> None:
        # Keras insists on the ending .keras; a folder that ends in .tmp is cleared away after a kill.
        with TemporaryDirectory(dir=run.folder, prefix=".generator.", suffix=".tmp") as folder:
            generator.save(Path(folder) / EXPORTED)
            os.replace(Path(folder) / EXPORTED, temporary)

    write_atomically(run.folder / EXPORTED, write)


def versions() -> dict[str, str]:
    """What computed this: package versions, backend, Python."""
    names = ("synchromy", "keras", "numpy", keras.backend.backend())
    return {**{name: version(name) for name in names}, "python": platform.python_version()}


@contextmanager
def _signals() -> Iterator[Callable[[], int | None]]:
    """Within, SIGINT and SIGTERM are noted instead of acted on; the value tells which came, or None."""
    came: list[int] = []
    kinds = (signal.SIGINT, signal.SIGTERM)
    try:
        old = {kind: signal.signal(kind, lambda number, _: came.append(number)) for kind in kinds}
    except ValueError:  # not in the main thread: signals are somebody else's
        old = {}
    try:
        yield lambda: came[0] if came else None
    finally:
        for kind, handler in old.items():
            signal.signal(kind, handler)
