"""A run on disk: what lies where, who may write, and what must be equal for it to go on.

config.json         the config, the identity of the data, the modes
metrics.jsonl       one line of losses every few steps
sessions.jsonl      one line each time the training was begun or gone on with: the step, the versions, what was said
world.npz           some of the pictures learned from, where no space can draw them again
snapshots/          nimg-000001600.npz: pictures and probe readings of the raw generator
sheet.png           the pictures of the newest snapshot
checkpoints/        step-000000100/: the whole state, the newest few
probe/              the classifier that reads the modes
tensorboard/        event files, where they were asked for
generator.keras     the trained generator, for plain Keras; written after the last step
done.json           written when all of it is
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from procgen import Space

from .checkpoints import Found, checkpoint_of, newest_valid
from .config import RunConfig, validated
from .confusion import Confusion
from .errors import ExperimentsError
from .files import (
    nimg_of,
    read_arrays,
    read_json,
    read_lines,
)
from .modes import ModeHistogram
from .world_sources import LiveSource

CONFIG, METRICS, SESSIONS, DONE, LOCK = "config.json", "metrics.jsonl", "sessions.jsonl", "done.json", ".lock"
EXPORTED, WORLD = "generator.keras", "world.npz"
WORLD_PICTURES = 64


@dataclass(frozen=True)
class Snapshot:
    """The raw generator after `nimg` images: pictures of fixed latents, and what the probe read.

    pictures: uint8 (P, H, W, C). fixed, fresh: int16 (N,), the mode's index or -1 for rejected, of latents that stay
    the same and of new ones; *_nearest: the likeliest mode even where rejected; *_second: the likeliest but one;
    *_hybridity: float16 (N,) in [0, 1], how much each is a mixture. hybrids: uint8 (<= 16, H, W, C), the fresh pictures
    of the greatest hybridity, rejected or not; hybrids_modes: int16 (<= 16, 2), the two likeliest modes of each. What
    an older file does not hold is None.
    """

    nimg: int
    pictures: np.ndarray
    fixed: np.ndarray
    fixed_nearest: np.ndarray
    fresh: np.ndarray
    fresh_nearest: np.ndarray
    fixed_second: np.ndarray | None = None
    fresh_second: np.ndarray | None = None
    fixed_hybridity: np.ndarray | None = None
    fresh_hybridity: np.ndarray | None = None
    hybrids: np.ndarray | None = None
    hybrids_modes: np.ndarray | None = None


@dataclass(frozen=True)
class Run:
    """A run folder, open for reading; ExperimentsError if it is none."""

    folder: Path

    def __post_init__(self) -> None:
        path = self.folder / CONFIG
        document = read_json(path) if path.is_file() else None
        if not isinstance(document, dict) or not {"config", "data", "modes", "world"} <= document.keys():
            raise ExperimentsError(
                f"expected a run folder with its {CONFIG}, got {self.folder}: make one with `synchromy train`"
            )

    @cached_property
    def document(self) -> dict[str, Any]:
        """config.json: {"config", "data", "modes", "world"}."""
        return read_json(self.folder / CONFIG)

    @property
    def config(self) -> RunConfig:
        """The config the run was made with."""
        return validated(self.document["config"])

    @property
    def modes(self) -> tuple[str, ...]:
        """The names of the world's modes."""
        return tuple(self.document["modes"])

    @property
    def world(self) -> tuple[Space, int]:
        """The space the run learned, and the seed of its pictures; ExperimentsError if it learned from a folder."""
        world = self.document["world"]
        if world["space"] is None:
            raise ExperimentsError(
                f"expected a run on a space or a dataset of one, got {self.folder}, which learned from other pictures: "
                "there is no space to draw more of them from"
            )
        return Space.from_toml(world["space"]), world["seed"]

    def world_pictures(self, count: int = WORLD_PICTURES) -> np.ndarray:
        """Up to `count` pictures of what the run learned: uint8 (N, size, size, channels)."""
        network, kept = self.config.network, self.folder / WORLD
        if not kept.is_file():
            return LiveSource(*self.world, network.size, channels=network.channels).pictures(np.arange(count))
        return read_arrays(kept, "pictures", remedy="restore it")["pictures"][:count]

    @property
    def shares(self) -> np.ndarray:
        """The world's own shares of the modes, float64 (K,)."""
        known = self.document["world"].get("shares") or self.world[0].modes
        weights = np.array([known[mode] for mode in self.modes])
        return weights / weights.sum()

    @property
    def finished(self) -> bool:
        """Whether nothing is left to do: the last step has been taken, or a verdict ended the run, see `stopped`."""
        return (self.folder / DONE).is_file()

    @property
    def stopped(self) -> dict[str, Any] | None:
        """The verdict that ended the run before its last step: {"when", "nimg", "snapshots", "why"}; None if none did.

        Such a run is whole (its generator is exported, it is read like any other) but shorter than its config says.
        """
        return read_json(self.folder / DONE).get("stopped") if self.finished else None

    def metrics(self) -> list[dict[str, float]]:
        """The lines of metrics.jsonl; a half line that a kill left at the end is passed over."""
        return read_lines(self.folder / METRICS)

    def sessions(self) -> list[dict[str, Any]]:
        """One {"step", "versions", "notes"} each time the training was begun or gone on with."""
        return read_lines(self.folder / SESSIONS)

    def snapshots(self) -> Iterator[Snapshot]:
        """The snapshots in order of nimg, each read when its turn comes."""
        return map(read_snapshot, self.snapshot_files())

    def snapshot_files(self) -> list[Path]:
        """The files of the snapshots in order of nimg."""
        return sorted((self.folder / "snapshots").glob("nimg-*.npz"))

    def mode_histograms(self, *, latents: str = "fixed", nearest: bool = False) -> list[ModeHistogram]:
        """Counts of modes per snapshot, of "fixed" or "fresh" latents; `nearest` rejects none."""
        name = f"{latents}_nearest" if nearest else latents
        return [
            ModeHistogram.from_labels(nimg_of(path), self.modes, read_arrays(path, name)[name])
            for path in self.snapshot_files()
        ]

    def confusion(self) -> Confusion:
        """The probe's held-out confusion."""
        return Confusion(self.modes, np.array(read_json(self.folder / "probe" / "probe.json")["confusion"]))

    def generator(self) -> Any:
        """The trained generator (its average where there is one) at the newest valid checkpoint, a keras.Model."""
        return self.trained()[0]

    def trained(self, step: int | None = None) -> tuple[Any, dict[str, Any]]:
        """(generator, manifest) of the checkpoint of `step`, or of the newest valid one; see `generator`."""
        import models

        from .building import build

        found = self.checkpoint(step)
        gan = build(self.config)
        models.set_state(gan, found.state)
        return gan.ema or gan.generator, found.manifest

    def checkpoint(self, step: int | None = None) -> Found:
        """The checkpoint of `step`, or the newest valid one; ExperimentsError if there is none."""
        found = newest_valid(self.folder) if step is None else checkpoint_of(self.folder, step)
        if found is None:
            raise ExperimentsError(f"expected a checkpoint in {self.folder}, got none: train it for longer first")
        return found


def read_snapshot(path: Path) -> Snapshot:
    """The snapshot in a file; ExperimentsError if it is damaged."""
    arrays = read_arrays(path)
    try:
        return Snapshot(nimg_of(path), **arrays)
    except TypeError as error:
        raise ExperimentsError(f"expected a snapshot in {path}, got damage ({error}): delete it") from None
