"""The spectrum of a run beside the noise it was judged against, ready to plot."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from procgen import stream

from .evidence import LEVEL, gather
from .modes import ModeHistogram
from .spectrum import Floats, detrended, grid_of
from .verdict import SHORTEST, read_series


@dataclass(frozen=True, eq=False)
class Periodogram:
    """Power over frequency; all arrays are float (F,), and empty for a series nobody can judge.

    Attributes:
        frequencies: Cycles per unit of time, rising.
        power: Mean over channels of the detrended series' power; white noise of variance v has the mean v.
        null: The fitted noise without a cycle, on the same scale.
        level: What a line must exceed to stand out anywhere with a family-wise chance of 1%.
        line: Frequency of the strongest line where the test, which weighs channels by their nulls, finds one; or None.
        unit: Unit of time.
    """

    frequencies: Floats
    power: Floats
    null: Floats
    level: Floats
    line: float | None
    unit: str


def periodogram(
    series: Sequence[ModeHistogram] | tuple[ArrayLike, ArrayLike],
    *,
    settle: float = 0.2,
    seed: int = 0,
    unit: str | None = None,
) -> Periodogram:
    """The periodogram behind the verdict of `oscillation`, which takes the same arguments and refuses the same.

    Channels weigh alike here, so that a line in a loud one shows beside another in a quiet one. Where their nulls
    differ, the level is that of the tested ratio at the same chance (Welch & Satterthwaite's gamma for such a sum).
    """
    readings, unit, _ = read_series(series, unit)
    readings = readings.after(settle)
    if len(readings.times) < SHORTEST or not readings.channels.shape[1]:
        nothing = np.empty(0)
        return Periodogram(nothing, nothing, nothing, nothing, None, unit)
    grid = grid_of(readings.snapshots)
    tests = gather(grid, readings, stream(seed, 0, "oscillation"))
    peak = tests.line.peak
    nulls = peak.null[:, 0]  # (F, D)
    null = nulls.mean(1)
    power = grid.periodogram(detrended(readings.channels, grid.times)).mean(1)
    frequencies = grid.frequencies / readings.spacing
    stands_out = tests.line.p_value < LEVEL
    line = float(frequencies[peak.index[0]]) if stands_out else None
    return Periodogram(frequencies, power, null, _level(nulls, tests.line.threshold), line, unit)


def _level(nulls: Floats, threshold: float) -> Floats:
    """What the mean of channels with these nulls (F, D) exceeds as rarely as equal ones exceed so many times theirs."""
    from scipy.stats import gamma

    channels, total = nulls.shape[1], nulls.sum(1)
    chance = gamma.sf(threshold * channels, channels)
    alike = total**2 / (nulls**2).sum(1)  # channels, were they alike
    return total / channels * gamma.isf(chance, alike) / alike
