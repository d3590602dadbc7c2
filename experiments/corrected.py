"""The swing of the shares with the probe's mistakes taken out, and an interval that knows how well those are known."""

from collections.abc import Sequence

import numpy as np

from procgen import stream

from .confusion import Confusion, Floats, check_pair
from .cycle import NORMAL_95, Cycle, amplitude
from .modes import TIME_UNITS, ModeHistogram
from .spectrum import Grid
from .verdict import Verdict

DRAWS = 200  # of confusion matrices as likely as the one that was counted


def corrected_series(histograms: Sequence[ModeHistogram], confusion: Confusion) -> Floats:
    """Shares float64 (N, K) of each snapshot by p = A^-1 q / sum: in noise a share may lie below 0, unlike
    `corrected_shares`, so that its mean over snapshots is right.

    Raises:
        ExperimentsError: as `corrected_shares`.
    """
    for histogram in histograms:
        check_pair(histogram, confusion)
    return _inverted(_readings(histograms), confusion.matrix[:-1])


def corrected_amplitude(
    histograms: Sequence[ModeHistogram], confusion: Confusion, verdict: Verdict, *, settle: float = 0.2, seed: int = 0
) -> tuple[float, float, float] | None:
    """The amplitude of a verdict's cycle in corrected shares, and its 95% interval: (middle, low, high).

    A probe's mistakes shrink the swing and leave the period alone. The interval has two parts: what the series leaves
    beside its line (read-out noise), no less of it than the verdict's own interval has; and the spread over confusion
    matrices drawn as Dirichlet(counts + 1 / (K + 1)) a column, for the matrix was counted, too.

    Args:
        histograms: those that the verdict judged, with its `settle`.
        confusion: of the probe that read them.
        verdict: of `oscillation`.
        settle: share of the run left out at its start.
        seed: of the matrices drawn.

    Returns:
        Root mean square over modes in the middle of the run, as in Verdict; None for a verdict without a period.

    Raises:
        ExperimentsError: as `corrected_shares`.
    """
    if verdict.period is None:
        return None
    used = [h for h in histograms if h.accepted]
    used = used[int(settle * len(used)) :]
    shares = corrected_series(used, confusion)
    times = np.array([h.nimg for h in used], float) / TIME_UNITS.get(verdict.unit, 1)
    spacing = (times[-1] - times[0]) / (len(times) - 1)
    grid, cycle = Grid((times - times[0]) / spacing), _cycle(verdict, spacing)
    middle, _, high = amplitude(grid, shares, cycle)
    spread = _relative_spread(_readings(used), confusion, grid, cycle, stream(seed, 0, "confusion"))
    power = middle**2
    own = (high**2 - power) / power if power else 0.0
    if verdict.amplitude and verdict.amplitude_high:  # it may know what fixed latents share, which widens it
        own = max(own, (verdict.amplitude_high / verdict.amplitude) ** 2 - 1)
    error = power * np.hypot(own, NORMAL_95 * spread)
    return middle, float(np.sqrt(max(0.0, power - error))), float(np.sqrt(power + error))


def _readings(histograms: Sequence[ModeHistogram]) -> Floats:
    """Readings of each mode as shares of all images, float64 (N, K)."""
    return np.array([h.counts / h.total for h in histograms])


def _inverted(readings: Floats, a: Floats) -> Floats:
    x = np.linalg.solve(a, readings.T).T
    return x / x.sum(1, keepdims=True)


def _cycle(verdict: Verdict, spacing: float) -> Cycle:
    """The verdict's cycle, counted in snapshots."""
    frequency = spacing / float(verdict.period or np.nan)
    growth = None if verdict.growth is None else verdict.growth * spacing
    decay = None if verdict.quality is None else np.pi * frequency / verdict.quality
    return Cycle(frequency, 0.0, growth, decay)


def _relative_spread(
    readings: Floats, confusion: Confusion, grid: Grid, cycle: Cycle, rng: np.random.Generator
) -> float:
    """Standard deviation of the power of the line over confusion matrices, as a part of its mean."""
    phase = 2 * np.pi * cycle.frequency * grid.times
    swell = np.exp((cycle.growth or 0.0) * (grid.times - grid.times.mean()))
    basis = np.stack([swell * np.cos(phase), swell * np.sin(phase), np.ones_like(phase), grid.times], 1)
    line = np.linalg.pinv(basis)[:2]
    size = len(confusion.modes)
    powers = []
    for _ in range(DRAWS):
        drawn = np.stack([rng.dirichlet(column + 1 / (size + 1)) for column in confusion.counts.T], 1)
        powers.append(float(((line @ _inverted(readings, drawn[:-1])) ** 2).sum()))
    return float(np.std(powers) / np.mean(powers))
