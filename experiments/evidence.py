"""The tests behind a verdict: is there a line, at which size would it be seen, does the series move somewhere?"""

from dataclasses import dataclass

import numpy as np

from .cycle import lasting
from .readings import Readings
from .spectrum import Floats, Grid, Ints, Peaks, detrended, judged, line, looks, prominence, strongest, surrogates

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


@dataclass(frozen=True, eq=False)
class Findings:
    """All tests of a series.

    Attributes:
        line: From CYCLES a run up.
        slow: Under CYCLES a run.
        moving: Whether the series goes somewhere: along a straight line, or with memory as long as the run.
        looks: How many independent looks at its mean there were.
    """

    line: Evidence
    slow: Evidence
    moving: bool
    looks: float


def gather(grid: Grid, readings: Readings, rng: np.random.Generator) -> Findings:
    """Tests a series against one set of surrogates of its own null."""
    flat = detrended(readings.channels, grid.times)
    heights = prominence(grid, flat[:, None])
    observed = _fitted(grid, flat, strongest(grid, heights, CYCLES, np.inf))
    drawn = surrogates(grid, observed.shape[0], observed.variance[0], DRAWS, rng)
    level = detrended(drawn, grid.times)
    level_heights = prominence(grid, level)
    many, few = (strongest(grid, level_heights, *ends) for ends in ((CYCLES, np.inf), (0, CYCLES)))
    slow = _fitted(grid, flat, strongest(grid, heights, 0, CYCLES))
    return Findings(
        line=_evidence(grid, observed, judged(grid, level, many, grid.lines[many])),
        slow=_evidence(grid, slow, judged(grid, level, few, grid.lines[few])),
        moving=_trend(grid, readings.channels, drawn, observed) < LEVEL or _wanders(grid, flat),
        looks=looks(grid, observed.shape[0], observed.variance[0]),
    )


def _fitted(grid: Grid, flat: Floats, index: Ints) -> Peaks:
    """The line of channels (N, D) near an index (1,), taken out with its own frequency and growth."""
    own = lasting(grid, flat, float(grid.frequencies[index[0]]), np.ones(flat.shape[1]))
    return judged(grid, flat[:, None], index, line(grid.times, own.frequency, own.growth or 0.0)[None])


def _evidence(grid: Grid, observed: Peaks, drawn: Peaks) -> Evidence:
    null = grid.shapes[observed.shape[0], observed.index[0]] * observed.variance[0]
    ratio, broad = _p_value(observed.ratio, drawn.ratio), _p_value(observed.excess, drawn.excess)
    return Evidence(observed, null, ratio, broad, float(np.quantile(drawn.ratio, 1 - LEVEL)))


def _p_value(observed: Floats, drawn: Floats) -> float:
    return float((1 + (drawn >= observed[0]).sum()) / (1 + len(drawn)))


def _trend(grid: Grid, values: Floats, drawn: Floats, peaks: Peaks) -> float:
    """p-value of the straight line in values (N, D) among those in drawn (N, B, D)."""
    slope = grid.times - grid.times.mean()
    power = [(np.tensordot(slope, x, (0, 0)) ** 2 / peaks.variance[0]).sum(1) for x in (values[:, None], drawn)]
    return _p_value(*power)


def _wanders(grid: Grid, flat: Floats) -> bool:
    """Whether memory longer than a tenth of the run is needed; Wilks' limit for one parameter a channel."""
    from scipy.stats import chi2

    return grid.wandering(grid.periodogram(flat).T) > float(chi2.ppf(1 - LEVEL, flat.shape[1])) / 2


def detectable(grid: Grid, readings: Readings, evidence: Evidence) -> float:
    """Swing that reaches one and a half times the test's threshold, at the median frequency of the null."""
    peak = evidence.peak
    null = np.median(grid.shapes[peak.shape[0]] * peak.variance[0][:, None], axis=1)
    squared = 4 * max(evidence.threshold - 1, 0) / len(grid.times) / (1 / null).mean()
    return float(1.5 * np.sqrt(squared * len(null)) * readings.swing)
