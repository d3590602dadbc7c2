"""What a probe makes of each mode, and the shares corrected for it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .errors import ExperimentsError
from .modes import REJECTED, ModeHistogram, checked_labels

Floats = NDArray[np.floating]


@dataclass(frozen=True, eq=False)
class Confusion:
    """Counts of how labelled images were read.

    Attributes:
        modes: Names of the K modes.
        counts: int64 (K+1, K): images of true mode j (column) read as mode i (row); the last row is rejected.
            Every column holds at least one image.

    Raises:
        ExperimentsError: When the shape, a sign or an empty column is wrong.
    """

    modes: tuple[str, ...]
    counts: NDArray[np.int64]

    def __post_init__(self) -> None:
        counts = np.asarray(self.counts)
        size = len(self.modes)
        if counts.shape != (size + 1, size) or counts.dtype.kind not in "iu" or (counts < 0).any():
            raise ExperimentsError(
                f"expected whole counts of shape {(size + 1, size)}, got {counts.dtype} {counts.shape}"
            )
        empty = [mode for mode, images in zip(self.modes, counts.sum(0), strict=True) if not images]
        if empty:
            raise ExperimentsError(f"expected labelled images of every mode, got none of {', '.join(empty)}")
        frozen = counts.astype(np.int64)
        frozen.flags.writeable = False
        object.__setattr__(self, "counts", frozen)

    @classmethod
    def from_labels(cls, modes: Sequence[str], true: ArrayLike, predicted: ArrayLike) -> "Confusion":
        """Counts pairs of labels: true int (N,) in [0, K), predicted int (N,) in [0, K) or -1 (rejected)."""
        size = len(modes)
        truth, reading = checked_labels(true, size), checked_labels(predicted, size)
        if truth.shape != reading.shape or (truth == REJECTED).any():
            raise ExperimentsError(f"expected a true mode for each of {len(reading)} readings, got {len(truth)} labels")
        counts = np.zeros((size + 1, size), np.int64)
        np.add.at(counts, (np.where(reading == REJECTED, size, reading), truth), 1)
        return cls(tuple(modes), counts)

    @property
    def images(self) -> NDArray[np.int64]:
        """Labelled images of each mode, int64 (K,): m_j of the formulas."""
        return self.counts.sum(0)

    @property
    def matrix(self) -> Floats:
        """Probability (K+1, K) of each reading given the true mode; columns add up to 1."""
        return self.counts / self.images

    @property
    def accuracy(self) -> float:
        """Share of labelled images read right, with every mode weighing the same."""
        return float(np.diag(self.matrix).mean())

    @property
    def false_rejects(self) -> float:
        """Share of labelled images that were rejected, with every mode weighing the same."""
        return float(self.matrix[-1].mean())


@dataclass(frozen=True, eq=False)
class Shares:
    """Shares of the K modes with their uncertainty.

    Attributes:
        modes: Names of the modes.
        values: float64 (K,), at least 0, adding up to 1.
        covariance: float64 (K, K).
        method: "raw", "inverse" (p = A^-1 q) or "constrained": the inverse left the simplex and the
            likeliest shares without a negative one stand in; their errors are then too wide near 0.
    """

    modes: tuple[str, ...]
    values: Floats
    covariance: Floats
    method: str

    @property
    def errors(self) -> Floats:
        """Standard errors, float64 (K,)."""
        return np.sqrt(np.maximum(np.diag(self.covariance), 0.0))


def raw_shares(histogram: ModeHistogram) -> Shares:
    """Shares of the accepted images with multinomial errors, Cov = (diag p - p p^T) / n.

    Raises:
        ExperimentsError: When every image was rejected.
    """
    _check_accepted(histogram)
    p = histogram.counts / histogram.accepted
    return Shares(histogram.modes, p, _multinomial(p, histogram.accepted), "raw")


def corrected_shares(histogram: ModeHistogram, confusion: Confusion) -> Shares:
    """Shares with the probe's mistakes taken out: x = A^-1 q over the K accepting rows, p = x / sum(x).

    q are shares of all images, so an image of no mode that the probe always rejects lowers sum(x), not p. The
    covariance is A^-1 [(diag q - q q^T)/n + sum_j x_j^2/m_j (diag A_j - A_j A_j^T)] A^-T, carried through the
    normalisation. Blends that the probe accepts are not in this model and stay in p.

    Raises:
        ExperimentsError: When the modes differ, nothing was accepted or the probe cannot tell modes apart.
    """
    check_pair(histogram, confusion)
    a, q = confusion.matrix[:-1], histogram.counts / histogram.total
    x, method = np.linalg.solve(a, q), "inverse"
    if x.min() > -1e-12:  # less below zero than that is the rounding of the solver
        x = np.maximum(x, 0.0)
    else:
        x, method = _likeliest(a, q), "constrained"
    inner = _multinomial(q, histogram.total) + _matrix_noise(a, x, confusion.images)
    p = x / x.sum()
    back = (np.eye(len(p)) - p[:, None]) @ np.linalg.inv(a) / x.sum()  # d p / d q
    return Shares(histogram.modes, p, back @ inner @ back.T, method)


def share_bounds(histogram: ModeHistogram, false_accepts: float) -> tuple[Floats, Floats]:
    """The least and the greatest share of each mode, float64 (K,) each, whatever the rejected images are.

    Either they are of no mode, and of such images the share `false_accepts` was accepted: then up to
    C = rejected * f / (1 - f) of the A accepted are none either, and a mode with n of them has a share from
    (n - C) / (A - C) to n / (A - C) of the rest. Or all of them are one mode's, badly drawn: then its share of all
    images is from n / total to (n + rejected) / total. The bounds hold for both; noise is not in them.

    Raises:
        ExperimentsError: When every image was rejected, or false_accepts is not in [0, 1].
    """
    _check_accepted(histogram)
    if not 0 <= false_accepts <= 1:
        raise ExperimentsError(f"expected a share of false accepts from 0 to 1, got {false_accepts}")
    n, accepted = histogram.counts.astype(float), histogram.accepted
    passed = min(accepted, histogram.rejected * false_accepts / max(1 - false_accepts, 1e-9))
    rest = max(accepted - passed, 1e-9)
    low = np.minimum(np.maximum(n - passed, 0) / rest, n / histogram.total)
    high = np.maximum(np.minimum(n / rest, 1), (n + histogram.rejected) / histogram.total)
    return low, high


def check_pair(histogram: ModeHistogram, confusion: Confusion) -> None:
    """ExperimentsError unless the histogram can be corrected with the confusion."""
    _check_accepted(histogram)
    if histogram.modes != confusion.modes:
        raise ExperimentsError(f"expected a confusion of the modes {histogram.modes}, got one of {confusion.modes}")
    if np.linalg.cond(confusion.matrix[:-1]) > 1e3:
        raise ExperimentsError("the probe cannot tell some modes apart, so shares cannot be corrected: train it longer")


def _check_accepted(histogram: ModeHistogram) -> None:
    if not histogram.accepted:
        raise ExperimentsError(f"all images at nimg {histogram.nimg} were rejected: there are no shares to speak of")


def _multinomial(p: Floats, images: int) -> Floats:
    return (np.diag(p) - np.outer(p, p)) / images


def _matrix_noise(a: Floats, x: Floats, images: NDArray[np.int64]) -> Floats:
    weights = x**2 / images
    return np.diag(a @ weights) - (a * weights) @ a.T


def _likeliest(a: Floats, q: Floats) -> Floats:
    """Shares of highest multinomial likelihood of the accepted readings, by expectation maximisation.

    The update p <- p A^T(q / A p) keeps p on the simplex (Richardson 1972); it runs on what each mode gives once
    accepted, and the rates of acceptance are taken out at the end.
    """
    accepted = a.sum(0)
    given, share = a / accepted, np.full(len(q), 1 / len(q))
    for _ in range(500):
        expected = given @ share
        share = share * (given.T @ np.divide(q, expected, out=np.zeros_like(q), where=expected > 0)) / q.sum()
    return share / accepted * q.sum()
