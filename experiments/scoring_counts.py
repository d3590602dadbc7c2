"""What counts of modes say on the ring-8 benchmark: for samples read by a probe, and for anyone's table."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from procgen import load_space

from .confusion import Confusion, Shares, corrected_shares, raw_shares
from .errors import ExperimentsError
from .measures import jensen_shannon
from .modes import (
    ModeHistogram,
    coverage,
    effective_modes,
    read_counts,
    time_unit,
    total_variation,
)

DENSITIES = {"isolated": "ring-8", "loose": "ring-8-loose", "continuum": "continuum"}
"""How far apart the modes are, and the space that is drawn."""
RESAMPLED = 200


def checked_density(density: str) -> str:
    """The density; ExperimentsError if there is no such one."""
    if density not in DENSITIES:
        raise ExperimentsError(f"expected a density of {', '.join(DENSITIES)}, got {density!r}")
    return density


def read_scored(path: str | Path) -> tuple[list[ModeHistogram], str]:
    """A table of counts as `read_counts` wants it, or but one row of it; and the unit of its first column."""
    return read_counts(path, least=1), time_unit(path)


def score_counts(histograms: list[ModeHistogram], unit: str, density: str = "isolated") -> dict[str, Any]:
    """The last snapshot's measures and, of several, the verdict on their course.

    Args:
        histograms: in order of time, of eight modes with whatever names.
        unit: of time, as `time_unit` says it.
        density: a row of DENSITIES; the three have the same shares.

    Raises:
        ExperimentsError: another number of modes, or no snapshot.
    """
    from .verdict import oscillation

    world = np.array(list(load_space(DENSITIES[checked_density(density)]).modes.values()))
    modes = histograms[-1].modes
    if len(modes) != len(world):
        raise ExperimentsError(
            f"expected a column for each of the {len(world)} modes of the ring, got {len(modes)}: {', '.join(modes)}; "
            "write 0 where a mode is missing"
        )
    facts = {"density": density, "space": DENSITIES[density], "snapshots": len(histograms), "modes": list(modes)}
    facts |= {"nimg": histograms[-1].nimg, "samples": shares_facts(histograms[-1], world, None)}
    facts |= _references(histograms[-1], world)
    facts["verdict"] = oscillation(histograms, unit=unit, world=world).to_dict() if len(histograms) > 1 else None
    return {**facts, "overall": overall(facts)}


def _references(histogram: ModeHistogram, world: np.ndarray) -> dict[str, Any]:
    """The best that so many pictures can be, drawn from the world, and bad ones: all of two modes."""
    rng, modes = np.random.default_rng(8), histogram.modes
    drawn = [
        _measures(ModeHistogram(0, modes, counts), counts / histogram.total, None, world)
        for counts in rng.multinomial(histogram.total, world, RESAMPLED)
    ]
    real = {name: estimate(*_spread([each[name] for each in drawn])) for name in drawn[0]}
    halves = np.array([histogram.total - histogram.total // 2, histogram.total // 2] + [0] * (len(modes) - 2))
    return {"real": real, "bad": shares_facts(ModeHistogram(0, modes, halves), world, None)}


def _spread(values: list[float]) -> tuple[np.floating, np.floating]:
    return np.mean(values), np.std(values, ddof=1)


# --- measures --------------------------------------------------------------------------------------------------------


def shares_facts(histogram: ModeHistogram, world: np.ndarray, confusion: Confusion | None) -> dict[str, Any]:
    """What the counts alone say, and its standard errors: the spread over counts and shares drawn again."""
    rng = np.random.default_rng(np.random.SeedSequence(histogram.total))
    shares = _shares(histogram, confusion)
    parts = np.append(histogram.counts, histogram.rejected) / histogram.total
    drawn = []
    for counts, again in zip(rng.multinomial(histogram.total, parts, RESAMPLED), _again(shares, rng), strict=True):
        other = ModeHistogram(0, histogram.modes, counts[:-1], int(counts[-1]))
        drawn.append(_measures(other, again, confusion, world))
    found = _measures(histogram, shares.values if shares else None, confusion, world)
    errors = {name: np.std([each[name] for each in drawn], ddof=1) for name in found}
    facts = {name: estimate(value, errors[name]) for name, value in found.items()}
    return {"pictures": histogram.total, "names": list(coverage(histogram, world)), **facts}


def _shares(histogram: ModeHistogram, confusion: Confusion | None) -> Shares | None:
    """Of the accepted pictures, None where there are none; with the probe's mistakes taken out where it is known."""
    if not histogram.accepted:
        return None
    return corrected_shares(histogram, confusion) if confusion else raw_shares(histogram)


def _again(shares: Shares | None, rng: np.random.Generator) -> Iterable[np.ndarray | None]:
    """Shares that other pictures, and another confusion of the same probe, could as well have given."""
    if shares is None:
        return [None] * RESAMPLED
    drawn = np.maximum(rng.multivariate_normal(shares.values, shares.covariance, RESAMPLED, method="svd"), 0.0)
    return drawn / drawn.sum(1, keepdims=True)


def _measures(
    histogram: ModeHistogram, shares: np.ndarray | None, confusion: Confusion | None, world: np.ndarray
) -> dict[str, float]:
    found = {"overlap": 0.0, "covered": len(coverage(histogram, world)), "rejected": histogram.rejected_share}
    if shares is None:
        return found | dict.fromkeys(("effective_modes", "total_variation", "jensen_shannon"), np.nan)
    usual = float(confusion.matrix[:-1].sum(0) @ shares) if confusion else 1.0  # part of real pictures that is accepted
    fitting = min(1.0, histogram.accepted / histogram.total / usual)
    return {
        **found,
        "overlap": float(np.minimum(fitting * shares, world).sum()),
        "effective_modes": effective_modes(shares),
        "total_variation": total_variation(shares, world),
        "jensen_shannon": jensen_shannon(shares, world),
    }


def estimate(value: float | np.floating, error: float | np.floating) -> dict[str, float | None]:
    """{"value", "error"}, None for what is not a number."""
    return {key: float(x) if np.isfinite(x) else None for key, x in (("value", value), ("error", error))}


def overall(facts: dict[str, Any]) -> str:
    """One line: how many of 100 pictures fit the world, beside what real pictures and bad ones get."""
    own, beside = facts["samples"], ""
    if "real" in facts:
        real, bad = (100 * facts[each]["overlap"]["value"] for each in ("real", "bad"))
        beside = f" (real pictures {real:.0f}, bad ones {bad:.0f})"
    fits, covered, rejected = (own[name]["value"] for name in ("overlap", "covered", "rejected"))
    return (
        f"{100 * fits:.0f} ± {100 * own['overlap']['error']:.1f} of 100 pictures fit the world{beside}: "
        f"{covered:.0f} of 8 modes, {100 * rejected:.0f}% of no mode"
    )
