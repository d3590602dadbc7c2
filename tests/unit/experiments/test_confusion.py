"""The correction of shares: exact without noise, unbiased with it, and honest about its error."""

import numpy as np
import pytest

from experiments import oscillation
from experiments.confusion import Confusion, corrected_shares, raw_shares
from experiments.corrected import corrected_amplitude
from experiments.errors import ExperimentsError
from experiments.modes import ModeHistogram
from experiments.scripted import drawn_counts, swinging_shares

SIZE = 8
NAMES = tuple(f"m{k}" for k in range(SIZE))


def probe(accuracy: float, rejects: float = 0.0) -> np.ndarray:
    """Reading probabilities (K+1, K): right with the given accuracy, wrong ones spread unevenly."""
    wrong = np.random.default_rng(3).dirichlet(np.ones(SIZE - 1), SIZE).T * (1 - accuracy - rejects)
    matrix = np.full((SIZE + 1, SIZE), rejects)
    for j in range(SIZE):
        matrix[:SIZE, j] = np.insert(wrong[:, j], j, accuracy)
    return matrix


def read(rng: np.random.Generator, matrix: np.ndarray, p: np.ndarray, images: int) -> ModeHistogram:
    counts = rng.multinomial(images, matrix @ p)
    return ModeHistogram(0, NAMES, counts[:-1], int(counts[-1]))


def labelled(rng: np.random.Generator, matrix: np.ndarray, images: int) -> Confusion:
    return Confusion(NAMES, np.stack([rng.multinomial(images, column) for column in matrix.T], axis=1))


def test_pairs_of_labels_are_counted_by_truth():
    found = Confusion.from_labels(("a", "b"), true=[0, 0, 1, 1, 1], predicted=[0, 1, 1, -1, 1])
    assert found.counts.tolist() == [[1, 0], [1, 2], [0, 1]]
    assert found.images.tolist() == [2, 3]
    assert found.accuracy == pytest.approx((1 / 2 + 2 / 3) / 2)


def test_correction_is_exact_without_noise():
    p = np.arange(1, SIZE + 1) / 36
    confusion = Confusion(NAMES, np.round(probe(0.75, 0.05) * 10**9).astype(int))
    counts = np.round(confusion.matrix @ p * 10**9).astype(int)
    counts[-1] += 10**8  # off-manifold images, all rejected, change nothing
    found = corrected_shares(ModeHistogram(0, NAMES, counts[:-1], int(counts[-1])), confusion)
    assert found.method == "inverse"
    assert found.values == pytest.approx(p, abs=1e-8)


def test_correction_is_unbiased_and_its_error_is_the_observed_one():
    rng, matrix = np.random.default_rng(1), probe(0.8, 0.01)
    p = np.array([0.05, 0.05, 0.1, 0.1, 0.1, 0.15, 0.2, 0.25])
    found = [corrected_shares(read(rng, matrix, p, 4096), labelled(rng, matrix, 1000)) for _ in range(1500)]
    values = np.array([shares.values for shares in found])
    assert np.abs(values.mean(0) - p).max() < 0.003
    stated = np.mean([shares.errors for shares in found], axis=0)
    assert np.abs(stated / values.std(0) - 1).max() < 0.15


def test_a_share_below_zero_becomes_a_constrained_fit():
    rng, matrix = np.random.default_rng(2), probe(0.8)
    p = np.eye(SIZE)[0]
    found = [corrected_shares(read(rng, matrix, p, 512), labelled(rng, matrix, 500)) for _ in range(20)]
    assert "constrained" in {shares.method for shares in found}
    for shares in found:
        assert shares.values.min() >= 0
        assert shares.values.sum() == pytest.approx(1)
        assert shares.values[0] > 0.9


def test_raw_shares_have_multinomial_errors():
    found = raw_shares(ModeHistogram(0, ("a", "b"), np.array([25, 75]), 100))
    assert found.values.tolist() == [0.25, 0.75]
    assert found.errors == pytest.approx([np.sqrt(0.25 * 0.75 / 100)] * 2)


def test_what_cannot_be_corrected_is_refused():
    found = ModeHistogram(0, ("a", "b"), np.array([1, 2]))
    with pytest.raises(ExperimentsError, match="tell some modes apart"):
        corrected_shares(found, Confusion(("a", "b"), np.array([[5, 5], [5, 5], [0, 0]])))
    with pytest.raises(ExperimentsError, match="a confusion of the modes"):
        corrected_shares(found, Confusion(("a", "c"), np.array([[9, 1], [1, 9], [0, 0]])))
    with pytest.raises(ExperimentsError, match="none of b"):
        Confusion(("a", "b"), np.array([[9, 0], [1, 0], [0, 0]]))
    with pytest.raises(ExperimentsError, match="were rejected"):
        raw_shares(ModeHistogram(0, ("a", "b"), np.array([0, 0]), 3))
    with pytest.raises(ExperimentsError, match="a true mode"):
        Confusion.from_labels(("a", "b"), [0, -1], [0, 1])
    with pytest.raises(ExperimentsError, match="of shape"):
        Confusion(("a", "b"), np.array([[1, 2], [3, 4]]))


@pytest.mark.parametrize("accuracy", [0.6, 0.8, 0.95])
def test_the_corrected_swing_is_larger_and_never_surer_than_the_one_that_was_read(accuracy):
    rng, matrix = np.random.default_rng(4), probe(accuracy, 0.01)
    shares = swinging_shares(128, SIZE, period=11.3, amplitude=0.03) @ matrix.T  # of readings, the last one rejected
    read_as = drawn_counts(shares, rng, images=2048)
    histograms = [ModeHistogram(h.nimg, NAMES, h.counts[:-1], int(h.counts[-1])) for h in read_as]
    verdict = oscillation(histograms)
    for images in (60, 2000):
        middle, low, high = corrected_amplitude(histograms, labelled(rng, matrix, images), verdict)
        assert verdict.kind == "limit cycle"
        assert low < middle < high
        assert middle > verdict.amplitude
        assert high / middle >= verdict.amplitude_high / verdict.amplitude * (1 - 1e-12)
