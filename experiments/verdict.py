"""The verdict on a run: did its modes converge, drift, collapse or oscillate, or can nobody tell yet?"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from procgen import stream

from .cycle import NORMAL_95, Cycle, amplitude, echo, fundamental, lasting, ringing
from .errors import ExperimentsError
from .evidence import CYCLES, LEVEL, Evidence, Findings, detectable, gather
from .modes import TIME_UNITS, ModeHistogram, coverage
from .readings import Readings, from_histograms, from_values
from .recurring import recurrence, recurrence_index
from .spectrum import Grid, detrended

KINDS = ("converged", "drifting", "collapsed", "limit cycle", "ringing", "too short to say")
SHORTEST = 16  # snapshots under which nothing is said
HINT = 0.05  # p under which a line is not simply noise
LOOKS = 5  # independent looks at the mean that convergence needs
BACK = 0.5  # part of its due at which a mode that was gone is back
RINGS, LASTS = 0.05, 0.1  # p that a lasting line looks this broad: ringing under one, a cycle over the other
SEEN = 0.25  # convergence is claimed when a swing of this part of a mode's mean share would have been seen


@dataclass(frozen=True)
class Verdict:
    """What the modes of a run did. Times are in `unit`, by default images shown to the discriminator.

    Attributes:
        kind: One of KINDS.
        summary: One or two sentences for a reader.
        snapshots: How many snapshots were judged, the settling ones left out.
        period, period_low, period_high: Of a cycle, with its 95% interval; None without one.
        amplitude, amplitude_low, amplitude_high: Swing of the shares, root mean square over modes, in the middle of
            the run, with its 95% interval; None without a cycle.
        growth: Rate of the logarithm of the amplitude per unit of time; None where no single swing was followed.
        quality: Quality factor of a ringing.
        p_value: Of the strongest line against noise without one, family-wise; None where no test could be made.
        recurrence: How often the run comes back after leaving (`recurrence_index`); None when it never left.
        detectable: Swing (as amplitude) of a cycle that would have been seen; None where no test could be made.
        snapshots_needed: How many more snapshots would settle it; only for "too short to say".
        reasons: What the verdict rests on and what speaks against it, a sentence each.
        unit: Unit of time.
    """

    kind: str
    summary: str
    snapshots: int
    period: float | None = None
    period_low: float | None = None
    period_high: float | None = None
    amplitude: float | None = None
    amplitude_low: float | None = None
    amplitude_high: float | None = None
    growth: float | None = None
    quality: float | None = None
    p_value: float | None = None
    recurrence: float | None = None
    detectable: float | None = None
    snapshots_needed: int | None = None
    reasons: tuple[str, ...] = ()
    unit: str = "nimg"

    def __str__(self) -> str:
        return f"{self.kind}: {self.summary}"

    def to_dict(self) -> dict[str, object]:
        """All of it, ready for JSON."""
        return {**asdict(self), "reasons": list(self.reasons)}


def oscillation(
    series: Sequence[ModeHistogram] | tuple[ArrayLike, ArrayLike],
    *,
    settle: float = 0.2,
    seed: int = 0,
    unit: str | None = None,
) -> Verdict:
    """Judges a series of mode counts, or of real values, over training.

    Args:
        series: Histograms in order of nimg; or times (N,) and values (N,) or (N, C). Times may be uneven.
        settle: Share of the run left out at its start, while the network still settles, in [0, 0.9].
        seed: Of the series drawn from the null; the same seed gives the same verdict.
        unit: What the verdict counts time in. Histograms are in nimg; "kimg" divides by 1,000, other words only name
            what their numbers count.

    Returns:
        The verdict; "too short to say" rather than a number made of noise.

    Raises:
        ExperimentsError: When times repeat or fall, values are not finite, or modes differ between snapshots.
    """
    if not 0 <= settle <= 0.9:
        raise ExperimentsError(f"expected settle from 0 to 0.9, got {settle}")
    plain = isinstance(series, tuple) and not (series and isinstance(series[0], ModeHistogram))
    unit = unit or ("units of time" if plain else "nimg")
    readings = from_values(*series) if plain else from_histograms(series, TIME_UNITS.get(unit, 1))  # type: ignore[arg-type]
    verdict = _judge(readings.after(settle), settle, stream(seed, 0, "oscillation"))
    return replace(
        verdict,
        reasons=readings.notes + verdict.reasons,
        unit=unit,
        summary=verdict.summary.replace("UNIT", unit),
    )


def _judge(readings: Readings, settle: float, rng: np.random.Generator) -> Verdict:
    found = Verdict("too short to say", "", len(readings.times), recurrence=_recurrence(readings))
    if len(readings.times) < SHORTEST:
        more = int(np.ceil((SHORTEST - len(readings.times)) / (1 - settle)))
        words = f"{len(readings.times)} snapshots after settling are too few to judge; at least {SHORTEST} are needed."
        return replace(found, summary=words, snapshots_needed=more, reasons=_at_the_end(readings))
    if not readings.channels.shape[1]:
        return _unchanging(found, readings)
    grid = Grid(readings.snapshots)
    tests = gather(grid, readings, rng)
    found = replace(
        found,
        p_value=tests.line.p_value,
        detectable=detectable(grid, readings, tests.line),
        reasons=_at_the_end(readings),
    )
    if tests.line.p_value < LEVEL:
        return _cycle(found, grid, readings, tests.line)
    if _collapsed(readings):
        return _collapse(found)
    if tests.slow.p_value < LEVEL and not tests.moving:
        return _slow_cycle(found, grid, tests.slow, settle)
    return _without_cycle(found, readings, tests, settle)


def _recurrence(readings: Readings) -> float | None:
    return recurrence_index(recurrence(readings.histograms)) if len(readings.histograms) > 1 else None


def _cycle(found: Verdict, grid: Grid, readings: Readings, evidence: Evidence) -> Verdict:
    """A line was found: does it last, does it ring, or is it no cycle after all?"""
    flat = detrended(readings.channels, grid.times)
    start = fundamental(grid, flat, int(evidence.peak.index[0]), CYCLES)
    line = lasting(grid, flat, start, evidence.null)
    place = echo(grid, flat, line.frequency)
    if place is None or abs(place - 1) > 0.1:
        words = "a line stands out of the spectrum, but the series does not repeat itself after its period."
        return replace(found, summary=words, snapshots_needed=len(readings.times))
    if RINGS <= evidence.p_broad < LASTS:
        words = "the values swing regularly, but whether a lasting cycle or noise drives them cannot be told yet."
        return replace(found, summary=words, snapshots_needed=len(readings.times))
    cycle = ringing(grid, flat, start) if evidence.p_broad < RINGS else line
    surely = (line.growth or 0.0) + NORMAL_95 * 2 * np.pi * line.frequency_error  # both errors are the same
    if cycle is line and surely * len(grid.times) < -1:
        cycle = replace(line, decay=-(line.growth or 0.0))
    return _described(found, grid, readings, cycle)


def _described(found: Verdict, grid: Grid, readings: Readings, cycle: Cycle) -> Verdict:
    middle, low, high = amplitude(grid, readings.columns, cycle)
    wide = NORMAL_95 * cycle.frequency_error
    period, shortest = readings.spacing / cycle.frequency, readings.spacing / (cycle.frequency + wide)
    longest = readings.spacing / max(cycle.frequency - wide, 0.1 * cycle.frequency)
    kind = "limit cycle" if cycle.decay is None else "ringing"
    words = {
        "limit cycle": "the modes take turns, again and again",
        "ringing": "the modes swing, but every swing dies away: not a lasting cycle",
    }[kind]
    return replace(
        found,
        kind=kind,
        summary=f"{words}; one turn takes {period:.4g} UNIT (95%: {shortest:.4g} to {longest:.4g}), "
        f"with a swing of {middle:.2g} ({low:.2g} to {high:.2g}).",
        period=period,
        period_low=shortest,
        period_high=longest,
        amplitude=middle,
        amplitude_low=low,
        amplitude_high=high,
        growth=None if cycle.growth is None else cycle.growth / readings.spacing,
        quality=cycle.quality,
        reasons=found.reasons + _aliased(cycle),
    )


def _aliased(cycle: Cycle) -> tuple[str, ...]:
    if cycle.frequency < 0.4:
        return ()
    return ("The period is under 2.5 snapshots: a faster cycle would look the same, so take snapshots more often.",)


def _slow_cycle(found: Verdict, grid: Grid, early: Evidence, settle: float) -> Verdict:
    turns = float(grid.bins[early.peak.index[0]])
    more = int(np.ceil(len(grid.times) * ((CYCLES + 1) / turns - 1) / (1 - settle)))
    words = f"the shares may swing slowly, but only about {turns:.2g} turns were seen and {CYCLES} are needed."
    return replace(found, summary=words, snapshots_needed=more)


def _without_cycle(found: Verdict, readings: Readings, tests: Findings, settle: float) -> Verdict:
    """Drifting, converged, or not enough to tell which: every doubt makes it the last."""
    size, limit = found.detectable or 0.0, SEEN / readings.columns.shape[1]
    counted = bool(readings.histograms)
    if tests.moving or (counted and readings.wobble > limit):
        words = f"the {'shares' if counted else 'values'} keep moving and do not come back in a regular way."
        return replace(found, kind="drifting", summary=words)
    if tests.line.p_value < HINT:
        factor = max(1.25, 1.5 * tests.line.threshold / float(tests.line.peak.ratio[0]))
        words = "there is a hint of a cycle, too weak to be told from chance."
    elif tests.looks < LOOKS:
        factor = LOOKS / tests.looks
        words = "the values wander so slowly that nobody can tell yet whether they have a place to return to."
    elif counted and size > limit:
        factor = (size / limit) ** 2
        words = f"no cycle was found, but even one with a swing of {size:.2g} could have hidden in so few images."
    else:
        words = f"nothing but noise around fixed values; a cycle with a swing of {size:.2g} would have been seen."
        return replace(found, kind="converged", summary=words)
    more = int(np.ceil(len(readings.times) * (factor - 1) / (1 - settle)))
    return replace(found, summary=words, snapshots_needed=more)


def _unchanging(found: Verdict, readings: Readings) -> Verdict:
    found = replace(found, reasons=_at_the_end(readings))
    if _collapsed(readings):
        return _collapse(found)
    return replace(found, kind="converged", summary="nothing changes from snapshot to snapshot.")


def _late(readings: Readings) -> ModeHistogram | None:
    """Mean counts of accepted images in the last quarter; None for real values."""
    if not readings.histograms:
        return None
    last = readings.histograms[-max(1, len(readings.histograms) // 4) :]
    counts = np.rint(np.mean([h.counts for h in last], 0)).astype(np.int64)
    return ModeHistogram(last[-1].nimg, last[-1].modes, counts) if counts.sum() else None


def _collapsed(readings: Readings) -> bool:
    """Whether half of the modes or more are gone: away at the end, at least twice as long as ever before."""
    late = _late(readings)
    if late is None:
        return False
    there = readings.columns > BACK / len(late.modes)  # (N, K)
    gone = [_gone(column) for mode, column in zip(late.modes, there.T, strict=True) if mode not in coverage(late)]
    return sum(gone) >= len(late.modes) / 2


def _gone(there: NDArray[np.bool_]) -> bool:
    seen = np.flatnonzero(there)
    edges = np.concatenate([[-1], seen, [len(there)]])
    away = np.diff(edges) - 1
    return bool(len(seen) == 0 or away[-1] >= max(4, 2 * away[:-1].max()))


def _collapse(found: Verdict) -> Verdict:
    return replace(found, kind="collapsed", summary="half of the modes or more have vanished and stayed away.")


def _at_the_end(readings: Readings) -> tuple[str, ...]:
    late = _late(readings)
    if late is None:
        return ()
    there = coverage(late)
    missing = f"; missing: {', '.join(m for m in late.modes if m not in there)}" if len(there) < len(late.modes) else ""
    return (f"In the last quarter {len(there)} of {len(late.modes)} modes are there for certain{missing}.",)
