"""Distances of features: equal to their formulas written out, right where the answer is known, small in memory."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments import ExperimentsError
from experiments.distances import expected_coverage, feature_distances, kernel_distance


def features(count, dims=8, seed=0, shift=0.0):
    return np.random.default_rng(seed).normal(shift, 1, (count, dims)).astype(np.float32)


def written_out(x, y):
    x, y = x.astype(float), y.astype(float)

    def kernel(a, b):
        return (a @ b.T / a.shape[1] + 1) ** 3

    xx, yy = (np.mean(kernel(z, z)[~np.eye(len(z), dtype=bool)]) for z in (x, y))
    return xx + yy - 2 * kernel(x, y).mean()


def test_it_is_the_formula_whatever_the_chunks(monkeypatch):
    x, y = features(90), features(70, seed=1, shift=0.3)
    whole = kernel_distance(x, y)
    assert whole.value == pytest.approx(written_out(x, y), rel=1e-5)
    monkeypatch.setattr("experiments.distances._CHUNK", 17)
    assert kernel_distance(x, y).value == pytest.approx(whole.value, rel=1e-5)


def test_it_is_unbiased_where_nothing_differs():
    found = [kernel_distance(features(200, seed=2 * k), features(200, seed=2 * k + 1)) for k in range(40)]
    values = np.array([each.value for each in found])
    assert abs(values.mean()) < 3 * values.std() / np.sqrt(len(values))
    assert values.min() < 0 < values.max()
    assert 0.5 < np.mean([each.error for each in found]) / values.std() < 4


def test_it_grows_with_the_difference():
    near, far = (kernel_distance(features(400), features(400, seed=1, shift=shift)) for shift in (0.1, 0.5))
    assert 0 < near.value < far.value
    assert far.value > 5 * far.error


@pytest.mark.parametrize(
    ("x", "y", "said"),
    [
        (features(3), features(30), "20 pictures"),
        (features(30), features(30, dims=4), "one length"),
        (np.full((30, 8), np.nan), features(30), "finite"),
        (np.zeros(30), features(30), "(N, d)"),
    ],
)
def test_what_cannot_be_compared(x, y, said):
    with pytest.raises(ExperimentsError) as error:
        kernel_distance(x, y)
    assert said in str(error.value)


def brute_force(x, y, k):
    """The four shares written out in float64, from all distances at once."""
    x, y = x.astype(float), y.astype(float)

    def apart(a, b):
        return np.linalg.norm(a[:, None] - b, axis=2)

    real, fake = (np.sort(apart(z, z), axis=1)[:, k] for z in (x, y))
    inside = apart(x, y) <= real[:, None]
    return (
        inside.any(0).mean(),
        (apart(x, y) <= fake).any(1).mean(),
        inside.sum(0).mean() / k,
        inside.any(1).mean(),
    )


def shares(found):
    return found.precision, found.recall, found.density, found.coverage


@pytest.mark.parametrize(("count", "other", "k", "shift"), [(90, 70, 5, 0.3), (61, 130, 3, 0.0), (40, 40, 1, 1.0)])
def test_shares_are_those_of_the_definition_whatever_the_chunks(monkeypatch, count, other, k, shift):
    x, y = features(count), features(other, seed=1, shift=shift)
    expected = brute_force(x, y, k)
    for chunk in (2048, 17):
        monkeypatch.setattr("experiments.distances._CHUNK", chunk)
        assert shares(feature_distances(x, y, neighbours=k)) == pytest.approx(expected, abs=1e-12)


def test_an_independent_implementation_agrees():
    from scipy.spatial import cKDTree

    x, y = features(400, 3), features(300, 3, seed=1, shift=0.4)
    radius = cKDTree(x).query(x, 6)[0][:, -1]
    within = [len(cKDTree(y).query_ball_point(row, r)) for row, r in zip(x, radius, strict=True)]
    found = feature_distances(x, y)
    assert found.density == pytest.approx(sum(within) / 5 / 300)
    assert found.coverage == pytest.approx(np.mean(np.array(within) > 0))


@given(st.integers(0, 99), st.integers(1, 9), st.floats(-5, 5), st.floats(0.1, 9))
def test_turning_moving_and_scaling_both_changes_no_share(seed, k, shift, scale):
    x, y = features(50, 4, seed), features(40, 4, seed + 100, 0.3)
    turn, _ = np.linalg.qr(np.random.default_rng(seed).normal(size=(4, 4)))
    before = shares(feature_distances(x, y, neighbours=k))
    after = shares(feature_distances(x @ turn * scale + shift, y @ turn * scale + shift, neighbours=k))
    assert after == pytest.approx(before, abs=0.03)  # a row on the rim of a ball may change sides in float32
    swapped = feature_distances(y, x, neighbours=k)
    assert (swapped.precision, swapped.recall) == (before[1], before[0])


def test_known_cases():
    x = features(60)
    assert shares(feature_distances(x, x)) == (
        1,
        1,
        pytest.approx(6 / 5, abs=0.05),
        1,
    )  # each row, its neighbours on the rim
    assert shares(feature_distances(x, x + 100)) == (0, 0, 0, 0)
    same = np.ones((40, 8), np.float32)
    assert shares(feature_distances(same, same)) == (1, 1, 8, 1)  # all within all balls, of radius 0
    # A collapse on one real picture: good, but nearly nothing is recalled or covered.
    found = feature_distances(x, np.repeat(x[:1], 60, 0))
    assert (found.precision, found.recall) == (1, pytest.approx(1 / 60))
    assert found.coverage < 0.5


def test_one_far_real_spoils_precision_but_not_density():
    """Naeem et al. 2020, figure 1: the ball of one outlier takes in every fake."""
    near, fake = features(200), features(200, seed=1, shift=4)
    before = feature_distances(near, fake)
    after = feature_distances(np.vstack([near, np.full((1, 8), 9, np.float32)]), fake)
    assert before.precision < 0.1
    assert after.precision > 0.9
    assert after.density < 0.3


def test_coverage_where_both_are_alike_is_the_expected_one():
    """Naeem et al. 2020, eq. 9, holds in any dimension; with N = M and k = 5 it tends to 1 - 2^-5."""
    found = [feature_distances(features(150, 3, 2 * s), features(100, 3, 2 * s + 1)) for s in range(40)]
    values = np.array([each.coverage for each in found])
    assert values.mean() == pytest.approx(expected_coverage(150, 100), abs=4 * values.std() / np.sqrt(40))
    assert np.mean([each.density for each in found]) == pytest.approx(1, abs=0.05)
    assert expected_coverage(10**6, 10**6) == pytest.approx(1 - 2**-5, abs=1e-5)


def test_half_the_modes_are_half_the_coverage_and_recall():
    centres = np.repeat(np.eye(8, dtype=np.float32) * 40, 50, axis=0)
    x, y = features(400) + centres, features(400, seed=1) + np.vstack([centres[:200], centres[:200]])
    found = feature_distances(x, y)
    assert found.recall < 0.5
    assert found.coverage == pytest.approx(0.5, abs=0.03)


@pytest.mark.parametrize("neighbours", [0, 30])
def test_neighbours_that_are_not_there(neighbours):
    with pytest.raises(ExperimentsError, match="neighbours among 30 pictures"):
        feature_distances(features(30), features(40), neighbours=neighbours)


def test_memory_is_that_of_the_features_and_not_of_their_pairs():
    """The table of 8,000 x 8,000 pairs would be 256 MB; `benchmarks/distances.py` does 50,000."""
    code = (
        "import resource, numpy as np; from experiments.distances import feature_distances as f; "
        "x = np.random.default_rng(0).standard_normal((2, 8000, 4), dtype=np.float32); "
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss; f(*x); "
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)"
    )
    grown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert int(grown) / 1000 < 128
