"""The generator of a run at any of its checkpoints, and what its pictures say of it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

import models

from .checkpoints import MANIFEST, checkpoints
from .errors import ExperimentsError
from .files import read_json
from .run import Run

SOURCE_TYPE = "trainedAlgorithmicMedia"
AT_ONCE = 64
"""Pictures that are drawn together, whatever their number: a picture's rounding depends on no other."""


@dataclass(frozen=True, eq=False)
class Trained:
    """The generator of a run at one checkpoint.

    Attributes:
        generator: a keras.Model, latents to pictures.
        facts: what its pictures say of it: run, config_sha256, checkpoint_sha256, step, nimg.
    """

    generator: Any
    facts: dict[str, Any]

    @property
    def latent(self) -> int:
        """How many numbers a picture is drawn from."""
        return self.generator.input_shape[-1]

    @property
    def side(self) -> int:
        """Pixels of a side of its pictures."""
        return self.generator.output_shape[1]

    def draw(self, latents: np.ndarray) -> np.ndarray:
        """uint8 (N, side, side, 3) of latents (N, latent); a grey picture has three equal channels."""
        pictures = models.draw(self.generator, np.asarray(latents, np.float32), batch=AT_ONCE)
        return np.repeat(pictures, 3, axis=-1) if pictures.shape[-1] == 1 else pictures


def open_trained(folder: Path, checkpoint: str | None = None) -> Trained:
    """The generator of a run, its average where there is one.

    Args:
        folder: the run.
        checkpoint: its step as "1200" or its images as "9.6kimg"; if none is given, the newest valid one.

    Raises:
        ExperimentsError: no run, no such checkpoint, or a damaged one.
    """
    run = Run(folder)
    generator, manifest = run.trained(None if checkpoint is None else _step(run, checkpoint))
    facts = {"run": str(folder), "config_sha256": manifest["config_sha256"], "checkpoint_sha256": manifest["sha256"]}
    return Trained(generator, facts | {"step": manifest["step"], "nimg": manifest["nimg"]})


def _step(run: Run, text: str) -> int:
    """The step of a checkpoint's name."""
    kept = [read_json(folder / MANIFEST) for folder in reversed(checkpoints(run.folder))]
    words = {f"step {each['step']}": f"{each['nimg'] / 1000:g}kimg" for each in kept}
    for each in kept:
        if text in (str(each["step"]), words[f"step {each['step']}"]):
            return each["step"]
    listed = ", ".join(f"{step} ({kimg})" for step, kimg in words.items()) or "none"
    raise ExperimentsError(f"expected a checkpoint of {run.folder}, {listed}, got {text!r}: name its step or its kimg")


def open_checkpoint(folder: Path, digest: str, what: str) -> Trained:
    """The generator of the one checkpoint that has that sha256, of which `what` was drawn.

    Raises:
        ExperimentsError: the run is elsewhere, or no longer has it.
    """
    if not folder.is_dir():
        raise ExperimentsError(
            f"expected the run that {what} was drawn with in {folder}, got nothing: name it as --run"
        )
    for path in checkpoints(Run(folder).folder):
        manifest = read_json(path / MANIFEST)
        if manifest.get("sha256") == digest:
            return open_trained(folder, str(manifest["step"]))
    raise ExperimentsError(
        f"expected the checkpoint that {what} was drawn with in {folder}, got a run that has others since: "
        f"make a new sheet with `synchromy sample {folder}`"
    )
