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
from .checkpoints import Found, checkpoint_of, newest_valid
from .config import RunConfig, differences, validated
from .confusion import Confusion
from .errors import ExperimentsError
from .files import read_json, read_lines, remove_unfinished, said_plainly, write_arrays, write_atomically, write_json
from .modes import ModeHistogram
from .world_sources import LiveSource

CONFIG, METRICS, SESSIONS, DONE, LOCK = "config.json", "metrics.jsonl", "sessions.jsonl", "done.json", ".lock"
EXPORTED, WORLD = "generator.keras", "world.npz"
WORLD_PICTURES = 64
LIKE_NO_WEIGHTS = {"dropout", "precision"}  # keys of the network that may differ from those of the run it begins with


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
                f"expected a run on a space or a dataset, got {self.folder}, which learned from a folder of pictures: "
                "there is no space to draw more of them from"
            )
        return Space.from_toml(world["space"]), world["seed"]

    def world_pictures(self, count: int = WORLD_PICTURES) -> np.ndarray:
        """Up to `count` pictures of what the run learned: uint8 (N, size, size, channels)."""
        network, kept = self.config.network, self.folder / WORLD
        if not kept.is_file():
            return LiveSource(*self.world, network.size, channels=network.channels).pictures(np.arange(count))
        with said_plainly(kept, "read"):
            try:
                with np.load(kept, allow_pickle=False) as arrays:
                    return arrays["pictures"][:count]
            except (ValueError, KeyError, EOFError, BadZipFile, zlib.error) as error:
                raise ExperimentsError(f"expected pictures in {kept}, got damage ({error}): restore it") from None

    @property
    def shares(self) -> np.ndarray:
        """The world's own shares of the modes, float64 (K,)."""
        known = self.document["world"].get("shares") or self.world[0].modes
        weights = np.array([known[mode] for mode in self.modes])
        return weights / weights.sum()

    @property
    def finished(self) -> bool:
        """Whether the last step has been taken."""
        return (self.folder / DONE).is_file()

    def metrics(self) -> list[dict[str, float]]:
        """The lines of metrics.jsonl; a half line that a kill left at the end is passed over."""
        return read_lines(self.folder / METRICS)

    def sessions(self) -> list[dict[str, Any]]:
        """One {"step", "versions", "notes"} each time the training was begun or gone on with."""
        return read_lines(self.folder / SESSIONS)

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

    def trained(self, step: int | None = None) -> tuple[Any, dict[str, Any]]:
        """(generator, manifest) of the checkpoint of `step`, or of the newest valid one; see `generator`."""
        from .training import build

        found = self.checkpoint(step)
        import models

        gan = build(self.config)
        models.set_state(gan, found.state)
        return gan.ema or gan.generator, found.manifest

    def checkpoint(self, step: int | None = None) -> Found:
        """The checkpoint of `step`, or the newest valid one; ExperimentsError if there is none."""
        found = newest_valid(self.folder) if step is None else checkpoint_of(self.folder, step)
        if found is None:
            raise ExperimentsError(f"expected a checkpoint in {self.folder}, got none: train it for longer first")
        return found


def start_run(folder: Path, config: RunConfig, source: Source) -> Run:
    """The run in `folder`, begun if there is none, and made longer if `config` is.

    Raises:
        ExperimentsError: another config but for a larger train.kimg, other data or another backend began it.
    """
    facts = {"data": source.identity, "modes": list(source.modes), "backend": keras.backend.backend()}
    if not (folder / CONFIG).is_file():
        start = _start_of(config)
        source.pictures(np.arange(1))  # what cannot be read is said before anything is written
        write_json(folder / CONFIG, {"config": config.model_dump(), **facts, "world": source.world, "start": start})
        _keep_pictures(folder, source)
        return Run(folder)
    run = Run(folder)
    config = config.with_snapshots_of(run.config)
    old = {key: run.document.get(key) for key in facts}
    changed = differences(
        {"config": run.config.plain(), **old}, json.loads(json.dumps({"config": config.plain(), **facts}))
    )
    if all(line.startswith("config.train.kimg:") for line in changed):
        _keep_pictures(folder, source)
        return _extended(run, config)
    raise ExperimentsError(
        f"expected the config that {folder} was begun with, got {'; '.join(changed[:3])}: "
        "use another folder, or the same settings to go on"
    )


def _keep_pictures(folder: Path, source: Source) -> None:
    """Some of what no space can draw again, for the report; after a kill, at the next start."""
    if source.world["space"] is None and not (folder / WORLD).is_file():
        write_arrays(folder / WORLD, {"pictures": source.labelled(WORLD_PICTURES)[0]})


def _extended(run: Run, config: RunConfig) -> Run:
    """The run with a larger train.kimg; in an order that leaves a run that goes on wherever it is killed."""
    was, wanted = run.config.train.kimg, config.train.kimg
    if wanted < was:
        raise ExperimentsError(
            f"expected train.kimg of {was:g} or more, as long as {run.folder} is meant to be, got {wanted:g}: "
            "a run can only be made longer"
        )
    if wanted == was:
        return run
    with said_plainly(run.folder / DONE):
        (run.folder / DONE).unlink(missing_ok=True)
    return with_config(run, config)


def with_config(run: Run, config: RunConfig) -> Run:
    """The run with another config in its config.json, all else kept."""
    write_json(run.folder / CONFIG, {**run.document, "config": config.plain()})
    return Run(run.folder)


def _start_of(config: RunConfig) -> dict[str, Any] | None:
    """Which checkpoint of config.start a run begins with, so that it is the same one after a kill."""
    if config.start is None:
        return None
    other = Run(Path(config.start))
    shaping = config.plain()["network"].keys() - LIKE_NO_WEIGHTS
    changed = differences(*({key: each.plain()["network"][key] for key in shaping} for each in (other.config, config)))
    if changed:
        words = "; ".join(f"network.{line}" for line in changed)
        raise ExperimentsError(
            f"expected the networks of {other.folder} to begin with, got {words}: use its network.* keys"
        )
    found = other.checkpoint()
    return {"run": config.start, **{key: found.manifest[key] for key in ("step", "nimg", "sha256")}}


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
