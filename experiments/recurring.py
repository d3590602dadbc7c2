"""Does training come back to where it was? Recurrence of the shares of modes between snapshots."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .latents import difference_variance
from .modes import ModeHistogram, shared_modes
from .spectrum import Floats, Ints


def recurrence(histograms: Sequence[ModeHistogram], labels: ArrayLike | None = None) -> NDArray[np.bool_]:
    """Which pairs of snapshots hold the same shares as far as sampling noise lets one tell.

    True where 2 H^2 (Hellinger, H^2 = sum (sqrt p - sqrt q)^2 / 2) is under the 95% point of its noise,
    (1/(4 n_1) + 1/(4 n_2)) chi^2 with K - 1 degrees of freedom for fresh latents. For labels (N, L) of fixed ones,
    whose noise is shared, it is the sum over modes of the bootstrap's Var(p - q) / (4 p), p their mean instead.

    Returns:
        bool (N, N), symmetric, True on the diagonal; rejected images are left out.
    """
    from scipy.stats import chi2

    modes = shared_modes(histograms)
    counts = np.stack([h.counts for h in histograms]).astype(float)
    images = np.maximum(counts.sum(1), 1)
    roots = np.sqrt(counts / images[:, None])
    norms = (roots**2).sum(1)
    apart = norms[:, None] + norms - 2 * roots @ roots.T  # (N, N) is all that is held
    freedom = max(1, len(modes) - 1)  # of one mode all snapshots are alike
    noise = (1 / images[:, None] + 1 / images) / 4
    if labels is not None:
        noise = _shared(np.asarray(labels), counts / images[:, None]) / freedom
    return (apart <= noise * chi2.ppf(0.95, freedom) + 1e-12) | np.eye(len(apart), dtype=bool)


def _shared(labels: Ints, shares: Floats) -> Floats:
    """Expected squared distance (N, N) between sqrt(p) of the same latents by their sampling alone."""
    total = np.zeros((len(shares), len(shares)))
    for mode, share in enumerate(shares.T):
        total += difference_variance(labels, mode) / np.maximum(2 * (share[:, None] + share), 1e-9)
    return total


def recurrence_index(recurring: NDArray[np.bool_]) -> float | None:
    """The highest share of recurring pairs at any distance after it first fell under a half; None if it never did.

    Near 1 for an oscillation, under a half for a drift. Distances up to three quarters of the run count, so that
    every rate rests on several pairs.
    """
    reach = max(1, 3 * len(recurring) // 4)
    rates = np.array([np.diagonal(recurring, lag).mean() for lag in range(reach)])
    fallen = np.flatnonzero(rates < 0.5)
    return float(rates[fallen[0] :].max()) if len(fallen) else None
