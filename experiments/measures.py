"""Measures of modes over training: the distance to the world, who follows whom, who leads, how much moves.

They need numpy and scipy alone and work on anybody's counts or labels.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .errors import ExperimentsError
from .modes import (
    Z_TWO_SIDED,
    ModeHistogram,
    checked_labels,
    churn,
    coverage,
    effective_modes,
    excess_churn,
    shared_modes,
    total_variation,
    wilson_lower,
)
from .share_series import ModeSeries as ModeSeries
from .share_series import mode_series as mode_series

Floats = NDArray[np.floating]
FLIPS, FLIPS_AT_ONCE = 999, 111


def jensen_shannon(one: ArrayLike, other: ArrayLike) -> float:
    """The Jensen-Shannon distance of two share vectors (K,): 0 when equal, 1 when disjoint; a metric.

    The square root of the Jensen-Shannon divergence in bits (Lin 1991; Endres and Schindelin 2003).
    """
    p, q = np.asarray(one, float), np.asarray(other, float)
    bits = _entropy((p + q) / 2) - (_entropy(p) + _entropy(q)) / 2
    return float(np.sqrt(max(bits, 0.0)))


def _entropy(shares: Floats) -> float:
    there = shares[shares > 0]
    return float(-(there * np.log2(there)).sum())


# --- who follows whom ------------------------------------------------------------------------------------------------


def circulation(before: ArrayLike, after: ArrayLike, modes: int) -> Floats:
    """Which mode follows which: J_ij = p_i T_ij - p_j T_ji between two snapshots of the same fixed latents.

    Args:
        before, after: Labels, int (N,) in [0, modes), -1 for rejected: a latent rejected in either is in no arrow.
        modes: K.

    Returns:
        float (K, K), antisymmetric: the share of all latents that went from i to j, less that which came back.
    """
    return mean_circulation(np.stack([np.asarray(before), np.asarray(after)]), modes).mean


@dataclass(frozen=True, eq=False)
class Circulation:
    """Which mode followed which over a series of snapshots, a step at a time.

    Attributes:
        mean: float (K, K), antisymmetric: the mean over steps of J_ij = p_i T_ij - p_j T_ji.
        errors: float (K, K), the standard error of the mean: the bootstrap over latents, whose limit has a closed form.
            It speaks for other latents of this training, not for another training.
        loops: float (K, K), the part of the mean that closes: every mode gets as much as it gives. What is left, a
            flow down a potential along the arrows in use, is only the shares' way from the first to the last snapshot.
        p_value: How often latents each of whose paths is run forwards or backwards at random make loops as strong
            (999 draws); under .01 the modes follow one another in a direction. 1 where there is no loop, as with K = 2.
        steps: Pairs of snapshots; mean * steps is the sum along the run.
    """

    mean: Floats
    errors: Floats
    loops: Floats
    p_value: float
    steps: int

    def arrows(self, modes: Sequence[str]) -> list[tuple[str, str, float, float]]:
        """(from, to, flow a step, standard error) of the arrows that stand out (5% family-wise), strongest first."""
        from scipy.stats import norm

        pairs = max(1, len(modes) * (len(modes) - 1) // 2)
        strong = np.argwhere((self.mean > 0) & (self.mean > norm.isf(0.025 / pairs) * self.errors))
        found = [(modes[i], modes[j], float(self.mean[i, j]), float(self.errors[i, j])) for i, j in strong]
        return sorted(found, key=lambda arrow: -arrow[2])


def mean_circulation(labels: ArrayLike, modes: int, *, seed: int = 0) -> Circulation:
    """The circulation of a series.

    Args:
        labels: int (S, N): S >= 2 snapshots of the same N fixed latents, in [0, modes) or -1 for rejected.
        modes: K.
        seed: Of the paths run backwards for the p-value.

    Raises:
        ExperimentsError: When the labels have another shape or hold anything else.
    """
    from scipy.sparse import csr_array

    paths = _checked_paths(labels, modes)
    steps, latents = len(paths) - 1, paths.shape[1]
    old, new = paths[:-1], paths[1:]
    moved = (old >= 0) & (new >= 0) & (old != new)
    who = np.broadcast_to(np.arange(latents), old.shape)[moved]
    one, other = old[moved], new[moved]
    ones = np.ones(len(who)) / steps
    shape = (latents, modes * modes)
    forth, back = (csr_array((ones, (who, a * modes + b)), shape) for a, b in ((one, other), (other, one)))
    flows = forth - back  # (N, K * K): what each latent adds to J
    mean = flows.sum(0) / latents
    spread = np.maximum(flows.power(2).sum(0) / latents - mean**2, 0)
    traffic = ((forth + back).sum(0) / latents).reshape(modes, modes)
    loops = _closed(mean.reshape(1, modes, modes), traffic)[0]
    return Circulation(
        mean.reshape(modes, modes),
        np.sqrt(spread / latents).reshape(modes, modes),
        loops,
        _loop_p_value(flows, traffic, loops, seed),
        steps,
    )


def _checked_paths(labels: ArrayLike, modes: int) -> NDArray[np.int64]:
    paths = np.asarray(labels)
    if paths.ndim != 2 or len(paths) < 2:
        raise ExperimentsError(
            f"expected labels of the same latents in two snapshots or more (S, N), got {paths.shape}"
        )
    return checked_labels(paths.reshape(-1), modes).reshape(paths.shape)


def _closed(flows: Floats, traffic: Floats) -> Floats:
    """The divergence-free part of antisymmetric flows (B, K, K): less the current that a potential would drive.

    Traffic (K, K) are the conductances, as in a network of resistors: J_ij - w_ij (u_i - u_j), u by Kirchhoff's law.
    """
    laplacian = np.diag(traffic.sum(1)) - traffic
    potential = flows.sum(2) @ np.linalg.pinv(laplacian, hermitian=True)
    return flows - traffic * (potential[:, :, None] - potential[:, None, :])


def _loop_p_value(flows: Any, traffic: Floats, loops: Floats, seed: int) -> float:
    """Sign flips: a path run backwards changes the sign of what it adds; without a direction it is as likely."""
    modes, found = len(traffic), (loops**2).sum()
    if found < 1e-18:
        return 1.0
    rng, beyond = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(3,))), 0
    for _ in range(FLIPS // FLIPS_AT_ONCE):
        signs = rng.choice([-1.0, 1.0], (FLIPS_AT_ONCE, flows.shape[0]))
        drawn = (flows.T @ signs.T).T.reshape(-1, modes, modes) / flows.shape[0]
        beyond += int(((_closed(drawn, traffic) ** 2).sum((1, 2)) >= found * (1 - 1e-9)).sum())
    return (1 + beyond) / (1 + FLIPS)


# --- who leads, and how much moves -----------------------------------------------------------------------------------


def handovers(histograms: Sequence[ModeHistogram]) -> list[tuple[int, str, str]]:
    """When the lead of the modes changed hands beyond doubt: (nimg, from, to), in order.

    A mode leads where the lower end of its 95% interval (Wilson 1927) lies above the upper end of every other's;
    snapshots without such a leader are passed over. nimg is that of the first snapshot that the new one leads.
    """
    modes = shared_modes(histograms)
    counts = np.stack([h.counts for h in histograms])
    total = np.array([h.total for h in histograms])[:, None]
    low = wilson_lower(counts, total, Z_TWO_SIDED)
    high = 1 - wilson_lower(total - counts, total, Z_TWO_SIDED)
    leader = counts.argmax(1)
    rows = np.arange(len(counts))
    high[rows, leader] = -1.0
    certain = np.flatnonzero(low[rows, leader] > high.max(1))
    changed = np.flatnonzero(np.diff(leader[certain]))
    return [
        (histograms[certain[i + 1]].nimg, modes[leader[certain[i]]], modes[leader[certain[i + 1]]]) for i in changed
    ]


def churn_series(labels: ArrayLike) -> tuple[Floats, Floats]:
    """Churn and excess churn from each snapshot to the next: each float (S,), NaN at the first.

    Args:
        labels: int (S, N) of the same fixed latents, -1 for rejected.
    """
    paths = np.asarray(labels)
    moved, excess = ([measure(*pair) for pair in pairwise(paths)] for measure in (churn, excess_churn))
    return np.array([np.nan, *moved]), np.array([np.nan, *excess])


# --- all of them, for tables and for runs ----------------------------------------------------------------------------


def count_measures(
    histograms: Sequence[ModeHistogram], world: ArrayLike | None = None, *, shares: Floats | None = None
) -> dict[str, Any]:
    """What counts alone tell, for each of S snapshots; NaN where a snapshot holds no accepted image.

    Args:
        histograms: One a snapshot.
        world: float (K,), the shares of the world; without it no distance is measured, and coverage takes equal ones.
        shares: float (S, K), corrected shares to measure instead of the raw ones of the accepted images.

    Returns:
        nimg (S,), rejected (S,), covered (S,) how many modes are there for certain, effective_modes (S,), and with a
        world tv and js (S,), the total variation and the Jensen-Shannon distance to it.
    """
    if shares is None:
        shares = np.array([h.counts / h.accepted if h.accepted else h.counts * np.nan for h in histograms])
    found = {
        "nimg": np.array([h.nimg for h in histograms]),
        "rejected": np.array([h.rejected_share for h in histograms]),
        "covered": np.array([len(coverage(h, world)) for h in histograms]),
        "effective_modes": np.fromiter(_each(effective_modes, shares), float),
    }
    if world is not None:
        found["tv"] = np.fromiter(_each(lambda p: total_variation(p, world), shares), float)
        found["js"] = np.fromiter(_each(lambda p: jensen_shannon(p, world), shares), float)
    return found


def _each(measure: Any, shares: Floats) -> Iterator[float]:
    return (measure(row) if np.isfinite(row).all() else np.nan for row in shares)
