"""How far two sets of pictures are apart, by what a probe sees in them; any number of them in little memory."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from .errors import ExperimentsError

_CHUNK = 2048  # rows and columns of a table of pairs at a time: 16 MB
_BLOCKS = 10  # disjoint parts whose spread is the standard error
LEAST = 20
NEAREST = 5  # neighbours, as in Naeem et al. 2020; Kynkaanniemi et al. 2019 take 3
_ROUNDING = np.float32(4e-6)  # of squared lengths: nearer rows are the same to float32, and at distance 0


@dataclass(frozen=True)
class Distance:
    """An estimate and its standard error; 0 is no difference, and an unbiased estimate of 0 may lie below it."""

    value: float
    error: float


@dataclass(frozen=True)
class FeatureDistances:
    """What `feature_distances` measures: the kernel distance, and four shares that need no model of the features.

    Attributes:
        kernel: KID; see `kernel_distance`.
        precision: Share of fakes inside the real manifold, in [0, 1]: are they good?
        recall: Share of reals inside the fake manifold, in [0, 1]: is nothing left out?
        density: Real balls around each fake, over the number of neighbours; 1 on average where both are alike, above
            it where fakes crowd where reals are dense.
        coverage: Share of reals whose ball holds a fake, in [0, 1]; where both are alike, `expected_coverage`.
        neighbours: That a ball reaches: its radius is the distance to this one.
        real, fake: Pictures compared.
    """

    kernel: Distance
    precision: float
    recall: float
    density: float
    coverage: float
    neighbours: int
    real: int
    fake: int


def feature_distances(real: np.ndarray, fake: np.ndarray, *, neighbours: int = NEAREST) -> FeatureDistances:
    """KID, improved precision and recall, density and coverage of two sets of features.

    Manifolds are unions of balls around every row, each as wide as the distance to the row's k-th neighbour in its own
    set (Kynkaanniemi et al. 2019, eq. 1 and 2; Naeem et al. 2020, eq. 5 and 6). Time grows with the product of the
    numbers of rows, memory with their sum.

    Args:
        real, fake: Features, float (N, d) and (M, d), 20 rows or more each.
        neighbours: k, from 1 to one less than the rows of the smaller set.

    Raises:
        ExperimentsError: Too few rows for k, rows of different length, NaN or infinity.
    """
    real, fake = _checked_pair(real, fake)
    most = min(len(real), len(fake)) - 1
    if not 1 <= neighbours <= most:
        raise ExperimentsError(f"expected 1 to {most} neighbours among {most + 1} pictures, got {neighbours}")
    middle = real.mean(0)  # distances stay, their rounding shrinks
    balls, fakes = _Points.of(real - middle), _Points.of(fake - middle)
    real_radii, fake_radii = _radii(balls, neighbours), _radii(fakes, neighbours)
    inside = np.zeros(len(fake), np.int64)  # real balls that each fake lies in
    covered, recalled = np.zeros(len(real), bool), np.zeros(len(real), bool)
    for rows, columns, squares in _pairs(balls, fakes):
        within = squares <= real_radii[rows, None]
        inside[columns] += within.sum(0)
        covered[rows] |= within.any(1)
        recalled[rows] |= (squares <= fake_radii[columns]).any(1)
    return FeatureDistances(
        kernel_distance(real, fake),
        precision=float((inside > 0).mean()),
        recall=float(recalled.mean()),
        density=float(inside.mean() / neighbours),
        coverage=float(covered.mean()),
        neighbours=neighbours,
        real=len(real),
        fake=len(fake),
    )


def expected_coverage(real: int, fake: int, neighbours: int = NEAREST) -> float:
    """Coverage where reals and fakes are drawn alike, whatever from: 1 - C(N - 1, k) / C(N + M - 1, k).

    The probability that of a real's k nearest rows in both sets at least one is a fake (Naeem et al. 2020, eq. 9).
    """
    steps = np.arange(neighbours)
    return float(1 - np.prod((real - 1 - steps) / (real + fake - 1 - steps)))


def kernel_distance(real: np.ndarray, fake: np.ndarray) -> Distance:
    """KID: the unbiased squared MMD with the kernel (x y / d + 1)^3 (Binkowski et al. 2018, eq. 4 and section 4).

    Args:
        real, fake: features, float (N, d) and (M, d), 20 rows or more each; the order of rows must not matter.

    Returns:
        The estimate over all pairs, and its standard error from ten disjoint parts of both sets.

    Raises:
        ExperimentsError: too few rows, or rows of different length.
    """
    real, fake = _checked_pair(real, fake)
    parts = [_squared_mmd(real[k::_BLOCKS], fake[k::_BLOCKS]) for k in range(_BLOCKS)]
    return Distance(_squared_mmd(real, fake), float(np.std(parts, ddof=1) / np.sqrt(_BLOCKS)))


def _checked_pair(real: np.ndarray, fake: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    real, fake = _checked(real), _checked(fake)
    if real.shape[1] != fake.shape[1]:
        raise ExperimentsError(
            f"expected features of one length, got {real.shape[1]} and {fake.shape[1]}: use one probe"
        )
    return real, fake


def _checked(features: np.ndarray) -> np.ndarray:
    features = np.asarray(features, np.float32)
    if features.ndim != 2 or len(features) < LEAST:
        raise ExperimentsError(
            f"expected features (N, d) of {LEAST} pictures or more, got {features.shape}: sample more"
        )
    if not np.isfinite(features).all():
        raise ExperimentsError("expected finite features, got NaN or infinity: the pictures or the probe are damaged")
    return features


# --- pairs of rows, a chunk at a time --------------------------------------------------------------------------------


def _chunks(count: int) -> Iterator[slice]:
    return (slice(start, min(start + _CHUNK, count)) for start in range(0, count, _CHUNK))


class _Points(NamedTuple):
    """Rows (N, d) and the squares of their lengths (N,), less their rounding."""

    rows: np.ndarray
    squares: np.ndarray

    @classmethod
    def of(cls, rows: np.ndarray) -> "_Points":
        return cls(rows, np.einsum("nd,nd->n", rows, rows) * (1 - _ROUNDING))


def _pairs(x: _Points, y: _Points) -> Iterator[tuple[slice, slice, np.ndarray]]:
    """Every chunk of the table of squared distances, float32, at least 0."""
    for rows in _chunks(len(x.rows)):
        for columns in _chunks(len(y.rows)):
            table = x.rows[rows] @ y.rows[columns].T
            table *= -2
            table += x.squares[rows, None]
            table += y.squares[columns]
            yield rows, columns, np.maximum(table, 0, out=table)


def _radii(points: _Points, neighbours: int) -> np.ndarray:
    """Squared distance of each row to its k-th neighbour, itself not counted: float32 (N,)."""
    nearest = np.full((len(points.rows), neighbours), np.inf, np.float32)
    for rows, columns, table in _pairs(points, points):
        if rows == columns:
            np.fill_diagonal(table, np.inf)
        both = np.concatenate([nearest[rows], table], axis=1)
        nearest[rows] = np.partition(both, neighbours - 1, axis=1)[:, :neighbours]
    return nearest.max(1)


def _squared_mmd(x: np.ndarray, y: np.ndarray) -> float:
    within = [(_kernel_sum(z, z) - _diagonal(z)) / (len(z) * (len(z) - 1)) for z in (x, y)]
    return float(sum(within) - 2 * _kernel_sum(x, y) / (len(x) * len(y)))


def _kernel_sum(x: np.ndarray, y: np.ndarray) -> float:
    total = 0.0
    for rows in _chunks(len(x)):
        for columns in _chunks(len(y)):
            dots = x[rows] @ y[columns].T
            total += float(((dots / np.float32(x.shape[1]) + 1) ** 3).sum(dtype=np.float64))
    return total


def _diagonal(x: np.ndarray) -> float:
    return float(((np.einsum("nd,nd->n", x, x) / x.shape[1] + 1) ** 3).sum(dtype=np.float64))
