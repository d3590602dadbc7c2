"""The measures of modes over training as small plots: how many, how far from the world, how much moves, who leads."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from .theme import BLUE, FAINT, INK, RED, canvas, mode_colours

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Floats = NDArray[np.floating]
DASHED = (0, (4, 4))


@dataclass(frozen=True, eq=False)
class MeasureSeries:
    """What is drawn of S snapshots of K modes.

    times: (S,) in thousands of images. covered, effective_modes, tv, js, churn, excess_churn: (S,), NaN for a gap.
    due: how many effective modes the world has. handovers: (time, mode that takes the lead), in order.
    """

    times: Floats
    covered: Floats
    effective_modes: Floats
    tv: Floats
    js: Floats
    churn: Floats
    excess_churn: Floats
    modes: int
    due: float
    handovers: Sequence[tuple[float, int]] = ()


def measures_figure(series: MeasureSeries) -> "Figure":
    """Four small plots over one time: modes that are there, distance to the world, movement, changes of the lead."""
    with canvas(4.8) as figure:
        (many, far), (moved, lead) = figure.subplots(2, 2, sharex=True)
        many.axhline(series.due, color=FAINT, lw=0.8, ls=DASHED)
        _lines(many, series.times, {"effective": (series.effective_modes, BLUE), "for certain": (series.covered, RED)})
        many.set(ylim=(0, 1.32 * max(series.modes, 1)), title="modes that are there")
        _lines(far, series.times, {"total variation": (series.tv, BLUE), "Jensen-Shannon": (series.js, RED)})
        far.set(ylim=(0, 1.32), yticks=(0, 0.5, 1), title="distance to the world")
        _lines(
            moved, series.times, {"all": (series.churn, BLUE), "more than the shares need": (series.excess_churn, RED)}
        )
        top = np.nanmax(series.churn) if np.isfinite(series.churn).any() else 0.0
        moved.set(ylim=(0, 1.32 * max(top, 0.05)), title="latents that changed their mode")
        _leads(lead, series)
        for axes in (moved, lead):
            axes.set_xlabel("thousand images")
    return figure


def _lines(axes: "Axes", times: Floats, lines: dict[str, tuple[Floats, str]]) -> None:
    for label, (values, colour) in lines.items():
        axes.plot(times, values, color=colour, lw=1.5, marker="o", ms=1.5, label=label)
    axes.legend(loc="upper left", ncols=2, fontsize=8, handlelength=1.2, borderaxespad=0.1, columnspacing=1.2)
    axes.set_xlim(times[0], max(times[-1], times[0] + 1e-3))


def _leads(axes: "Axes", series: MeasureSeries) -> None:
    """How often the lead has changed hands so far; a dot is as coloured as the mode that took it."""
    from matplotlib.ticker import MaxNLocator

    axes.set(title="changes of the lead so far")
    count = np.arange(len(series.handovers) + 1)
    if not series.handovers:
        axes.text(0.5, 0.5, "none for certain", ha="center", color=FAINT, transform=axes.transAxes)
    at = [time for time, _ in series.handovers]
    axes.step([series.times[0], *at, series.times[-1]], [*count, count[-1]], where="post", color=INK, lw=1)
    colours = mode_colours(series.modes)
    axes.scatter(at, count[1:], color=[colours[mode] for _, mode in series.handovers], s=22, zorder=3, clip_on=False)
    axes.set_ylim(0, max(1.1 * count[-1], 1))
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
