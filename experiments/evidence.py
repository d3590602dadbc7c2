"""The tests behind a verdict: is there a line, at which size would it be seen, does the series move somewhere?"""

from dataclasses import dataclass

import numpy as np

from .cycle import lasting
from .readings import Readings
from .spectrum import Floats, Grid, Peaks, detrended, judged, line, strongest, surrogates

CYCLES = 4  # a cycle has to be seen this often
LEVEL = 0.01  # of every test, family-wise
DRAWS = 499


@dataclass(frozen=True, eq=False)
class Evidence:
    """The test's outcome for one range of frequencies."""

    peak: Peaks
    null: Floats  # (D,), power of the null at the line
    p_value: float
    p_broad: float  # that a line that lasts would look this broad
    threshold: float  # the ratio that LEVEL asks for


def gather(
    grid: Grid, readings: Readings, rng: np.random.Generator
) -> tuple[Evidence, Evidence | None, bool]:
    """The line test from CYCLES up, the one under it, and whether the series moves somewhere."""
    flat = detrended(readings.channels, grid.times)
    observed = _fitted(grid, flat, CYCLES, np.inf)
    drawn = surrogates(grid, observed.shape[0], observed.variance[0], DRAWS, rng)
    flat_drawn = detrended(drawn, grid.times)
    main = _evidence(grid, observed, _drawn(grid, flat_drawn, CYCLES, np.inf))
    early = _evidence(grid, _fitted(grid, flat, 0, CYCLES), _drawn(grid, flat_drawn, 0, CYCLES))
    trend = _p_value(_trend(grid, readings.channels[:, None], observed), _trend(grid, drawn, observed))
    wanders = grid.wandering(grid.periodogram(flat).T) > _wandering_limit(flat.shape[1])
    return main, early, bool(trend < LEVEL or wanders)


def _fitted(grid: Grid, flat: Floats, low: float, high: float) -> Peaks:
    """The strongest line of channels (N, D), taken out with its own frequency and growth."""
    index = strongest(grid, flat[:, None], low, high)
    own = lasting(grid, flat, float(grid.frequencies[index[0]]), np.ones(flat.shape[1]))
    return judged(grid, flat[:, None], index, line(grid.times, own.frequency, own.growth or 0.0)[None])


def _drawn(grid: Grid, flat: Floats, low: float, high: float) -> Peaks:
    index = strongest(grid, flat, low, high)
    return judged(grid, flat, index, grid.lines[index])


def _evidence(grid: Grid, observed: Peaks, drawn: Peaks) -> Evidence:
    null = grid.shapes[observed.shape[0], observed.index[0]] * observed.variance[0]
    ratio, broad = _p_value(observed.ratio, drawn.ratio), _p_value(observed.excess, drawn.excess)
    return Evidence(observed, null, ratio, broad, float(np.quantile(drawn.ratio, 1 - LEVEL)))


def _p_value(observed: Floats, drawn: Floats) -> float:
    return float((1 + (drawn >= observed[0]).sum()) / (1 + len(drawn)))


def _trend(grid: Grid, values: Floats, peaks: Peaks) -> Floats:
    """Power (B,) of the straight line in values (N, B, D), over the null's variance."""
    slope = grid.times - grid.times.mean()
    return ((np.tensordot(slope / np.linalg.norm(slope), values, (0, 0))) ** 2 / peaks.variance[0]).sum(1)


def _wandering_limit(channels: int) -> float:
    from scipy.stats import chi2

    return float(chi2.ppf(1 - LEVEL, channels)) / 2


def detectable(grid: Grid, readings: Readings, evidence: Evidence) -> float:
    """Swing that reaches one and a half times the test's threshold, at the median frequency of the null."""
    peak = evidence.peak
    null = np.median(grid.shapes[peak.shape[0]] * peak.variance[0][:, None], axis=1)
    squared = 4 * max(evidence.threshold - 1, 0) / len(grid.times) / (1 / null).mean()
    return float(1.5 * np.sqrt(squared * len(null)) * readings.swing)
