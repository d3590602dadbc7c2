"""How each figure of a run or of a table of counts is drawn from what is known of it; `Missing` says what it lacks."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from .figure_data import Evidence, Missing, RunEvidence
from .figures import (
    MeasureSeries,
    circulation_figure,
    closeness_figure,
    corrected_figure,
    filmstrip_figure,
    hybrids_figure,
    layers_figure,
    losses_figure,
    maps_figure,
    measures_figure,
    nearest_figure,
    periodogram_figure,
    recurrence_figure,
    shares_figure,
)
from .figures.pictures import thinned
from .figures.rhythm import Line
from .figures.shares import times_of
from .figures.theme import mode_colours, said
from .measures import mode_series
from .modes import TIME_UNITS, effective_modes
from .periodograms import periodogram
from .recurring import recurrence
from .verdict import Verdict

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MOMENTS = 12  # of maps over training, at most
PASSING = ("Reshape", "UpSampling2D", "Flatten", "Dropout", "BatchNormalization")  # layers whose numbers say little
RECURRING = 512  # snapshots of a recurrence plot, at most


def _shares(known: Evidence) -> "Figure":
    return shares_figure(known.histograms, known.nearest, known.axis)


def _corrected(known: RunEvidence) -> "Figure":
    series = mode_series(known.histograms, known.run.confusion())
    return corrected_figure(series.nimg / 1000, series.modes, series.corrected, series.errors, known.run.shares)


def _recurrence(known: Evidence) -> "Figure":
    kept = np.flatnonzero([histogram.accepted for histogram in known.histograms])
    kept = kept[:: max(1, -(-len(kept) // RECURRING))]
    some = [known.histograms[int(place)] for place in kept]
    if len(some) < 2 or len(known.modes) < 2:
        raise Missing("two modes, and two snapshots in which something was recognised, or more are needed")
    labels = known.paths.fixed[kept] if isinstance(known, RunEvidence) else None
    return recurrence_figure(times_of(some, known.axis), recurrence(some, labels), known.axis)


def _periodogram(known: Evidence) -> "Figure":
    if not any(histogram.accepted for histogram in known.histograms):
        raise Missing("in no snapshot was any picture recognised")
    found = periodogram(known.histograms, seed=known.seed, unit=known.axis)
    if not len(found.frequencies):
        raise Missing("there are too few snapshots, or the shares never change")
    return periodogram_figure(found, _line(known.verdict, known.axis), known.axis)


def _line(verdict: Verdict, unit: str) -> Line | None:
    """The period that the verdict names, in `unit`."""
    if verdict.period is None:
        return None
    part = TIME_UNITS.get(verdict.unit, 1) / TIME_UNITS[unit]
    interval = (verdict.period_low, verdict.period_high)
    return Line(verdict.period * part, *(None if end is None else end * part for end in interval))


def _circulation(known: RunEvidence) -> "Figure":
    if len(known.modes) < 2:
        raise Missing("with one mode nothing can follow anything")
    found = known.circulation
    shares = np.mean([h.counts / h.total for h in known.histograms], 0)
    return circulation_figure(found.mean, found.errors, known.modes, shares)


def _measures(known: RunEvidence) -> "Figure":
    found, modes = known.paths.measures, list(known.modes)
    names = ("covered", "effective_modes", "tv", "js", "churn", "excess_churn")
    leads = [(nimg / 1000, modes.index(new)) for nimg, _, new in found["handovers"]]
    series = {name: np.asarray(found[name], float) for name in names}
    due = effective_modes(known.run.shares)
    return measures_figure(MeasureSeries(found["nimg"] / 1000, **series, modes=len(modes), due=due, handovers=leads))


def _filmstrip(known: RunEvidence) -> "Figure":
    return filmstrip_figure(known.histograms, known.nearest, *known.strip())


def _hybrids(known: RunEvidence) -> "Figure":
    pictures, pairs, weights = known.hybrids()
    labels = [
        [f"{said(known.modes[mode])} {weight:.0%}" for mode, weight in zip(*both, strict=True)]
        for both in zip(pairs, weights, strict=True)
    ]
    palette = mode_colours(len(known.modes))
    return hybrids_figure(pictures, labels, [[palette[mode] for mode in pair] for pair in pairs])


def _losses(known: RunEvidence) -> "Figure":
    lines = known.run.metrics()
    if not lines:
        raise Missing("no line of metrics has been written yet")
    columns = (np.array([line[name] for line in lines]) for name in ("nimg", "d_loss", "g_loss"))
    nimg, discriminator, generator = columns
    return losses_figure(nimg / 1000, discriminator, generator)


def _inside(known: RunEvidence, *measures: str) -> list[NDArray[np.floating]]:
    """Times (S,) in kimg, and each measure of the layers (S, L)."""
    times = np.array([each.nimg for each in known.middle]) / 1000
    return [times, *(np.stack([getattr(each.inside, name) for each in known.middle]) for name in measures)]


def _gradients(known: RunEvidence) -> "Figure":
    times, gradient, penalty = _inside(known, "gradient", "penalty")
    rows = [("gradient norm", gradient, True), ("the penalties' part", penalty, True)]
    return layers_figure(times, known.middle[-1].inside.layers, rows if (penalty > 0).any() else rows[:1])


def _activations(known: RunEvidence) -> "Figure":
    times, deviation, dead, rank = _inside(known, "deviation", "dead", "rank")
    layers = known.middle[-1].inside.layers
    deviation[:, [k for k, layer in enumerate(layers) if layer.endswith(PASSING)]] = np.nan
    rank = np.where(np.isfinite(deviation), rank, np.nan)
    rows = [("spread", deviation, True), ("silent channels", dead, False), ("effective rank", rank, True)]
    return layers_figure(times, layers, rows)


def _maps(known: RunEvidence) -> "Figure":
    last = known.middle[-1].inside
    places = sorted(last.maps)
    if not places:
        raise Missing("no layer of these networks has maps")
    times, *_ = _inside(known)
    moments = thinned(times, MOMENTS)
    shown = [[known.middle[moment].inside.maps[place][..., 0] for place in places] for moment in moments]
    return maps_figure(times[moments], [last.layers[place] for place in places], shown)


def _distances(known: RunEvidence) -> "Figure":
    low, middle, high = known.middle[-1].apart
    unit = max(float(middle), 1e-12)
    times, *_ = _inside(known)
    return closeness_figure(times, np.stack([each.closeness for each in known.middle]), (low / unit, high / unit))


def _nearest(known: RunEvidence) -> "Figure":
    return nearest_figure(*known.beside_the_world())


DRAW: dict[str, Callable[..., "Figure"]] = {
    "shares": _shares,
    "corrected": _corrected,
    "recurrence": _recurrence,
    "periodogram": _periodogram,
    "circulation": _circulation,
    "measures": _measures,
    "filmstrip": _filmstrip,
    "hybrids": _hybrids,
    "losses": _losses,
    "gradients": _gradients,
    "activations": _activations,
    "maps": _maps,
    "distances": _distances,
    "nearest": _nearest,
}
"""By the name of a panel: takes the evidence, gives the figure or raises `Missing`."""
