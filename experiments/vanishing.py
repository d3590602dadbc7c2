"""Which modes are there at the end of a run, and which went away and stayed away."""

import numpy as np
from numpy.typing import NDArray

from .modes import ModeHistogram, coverage
from .readings import Readings

BACK = 0.5  # part of its due at which a mode that was gone is back


def collapsed(readings: Readings) -> bool:
    """Whether half of the world's modes or more are gone: away at the end, at least twice as long as ever before."""
    late = _late(readings)
    if late is None:
        return False
    due = np.full(len(late.modes), 1 / len(late.modes)) if readings.world is None else readings.world
    there, kept = readings.columns > BACK * due, coverage(late, readings.world)
    lost = [
        _gone(column)
        for mode, share, column in zip(late.modes, due, there.T, strict=True)
        if share > 0 and mode not in kept
    ]
    return sum(lost) >= (due > 0).sum() / 2


def at_the_end(readings: Readings) -> tuple[str, ...]:
    """A sentence on the modes of the last quarter; none for real values."""
    late = _late(readings)
    if late is None:
        return ()
    kept = coverage(late, readings.world)
    asked = [m for k, m in enumerate(late.modes) if readings.world is None or readings.world[k] > 0]
    missing = [m for m in asked if m not in kept]
    words = f"; missing: {', '.join(missing)}" if missing else ""
    return (f"In the last quarter {len(asked) - len(missing)} of {len(asked)} modes are there for certain{words}.",)


def _late(readings: Readings) -> ModeHistogram | None:
    """Mean counts of accepted images in the last quarter; None for real values."""
    if not readings.histograms:
        return None
    last = readings.histograms[-max(1, len(readings.histograms) // 4) :]
    counts = np.rint(np.mean([h.counts for h in last], 0)).astype(np.int64)
    return ModeHistogram(last[-1].nimg, last[-1].modes, counts) if counts.sum() else None


def _gone(there: NDArray[np.bool_]) -> bool:
    seen = np.flatnonzero(there)
    edges = np.concatenate([[-1], seen, [len(there)]])
    away = np.diff(edges) - 1
    return bool(len(seen) == 0 or away[-1] >= max(4, 2 * away[:-1].max()))
