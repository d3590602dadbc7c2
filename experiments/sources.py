"""Tiles from whatever holds pictures: a run's new samples, its snapshots, or a dataset."""

from pathlib import Path

import numpy as np

import models
from mosaics import Tiles
from procgen import open_dataset

from .decoding import in_colour
from .errors import ExperimentsError
from .run import CONFIG, Run
from .training import run_probe_of

TAPESTRY = 32  # latents, the rows of a cloth: few enough to be seen, enough for a band to widen


def tiles_of(path: Path, *, count: int, seed: int = 0, layout: str = "grid", order: str | None = None) -> Tiles:
    """Up to `count` tiles with their columns.

    A run gives new samples (columns mode, nimg); its snapshots, where steps are asked for by the order "step" or the
    layouts "filmstrip" and "tapestry" (columns latent, nimg, mode). A dataset gives its first pictures (column mode).
    """
    if (path / CONFIG).is_file():
        if layout == "tapestry":
            return snapshot_tiles(Run(path), count, every=True, rows=TAPESTRY, columns=max(1, count // TAPESTRY))
        if layout == "filmstrip" or order == "step":
            return snapshot_tiles(Run(path), count, every=layout == "filmstrip")
        return sample_tiles(Run(path), count, seed)
    if (path / "manifest.json").is_file():
        dataset = open_dataset(path)
        some = np.arange(min(count, len(dataset)))
        return Tiles(
            dataset.images(some),
            {"mode": np.asarray(dataset.column("mode"))[some], "index": some},
            {"dataset": str(path), "space_digest": dataset.manifest["space_digest"], "seed": dataset.manifest["seed"]},
            "algorithmicMedia",
        )
    raise ExperimentsError(f"expected a run or a dataset to make tiles of, got {path}: train or generate one first")


def sample_tiles(run: Run, count: int, seed: int) -> Tiles:
    """New samples of the trained generator, each with the mode that the probe finds likeliest."""
    generator, manifest = run.trained()
    images = models.sample(generator, count=count, seed=seed)
    nearest = np.array(run.modes)[run_probe_of(run).read(images).nearest]
    columns = {"mode": nearest, "nimg": np.full(count, manifest["nimg"]), "latent": np.arange(count)}
    facts = {"run": str(run.folder), "seed": seed, "config": run.document["config"], "data": run.document["data"]}
    facts |= {"nimg": manifest["nimg"], "checkpoint_sha256": manifest["sha256"]}
    return Tiles(in_colour(images), columns, facts, "trainedAlgorithmicMedia")


def snapshot_tiles(run: Run, count: int, *, every: bool = False, rows: int = 8, columns: int = 16) -> Tiles:
    """Pictures of fixed latents over training.

    `every` latent at each chosen step (a filmstrip of `rows` x `columns`), or else `count` pictures spread over both.
    """
    shots = list(run.snapshots())
    if not shots:
        raise ExperimentsError(f"expected snapshots in {run.folder}, got none: train it for longer first")
    if every:
        shots = [
            shots[i] for i in np.unique(np.linspace(0, len(shots) - 1, min(columns, len(shots))).round().astype(int))
        ]
        rows = min(rows, len(shots[0].pictures))
        chosen = [(s, latent) for s in range(len(shots)) for latent in range(rows)]
    else:
        whole = [(s, latent) for s in range(len(shots)) for latent in range(len(shots[0].pictures))]
        chosen = [whole[i] for i in np.linspace(0, len(whole) - 1, min(count, len(whole))).round().astype(int)]
    images = np.stack([shots[s].pictures[latent] for s, latent in chosen])
    facts = {
        "nimg": np.array([shots[s].nimg for s, _ in chosen]),
        "latent": np.array([latent for _, latent in chosen]),
        "mode": np.array([run.modes[shots[s].fixed_nearest[latent]] for s, latent in chosen]),
    }
    return Tiles(in_colour(images), facts, {"run": str(run.folder), "latents": "fixed"}, "trainedAlgorithmicMedia")
