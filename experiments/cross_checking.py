"""What pictures are by their pixels alone, without any classifier, beside the world's own: the check on the probe."""

from collections.abc import Sequence
from typing import Any

import numpy as np

import models
from procgen import CONTRASTS, TEMPLATES
from procgen.measure import best_template, measured_contrasts, measured_factors

from .errors import ExperimentsError
from .run import Run, Snapshot
from .world_sources import LiveSource

DARK, LIGHT = 0.56, 0.71  # mean lightness at which keys part: best for 400 pictures of the default world, right for 76%
FITS_DEG = 4.0  # how far colours may lie outside a template that they still fit
NONE = "none"
REAL = 512  # pictures of the world that a run is compared with
CHECK = 2**30 + 5  # added to the seed of a world: pictures that neither the generator nor the probe has seen


def cross_check(
    pictures: np.ndarray,
    real: np.ndarray,
    *,
    labels: np.ndarray | None = None,
    real_labels: np.ndarray | None = None,
    real_read: np.ndarray | None = None,
    modes: Sequence[str] = (),
) -> dict[str, Any]:
    """Pictures and pictures of the world, read from their pixels by `procgen.measure` alone.

    Args:
        pictures: uint8 (N, H, W, 3).
        real: uint8 (M, H, W, 3), of the world.
        labels: int (N,), what the probe reads in the pictures, -1 for rejected.
        real_labels: int (M,), true modes; given where each mode has a hue of its own, as on a ring.
        real_read: int (M,), what the probe reads in the real pictures.
        modes: their names.

    Returns:
        {"pictures": N, "real": M, "shares": {factor: rows}, "modes": ...}, a row being {"name", "world", "world_error",
        "pictures", "error"}. The factors are the template (the narrowest of Matsuda's that the hues fit to 4 degrees),
        the key (by mean lightness) and the contrast whose value ranks highest among real pictures. "modes", None
        without the labels, holds {"agreement", "error", "of"} three times: "truth", how often the hue tells the true
        mode of real pictures; "real" and "pictures", how often it tells the mode that the probe accepted. The mean
        hue of each mode is taken from every other real picture; the rest are judged.

    Raises:
        ExperimentsError: pictures without colour.
    """
    for shown in (pictures, real):
        if shown.ndim != 4 or shown.shape[-1] != 3 or not len(shown):
            raise ExperimentsError(f"expected pictures (N, H, W, 3) to measure colours in, got shape {shown.shape}")
    templates, keys = ([np.array([read(x) for x in shown]) for shown in (pictures, real)] for read in (_template, _key))
    shares = {
        "template": _beside(templates, [*TEMPLATES, NONE]),
        "key": _beside(keys, ["low", "middle", "high"]),
        "contrast": _beside(_contrasts(pictures, real), list(CONTRASTS)),
    }
    by_hue = None
    if labels is not None and real_labels is not None and real_read is not None:
        by_hue = _by_hue((pictures, labels), (real, real_read, real_labels), len(modes))
    return {"pictures": len(pictures), "real": len(real), "shares": shares, "modes": by_hue}


def run_cross_check(run: Run, shot: Snapshot, probe: models.Probe) -> dict[str, Any] | None:
    """`cross_check` of a snapshot's pictures; None for grey runs and for those that learned from a folder."""
    if run.config.network.channels != 3 or run.document["world"]["space"] is None:
        return None
    space, seed = run.world
    source = LiveSource(space, seed + CHECK, run.config.network.size)
    real, truth = source.labelled(REAL)
    order = [run.modes.index(mode) for mode in source.modes] if set(source.modes) == set(run.modes) else None
    known = {} if order is None or space.base_hue_deg != "position" else {"real_labels": np.array(order)[truth]}
    read = {"labels": shot.fixed[: len(shot.pictures)], "real_read": probe.read(real).labels}
    return cross_check(shot.pictures, real, **read, **known, modes=run.modes)


def _template(picture: np.ndarray) -> str:
    """The narrowest template that a picture's hues fit; N for a picture without colour, none where none fits."""
    if np.isnan(measured_factors(picture)["base_hue_deg"]):
        return "N"
    coloured = sorted((sum(width for _, width in sectors), name) for name, sectors in TEMPLATES.items() if sectors)
    return next((name for _, name in coloured if best_template(picture, name)[1] <= FITS_DEG), NONE)


def _key(picture: np.ndarray) -> str:
    lightness = measured_factors(picture)["mean_lightness"]
    return "low" if lightness < DARK else "high" if lightness > LIGHT else "middle"


def _contrasts(pictures: np.ndarray, real: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The contrast of each picture, and of each real one, whose value ranks highest among those of real pictures."""
    names = list(CONTRASTS)
    values = [
        np.array([list(map(measured_contrasts(x).get, names)) for x in shown], float) for shown in (pictures, real)
    ]
    own = np.sort(values[1], axis=0)  # NaN, a contrast that a picture cannot have, comes last and ranks lowest below
    ranks = [
        np.stack([np.where(np.isnan(v), -1, np.searchsorted(o, v)) for v, o in zip(value.T, own.T, strict=True)], 1)
        for value in values
    ]
    return np.array(names)[ranks[0].argmax(1)], np.array(names)[ranks[1].argmax(1)]


def _beside(readings: Sequence[np.ndarray], names: Sequence[str]) -> list[dict[str, Any]]:
    """The share of each name among pictures and among real ones, the two readings, with standard errors."""
    found, real = readings
    rows = []
    for name in names:
        (share, error), (world, world_error) = (_share(values == name) for values in (found, real))
        rows.append({"name": name, "world": world, "world_error": world_error, "pictures": share, "error": error})
    return rows


def _share(hits: np.ndarray) -> tuple[float, float]:
    """A share and its standard error; that of (hits + 1) of (n + 2), so that it is never 0."""
    n, near = len(hits), (np.count_nonzero(hits) + 1) / (len(hits) + 2)
    return float(np.mean(hits)) if n else float("nan"), float(np.sqrt(near * (1 - near) / (n + 2)))


# --- modes by their hues ---------------------------------------------------------------------------------------------


def _by_hue(
    found: tuple[np.ndarray, np.ndarray], world: tuple[np.ndarray, np.ndarray, np.ndarray], modes: int
) -> dict[str, Any]:
    real, read, truth = world
    hues = _hues(real)
    learn = np.arange(len(real)) % 2 == 0
    means = np.array([np.nansum(np.exp(1j * hues[learn & (truth == mode)])) for mode in range(modes)])
    nearest = _nearest(hues, means)
    judged = ~learn & (nearest >= 0)
    return {
        "truth": _agreement(nearest[judged], truth[judged]),
        "real": _agreement(nearest[judged], read[judged]),
        "pictures": _agreement(_nearest(_hues(found[0]), means), found[1]),
    }


def _hues(pictures: np.ndarray) -> np.ndarray:
    """Mean hue of each picture, in radians; NaN where it has none."""
    return np.radians([measured_factors(picture)["mean_hue_deg"] for picture in pictures])


def _nearest(hues: np.ndarray, means: np.ndarray) -> np.ndarray:
    """The mode whose mean hue is nearest, -1 for a picture without a hue."""
    near = np.cos(hues[:, None] - np.angle(means)[None]).argmax(1)
    return np.where(np.isnan(hues), -1, near)


def _agreement(one: np.ndarray, other: np.ndarray) -> dict[str, float]:
    """How often two readings agree where neither is -1."""
    both = (one >= 0) & (other >= 0)
    share, error = _share(one[both] == other[both])
    return {"agreement": share, "error": error, "of": int(both.sum())}
