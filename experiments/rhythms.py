"""Rhythms of the training itself that could put a line into a spectrum, and what the snapshots cannot tell apart."""

from collections.abc import Sequence

import numpy as np

from .count_tables import told
from .errors import ExperimentsError
from .readings import Readings

Rhythms = Sequence[tuple[str, float]]

NEAR = 0.02  # relative distance under which two periods are the same
HARMONICS = 5
ALIASING = 2.5  # snapshots a period under which a faster cycle would look the same


def checked_rhythms(rhythms: Rhythms, unit: float) -> tuple[tuple[str, float], ...]:
    """Rhythms with periods divided by a unit.

    Raises:
        ExperimentsError: When a period is not a positive number.
    """
    for name, period in rhythms:
        if not (np.isfinite(period) and period > 0):
            raise ExperimentsError(f"expected a period over 0 for the rhythm {name!r}, got {period}: leave it out")
    return tuple((name, period / unit) for name, period in rhythms)


def flagged(readings: Readings, period: float, rhythms: Rhythms) -> tuple[str, ...]:
    """What speaks against a period, a sentence each: a rhythm that could have injected it, or aliasing."""
    spacing = readings.spacing
    steps = np.diff(readings.times)
    even = bool(steps.max() <= 1.02 * steps.min())
    found = [words for name, own in rhythms if (words := _same(period, name, own, spacing if even else None))]
    if period < ALIASING * spacing:
        found.append(
            f"The period is under {ALIASING} snapshots: a faster cycle would look the same, "
            "so take snapshots more often."
        )
    return tuple(found)


def _same(period: float, name: str, own: float, spacing: float | None) -> str | None:
    """The sentence when a period is that of a rhythm, its harmonics, or what even snapshots make of these."""
    for harmonic in range(1, HARMONICS + 1):
        frequency = harmonic / own
        folded = frequency if spacing is None else abs(frequency - round(frequency * spacing) / spacing)
        if folded and abs(1 / (period * folded) - 1) < NEAR:
            part = "" if harmonic == 1 else f"harmonic {harmonic} of "
            seen = "" if np.isclose(folded, frequency) else ", as snapshots this far apart show it"
            return f"The period is that of {part}{name} ({told(own)}){seen}: training itself may have put it there."
    return None
