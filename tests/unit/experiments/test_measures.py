"""Measures of modes over training: tiny cases by hand, a rotation, a chain without direction, relabelling."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from experiments import ExperimentsError, ModeHistogram, handovers, jensen_shannon, mean_circulation
from experiments.measures import churn_series, circulation, count_measures

MODES = 4
PATHS = st.integers(2, 6).flatmap(lambda s: arrays(np.int64, (s, 7), elements=st.integers(-1, MODES - 1)))
# scipy halves the smallest number that there is to nothing, and divides by it.
NUMBERS = st.floats(0, 1, allow_subnormal=False)
SHARES = arrays(float, 5, elements=NUMBERS).filter(lambda p: p.sum() > 0.1).map(lambda p: p / p.sum())


def table(*rows, rejected=0):
    names = tuple("abcdefgh"[: len(rows[0])])
    return [ModeHistogram(10 * i, names, np.array(row), rejected) for i, row in enumerate(rows)]


def rotation(snapshots=60, latents=500, modes=8, stay=3):
    """Every latent goes round the ring of modes, one further each `stay` snapshots, from where it began."""
    start = np.random.default_rng(1).integers(0, modes, latents)
    return (np.arange(snapshots)[:, None] // stay + start) % modes


def chain(seed, snapshots=40, latents=300, modes=4, move=0.2):
    """Latents that move to a random other mode, or do not, from the first snapshot on: no direction of time."""
    rng = np.random.default_rng(seed)
    steps = rng.integers(1, modes, (snapshots, latents)) * (rng.random((snapshots, latents)) < move)
    return np.cumsum(np.vstack([rng.integers(0, modes, (1, latents)), steps]), 0) % modes


def test_circulation_by_hand():
    flow = circulation([0, 0, 0, 1, 2, -1], [1, 1, 0, 0, 2, 1], 3)
    assert flow == pytest.approx(np.array([[0, 1, 0], [-1, 0, 0], [0, 0, 0]]) / 6)
    p, counts = np.array([3, 1, 1]) / 5, np.array([[1, 2, 0], [1, 0, 0], [0, 0, 1]])
    t = counts / counts.sum(1, keepdims=True)
    assert circulation([0, 0, 0, 1, 2], [1, 1, 0, 0, 2], 3) == pytest.approx(p[:, None] * t - (p[:, None] * t).T)


def test_a_rotation_flows_along_the_ring_and_nowhere_else():
    labels = rotation()
    found = mean_circulation(labels, 8)
    shares = np.bincount(labels[0], minlength=8) / 500
    ring = {(i, (i + 1) % 8) for i in range(8)}
    # 19 moves in 59 steps: what i passes on is the share of latents that stand there when a move comes.
    expected = np.zeros((8, 8))
    for move in range(19):
        for i, j in ring:
            expected[i, j] += shares[(i - move) % 8] / 59
    assert found.mean == pytest.approx(expected - expected.T, abs=1e-12)
    assert {(i, j) for i, j, *_ in found.arrows(range(8))} == ring
    assert found.p_value == 0.001
    assert (found.mean * found.steps).sum(where=found.mean > 0) == pytest.approx(19)
    back = mean_circulation(labels[::-1], 8)
    assert back.mean == pytest.approx(-found.mean)
    assert {(j, i) for i, j, *_ in back.arrows(range(8))} == ring


def test_a_chain_without_direction_has_no_circulation_within_its_error():
    found = [mean_circulation(chain(seed), 4, seed=seed) for seed in range(150)]
    above = np.triu_indices(4, 1)
    z = np.concatenate([f.mean[above] / f.errors[above] for f in found])
    assert np.mean(np.abs(z) > 1.96) == pytest.approx(0.05, abs=0.025)
    assert z.std() == pytest.approx(1, abs=0.1)
    assert np.mean([f.p_value < 0.05 for f in found]) < 0.11  # 99.9% of 150 draws at 5%
    assert np.mean([f.p_value for f in found]) == pytest.approx(0.5, abs=0.1)


def test_the_error_is_that_of_a_bootstrap_over_latents():
    labels = chain(3)
    found, rng = mean_circulation(labels, 4), np.random.default_rng(0)
    drawn = [mean_circulation(labels[:, rng.integers(0, 300, 300)], 4).mean for _ in range(200)]
    assert found.errors == pytest.approx(np.std(drawn, 0), rel=0.2)


def test_a_drift_has_arrows_but_no_loop():
    labels = (np.arange(20)[:, None] > np.random.default_rng(0).integers(0, 20, 300)).astype(int)
    found = mean_circulation(labels, 3)
    assert [arrow[:2] for arrow in found.arrows("abc")] == [("a", "b")]
    assert np.abs(found.loops).max() < 1e-12
    assert found.p_value == 1


def test_a_weak_turn_hidden_in_churn_is_found():
    labels, rng = chain(5), np.random.default_rng(5)
    turned = (labels + (rng.random(labels.shape) < 0.03).cumsum(0)) % 4
    found = mean_circulation(turned, 4)
    assert found.p_value < 0.01
    assert {arrow[:2] for arrow in found.arrows(range(4))} <= {(i, (i + 1) % 4) for i in range(4)}


@given(PATHS, st.permutations(range(MODES)), st.permutations(range(7)))
def test_names_and_order_cannot_matter(labels, names, latents):
    found = mean_circulation(labels, MODES)
    renamed = np.where(labels >= 0, np.array(names)[labels], -1)
    assert mean_circulation(renamed, MODES).mean[np.ix_(names, names)] == pytest.approx(found.mean)
    assert mean_circulation(labels[:, list(latents)], MODES).errors == pytest.approx(found.errors)
    assert found.mean == pytest.approx(-found.mean.T)
    assert found.mean == pytest.approx(np.mean([circulation(a, b, MODES) for a, b in pairwise(labels)], 0))


@given(PATHS.filter(lambda labels: labels.min() >= 0))
def test_what_leaves_a_mode_is_what_its_share_loses_and_loops_close(labels):
    found = mean_circulation(labels, MODES)
    first, last = (np.bincount(labels[t], minlength=MODES) / 7 for t in (0, -1))
    assert found.mean.sum(1) * found.steps == pytest.approx(first - last)
    assert found.loops.sum(1) == pytest.approx(np.zeros(MODES), abs=1e-12)
    assert found.loops == pytest.approx(-found.loops.T)


@pytest.mark.parametrize("labels", [np.zeros((1, 5), int), np.zeros(5, int), np.full((3, 5), 9), np.zeros((3, 5))])
def test_what_are_no_paths(labels):
    with pytest.raises(ExperimentsError, match="expected"):
        mean_circulation(labels, 4)


@given(SHARES, SHARES, SHARES)
def test_jensen_shannon_is_a_metric_and_scipys(p, q, r):
    from scipy.spatial.distance import jensenshannon

    assert jensen_shannon(p, q) == pytest.approx(jensenshannon(p, q, 2), abs=1e-7)
    assert jensen_shannon(p, q) == jensen_shannon(q, p) <= jensen_shannon(p, r) + jensen_shannon(r, q) + 1e-7
    assert jensen_shannon(p, p) < 1e-7


def test_jensen_shannon_by_hand():
    assert jensen_shannon([1, 0], [0, 1]) == 1
    assert jensen_shannon([1, 0], [0.5, 0.5]) ** 2 == pytest.approx(1.5 - 0.75 * np.log2(3))


def test_handovers_by_hand():
    sure, split, other = (900, 50, 50), (340, 330, 330), (50, 900, 50)
    assert handovers(table(sure, split, other, other, split, sure)) == [(20, "a", "b"), (50, "b", "a")]
    assert handovers(table(sure, split, sure)) == []
    assert handovers(table((6, 4), (4, 6), (6, 4))) == []  # ten pictures tell nothing
    assert handovers(table((600, 400), (400, 600))) == [(10, "a", "b")]


@given(st.permutations(range(3)))
def test_handovers_follow_the_names(order):
    rows = np.array([(900, 50, 50), (50, 900, 50), (30, 60, 910)])
    names = "abc"
    found = handovers([ModeHistogram(i, tuple(names[k] for k in order), row[order]) for i, row in enumerate(rows)])
    assert found == [(1, "a", "b"), (2, "b", "c")]


def test_churn_by_hand():
    moved, excess = churn_series([[0, 0, 1, 1], [1, 0, 0, 1], [1, 1, 1, 1]])
    assert moved == pytest.approx([np.nan, 0.5, 0.5], nan_ok=True)
    assert excess == pytest.approx([np.nan, 0.5, 0.0], nan_ok=True)


def test_series_of_counts_by_hand():
    shots = [*table((50, 50, 0), (100, 0, 0)), ModeHistogram(20, tuple("abc"), np.zeros(3, int), 9)]
    found = count_measures(shots, [0.5, 0.25, 0.25])
    assert found["covered"].tolist() == [2, 1, 0]
    assert found["effective_modes"] == pytest.approx([2, 1, np.nan], nan_ok=True)
    assert found["tv"] == pytest.approx([0.25, 0.5, np.nan], nan_ok=True)
    assert found["js"][1] == jensen_shannon([1, 0, 0], [0.5, 0.25, 0.25])
    assert found["rejected"].tolist() == [0, 0, 1]
    assert "tv" not in count_measures(shots)
