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
        line: Frequency of the strongest line where it exceeds the level, else None.
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

    Power is weighed over channels by the null of each, as the test weighs it: power / null is the tested ratio.
    """
    readings, unit, _ = read_series(series, unit)
    readings = readings.after(settle)
    if len(readings.times) < SHORTEST or not readings.channels.shape[1]:
        nothing = np.empty(0)
        return Periodogram(nothing, nothing, nothing, nothing, None, unit)
    grid = grid_of(readings.snapshots)
    tests = gather(grid, readings, stream(seed, 0, "oscillation"))
    peak = tests.line.peak
    nulls = grid.shapes[peak.shape[0]] * peak.variance[0][:, None]  # (D, F)
    null = nulls.mean(0)
    ratio = (grid.periodogram(detrended(readings.channels, grid.times)).T / nulls).mean(0)
    frequencies = grid.frequencies / readings.spacing
    stands_out = tests.line.p_value < LEVEL
    line = float(frequencies[peak.index[0]]) if stands_out else None
    return Periodogram(frequencies, ratio * null, null, tests.line.threshold * null, line, unit)
