"""A run on disk: what lies where, who may write, and what must be equal for it to go on.

config.json         the config, the identity of the data, the modes
metrics.jsonl       one line of losses every few steps
snapshots/          nimg-000001600.npz: pictures and probe readings of the raw generator
checkpoints/        step-000000100/: the whole state, the newest few
probe/              the classifier that reads the modes
done.json           written when the last step is
"""

import fcntl
import json
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import keras
import numpy as np

from procgen import Space

from .batches import Source
from .checkpoints import newest_valid
from .config import RunConfig, differences, validated
from .confusion import Confusion
from .errors import ExperimentsError
from .files import read_json, remove_unfinished, said_plainly, write_atomically, write_json
from .modes import ModeHistogram

CONFIG, METRICS, DONE, LOCK = "config.json", "metrics.jsonl", "done.json", ".lock"


@dataclass(frozen=True)
class Snapshot:
    """The raw generator after `nimg` images: pictures of fixed latents, and what the probe read.

    pictures: uint8 (P, H, W, 3). fixed, fresh: int (N,), the mode's index or -1 for rejected, of latents that stay the
    same and of new ones; *_nearest: the likeliest mode even where rejected.
    """

    nimg: int
    pictures: np.ndarray
    fixed: np.ndarray
    fixed_nearest: np.ndarray
    fresh: np.ndarray
    fresh_nearest: np.ndarray


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
        """The space the run learned, and the seed of its pictures."""
        return Space.from_toml(self.document["world"]["space"]), self.document["world"]["seed"]

    @property
    def shares(self) -> np.ndarray:
        """The world's own shares of the modes, float64 (K,)."""
        weights = np.array([self.world[0].modes[mode] for mode in self.modes])
        return weights / weights.sum()

    @property
    def finished(self) -> bool:
        """Whether the last step has been taken."""
        return (self.folder / DONE).is_file()

    def metrics(self) -> list[dict[str, float]]:
        """The lines of metrics.jsonl; a half line that a kill left at the end is passed over."""
        path = self.folder / METRICS
        lines = path.read_text("utf-8", errors="replace").splitlines() if path.is_file() else []
        return [line for line in map(_parsed, lines) if line is not None]

    def snapshots(self) -> Iterator[Snapshot]:
        """The snapshots in order of nimg, each read when its turn comes."""
        for path in sorted((self.folder / "snapshots").glob("nimg-*.npz")):
            with said_plainly(path, "read"):
                try:
                    with np.load(path, allow_pickle=False) as arrays:
                        yield Snapshot(int(path.stem.split("-")[1]), **arrays)
                except (ValueError, KeyError, TypeError, EOFError, BadZipFile, zlib.error) as error:
                    raise ExperimentsError(f"expected a snapshot in {path}, got damage ({error}): delete it") from None

    def mode_histograms(self, *, latents: str = "fixed", nearest: bool = False) -> list[ModeHistogram]:
        """Counts of modes per snapshot, of "fixed" or "fresh" latents; `nearest` rejects none."""
        return [
            _histogram(shot.nimg, self.modes, getattr(shot, f"{latents}_nearest" if nearest else latents))
            for shot in self.snapshots()
        ]

    def confusion(self) -> Confusion:
        """The probe's held-out confusion."""
        return Confusion(self.modes, np.array(read_json(self.folder / "probe" / "probe.json")["confusion"]))

    def generator(self) -> Any:
        """The trained generator (its average where there is one) at the newest valid checkpoint, a keras.Model."""
        return self.trained()[0]

    def trained(self) -> tuple[Any, dict[str, Any]]:
        """(generator, manifest of the checkpoint it was read from)."""
        from .training import build

        found = newest_valid(self.folder)
        if found is None:
            raise ExperimentsError(f"expected a checkpoint in {self.folder}, got none: train it for longer first")
        import models

        gan = build(self.config)
        models.set_state(gan, found[1])
        return gan.ema or gan.generator, found[2]


def start_run(folder: Path, config: RunConfig, source: Source) -> Run:
    """The run in `folder`, begun if there is none; ExperimentsError if another config or other data began it."""
    document = {
        "config": config.model_dump(),
        "data": source.identity,
        "modes": list(source.modes),
        "backend": keras.backend.backend(),
    }
    if (folder / CONFIG).is_file():
        old = {key: value for key, value in Run(folder).document.items() if key in document}
        changed = differences(old, json.loads(json.dumps(document)))
        if changed:
            raise ExperimentsError(
                f"expected the config that {folder} was begun with, got {'; '.join(changed[:3])}: "
                "use another folder, or the same settings to go on"
            )
    else:
        write_json(folder / CONFIG, {**document, "world": source.world})
    return Run(folder)


@contextmanager
def only_writer(folder: Path) -> Iterator[None]:
    """Hold the run's lock; ExperimentsError at once if another process holds it."""
    with said_plainly(folder):
        _check_folder(folder)
        folder.mkdir(parents=True, exist_ok=True)
        file = (folder / LOCK).open("a")
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ExperimentsError(
                f"another process is training {folder}: wait for it, or use another folder"
            ) from None
        remove_unfinished(folder)
        yield


def _check_folder(folder: Path) -> None:
    if folder.is_file():
        raise ExperimentsError(f"expected a folder for the run, got the file {folder}: choose another name")
    others = folder.exists() and any(path.name != LOCK and path.suffix != ".tmp" for path in folder.iterdir())
    if others and not (folder / CONFIG).is_file():
        raise ExperimentsError(f"expected an empty folder or a run in {folder}, got other files: choose another folder")


def cut_metrics(folder: Path, step: int) -> None:
    """Drop the lines of metrics.jsonl behind `step`: they are about to be written again."""
    path = folder / METRICS
    kept = [line for line in Run(folder).metrics() if line["step"] <= step]
    text = "".join(json.dumps(line) + "\n" for line in kept)
    write_atomically(path, lambda temporary: temporary.write_text(text, "utf-8"))


def _histogram(nimg: int, modes: tuple[str, ...], labels: np.ndarray) -> ModeHistogram:
    counts = np.bincount(labels[labels >= 0], minlength=len(modes))
    return ModeHistogram(nimg=nimg, modes=modes, counts=counts, rejected=int(np.count_nonzero(labels < 0)))


def _parsed(line: str) -> dict[str, float] | None:
    try:
        return json.loads(line)
    except json.JSONDecodeError:
        return None
