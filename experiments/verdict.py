"""The verdict on a run: did its modes converge, drift, collapse or oscillate, or can nobody tell yet?"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from procgen import stream

from .count_tables import SPOKEN, told
from .cycle import NORMAL_95, Cycle, amplitude, echo, fundamental, lasting, left_beside, over_floor, ringing
from .errors import ExperimentsError
from .evidence import CYCLES, LEVEL, Evidence, Findings, bent_line, detectable, gather
from .modes import TIME_UNITS, ModeHistogram
from .readings import Readings, from_histograms, from_values
from .recurring import recurrence, recurrence_index
from .rhythms import Rhythms, checked_rhythms, flagged
from .spectrum import Grid, detrended, grid_of
from .vanishing import at_the_end, collapsed

KINDS = ("converged", "drifting", "collapsed", "limit cycle", "ringing", "too short")
SAID = {"too short": "too short to say"}  # how a kind reads in a sentence, where that is not its name
SHORTEST = 16  # snapshots under which nothing is said
HINT = 0.05  # p under which a line is not simply noise
LOOKS = 20  # independent looks at the mean that convergence needs
RINGS, LASTS = 0.005, 0.1  # p that a lasting line looks this broad: ringing under one, a cycle over the other
QUIET = 1.7  # times the floor: power beside a line that white noise exceeds once in 100 times; ringing has more
PURE = 0.05  # part of its power that a line leaves beside it under which it lasts, however that compares with noise
ECHO, RING_ECHO = 0.1, 0.25  # periods by which the autocorrelation's peak may be off; a ringing's is broad
SEEN = 0.25  # convergence is claimed when a swing of this part of a mode's mean share would have been seen


@dataclass(frozen=True)
class Verdict:
    """What the modes of a run did. Times are in `unit`, by default images shown to the discriminator.

    Attributes:
        kind: One of KINDS.
        summary: One or two sentences for a reader.
        snapshots: How many snapshots were judged, the settling ones left out.
        period, period_low, period_high: Of a cycle, with its 95% interval; None without one.
        period_rate, period_rate_error: Change of the period from one turn to the next, in the unit of time, and its
            standard error; None unless the rhythm changes for certain.
        amplitude, amplitude_low, amplitude_high: Swing of the shares, root mean square over modes, in the middle of
            the run, with its 95% interval; None without a cycle.
        growth: Rate of the logarithm of the amplitude per unit of time; None where no single swing was followed.
        quality: Quality factor of a ringing.
        p_value: Of the strongest line against noise without one, family-wise; None where no test could be made.
        recurrence: How often the run comes back after leaving (`recurrence_index`); None when it never left.
        detectable: Swing (as amplitude) of a cycle that would have been seen; None where no test could be made.
        snapshots_needed: How many more snapshots would settle it; only for "too short".
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
    period_rate: float | None = None
    period_rate_error: float | None = None
    growth: float | None = None
    quality: float | None = None
    p_value: float | None = None
    recurrence: float | None = None
    detectable: float | None = None
    snapshots_needed: int | None = None
    reasons: tuple[str, ...] = ()
    unit: str = "nimg"

    def __str__(self) -> str:
        return f"{self.said}: {self.summary}"

    @property
    def said(self) -> str:
        """The kind as a sentence says it: "too short to say" for "too short"."""
        return SAID.get(self.kind, self.kind)

    def to_dict(self) -> dict[str, object]:
        """All of it, ready for JSON; `said` beside `kind`."""
        return {**asdict(self), "reasons": list(self.reasons), "said": self.said}


