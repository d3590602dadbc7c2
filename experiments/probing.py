"""The probe of a run: trained on labelled pictures of its world before the first step, kept in RUN/probe.

A world has one probe, whatever the seed of the run, and it is trained once: what a user's runs, sweeps, studies and
scores have trained is kept in their cache, by what it was trained on and by what.
"""

import fcntl
import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import keras
import numpy as np

import models
from models.probe import probe_steps
from procgen import ProcgenError, Space
from procgen.caching import users_cache

from .batches import Source
from .calibration import FalseAccepts, calibrate, calibration_facts, calibration_rows
from .checkpoints import digest
from .errors import ExperimentsError
from .files import read_json, write_atomically, write_json
from .run import Run
from .world_sources import LiveSource

PICTURES_PER_MODE = 600
BYTES = 2**30
SEED = 0  # of every probe, and of the pictures of a live world that it learns
SHOWN_PER_MODE = 8  # pictures that name a kept probe: a world's drawing may change where its space does not
CODE = [Path(models.__file__).with_name(name) for name in ("probe.py", "off_world.py", "initial.py")]
CODE += [Path(__file__).with_name(name) for name in ("probing.py", "calibration.py")]  # they decide how one comes out

Progress = Callable[..., None]


def run_probe(folder: Path, source: Source, progress: Progress = lambda *_: None) -> models.Probe:
    """The probe in FOLDER/probe; where there is none, that of the source's world, kept from before or trained now.

    Args:
        folder: of a run, or of anything else that is read by a probe.
        source: what to train on, if that has to be.
        progress: called as (stage, done, of, facts) meanwhile.
    """
    path, source = folder / "probe", of_any_seed(source)
    if (path / "probe.json").is_file():
        return load_probe(path)
    if len(source.modes) == 1:  # there is nothing to train
        write_atomically(path, _made(source, progress))
        return load_probe(path)
    with _in_turn(source, progress) as kept:
        if kept and kept != path and _is_whole(kept):
            write_atomically(path, lambda temporary: shutil.copytree(kept, temporary))
        else:
            save = _made(source, progress)
            write_atomically(path, save)
            if kept and kept != path:
                with suppress(ExperimentsError):  # a full disk there is no harm to the run
                    write_atomically(kept, save)
    return load_probe(path)


def of_any_seed(source: Source) -> Source:
    """A live world with the seed of its probe; any other source as it is."""
    return replace(source, seed=SEED) if isinstance(source, LiveSource) else source


def kept_probe(source: Source) -> Path:
    """Where the probe of a source's world is kept between runs: its name changes with whatever changes the probe.

    Raises:
        ProcgenError: there is no home folder.
    """
    source = of_any_seed(source)
    images, labels = source.labelled(SHOWN_PER_MODE * len(source.modes))
    facts = [source.identity, source.modes, probe_pictures(source), probe_steps(len(source.modes)), SEED]
    parts = [json.dumps([facts, keras.backend.backend()], sort_keys=True).encode(), images.tobytes(), labels.tobytes()]
    key = sha256(b"".join(sha256(part).digest() for part in (*parts, *(path.read_bytes() for path in CODE))))
    name = Space.from_toml(source.world["space"]).name if source.world["space"] else "pictures"
    return users_cache() / "probes" / f"{name}-{key.hexdigest()[:16]}" / "probe"


def is_kept(source: Source) -> bool:
    """Whether a run on this source would find its probe trained."""
    try:
        return len(source.modes) > 1 and (kept_probe(source) / "probe.json").is_file()
    except ProcgenError:
        return False


@contextmanager
def _in_turn(source: Source, progress: Progress) -> Iterator[Path | None]:
    """Where the probe is kept, held against every other process; None where nothing can be kept."""
    try:
        kept = kept_probe(source)
        kept.parent.mkdir(parents=True, exist_ok=True)
        file = (kept.parent / ".lock").open("a")
    except (ProcgenError, OSError):
        yield None
        return
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            progress("probe, trained by another run", 0, 1, {})
            fcntl.flock(file, fcntl.LOCK_EX)
            progress("probe, trained by another run", 1, 1, {})
        yield kept


def _is_whole(folder: Path) -> bool:
    try:
        return bool(load_probe(folder))
    except ExperimentsError:
        return False


def _made(source: Source, progress: Progress) -> Callable[[Path], None]:
    """A probe, trained and calibrated: a function that saves it in a new folder."""
    progress("pictures of the world", 0, 1, {})
    images, labels = source.labelled(probe_pictures(source))
    progress("pictures of the world", 1, 1, {})
    probe = models.train_probe(
        images, labels, source.modes, seed=SEED, progress=lambda done, of: progress("probe", done, of, {})
    )
    held = models.held_out(labels, len(source.modes), SEED)
    space = Space.from_toml(source.world["space"]) if source.world["space"] else None
    rows = calibrate(probe, images[held], labels[held], space=space, seed=SEED)
    return lambda folder: _save_probe(folder, probe, images.shape[1:], rows)


def probe_pictures(source: Source) -> int:
    """How many pictures the probe of a run is made from, where there are as many."""
    return min(PICTURES_PER_MODE * len(source.modes), BYTES // (3 * source.size**2))


def run_probe_of(run: Run) -> models.Probe:
    """The probe that a run was read with."""
    return load_probe(run.folder / "probe")


def run_calibration(run: Run) -> list[FalseAccepts]:
    """What the run's probe makes of pictures it should reject; empty for a world of one mode and for older runs."""
    return calibration_rows(read_json(run.folder / "probe" / "probe.json").get("calibration", []))


def _save_probe(folder: Path, probe: models.Probe, shape: tuple[int, ...], rows: list[FalseAccepts]) -> None:
    from safetensors.numpy import save_file

    folder.mkdir()
    weights = probe.network.get_weights() if probe.network else []
    save_file({f"{i:03d}": np.array(w, order="C") for i, w in enumerate(weights)}, folder / "probe.safetensors")
    facts = {"modes": probe.modes, "threshold": probe.threshold, "accuracy": probe.accuracy, "shape": shape}
    facts |= {"confusion": probe.confusion, "sha256": digest(folder / "probe.safetensors")}
    write_json(folder / "probe.json", {**facts, "calibration": calibration_facts(rows)})


def load_probe(folder: Path) -> models.Probe:
    """The probe kept in a folder with probe.json; ExperimentsError if it is damaged."""
    from safetensors.numpy import load_file

    facts, path = read_json(folder / "probe.json"), folder / "probe.safetensors"
    if not path.is_file() or digest(path) != facts.get("sha256"):
        raise ExperimentsError(
            f"expected the probe in {folder} whole, got damaged bytes: delete {folder} and train again"
        )
    modes, confusion = tuple(facts["modes"]), np.array(facts["confusion"])
    if len(modes) == 1:
        return models.Probe(modes, None, facts["threshold"], confusion)
    network = models.build_probe(tuple(facts["shape"]), len(modes), 0)
    weights = load_file(path)
    network.set_weights([weights[name] for name in sorted(weights)])
    return models.Probe(modes, network, facts["threshold"], confusion)
