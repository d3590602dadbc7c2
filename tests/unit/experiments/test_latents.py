"""Fixed latents share their noise between snapshots: what the bootstrap over them says is what happens."""

import numpy as np
import pytest

from experiments import ModeHistogram, oscillation, recurrence
from experiments.errors import ExperimentsError
from experiments.latents import difference_variance, projected_covariance, wander
from procgen import stream

SNAPSHOTS, LATENTS, MODES, CHURN = 100, 400, 4, 0.05


def labels_of(index: int) -> np.ndarray:
    """Latents that change their label now and then, while the shares of all latents stay the same."""
    rng = stream(21, index)
    rows = [rng.integers(MODES, size=LATENTS)]
    for _ in range(SNAPSHOTS - 1):
        rows.append(np.where(rng.random(LATENTS) < CHURN, rng.integers(MODES, size=LATENTS), rows[-1]))
    return np.array(rows)


def histograms_of(labels: np.ndarray) -> list[ModeHistogram]:
    return [ModeHistogram.from_labels(i, tuple("abcd"), row) for i, row in enumerate(labels)]


@pytest.fixture(scope="module")
def runs():
    labels = [labels_of(index) for index in range(120)]
    return labels, np.array([[(row[:, None] == np.arange(MODES)).mean(0) for row in run] for run in labels])


def test_the_noise_of_a_difference_is_as_said(runs):
    labels, shares = runs
    said = np.mean([difference_variance(run, mode)[50, 51] for run in labels[:20] for mode in range(MODES)])
    observed = (shares[:, 51] - shares[:, 50]).var()
    assert said == pytest.approx(observed, rel=0.15)
    multinomial = 2 * 0.25 * 0.75 / LATENTS
    assert np.sqrt(multinomial / said) > 4  # the reason for fixed latents


def test_the_noise_over_a_run_is_as_said(runs):
    labels, shares = runs
    said = np.mean([wander(run, MODES) for run in labels[:20]])
    assert said == pytest.approx(shares.var(1).mean(), rel=0.1)
    weights = stream(22, 0).standard_normal((2, SNAPSHOTS))
    observed = np.cov(np.einsum("cn,rnk->rck", weights, shares).reshape(len(shares), -1).T)
    covariance = np.mean([projected_covariance(run, MODES, weights) for run in labels[:20]], 0)
    assert np.diag(covariance) == pytest.approx(np.diag(observed), rel=0.45)
    assert np.trace(covariance) == pytest.approx(np.trace(observed), rel=0.15)


def test_still_shares_of_fixed_latents_are_no_cycle_and_no_drift():
    verdicts = [oscillation(histograms_of(x), labels=x) for x in map(labels_of, range(8))]
    assert sum(v.p_value < 0.05 for v in verdicts) <= 2
    assert sum(v.kind in ("limit cycle", "drifting") for v in verdicts) <= 1, [v.kind for v in verdicts]


def test_the_radius_of_recurrence_follows_what_latents_share():
    labels = labels_of(0)
    fresh, fixed = recurrence(histograms_of(labels)), recurrence(histograms_of(labels), labels)
    steps = np.arange(SNAPSHOTS - 1)
    assert fresh[steps, steps + 1].all()  # far too wide for neighbours
    assert fixed[steps, steps + 1].mean() == pytest.approx(0.95, abs=0.05)


def test_labels_that_are_not_those_of_the_counts_are_refused():
    labels = labels_of(0)
    with pytest.raises(ExperimentsError, match="one row a snapshot"):
        oscillation(histograms_of(labels), labels=labels[1:])
    with pytest.raises(ExperimentsError, match="latents that were counted"):
        oscillation(histograms_of(labels), labels=labels[::-1])