def oscillation(
    series: Sequence[ModeHistogram] | tuple[ArrayLike, ArrayLike],
    *,
    settle: float = 0.2,
    seed: int = 0,
    unit: str | None = None,
    world: ArrayLike | None = None,
    rhythms: Rhythms = (),
    labels: ArrayLike | None = None,
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
        ExperimentsError: When times repeat or fall, values are not finite, modes differ between snapshots, or
            world, rhythms or labels do not fit the series.
    """
    if not 0 <= settle <= 0.9:
        raise ExperimentsError(f"expected settle from 0 to 0.9, got {settle}")
    readings, unit, scale = read_series(series, unit, world, labels)
    own = checked_rhythms(rhythms, scale)
    readings = readings.after(settle)
    verdict = _judge(readings, settle, stream(seed, 0, "oscillation"))
    spoken = SPOKEN.get(unit, unit)
    against = flagged(readings, verdict.period, own) if verdict.period else ()
    return replace(
        verdict,
        reasons=readings.notes + tuple(reason.replace("UNIT", spoken) for reason in verdict.reasons) + against,
        unit=unit,
        summary=verdict.summary.replace("UNIT", spoken),
    )


def read_series(
    series: Sequence[ModeHistogram] | tuple[ArrayLike, ArrayLike],
    unit: str | None,
    world: ArrayLike | None = None,
    labels: ArrayLike | None = None,
) -> tuple[Readings, str, float]:
    """What `oscillation` takes as readings, the unit of their times, and how much of the given times one of it is."""
    plain = isinstance(series, tuple) and not (series and isinstance(series[0], ModeHistogram))
    if plain:
        return from_values(*series), unit or "units of time", 1
    scale = TIME_UNITS.get(unit or "nimg", 1)
    return from_histograms(series, scale, world, labels), unit or "nimg", scale  # type: ignore[arg-type]


def _judge(readings: Readings, settle: float, rng: np.random.Generator) -> Verdict:
    found = Verdict("too short", "", len(readings.times), recurrence=_recurrence(readings))
    if len(readings.times) < SHORTEST:
        more = int(np.ceil((SHORTEST - len(readings.times)) / (1 - settle)))
        words = f"{len(readings.times)} snapshots after settling are too few to judge; at least {SHORTEST} are needed."
        return replace(found, summary=words, snapshots_needed=more, reasons=at_the_end(readings))
    if not readings.channels.shape[1]:
        return _unchanging(found, readings)
    grid = grid_of(readings.snapshots)
    tests = gather(grid, readings, rng)
    found = replace(
        found,
        p_value=tests.line.p_value,
        detectable=detectable(grid, readings, tests.line),
        reasons=at_the_end(readings),
    )
    if tests.line.p_value < LEVEL:
        return _cycle(found, grid, readings, tests.line)
    if collapsed(readings):
        return _collapse(found)
    if tests.slow < LEVEL and not tests.moving:
        return _slow_cycle(found, tests.turns, settle)
    return _without_cycle(found, readings, tests, settle)


def _recurrence(readings: Readings) -> float | None:
    several = len(readings.histograms) > 1
    return recurrence_index(recurrence(readings.histograms, readings.labels)) if several else None


def _cycle(found: Verdict, grid: Grid, readings: Readings, evidence: Evidence) -> Verdict:
    """A line was found: does it last, does it ring, or is it no cycle after all?"""
    flat = detrended(readings.channels, grid.times)
    start = fundamental(grid, flat, int(evidence.peak.index[0]), CYCLES)
    line = lasting(grid, flat, start, evidence.null)
    unsure = RINGS <= evidence.p_broad < LASTS
    if left_beside(grid, flat, line) < PURE or (unsure and over_floor(grid, flat, line) < QUIET):
        evidence = replace(evidence, p_broad=1.0)
    if evidence.p_broad < LASTS and (found_bent := bent_line(grid, flat, evidence, start)):
        return _described(found, grid, readings, found_bent)
    cycle = ringing(grid, flat, start) if evidence.p_broad < RINGS else line
    place = echo(grid, flat, cycle.frequency)
    if place is None or abs(place - 1) > (ECHO if cycle is line else RING_ECHO):
        words = "a line stands out of the spectrum, but the series does not repeat itself after its period."
        return replace(found, summary=words, snapshots_needed=len(readings.times))
    if RINGS <= evidence.p_broad < LASTS:
        words = "the values swing regularly, but whether a lasting cycle or noise drives them cannot be told yet."
        return replace(found, summary=words, snapshots_needed=len(readings.times))
    surely = (line.growth or 0.0) + NORMAL_95 * 2 * np.pi * line.frequency_error  # both errors are the same
    if cycle is line and surely * len(grid.times) < -1:
        cycle = replace(line, decay=-(line.growth or 0.0))
    return _described(found, grid, readings, cycle)


def _described(found: Verdict, grid: Grid, readings: Readings, cycle: Cycle) -> Verdict:
    middle, low, high = amplitude(grid, readings.columns, cycle, readings.labels)
    wide = NORMAL_95 * cycle.frequency_error
    period, shortest = readings.spacing / cycle.frequency, readings.spacing / (cycle.frequency + wide)
    longest = readings.spacing / max(cycle.frequency - wide, 0.1 * cycle.frequency)
    kind = "limit cycle" if cycle.decay is None else "ringing"
    words = {
        "limit cycle": "the modes take turns, again and again",
        "ringing": "the modes swing, but every swing dies away: not a lasting cycle",
    }[kind]
    rate = -cycle.bend / cycle.frequency**3 * readings.spacing if cycle.bend else None
    error = cycle.bend_error / cycle.frequency**3 * readings.spacing
    said = () if rate is None else (f"The period changes, by {rate:+.3g} UNIT a turn (standard error {error:.2g}).",)
    return replace(
        found,
        kind=kind,
        summary=f"{words}; one turn takes {told(period)} UNIT (95%: {told(shortest)} to {told(longest)}), "
        f"with a swing of {middle:.2g} ({low:.2g} to {high:.2g}).",
        period=period,
        period_low=shortest,
        period_high=longest,
        period_rate=rate,
        period_rate_error=None if rate is None else error,
        reasons=found.reasons + said,
        amplitude=middle,
        amplitude_low=low,
        amplitude_high=high,
        growth=None if cycle.growth is None else cycle.growth / readings.spacing,
        quality=cycle.quality,
    )


def _slow_cycle(found: Verdict, turns: float, settle: float) -> Verdict:
    more = int(np.ceil(found.snapshots * ((CYCLES + 1) / turns - 1) / (1 - settle)))
    words = f"the shares may swing slowly, but only about {turns:.2g} turns were seen and {CYCLES} are needed."
    return replace(found, summary=words, snapshots_needed=more)


def _without_cycle(found: Verdict, readings: Readings, tests: Findings, settle: float) -> Verdict:
    """Drifting, converged, or not enough to tell which: every doubt makes it the last."""
    size, limit = found.detectable or 0.0, SEEN / readings.columns.shape[1]
    counted = bool(readings.histograms)
    if (tests.moving and not readings.explained) or (counted and readings.wobble > limit):
        words = f"the {'shares' if counted else 'values'} keep moving and do not come back in a regular way."
        return replace(found, kind="drifting", summary=words)
    if tests.line.p_value < HINT:
        factor = max(1.25, 1.5 * tests.line.threshold / float(tests.line.peak.ratio[0]))
        words = "there is a hint of a cycle, too weak to be told from chance."
    elif tests.looks < LOOKS and not readings.explained:
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
    found = replace(found, reasons=at_the_end(readings))
    if collapsed(readings):
        return _collapse(found)
    return replace(found, kind="converged", summary="nothing changes from snapshot to snapshot.")


def _collapse(found: Verdict) -> Verdict:
    return replace(found, kind="collapsed", summary="half of the modes or more have vanished and stayed away.")
