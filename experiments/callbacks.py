"""What happens beside the training: metrics, snapshots, checkpoints, stopping. Ordinary Keras callbacks.

A callback touches `self.model` at its own moments only: on JAX that brings the weights back from the compiled step.
"""

import math
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np

import models

from .checkpoints import newest_valid, save_checkpoint
from .config import RunConfig
from .errors import ExperimentsError

LOG_EVERY_STEPS = 10


class AtSteps(keras.callbacks.Callback):
    """A callback that knows the step's number in the whole run (the first is 1), and acts where `due(step)`.

    `seconds` is what it has spent on that behind the first step.
    """

    def __init__(self, first_step: int, due: Callable[[int], bool]) -> None:
        super().__init__()
        self.step, self.due, self.seconds = first_step, due, 0.0

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Count, and act where it is due."""
        self.step += 1
        if self.due(self.step):
            began = time.perf_counter()
            self.act(self.step, logs or {})
            self.seconds += time.perf_counter() - began

    def act(self, step: int, logs: dict[str, Any]) -> None:
        """Do what this callback is for."""
        raise NotImplementedError


def every(kimg: float, config: RunConfig) -> Callable[[int], bool]:
    """Due at the first step at or past every multiple of `kimg` thousand images, and at the last step."""
    per_step, steps = config.train.shown / (kimg * 1000), config.train.steps

    def due(step: int) -> bool:
        return step == steps or math.floor(step * per_step + 1e-9) > math.floor((step - 1) * per_step + 1e-9)

    return due


def snapshots_due(config: RunConfig) -> Callable[[int], bool]:
    """Due at the first step at or past every time of config.snapshots, and at the last; never while none is chosen."""
    shots = config.snapshots
    if not shots.at_kimg:
        return every(shots.every_kimg, config) if shots.every_kimg else lambda step: False
    taken = {math.ceil(kimg * 1000 / config.train.shown - 1e-9) for kimg in shots.at_kimg}
    return lambda step: step == config.train.steps or step in taken


def snapshot_count(config: RunConfig) -> int:
    """How many snapshots `snapshots_due` gives a run, with the untrained generator's; no step is gone through."""
    shots, train = config.snapshots, config.train
    if shots.at_kimg:
        taken = {math.ceil(kimg * 1000 / train.shown - 1e-9) for kimg in shots.at_kimg}
        return 1 + len({step for step in taken if step <= train.steps} | {train.steps})
    if not shots.every_kimg:
        return 1
    per_step = train.shown / (shots.every_kimg * 1000)
    if per_step >= 1:
        return 1 + train.steps
    whole = math.floor(train.steps * per_step + 1e-9)
    return 1 + whole + (whole == math.floor((train.steps - 1) * per_step + 1e-9))


def diverged(run: Path, what: str, step: int) -> ExperimentsError:
    """The sentence on a number that is not finite: which, when, what is kept, and how to go on."""
    found = newest_valid(run)
    lower = "lower rates or a penalty, as --set train.d_rate=1e-4"
    if found is None:
        rest = f"no checkpoint had been made; begin another run with {lower}"
    else:
        kimg = f"{found.manifest['nimg'] / 1000:g} kimg"
        rest = (
            f"the last good checkpoint is {found.folder} ({kimg}); "
            f"go on from it in a new folder with --set start={run} and {lower}"
        )
    return ExperimentsError(f"expected finite numbers, got {what} at step {step}: the training diverged; {rest}")


def not_finite(arrays: dict[str, np.ndarray]) -> str | None:
    """The name of the first array with NaN or infinity in it."""
    return next((name for name, array in arrays.items() if not np.isfinite(array).all()), None)


class StopOnNaN(AtSteps):
    """Ends the run at the first loss that is not finite, before anything of it is kept."""

    def __init__(self, first_step: int, folder: Path) -> None:
        super().__init__(first_step, lambda step: True)
        self.folder = folder

    def act(self, step: int, logs: dict[str, Any]) -> None:
        """Look at the losses."""
        bad = next((name for name in ("d_loss", "g_loss") if not math.isfinite(float(logs[name]))), None)
        if bad:
            raise diverged(self.folder, f"{bad} = {float(logs[bad])}", step)


class Metrics(AtSteps):
    """A line of losses and pace every few steps, to each of `outs`: a file, a progress bar."""

    def __init__(self, first_step: int, config: RunConfig, outs: list[Callable[[dict[str, float]], object]]) -> None:
        super().__init__(first_step, lambda step: step % LOG_EVERY_STEPS == 0 or step == config.train.steps)
        self.config, self.outs, self.first_step = config, outs, first_step
        self.seen: deque[tuple[float, int]] = deque([(time.monotonic(), first_step)], maxlen=2)

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Count; the first step is compiled, so that the pace is measured from its end on."""
        super().on_train_batch_end(batch, logs)
        if self.step == self.first_step + 1 and not self.due(self.step):
            self.seen.append((time.monotonic(), self.step))

    def act(self, step: int, logs: dict[str, Any]) -> None:
        """Hand out one line; images_per_s is that of the stretch since the line before."""
        self.seen.append((time.monotonic(), step))
        (began, first), (now, last) = self.seen
        shown = self.config.train.shown
        line = {"step": step, "nimg": step * shown, **{k: float(v) for k, v in sorted(logs.items())}}
        line["images_per_s"] = round((last - first) * shown / max(now - began, 1e-9), 1)
        for out in self.outs:
            out(line)


class Checkpoint(AtSteps):
    """The whole state, every so often and at the last step. Last in the list: what it vouches for is on disk."""

    def __init__(self, first_step: int, config: RunConfig, folder: Path, manifest: dict[str, Any]) -> None:
        super().__init__(first_step, every(config.checkpoints.every_kimg, config))
        self.config, self.folder, self.manifest = config, folder, manifest
        self.saved = first_step

    def act(self, step: int, logs: dict[str, Any]) -> None:
        """Write the state of this step, once."""
        if step == self.saved:
            return
        self.save(step)

    def save(self, step: int) -> None:
        """Write the state of this step, even if it was written before; never one with NaN or infinity in it."""
        state = models.get_state(self.model)
        bad = not_finite(state)
        if bad:
            raise diverged(self.folder, f"{bad} with NaN or infinity", step)
        manifest = {"step": step, "nimg": step * self.config.train.shown, **self.manifest}
        save_checkpoint(self.folder, state, manifest, keep=self.config.checkpoints.keep)
        self.saved = step


class StopOnSignal(AtSteps):
    """Ends the run between two steps when `asked()` returns a signal's number, after a checkpoint."""

    def __init__(self, first_step: int, asked: Callable[[], int | None], checkpoint: Checkpoint) -> None:
        super().__init__(first_step, lambda step: asked() is not None)
        self.asked, self.checkpoint = asked, checkpoint

    def act(self, step: int, logs: dict[str, Any]) -> None:
        """Save, then leave."""
        self.checkpoint.act(step, logs)
        raise Interrupted(self.asked() or 0, step)


class Interrupted(Exception):
    """The run was asked to end by a signal, and did, after a checkpoint."""

    def __init__(self, signal: int, step: int) -> None:
        super().__init__(f"ended by signal {signal} after step {step}; the state is saved, the same command goes on")
        self.signal = signal
