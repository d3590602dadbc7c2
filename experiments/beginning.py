"""Who may write a run: it is begun in an empty folder or gone on with, by one process at a time."""

import fcntl
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import keras
import numpy as np

from .batches import Source
from .config import RunConfig, differences
from .errors import ExperimentsError
from .files import remove_unfinished, said_plainly, write_arrays, write_atomically, write_json
from .run import CONFIG, DONE, LOCK, METRICS, WORLD, WORLD_PICTURES, Run

LIKE_NO_WEIGHTS = {"dropout", "precision"}  # keys of the network that may differ from those of the run it begins with


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
