"""The tests behind a verdict: is there a line, at which size would it be seen, does the series move somewhere?"""

from dataclasses import dataclass, fields
from functools import reduce

import numpy as np

from .cycle import Cycle, bent, lasting, left_beside
from .readings import Readings
from .spectrum import Floats, Grid, Ints, Peaks, at_zero, detrended, judged, line, prominence, strongest

CYCLES = 4  # a cycle has to be seen this often
LEVEL = 0.01  # of every test, family-wise
DRAWS = 499
NEAR, MORE = (LEVEL / 4, 4 * LEVEL), 1500  # a line's p between these is looked at with so many more draws
KNOWN = 64  # snapshots from which the variance of a null is as good as known to the test of a straight line
CELLS = 2**21  # of the surrogates held at a time: sixteen megabytes, and ten times that while they are judged
GLANCE = 99  # draws after which nothing is drawn any more when every p-value is over PLAIN (Besag & Clifford 1991)
PLAIN = 0.1
SURE = 5.0  # standard errors of a bend or a growth
STEADY = 1.5  # change of log amplitude over the run that a bent line may have
CLEAR = 0.1  # part of its power that a bent line may leave beside it: a bend follows many a stretch of ringing


@dataclass(frozen=True, eq=False)
class Evidence:
    """The test's outcome for one range of frequencies."""

    peak: Peaks
    null: Floats  # (D,), power of the null at the line
    p_value: float
    p_broad: float  # that a line that lasts would look this broad
    threshold: float  # the ratio that LEVEL asks for
    excesses: Floats  # (B,), of the surrogates


@dataclass(frozen=True, eq=False)
class Findings:
    """All tests of a series.

    Attributes:
        line: From CYCLES a run up.
        slow: p-value of the strongest line under CYCLES a run.
        turns: How many turns of that line were seen.
        moving: Whether the series goes somewhere, along a straight line: LEVEL of series that stay
            are said to, up to twice that where channels are many.
        looks: How many independent looks at its mean there were.
    """

    line: Evidence
    slow: float
    turns: float
    moving: bool
    looks: float


def gather(grid: Grid, readings: Readings, rng: np.random.Generator) -> Findings:
    """Tests a series against one set of surrogates of its own null."""
    flat = detrended(readings.channels, grid.times)
    heights = prominence(grid, flat[:, None])
    observed = _fitted(grid, flat, strongest(grid, heights, CYCLES, np.inf))
    few = strongest(grid, heights, 0, CYCLES)
    found = observed.ratio, heights[few, [0]], _slope(grid, readings.channels[:, None], observed)
    drawn = _drawn(grid, observed, GLANCE, rng)
    if min(_p_values(found, drawn)) < PLAIN:
        drawn = drawn.joined(_drawn(grid, observed, DRAWS - GLANCE, rng))
    if NEAR[0] < _p_values(found, drawn)[0] < NEAR[1]:
        drawn = drawn.joined(_drawn(grid, observed, MORE, rng))
    many, slow, trend = _p_values(found, drawn)
    return Findings(
        line=_evidence(grid, observed, many, drawn),
        slow=slow,
        turns=float(grid.bins[few[0]]),
        moving=trend < LEVEL,
        looks=looks(grid, *grid.slowest(grid.periodogram(flat).T)),
    )


@dataclass(frozen=True, eq=False)
class _Drawn:
    """What B surrogates show, each float (B,): their strongest line, what is beside it, a slow line, a slope."""

    line: Floats
    excess: Floats
    slow: Floats
    slope: Floats

    def joined(self, more: "_Drawn") -> "_Drawn":
        return _Drawn(*(np.concatenate([getattr(x, f.name) for x in (self, more)]) for f in fields(self)))


