"""Shares of modes over training, raw and with the probe's mistakes taken out."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .confusion import Confusion, corrected_shares
from .modes import ModeHistogram


@dataclass(frozen=True, eq=False)
class ModeSeries:
    """Shares of K modes over S snapshots.

    nimg: (S,). raw: (S, K), parts of all readings. rejected: (S,). corrected, errors: (S, K), shares of the accepted
    readings with the probe's mistakes taken out and their standard errors; NaN where nothing was accepted.
    """

    modes: tuple[str, ...]
    nimg: np.ndarray
    raw: np.ndarray
    rejected: np.ndarray
    corrected: np.ndarray
    errors: np.ndarray


def mode_series(histograms: Sequence[ModeHistogram], confusion: Confusion) -> ModeSeries:
    """The series of a list of histograms, one a snapshot."""
    counts = np.array([h.counts for h in histograms])
    total = np.array([h.total for h in histograms])
    corrected, errors = np.full(counts.shape, np.nan), np.full(counts.shape, np.nan)
    for row, histogram in enumerate(histograms):
        if histogram.accepted:
            shares = corrected_shares(histogram, confusion)
            corrected[row], errors[row] = shares.values, shares.errors
    rejected = np.array([h.rejected for h in histograms]) / total
    nimg = np.array([h.nimg for h in histograms])
    return ModeSeries(histograms[0].modes, nimg, counts / total[:, None], rejected, corrected, errors)
