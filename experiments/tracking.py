"""The verdict as a run goes: looked at anew whenever the snapshots have grown by a quarter, and able to end the run."""

import difflib
import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from procgen import stream

from .batches import Source
from .callbacks import AtSteps, Checkpoint, snapshots_due
from .config import RunConfig
from .errors import ExperimentsError
from .files import append_json, nimg_of, read_arrays, read_lines, write_atomically
from .judging import judge_paths
from .run import Run
from .scripted import swinging_shares
from .verdict import KINDS, Verdict

VERDICTS = "verdict.jsonl"
FIRST_LOOK, GROWTH = 20, 1.25
LOOKS_A_SNAPSHOT = 0.13  # at most, at any length of a run
TIMED = 64  # snapshots in the series by which a verdict is timed
STOPPING = tuple(kind for kind in KINDS if kind != "too short")
LEAST_SNAPSHOTS, LEAST_PART = 32, 0.25  # of the length the run is meant to have, before a verdict may end it


def looks(most: int) -> list[int]:
    """After how many snapshots there is a look, up to `most`: each has a quarter more than the one before."""
    counts = [FIRST_LOOK]
    while counts[-1] < most:
        counts.append(math.ceil(counts[-1] * GROWTH))
    return [count for count in counts if count <= most]


def checked_ending(kind: str | None, config: RunConfig, source: Source) -> str | None:
    """The verdict that is to end a run, "limit-cycle" or "limit cycle"; ExperimentsError if it cannot."""
    if kind is None:
        return None
    words = kind.replace("-", " ")
    if words not in STOPPING:
        near = difflib.get_close_matches(words, STOPPING, n=1, cutoff=0.5)
        hint = f": did you mean {near[0]}?" if near else ""
        raise ExperimentsError(f"expected a verdict to stop when of {', '.join(STOPPING)}, got {kind!r}{hint}")
    if not config.snapshots.verdicts:
        raise ExperimentsError("expected snapshots.verdicts=true to stop at a verdict, got false: nothing would look")
    if len(source.modes) < 2:
        raise ExperimentsError(
            f"expected a world of two modes or more to stop at a verdict, got {len(source.modes)}: "
            "there are no shares to judge"
        )
    return words


def never_ends(kind: str | None, snapshots: int, kimg: float) -> str | None:
    """The sentence on a verdict that comes too late to end a run of so many snapshots and kimg; None where it may.

    At the last step, where there is always a look, the run ends anyway.
    """
    if kind is None or snapshots > LEAST_SNAPSHOTS:
        return None
    power = 10.0 ** (math.floor(math.log10(kimg / LEAST_SNAPSHOTS)) - 1)
    enough = math.floor(kimg / LEAST_SNAPSHOTS / power) * power
    return (
        f"--stop-when {kind.replace(' ', '-')} cannot end this run: it takes {snapshots} snapshots, and a verdict "
        f"ends a run after {LEAST_SNAPSHOTS} at the earliest and before the last; a new run with "
        f"--set snapshots.every_kimg={enough:g} takes enough"
    )


def settled(lines: list[dict[str, Any]], kind: str, config: RunConfig) -> bool:
    """Whether verdicts (lines of verdict.jsonl) may end a run: `kind` at the last two looks, and not too early.

    Too early is before 32 snapshots, and before a quarter of train.kimg: a network that has not begun to learn is as
    still as one that has converged.
    """
    last = lines[-2:]
    if len(last) < 2 or any(line["kind"] != kind for line in last):
        return False
    return last[-1]["taken"] >= LEAST_SNAPSHOTS and last[-1]["step"] >= LEAST_PART * config.train.steps


def judge_for_timing(run: Run) -> Verdict:
    """The verdict on a script of as many readings as the run will have, to ask what one costs before there are any."""
    modes = len(run.modes)
    shares = swinging_shares(TIMED, modes, period=20, amplitude=0.2 / modes)
    rng = stream(run.config.seed, 0, "timing")
    labels = np.array([rng.choice(modes, run.config.snapshots.readings, p=row) for row in shares])
    return judge_paths(run, np.arange(TIMED), labels)


