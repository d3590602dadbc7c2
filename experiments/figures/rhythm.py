"""Does training come back, at which rhythm, and which mode follows which: recurrence, periodogram, circulation."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..count_tables import SPOKEN, told
from ..modes import Z_TWO_SIDED
from .theme import (
    BLUE,
    FAINT,
    INK,
    OFF_WORLD,
    PAPER,
    RED,
    WIDTH,
    canvas,
    mixed,
    mode_colours,
    said,
    time_words,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Floats = NDArray[np.floating]

PIXELS = 512  # of the side of a recurrence plot, at most
ARROWS = 60  # of a circulation, at most: the strongest
HIGH = 5.6  # inches of a circulation
ROOM, MORE_ROOM = 1.36, 2.15  # how far it reaches from its middle, where the circle is 1; more for many names
MANY = 16  # modes whose names stand upright


def recurrence_figure(times: Floats, recurring: NDArray[np.bool_], unit: str = "kimg") -> "Figure":
    """Which pairs of moments hold the same shares, a square of time by time, and how often by the time between them.

    Args:
        times: (N,) rising, N >= 2.
        recurring: bool (N, N), symmetric, as `recurrence` gives.
        unit: Of the times, "kimg" or "step".
    """
    with canvas(4.2) as figure:
        square, rates = figure.subplots(1, 2, width_ratios=(1, 1.05))
        edges = times[0], times[-1]
        places = _evenly(times, min(PIXELS, len(times) * (2 if _uneven(times) else 1)))
        cells = recurring[np.ix_(places, places)]
        square.imshow(
            np.array([[0, 0, 0, 0], _rgba(mixed(BLUE, INK, 0.35))], np.uint8)[cells.astype(int)],
            origin="lower",
            extent=(*edges, *edges),
            aspect="equal",
        )
        square.plot(edges, edges, color=PAPER, lw=0.7)
        square.spines[["top", "right"]].set_visible(True)
        words = "thousand images" if unit == "kimg" else unit
        square.set(xlabel=words, ylabel=words, title="moments with the same shares")
        _rates(rates, times, recurring, words)
    return figure


def _rates(axes: "Axes", times: Floats, recurring: NDArray[np.bool_], words: str) -> None:
    """Share of recurring pairs over the number of snapshots between them, up to three quarters of the run."""
    reach = max(2, 3 * len(times) // 4)
    lags = np.arange(min(reach, len(times)))
    rate = [np.diagonal(recurring, lag).mean() for lag in lags]
    apart = [np.median(times[lag:] - times[: len(times) - lag]) for lag in lags]
    axes.axhline(0.5, color=FAINT, lw=0.8, ls=(0, (4, 4)))
    axes.plot(apart, rate, color=mixed(BLUE, INK, 0.35), lw=1.6)
    axes.set(xlim=(0, max(apart[-1], 1e-3)), ylim=(0, 1.03), xlabel=f"{words} between the two")
    axes.set_title("how often they are the same")


def _uneven(times: Floats) -> bool:
    gaps = np.diff(times)
    return len(gaps) > 1 and gaps.max() > 1.01 * gaps.min()


def _evenly(times: Floats, count: int) -> NDArray[np.intp]:
    """Index of the snapshot nearest to each of `count` moments at even distances."""
    moments = np.linspace(times[0], times[-1], count)
    after = np.clip(np.searchsorted(times, moments), 1, len(times) - 1)
    before = np.maximum(after - 1, 0)
    return np.where(moments - times[before] <= times[after] - moments, before, after)


def _rgba(colour: str) -> list[int]:
    return [*(int(colour[i : i + 2], 16) for i in (1, 3, 5)), 255]


@dataclass(frozen=True)
class Line:
    """A rhythm to mark in a periodogram: its period and the 95% interval of it, in the periodogram's unit of time."""

    period: float
    low: float | None = None
    high: float | None = None


