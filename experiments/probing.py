"""The probe of a run: trained on labelled pictures of its world before the first step, kept in RUN/probe."""

from collections.abc import Callable
from pathlib import Path

import numpy as np

import models
from procgen import Space

from .batches import Source
from .calibration import FalseAccepts, calibrate, calibration_facts, calibration_rows
from .checkpoints import digest
from .errors import ExperimentsError
from .files import read_json, write_atomically, write_json
from .run import Run

PICTURES_PER_MODE = 600
BYTES = 2**30


def run_probe(folder: Path, source: Source, seed: int, progress: Callable[..., None] = lambda *_: None) -> models.Probe:
    """The run's probe: read from the folder, or trained on the source's labelled pictures and kept."""
    path = folder / "probe"
    if (path / "probe.json").is_file():
        return load_probe(path)
    progress("pictures of the world", 0, 1, {})
    images, labels = source.labelled(probe_pictures(source))
    progress("pictures of the world", 1, 1, {})
    probe = models.train_probe(
        images, labels, source.modes, seed=seed, progress=lambda done, of: progress("probe", done, of, {})
    )
    held = models.held_out(labels, len(source.modes), seed)
    space = Space.from_toml(source.world["space"]) if source.world["space"] else None
    rows = calibrate(probe, images[held], labels[held], space=space, seed=seed)
    write_atomically(path, lambda temporary: _save_probe(temporary, probe, images.shape[1:], rows))
    return probe


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
