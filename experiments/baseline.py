"""A run beside its baseline: the world, what the GAN draws, and what networks draw that nobody trained.

All three are measured alike: colours by pixels alone, distances by what the run's probe sees.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

import models
from procgen import Dataset
from procgen.measure import measured_factors

from .decoding import grey, in_colour
from .distances import LEAST, FeatureDistances, expected_coverage, feature_distances
from .errors import ExperimentsError
from .probing import run_probe_of
from .run import Run
from .snapshots import at_once
from .world_sources import LiveSource, evenly

FACTORS = {
    "mean_lightness": "lightness",
    "lightness_spread": "spread of lightness within a picture",
    "mean_chroma": "chroma",
    "hue_spread_deg": "spread of hue within a picture, degrees",
    "complementarity": "balance of opposite hues",
    "mean_warmth": "warmth",
    "neutral_share": "share of greys",
    "colour_extent": "extent of colour",
}
"""What is measured of a picture's colours, and its name for a person: numbers of `procgen.measured_factors`."""

MEASURED = 512  # pictures of each kind whose colours are measured
COMPARED = 1000  # pictures of each kind that the probe sees


@dataclass(frozen=True)
class Side:
    """One of those compared.

    Attributes:
        name: "world", "gan" or "baseline".
        pictures: uint8 (N, H, W, C).
        factors: (mean, standard error of it) of each of `FACTORS` over the pictures that have it.
        diversity: distance of two of its pictures in the probe's eyes, on average, over that of two of the world's.
        distances: between the world and it; of the world, between it and more of itself.
    """

    name: str
    pictures: np.ndarray
    factors: dict[str, tuple[float, float]]
    diversity: float
    distances: FeatureDistances

    def facts(self) -> dict[str, Any]:
        """All but the pictures, as JSON holds it."""
        return {"factors": self.factors, "diversity": self.diversity, **asdict(self.distances)}


@dataclass(frozen=True)
class Comparison:
    """The world of a run, its GAN and its baseline, in this order.

    `coverage` is that of two sets of so many pictures that are alike; `untrained`, whether networks drew the baseline.
    """

    sides: tuple[Side, ...]
    about: str
    coverage: float
    untrained: bool

    def facts(self) -> dict[str, Any]:
        """The figures, as JSON holds them."""
        return {
            "about": self.about,
            "untrained": self.untrained,
            "coverage_if_alike": self.coverage,
            **{s.name: s.facts() for s in self.sides},
        }


def compare_baseline(
    run: Run, baseline: Dataset, *, count: int = COMPARED, progress: Callable[..., None] = lambda *_: None
) -> Comparison:
    """Measure a run's GAN, its world and a dataset of other pictures alike.

    Args:
        run: one that learned from a space, of two modes or more.
        baseline: pictures of the run's size.
        count: pictures of each, at most.
        progress: called with ("measuring", sides done, sides in all).

    Raises:
        ExperimentsError, ModelsError or ProcgenError: sizes differ, too few pictures, or a world that cannot be drawn.
    """
    network, sides_px = run.config.network, baseline.manifest["size"]
    if sides_px != [network.size, network.size]:
        raise ExperimentsError(
            f"expected a baseline of {network.size}x{network.size} pictures, as the run draws, got "
            f"{sides_px[0]}x{sides_px[1]} in {baseline.folder}: make one with --size {network.size}"
        )
    count = min(count, len(baseline))
    if count < LEAST:
        raise ExperimentsError(f"expected a baseline of {LEAST} pictures or more, got {count} in {baseline.folder}")
    probe, (space, seed) = run_probe_of(run), run.world
    one, other = (LiveSource(space, each, network.size, channels=network.channels) for each in (seed, seed + 1))
    if probe.network is None:
        raise ExperimentsError(
            f"expected a world of two modes or more, which a probe can tell apart, got {run.modes[0]}"
        )
    made = baseline.images(evenly(len(baseline), count))
    drawn: dict[str, Callable[[], np.ndarray]] = {
        "world": lambda: other.labelled(count)[0],
        "gan": lambda: models.draw(
            run.generator(), models.latents(count, network.latent, 0), batch=at_once(run.config)
        ),
        "baseline": lambda: grey(made) if network.channels == 1 else made,
    }
    real = probe.features(one.labelled(count)[0])
    spread, sides = _spread(real), list[Side]()
    for name, draw in drawn.items():
        progress("measuring", len(sides), len(drawn))
        sides.append(_side(name, draw(), probe, real, spread))
    progress("measuring", len(drawn), len(drawn))
    told = baseline.manifest.get("drawn_by")
    about = f"{told['kind']} {told['name']}" if told else baseline.space.name
    return Comparison(tuple(sides), about, expected_coverage(count, count), told is not None)


def _side(name: str, pictures: np.ndarray, probe: models.Probe, real: np.ndarray, spread: float) -> Side:
    features = probe.features(pictures)
    factors = factor_means(pictures[:MEASURED])
    return Side(name, pictures, factors, _spread(features) / spread, feature_distances(real, features))


def factor_means(pictures: np.ndarray) -> dict[str, tuple[float, float]]:
    """(mean, its standard error) of each of `FACTORS` over those pictures, uint8 (N, H, W, C), that have it; or NaN."""
    measured = [measured_factors(picture) for picture in in_colour(pictures)]
    found = {}
    for name in FACTORS:
        values = np.array([each[name] for each in measured])
        values = values[np.isfinite(values)]
        error = float(values.std(ddof=1) / len(values) ** 0.5) if len(values) > 1 else float("nan")
        found[name] = (float(values.mean()) if len(values) else float("nan"), error)
    return found


def _spread(features: np.ndarray) -> float:
    """Root mean square distance of two rows, which needs no table of pairs."""
    return float(np.sqrt(2 * features.astype(float).var(axis=0, ddof=1).sum()))
