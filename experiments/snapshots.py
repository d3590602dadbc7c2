"""Snapshots of a training: pictures of fixed latents, what the probe reads, and the sheet that can be kept open."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

import models
import mosaics

from .callbacks import AtSteps, diverged, snapshots_due
from .config import RunConfig
from .decoding import in_colour
from .files import write_arrays

SHEET = 64  # pictures
HYBRIDS = 16  # pictures of the greatest hybridity that are kept
PIXELS_AT_ONCE = 2**20  # that the generator draws: 256 pictures of 64 px


class Snapshots(AtSteps):
    """Pictures of fixed latents, and the probe's reading of fixed and of fresh ones: always of the raw generator.

    `shown` is called as shown(nimg, path of the sheet) after each.
    """

    def __init__(
        self,
        first_step: int,
        config: RunConfig,
        folder: Path,
        probe: models.Probe,
        shown: Callable[[int, Path], object],
    ) -> None:
        super().__init__(first_step, snapshots_due(config))
        self.config, self.folder, self.probe, self.shown = config, folder, probe, shown

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """The untrained generator is the first snapshot."""
        if self.step == 0:
            self.act(0, {})

    def act(self, step: int, logs: dict[str, Any]) -> None:
        """Draw, read, keep; pictures with NaN or infinity in them are no snapshot."""
        nimg = step * self.config.train.shown
        try:
            pictures, fixed = self._read("fixed", 0)
            new, fresh = self._read("fresh", step)
        except models.ModelsError:
            raise diverged(self.folder, "pictures with NaN or infinity", step) from None
        arrays = {
            "pictures": pictures[: self.config.snapshots.pictures],
            **reading_arrays("fixed", fixed),
            **reading_arrays("fresh", fresh),
            **hybrid_arrays(new, fresh),
        }
        write_arrays(self.folder / "snapshots" / f"nimg-{nimg:09d}.npz", arrays)
        self._write_sheet(arrays["pictures"][:SHEET], nimg)
        self.shown(nimg, self.folder / "sheet.png")

    def _read(self, purpose: str, index: int) -> tuple[np.ndarray, models.Reading]:
        c = self.config
        z = models.latents(c.snapshots.readings, c.network.latent, c.seed, purpose=purpose, index=index)
        pictures = models.draw(self.model.generator, z, batch=at_once(c))
        return pictures, self.probe.read(pictures)

    def _write_sheet(self, pictures: np.ndarray, nimg: int) -> None:
        facts = {"run": str(self.folder), "latents": "fixed", "nimg": nimg, "config": self.config.plain()}
        tiles = mosaics.Tiles(in_colour(pictures), {}, facts, "trainedAlgorithmicMedia")
        look = mosaics.Look(gutter=0.05, margin=0.0)
        mosaics.compose(tiles, look=look).save(self.folder / "sheet.png", force=True)


def reading_arrays(name: str, reading: models.Reading) -> dict[str, np.ndarray]:
    """What a snapshot file keeps of a reading, each array (N,): see `run.Snapshot`."""
    return {
        name: reading.labels.astype(np.int16),
        f"{name}_nearest": reading.nearest.astype(np.int16),
        f"{name}_second": reading.second.astype(np.int16),
        f"{name}_hybridity": reading.hybridity.astype(np.float16),
    }


def hybrid_arrays(pictures: np.ndarray, reading: models.Reading) -> dict[str, np.ndarray]:
    """The pictures of the greatest hybridity, the greatest first, and the two modes of each; none in a world of one."""
    several = reading.posterior.shape[1] > 1
    most = np.argsort(-reading.hybridity, kind="stable")[: HYBRIDS if several else 0]
    modes = np.stack([reading.nearest[most], reading.second[most]], axis=1).astype(np.int16)
    return {"hybrids": pictures[most], "hybrids_modes": modes}


def at_once(config: RunConfig) -> int:
    """How many pictures are drawn in one batch: many, but no more than memory holds, nor than are wanted."""
    return max(8, min(config.snapshots.readings, PIXELS_AT_ONCE // config.network.size**2))
