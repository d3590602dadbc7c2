"""The kernel distance: equal to the formula written out, unbiased at zero, growing with the difference."""

import numpy as np
import pytest

from experiments import ExperimentsError
from experiments.distances import kernel_distance


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
