"""The ring-8 benchmark: how much of a world of eight modes anyone's samples, or their counts, have found.

One ring of morphing fields at three densities: eight isolated modes, the same with pictures between them, and a
continuum. Samples are read by a calibrated probe of that density; beside them stand real pictures that the probe has
not seen, the best there can be, and two modes out of eight, blurred, which is what bad looks like.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

import models
from procgen import load_space

from . import probing
from .confusion import Confusion
from .distances import feature_distances
from .drawing import drawn
from .errors import ExperimentsError
from .middle import sight
from .modes import ModeHistogram
from .probing import load_probe, run_probe
from .score_sources import Samples
from .scoring_counts import DENSITIES, checked_density, estimate, overall, shares_facts
from .world_sources import LiveSource, evenly

SIZE = 64
COMPARED = 2_048  # pictures of either set whose features are compared
_SEEN, _HELD_OUT = 0, 1  # keys of the seeds of real pictures; no run draws from either
_CHUNK, _PARTS = 1_024, 5
_BLURRED_MODES = 2

Progress = Callable[..., None]


@dataclass(frozen=True)
class Benchmark:
    """A density and the probe that reads it."""

    density: str
    probe: models.Probe

    @property
    def space_name(self) -> str:
        """Of the world."""
        return DENSITIES[self.density]

    @property
    def world(self) -> np.ndarray:
        """Its shares of the modes, float64 (8,)."""
        return np.array(list(load_space(self.space_name).modes.values()))

    @property
    def size(self) -> int:
        """Side in pixels of the pictures the probe reads."""
        return int(self.probe.network.input_shape[1])  # type: ignore[union-attr]

    @cached_property
    def sees(self) -> Callable[[np.ndarray], np.ndarray]:
        """What the probe sees in uint8 pictures, float32 (N, F)."""
        return sight(self.probe)

    @cached_property
    def seen(self) -> np.ndarray:
        """What it sees in 2,048 pictures of the world."""
        return self.sees(self.real(_SEEN, COMPARED))

    def real(self, key: int, count: int) -> np.ndarray:
        """Pictures of the world that neither a probe nor a run has seen: uint8 (count, size, size, 3)."""
        seed = int(np.random.SeedSequence(8, spawn_key=(key,)).generate_state(1, np.uint64)[0])
        return drawn(load_space(self.space_name), seed, self.size, np.arange(count))


def open_benchmark(density: str, probe: Path | None = None, progress: Progress = lambda *_: None) -> Benchmark:
    """The benchmark at a density, with the probe in a folder, or with its own: trained once, then kept.

    Args:
        density: a row of DENSITIES.
        probe: a folder with probe.json, as a run and a release hold; None trains one, or takes what is kept in
            `kept_probe(density)`. Its pictures' size is what samples must have.
        progress: called as (stage, done, of, facts) while one is trained.

    Raises:
        ExperimentsError: no such density, or a probe of other modes.
    """
    space = load_space(DENSITIES[checked_density(density)])
    if probe is not None:
        found = probe_in(probe)
        if found.modes != tuple(space.modes):
            raise ExperimentsError(
                f"expected a probe of the modes of {space.name}, got one of {', '.join(found.modes)}: "
                "leave out --probe to train one"
            )
        return Benchmark(density, found)
    return Benchmark(density, run_probe(kept_probe(density).parent, _source(density), progress))


def probe_in(folder: Path) -> models.Probe:
    """The probe of a run, or in the folder of a probe itself; ExperimentsError if it holds none, or a damaged one."""
    inner = folder / "probe" if (folder / "probe" / "probe.json").is_file() else folder
    if not (inner / "probe.json").is_file():
        raise ExperimentsError(f"expected a probe, a folder with probe.json, or a run, got {folder}: name another")
    return load_probe(inner)


def kept_probe(density: str) -> Path:
    """Where the probe of a density is kept: that of any run on its world, see `probing.kept_probe`."""
    return probing.kept_probe(_source(density))


def _source(density: str) -> LiveSource:
    return LiveSource(load_space(DENSITIES[checked_density(density)]), probing.SEED, SIZE)


# --- samples ---------------------------------------------------------------------------------------------------------


def score_samples(samples: Samples, benchmark: Benchmark, progress: Progress = lambda *_: None) -> dict[str, Any]:
    """The samples' measures, and those of the two references: {"samples", "real", "bad", "overall", ...}.

    Each measure is {"value", "error"}, the error a standard error; what cannot be said is None.
    """
    count = min(samples.count, COMPARED)
    held_out = benchmark.real(_HELD_OUT, count)
    bad = _bad(held_out, benchmark)
    rows = {"samples": samples, "real": _held(held_out), "bad": _held(bad)}
    facts = {name: _measured(each, benchmark, progress if name == "samples" else None) for name, each in rows.items()}
    return {**_about(benchmark), "pictures": samples.count, **facts, "overall": overall(facts)}


def _about(benchmark: Benchmark) -> dict[str, Any]:
    accuracy = round(benchmark.probe.accuracy, 4)
    return {
        "density": benchmark.density,
        "space": benchmark.space_name,
        "size": benchmark.size,
        "probe_accuracy": accuracy,
    }


def _held(images: np.ndarray) -> Samples:
    return Samples(len(images), lambda some: images[some], "")


def _bad(images: np.ndarray, benchmark: Benchmark) -> np.ndarray:
    """As many pictures of the first two modes alone, blurred over a thirtieth of their side."""
    from scipy.ndimage import gaussian_filter

    few = images[benchmark.probe.read(images).nearest < _BLURRED_MODES]
    few = few[np.arange(len(images)) % len(few)] if len(few) else images
    return gaussian_filter(few, (0, images.shape[1] / 30, images.shape[1] / 30, 0))


def _measured(samples: Samples, benchmark: Benchmark, progress: Progress | None) -> dict[str, Any]:
    labels, hybridity, features = _read(samples, benchmark, progress)
    histogram = ModeHistogram.from_labels(0, benchmark.probe.modes, labels)
    confusion = Confusion(benchmark.probe.modes, benchmark.probe.confusion)
    return {
        **shares_facts(histogram, benchmark.world, confusion),
        "hybridity": estimate(hybridity.mean(), hybridity.std(ddof=1) / np.sqrt(len(hybridity))),
        **_distances(benchmark.seen, features),
    }


def _distances(seen: np.ndarray, features: np.ndarray) -> dict[str, Any]:
    """KID, and precision, recall, density and coverage, the errors of these being for the manifolds as they are."""
    found = feature_distances(seen, features)
    parts = [feature_distances(seen, features[k::_PARTS]).density for k in range(_PARTS)]
    shares = {"precision": found.fake, "recall": found.real, "coverage": found.real}
    return {
        "kid": estimate(found.kernel.value, found.kernel.error),
        **{name: _share(getattr(found, name), of) for name, of in shares.items()},
        "density": estimate(found.density, np.std(parts, ddof=1) / np.sqrt(_PARTS)),
    }


def _share(value: float, of: int) -> dict[str, float | None]:
    return estimate(value, np.sqrt(value * (1 - value) / of))


def _read(
    samples: Samples, benchmark: Benchmark, progress: Progress | None
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Labels (N,) and hybridity (N,) of all samples, and features of up to 2,048 spread evenly over them."""
    labels, hybridity = [], []
    for start in range(0, samples.count, _CHUNK):
        if progress:
            progress("reading", start, samples.count, {})
        reading = benchmark.probe.read(samples.pictures(np.arange(start, min(start + _CHUNK, samples.count))))
        labels.append(reading.labels)
        hybridity.append(reading.hybridity)
    if progress:
        progress("reading", samples.count, samples.count, {})
    some = evenly(samples.count, COMPARED)
    parts = [benchmark.sees(samples.pictures(part)) for part in np.array_split(some, -(-len(some) // _CHUNK))]
    return np.concatenate(labels), np.concatenate(hybridity), np.concatenate(parts)
