"""How far two sets of pictures are apart, by what a probe sees in them; any number of them in little memory."""

from dataclasses import dataclass

import numpy as np

from .errors import ExperimentsError

_CHUNK = 2048  # rows and columns of the kernel table at a time: 16 MB
_BLOCKS = 10  # disjoint parts whose spread is the standard error
LEAST = 20


@dataclass(frozen=True)
class Distance:
    """An estimate and its standard error; 0 is no difference, and an unbiased estimate of 0 may lie below it."""

    value: float
    error: float


def kernel_distance(real: np.ndarray, fake: np.ndarray) -> Distance:
    """KID: the unbiased squared MMD with the kernel (x y / d + 1)^3 (Binkowski et al. 2018, eq. 4 and section 4).

    Args:
        real, fake: features, float (N, d) and (M, d), 20 rows or more each; the order of rows must not matter.

    Returns:
        The estimate over all pairs, and its standard error from ten disjoint parts of both sets.

    Raises:
        ExperimentsError: too few rows, or rows of different length.
    """
    real, fake = _checked(real), _checked(fake)
    if real.shape[1] != fake.shape[1]:
        raise ExperimentsError(
            f"expected features of one length, got {real.shape[1]} and {fake.shape[1]}: use one probe"
        )
    parts = [_squared_mmd(real[k::_BLOCKS], fake[k::_BLOCKS]) for k in range(_BLOCKS)]
    return Distance(_squared_mmd(real, fake), float(np.std(parts, ddof=1) / np.sqrt(_BLOCKS)))


def _checked(features: np.ndarray) -> np.ndarray:
    features = np.asarray(features, np.float32)
    if features.ndim != 2 or len(features) < LEAST:
        raise ExperimentsError(
            f"expected features (N, d) of {LEAST} pictures or more, got {features.shape}: sample more"
        )
    if not np.isfinite(features).all():
        raise ExperimentsError("expected finite features, got NaN or infinity: the pictures or the probe are damaged")
    return features


def _squared_mmd(x: np.ndarray, y: np.ndarray) -> float:
    within = [(_kernel_sum(z, z) - _diagonal(z)) / (len(z) * (len(z) - 1)) for z in (x, y)]
    return float(sum(within) - 2 * _kernel_sum(x, y) / (len(x) * len(y)))


def _kernel_sum(x: np.ndarray, y: np.ndarray) -> float:
    total = 0.0
    for start in range(0, len(x), _CHUNK):
        for other in range(0, len(y), _CHUNK):
            dots = x[start : start + _CHUNK] @ y[other : other + _CHUNK].T
            total += float(((dots / np.float32(x.shape[1]) + 1) ** 3).sum(dtype=np.float64))
    return total


def _diagonal(x: np.ndarray) -> float:
    return float(((np.einsum("nd,nd->n", x, x) / x.shape[1] + 1) ** 3).sum(dtype=np.float64))