def periodogram_figure(found: Any, line: Line | None = None, unit: str = "kimg") -> "Figure":
    """How much of the shares' swinging has each rhythm, and how many times what noise without a rhythm would have.

    Args:
        found: With frequencies (F,) in turns a `unit`, power, null and level (F,), as `periodogram` gives.
        line: The rhythm to mark; none when None.
        unit: Of time.
    """
    frequencies, power, null = np.asarray(found.frequencies), np.asarray(found.power), np.asarray(found.null)
    ratio, level = power / null, np.asarray(found.level) / null
    with canvas(5.2) as figure:
        above, below = figure.subplots(2, 1, sharex=True, height_ratios=(1, 1.3))
        above.plot(frequencies, power, color=INK, lw=1.1)
        above.plot(frequencies, null, color=BLUE, lw=1.8)
        above.set(yscale="log", ylabel="power", ylim=(max(null.min() / 5, 1e-300), 40 * max(power.max(), null.max())))
        below.plot(frequencies, ratio, color=INK, lw=1.1, label="the run")
        below.axhline(1, color=BLUE, lw=1.8, label="noise without\na rhythm")
        below.plot(frequencies, level, color=BLUE, lw=1.1, ls=(0, (4, 3)), label="what noise passes\nin 1 run of 100")
        below.set(xscale="log", yscale="log", xlim=(frequencies[0], frequencies[-1]), ylabel="power / noise")
        below.set_ylim(0.2, 3 * max(ratio.max(), level.max()))
        if line is not None:
            _mark(above, below, line, unit)
        _period_axes(above, below, unit)
        below.legend(loc="upper left", bbox_to_anchor=(1.01, 1), borderaxespad=0)
    return figure


def _mark(above: "Axes", below: "Axes", line: Line, unit: str) -> None:
    for axes in (above, below):
        if line.low is not None and line.high is not None:
            axes.axvspan(1 / line.high, 1 / line.low, color=RED, alpha=0.18, lw=0)
        axes.axvline(1 / line.period, color=RED, lw=1.1)
    late = 1 / line.period > np.sqrt(np.prod(below.get_xlim()))
    beside: dict[str, Any] = {"xytext": (-5 if late else 5, 0), "textcoords": "offset points", "annotation_clip": False}
    beside |= {"xycoords": ("data", "axes fraction"), "ha": "right" if late else "left", "va": "top", "color": RED}
    above.annotate(_line_words(line, unit), (1 / line.period, 1), **beside)


def _line_words(line: Line, unit: str) -> str:
    interval = "" if line.low is None or line.high is None else f"\n95%: {told(line.low)} to {told(line.high)}"
    return f"one turn in {told(line.period)} {SPOKEN.get(unit, unit)}{interval}"


def _period_axes(above: "Axes", below: "Axes", unit: str) -> None:
    """One axis of time a turn, below, in round numbers; the frequency is its inverse."""
    from matplotlib.ticker import FixedLocator, FuncFormatter, NullFormatter, NullLocator

    low, high = below.get_xlim()
    for steps in ((1, 2, 5), (1, 1.5, 2, 3, 4, 5, 7)):
        inside = [m * 10.0**e for e in range(-9, 13) for m in steps if low <= 1 / (m * 10.0**e) <= high]
        if len(inside) > 3:
            break
    below.xaxis.set_major_locator(FixedLocator([1 / period for period in inside]))
    below.xaxis.set_major_formatter(FuncFormatter(lambda f, _: f"{1 / f:g}" if f > 0 else ""))
    below.xaxis.set_minor_locator(NullLocator())
    for axes in (above, below):
        axes.yaxis.set_major_formatter(FuncFormatter(lambda power, _: f"{power:g}"))
        axes.yaxis.set_minor_formatter(NullFormatter())
    below.set_xlabel(f"{time_words(unit)} in one turn (slow on the left)")


