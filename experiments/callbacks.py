"""What happens beside the training: metrics, snapshots, checkpoints, stopping. Ordinary Keras callbacks.

A callback touches `self.model` at its own moments only: on JAX that brings the weights back from the compiled step.
"""

import json
import math
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np

import models

from .checkpoints import save_checkpoint
from .config import RunConfig
from .errors import ExperimentsError
from .files import said_plainly, write_arrays
from .run import METRICS

LOG_EVERY_STEPS = 10
DIVERGED = (
    "expected finite numbers, got {what} at step {step}: the training diverged; checkpoints made before are kept; "
    "begin a new run with lower rates or a penalty, as --set train.d_rate=1e-4"
)


class AtSteps(keras.callbacks.Callback):
    """A callback that knows the step's number in the whole run (the first is 1), and acts where `due(step)`."""

    def __init__(self, first_step: int, due: Callable[[int], bool]) -> None:
        super().__init__()
        self.step, self.due = first_step, due

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Count, and act where it is due."""
        self.step += 1
        if self.due(self.step):
            self.act(self.step, logs or {})

    def act(self, step: int, logs: dict[str, Any]) -> None:
        """Do what this callback is for."""
        raise NotImplementedError


def every(kimg: float, config: RunConfig) -> Callable[[int], bool]:
    """Due at the first step at or past every multiple of `kimg` thousand images, and at the last step."""
    per_step, steps = config.train.batch / (kimg * 1000), config.train.steps

    def due(step: int) -> bool:
        return step == steps or math.floor(step * per_step + 1e-9) > math.floor((step - 1) * per_step + 1e-9)

    return due


class StopOnNaN(AtSteps):
    """Ends the run at the first loss that is not finite, before anything of it is kept."""

    def __init__(self, first_step: int) -> None:
        super().__init__(first_step, lambda step: True)

    def act(self, step: int, logs: dict[str, Any]) -> None:
        """Look at the losses."""
        bad = [name for name in ("d_loss", "g_loss") if not math.isfinite(float(logs[name]))]
        if bad:
            raise ExperimentsError(DIVERGED.format(what=f"{bad[0]} = {float(logs[bad[0]])}", step=step))


class Metrics(AtSteps):
    """A line of losses every few steps, in metrics.jsonl and to the progress bar."""

    def __init__(self, first_step: int, config: RunConfig, folder: Path, progress: Callable[..., None]) -> None:
        super().__init__(first_step, lambda step: step % LOG_EVERY_STEPS == 0 or step == config.train.steps)
        self.config, self.folder, self.progress = config, folder, progress
        self.began, self.first_step = time.monotonic(), first_step

    def act(self, step: int, logs: dict[str, Any]) -> None:
        """Append one line."""
        rate = (step - self.first_step) * self.config.train.batch / (time.monotonic() - self.began)
        line = {"step": step, "nimg": step * self.config.train.batch, **{k: float(v) for k, v in sorted(logs.items())}}
        with said_plainly(self.folder / METRICS), (self.folder / METRICS).open("a", encoding="utf-8") as file:
            file.write(json.dumps({**line, "images_per_s": round(rate, 1)}) + "\n")
        self.progress("training", step, self.config.train.steps, {**line, "images_per_s": rate})


class Snapshots(AtSteps):
    """Pictures of fixed latents, and the probe's reading of fixed and of fresh ones: always of the raw generator."""

    def __init__(self, first_step: int, config: RunConfig, folder: Path, probe: models.Probe) -> None:
        super().__init__(first_step, every(config.snapshots.every_kimg, config))
        self.config, self.folder, self.probe = config, folder, probe

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """The untrained generator is the first snapshot."""
        if self.step == 0:
            self.act(0, {})

    def act(self, step: int, logs: dict[str, Any]) -> None:
        """Draw, read, keep."""
        wanted, nimg = self.config.snapshots, step * self.config.train.batch
        pictures, fixed = self._read("fixed", 0)
        _, fresh = self._read("fresh", step)
        arrays = {
            "pictures": pictures[: wanted.pictures],
            "fixed": fixed.labels.astype(np.int16),
            "fixed_nearest": fixed.nearest.astype(np.int16),
            "fresh": fresh.labels.astype(np.int16),
            "fresh_nearest": fresh.nearest.astype(np.int16),
        }
        write_arrays(self.folder / "snapshots" / f"nimg-{nimg:09d}.npz", arrays)

    def _read(self, purpose: str, index: int) -> tuple[np.ndarray, models.Reading]:
        c = self.config
        z = models.latents(c.snapshots.readings, c.network.latent, c.seed, purpose=purpose, index=index)
        pictures = models.draw(self.model.generator, z)
        return pictures, self.probe.read(pictures)


class Checkpoint(AtSteps):
    """The whole state, every so often and at the last step. Last in the list: what it vouches for is on disk."""

    def __init__(self, first_step: int, config: RunConfig, folder: Path, manifest: dict[str, Any]) -> None:
        super().__init__(first_step, every(config.checkpoints.every_kimg, config))
        self.config, self.folder, self.manifest = config, folder, manifest
        self.saved = first_step

    def act(self, step: int, logs: dict[str, Any]) -> None:
        """Write the state of this step, once; a state with NaN or infinity in it is never written."""
        if step == self.saved:
            return
        state = models.get_state(self.model)
        bad = [name for name, array in state.items() if not np.isfinite(array).all()]
        if bad:
            raise ExperimentsError(DIVERGED.format(what=f"{bad[0]} with NaN or infinity", step=step))
        manifest = {"step": step, "nimg": step * self.config.train.batch, **self.manifest}
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