class ModeTracker(AtSteps):
    """Judges the modes of the fixed latents as the run goes; after `Snapshots` in the list of callbacks.

    When to look depends on the number of snapshots alone, so that a run that is killed and called again looks and
    ends where it would have. At the last step there is always a look.

    Attributes:
        said: {"verdict": how the last verdict reads}, for whoever shows progress; empty before the first look.
        reached: why the run is to end now, or None.
    """

    def __init__(
        self, first_step: int, run: Run, outs: list[Callable[[dict[str, Any]], object]], ending: str | None = None
    ) -> None:
        super().__init__(first_step, snapshots_due(run.config))
        self.run, self.outs, self.ending = run, outs, ending
        self.lines = cut_verdicts(run.folder, first_step)
        self.nimg: list[int] = []
        self.labels: list[np.ndarray] = []
        self.said: dict[str, str] = {}
        self.reached: dict[str, Any] | None = None
        self.at = set(looks(10**6))

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Read what snapshots there are; the one of the untrained generator is written by now."""
        shown = self.run.config.train.shown
        for path in self.run.snapshot_files():
            step, rest = divmod(nimg_of(path), shown)
            if not rest and step <= self.step and (step == 0 or self.due(step)):
                self._take(path, step * shown)
        if self.lines:
            self.said = {"verdict": self.lines[-1]["said"]}

    def act(self, step: int, logs: dict[str, Any]) -> None:
        """Take the snapshot of this step in, and look if it is time to."""
        nimg = step * self.run.config.train.shown
        self._take(self.run.folder / "snapshots" / f"nimg-{nimg:09d}.npz", nimg)
        if len(self.nimg) in self.at or step == self.run.config.train.steps:
            self._look(step)

    def _take(self, path: Path, nimg: int) -> None:
        self.nimg.append(nimg)
        self.labels.append(read_arrays(path, "fixed")["fixed"])

    def _look(self, step: int) -> None:
        verdict = judge_paths(self.run, np.array(self.nimg), np.array(self.labels, np.int64))
        line = line_of(verdict, step, self.nimg[-1], len(self.nimg))
        append_json(self.run.folder / VERDICTS, line)
        self.lines.append(line)
        self.said = {"verdict": line["said"]}
        for out in self.outs:
            out(line)
        steps = self.run.config.train.steps
        if self.ending and step < steps and settled(self.lines, self.ending, self.run.config):
            taken = [each["taken"] for each in self.lines[-2:]]
            self.reached = {"when": self.ending, "nimg": self.nimg[-1], "snapshots": taken, "why": verdict.summary}


class StopOnVerdict(AtSteps):
    """Ends the run after the step at which the tracker reached the verdict it was to end at, after a checkpoint."""

    def __init__(self, first_step: int, tracker: ModeTracker, checkpoint: Checkpoint) -> None:
        super().__init__(first_step, lambda step: tracker.reached is not None)
        self.tracker, self.checkpoint = tracker, checkpoint

    def act(self, step: int, logs: dict[str, Any]) -> None:
        """Save with the reason, then leave."""
        self.checkpoint.manifest = {**self.checkpoint.manifest, "stopped": self.tracker.reached}
        self.checkpoint.save(step)  # one without the reason may have been written at this very step
        self.model.stop_training = True


def line_of(verdict: Verdict, step: int, nimg: int, taken: int) -> dict[str, Any]:
    """A line of verdict.jsonl: when, after how many snapshots in all, and the whole verdict."""
    return {"step": step, "nimg": nimg, "taken": taken, **verdict.to_dict()}


def numbers_of(line: dict[str, Any]) -> dict[str, float]:
    """The numbers of a line of verdict.jsonl under names for event files; the kind is its place in KINDS."""
    named = ("period", "amplitude", "growth", "quality", "p_value", "recurrence", "detectable")
    found = {f"verdict/{name}": float(line[name]) for name in named if line[name] is not None}
    return {"nimg": line["nimg"], "verdict/kind": float(KINDS.index(line["kind"])), **found}


def read_verdicts(run: Run) -> list[dict[str, Any]]:
    """The verdicts of a run as it went, one a look: see `line_of`."""
    return read_lines(run.folder / VERDICTS)


def cut_verdicts(folder: Path, step: int) -> list[dict[str, Any]]:
    """Drop the lines of verdict.jsonl behind `step`, which are about to be written again; returns the others."""
    kept = [line for line in read_lines(folder / VERDICTS) if line["step"] <= step]
    if (folder / VERDICTS).is_file():
        text = "".join(json.dumps(line) + "\n" for line in kept)
        write_atomically(folder / VERDICTS, lambda temporary: temporary.write_text(text, "utf-8"))
    return kept


def in_words(stopped: dict[str, Any], kimg: float) -> str:
    """The sentence on a run that a verdict ended, and how to go on."""
    one, two = stopped["snapshots"]
    return (
        f"stopped at {stopped['nimg'] / 1000:g} of {kimg:g} kimg: {stopped['when']} after {one} and after {two} "
        "snapshots; to go on, leave out --stop-when, or raise train.kimg"
    )