def circulation_figure(
    flow: Floats, errors: Floats | None, modes: Sequence[str], shares: Floats | None = None
) -> "Figure":
    """Which mode's latents become which: the modes on a circle, an arrow for every net flow, as wide as it is strong.

    Args:
        flow: (K, K) antisymmetric, the net part of the latents that goes from mode i to mode j from one snapshot to
            the next.
        errors: (K, K), standard errors; arrows within 1.96 of them are faint. None draws all in full.
        modes: Names of the K modes.
        shares: (K,), mean shares: the size of each mode's disc; all alike when None.
    """
    from matplotlib.patches import Circle

    count = len(modes)
    with canvas(HIGH, layout=None) as figure:
        axes = figure.add_axes((0, 0, 1, 1))
        room = ROOM if count <= MANY else MORE_ROOM
        axes.set(xlim=(-room * WIDTH / HIGH, room * WIDTH / HIGH), ylim=(-room, room), aspect="equal")
        axes.axis("off")
        angles = np.pi / 2 - 2 * np.pi * np.arange(count) / count
        places = np.stack([np.cos(angles), np.sin(angles)], 1) * (1 if count > 1 else 0)
        crowd = min(1.0, 2 * np.pi / count / 0.5)
        known = shares is not None and np.nansum(shares) > 0
        part = np.nan_to_num(np.asarray(shares, float)) if known else np.full(count, 1 / count)
        radii = crowd * (0.05 + 0.11 * np.sqrt(part / part.max()))
        colours = mode_colours(count)
        strongest = _arrows(axes, np.asarray(flow, float), errors, places, 72 * HIGH / (2 * room) * radii, colours)
        for place, radius, colour, mode in zip(places, radii, colours, modes, strict=True):
            axes.add_patch(Circle(tuple(place), radius, facecolor=colour, edgecolor=PAPER, lw=1, zorder=5))
            _name(axes, place * (1.05 + radius) + (0 if count > 1 else (0, 0.25)), said(mode), count > MANY)
        axes.text(
            0.05 - room * WIDTH / HIGH,
            0.05 - room,
            _flow_words(strongest, count),
            fontsize=8.5,
            color=FAINT,
            va="bottom",
        )
    return figure


def _flow_words(strongest: float, count: int) -> str:
    if not strongest > 0:
        return "no net flow between modes"
    return f"widest arrow: {strongest:.2%} of the latents\nfrom one snapshot to the next"


def _name(axes: "Axes", place: Floats, words: str, crowded: bool) -> None:
    """Beside the disc at `place`, which starts at the middle of the text; among many along the radius."""
    x, y = place
    if crowded:
        turn, side = np.degrees(np.arctan2(y, x)), "left" if x >= 0 else "right"
        turn = turn if x >= 0 else turn + 180
        axes.text(x, y, words, ha=side, va="center", rotation=turn, rotation_mode="anchor", fontsize=7)
        return
    side = "center" if abs(x) < 0.25 else "left" if x > 0 else "right"
    level = "center" if side != "center" else "bottom" if y > 0 else "top"
    axes.text(x, y, words, ha=side, va=level, fontsize=9.5)


def _arrows(
    axes: "Axes", flow: Floats, errors: Floats | None, places: Floats, points: Floats, colours: list[str]
) -> float:
    """Draws the strongest net flows, the weakest first, up to discs of so many points; returns the strongest."""
    from matplotlib.patches import FancyArrowPatch

    flow = np.nan_to_num(flow)
    least = np.zeros_like(flow) if errors is None else Z_TWO_SIDED * np.nan_to_num(errors)
    strongest = float(flow.max(initial=0))
    order = [divmod(int(k), len(flow)) for k in np.argsort(flow, axis=None)[-ARROWS:]]
    for i, j in [(i, j) for i, j in order if flow[i, j] > 0.02 * strongest]:
        certain = flow[i, j] > least[i, j]
        width = 8 * flow[i, j] / strongest
        axes.add_patch(
            FancyArrowPatch(
                tuple(places[i]),
                tuple(places[j]),
                connectionstyle="arc3,rad=-0.16",
                arrowstyle=f"simple,head_width={width + 6},head_length={width + 6},tail_width={max(width, 0.6)}",
                shrinkA=0,
                shrinkB=points[j] + 2,
                lw=0,
                zorder=3 if certain else 2,
                facecolor=colours[i] if certain else OFF_WORLD,
                alpha=0.9,
            )
        )
    return strongest