def _drawn(grid: Grid, observed: Peaks, draws: int, rng: np.random.Generator) -> _Drawn:
    """So many surrogates, a few at a time where they are large."""
    few = max(1, CELLS // (len(grid.times) * observed.shape.shape[1]))
    parts = [_some(grid, observed, min(few, draws - first), rng) for first in range(0, draws, few)]
    return reduce(_Drawn.joined, parts)


def _some(grid: Grid, observed: Peaks, draws: int, rng: np.random.Generator) -> _Drawn:
    values = surrogates(grid, observed.shape[0], observed.variance[0], draws, rng)
    level = detrended(values, grid.times)
    heights = prominence(grid, level)
    many, few = (strongest(grid, heights, *ends) for ends in ((CYCLES, np.inf), (0, CYCLES)))
    peaks = judged(grid, level, many, grid.lines[many])
    return _Drawn(
        peaks.ratio,
        peaks.excess,
        heights[few, np.arange(draws)],
        _slope(grid, values, peaks if len(values) < KNOWN else observed),
    )


def _p_values(found: tuple[Floats, Floats, Floats], drawn: _Drawn) -> tuple[float, ...]:
    return tuple(_p_value(*pair) for pair in zip(found, (drawn.line, drawn.slow, drawn.slope), strict=True))


def _fitted(grid: Grid, flat: Floats, index: Ints) -> Peaks:
    """The line of channels (N, D) near an index (1,), taken out with its own frequency and growth."""
    own = lasting(grid, flat, float(grid.frequencies[index[0]]), np.ones(flat.shape[1]))
    growth = own.growth or 0.0  # only a sure one: a stretch of ringing would pass for a line that grows
    growth = growth if abs(growth) > SURE * 2 * np.pi * own.frequency_error else 0.0
    return judged(grid, flat[:, None], index, line(grid.times, own.frequency, growth)[None])


def _evidence(grid: Grid, observed: Peaks, p_value: float, drawn: _Drawn) -> Evidence:
    null = observed.null[observed.index[0], 0]
    broad = _p_value(observed.excess, drawn.excess)
    return Evidence(observed, null, p_value, broad, _threshold(drawn.line), drawn.excess)


def _threshold(drawn: Floats) -> float:
    """The ratio that only LEVEL of the surrogates reach; of few of them by the maximum's limit law, Gumbel's."""
    if len(drawn) >= DRAWS:
        return float(np.quantile(drawn, 1 - LEVEL))
    return float(drawn.mean() + drawn.std() * np.sqrt(6) / np.pi * (-np.log(-np.log(1 - LEVEL)) - np.euler_gamma))


def bent_line(grid: Grid, flat: Floats, evidence: Evidence, start: float) -> Cycle | None:
    """The line with a slowly changing frequency that leaves no more beside it than a steady one would; else None."""
    found = bent(grid, flat, start, evidence.null)
    size = len(grid.times)
    sure = abs(found.bend) > SURE * found.bend_error and abs(found.growth or 0.0) * size < STEADY
    sure = sure and left_beside(grid, flat, found) < CLEAR
    if not sure or abs(found.bend) * size > found.frequency or found.frequency * size < 2 * CYCLES:
        return None
    index = np.abs(grid.frequencies - found.frequency).argmin(keepdims=True)
    basis = line(grid.times, found.frequency, found.growth or 0.0, found.bend)
    left = judged(grid, flat[:, None], index, basis[None])
    return found if _p_value(left.excess, evidence.excesses) >= PLAIN else None


def _p_value(observed: Floats, drawn: Floats) -> float:
    return float((1 + (drawn >= observed[0]).sum()) / (1 + len(drawn)))


def _slope(grid: Grid, values: Floats, peaks: Peaks) -> Floats:
    """Power (B,) of the straight line in values (N, B, D), over the variance of the null."""
    rise = grid.times - grid.times.mean()
    return (np.tensordot(rise, values, (0, 0)) ** 2 / peaks.variance).sum(1)


def detectable(grid: Grid, readings: Readings, evidence: Evidence) -> float:
    """Swing that reaches one and a half times the test's threshold, at the median frequency of the null.

    It is spread over the channels as their noise is.
    """
    null = np.median(evidence.peak.null[:, 0], axis=0)
    squared = 4 * max(evidence.threshold - 1, 0) / len(grid.times) * null.sum()
    return float(1.5 * np.sqrt(squared) * readings.swing)


def looks(grid: Grid, shape: Ints, variance: Floats) -> float:
    """How many independent looks at its mean the null of shape (D,) and variance (D,) leaves in the run.

    N times the variance over the spectrum at frequency 0, of all channels together.
    """
    return float(len(grid.times) * variance.sum() / (variance * at_zero(shape)).sum())


def surrogates(grid: Grid, shape: Ints, variance: Floats, draws: int, rng: np.random.Generator) -> Floats:
    """Series (N, draws, D) from the null of each channel: shape int (D,), variance float (D,)."""
    size = len(grid.times)
    out = np.empty((size, draws, len(shape)))
    for channel, (which, scale) in enumerate(zip(shape, variance, strict=True)):
        white = rng.standard_normal((size, draws))
        out[:, :, channel] = np.sqrt(scale) * (grid.root(int(which)) @ white if which < len(grid.shapes) - 1 else white)
    return out
