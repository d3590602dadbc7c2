"""Which figures there are of a run or of a table of counts: name, words, and how each is drawn from what is known.

One table, PANELS, for the report and for the files alike.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from .figure_data import Evidence, Followed, Missing
from .figures import (
    circulation_figure,
    closeness_figure,
    corrected_figure,
    filmstrip_figure,
    hybrids_figure,
    layers_figure,
    losses_figure,
    maps_figure,
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
from .modes import TIME_UNITS
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


def _corrected(known: Followed) -> "Figure":
    series = mode_series(known.histograms, known.run.confusion())
    return corrected_figure(series.nimg / 1000, series.modes, series.corrected, series.errors, known.run.shares)


def _recurrence(known: Evidence) -> "Figure":
    kept = np.flatnonzero([histogram.accepted for histogram in known.histograms])
    kept = kept[:: max(1, -(-len(kept) // RECURRING))]
    some = [known.histograms[int(place)] for place in kept]
    if len(some) < 2 or len(known.modes) < 2:
        raise Missing("two modes, and two snapshots in which something was recognised, or more are needed")
    labels = known.paths.fixed[kept] if isinstance(known, Followed) else None
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


def _circulation(known: Followed) -> "Figure":
    if len(known.modes) < 2:
        raise Missing("with one mode nothing can follow anything")
    found = known.circulation
    shares = np.mean([h.counts / h.total for h in known.histograms], 0)
    return circulation_figure(found.mean, found.errors, known.modes, shares)


def _filmstrip(known: Followed) -> "Figure":
    return filmstrip_figure(known.histograms, known.nearest, *known.strip())


def _hybrids(known: Followed) -> "Figure":
    pictures, pairs, weights = known.hybrids()
    labels = [
        [f"{said(known.modes[mode])} {weight:.0%}" for mode, weight in zip(*both, strict=True)]
        for both in zip(pairs, weights, strict=True)
    ]
    palette = mode_colours(len(known.modes))
    return hybrids_figure(pictures, labels, [[palette[mode] for mode in pair] for pair in pairs])


def _losses(known: Followed) -> "Figure":
    lines = known.run.metrics()
    if not lines:
        raise Missing("no line of metrics has been written yet")
    columns = (np.array([line[name] for line in lines]) for name in ("nimg", "d_loss", "g_loss"))
    nimg, discriminator, generator = columns
    return losses_figure(nimg / 1000, discriminator, generator)


def _inside(known: Followed, *measures: str) -> list[NDArray[np.floating]]:
    """Times (S,) in kimg, and each measure of the layers (S, L)."""
    times = np.array([each.nimg for each in known.middle]) / 1000
    return [times, *(np.stack([getattr(each.inside, name) for each in known.middle]) for name in measures)]


def _gradients(known: Followed) -> "Figure":
    times, gradient, penalty = _inside(known, "gradient", "penalty")
    rows = [("gradient norm", gradient, True), ("the penalties' part", penalty, True)]
    return layers_figure(times, known.middle[-1].inside.layers, rows if (penalty > 0).any() else rows[:1])


def _activations(known: Followed) -> "Figure":
    times, deviation, dead, rank = _inside(known, "deviation", "dead", "rank")
    layers = known.middle[-1].inside.layers
    deviation[:, [k for k, layer in enumerate(layers) if layer.endswith(PASSING)]] = np.nan
    rank = np.where(np.isfinite(deviation), rank, np.nan)
    rows = [("spread", deviation, True), ("silent channels", dead, False), ("effective rank", rank, True)]
    return layers_figure(times, layers, rows)


def _maps(known: Followed) -> "Figure":
    last = known.middle[-1].inside
    places = sorted(last.maps)
    if not places:
        raise Missing("no layer of these networks has maps")
    times, *_ = _inside(known)
    moments = thinned(times, MOMENTS)
    shown = [[known.middle[moment].inside.maps[place][..., 0] for place in places] for moment in moments]
    return maps_figure(times[moments], [last.layers[place] for place in places], shown)


def _distances(known: Followed) -> "Figure":
    low, middle, high = known.middle[-1].apart
    unit = max(float(middle), 1e-12)
    times, *_ = _inside(known)
    return closeness_figure(times, np.stack([each.closeness for each in known.middle]), (low / unit, high / unit))


def _nearest(known: Followed) -> "Figure":
    return nearest_figure(*known.beside_the_world())


@dataclass(frozen=True)
class Panel:
    """A figure: its name, which is also its file's, what it shows in a few words, a caption, and how it is drawn.

    `draw` takes the evidence and raises `Missing`; `of_counts` where a table of counts is enough for it.
    """

    name: str
    about: str
    caption: str
    draw: Callable[..., "Figure"]
    of_counts: bool = False


PANELS = (
    Panel(
        "shares",
        "shares of the modes, stacked, over training",
        "Which share of the same latents shows which mode, at each snapshot of the raw generator. Full colour: the "
        "probe accepts the picture as one of that mode. Pale or grey: it rejects it as a picture of no mode; pale "
        "stands with the mode it is nearest to. The hatched seam along each border is how far the border might lie "
        "elsewhere had other latents been drawn (95%).",
        _shares,
        of_counts=True,
    ),
    Panel(
        "corrected",
        "shares corrected for the probe's mistakes",
        "Shares among the accepted pictures, with the probe's mistakes taken out. Bands are one standard error; the "
        "dashed line, or the marks at the right, are the shares of the world. Gaps: nothing was accepted.",
        _corrected,
    ),
    Panel(
        "filmstrip",
        "shares above, pictures of a few latents below",
        "The shares again, and below them what a few of the latents became: each row is one latent, and each picture "
        "stands under the moment it was made at.",
        _filmstrip,
    ),
    Panel(
        "recurrence",
        "moments of training with the same shares",
        "Left: each pair of moments, blue where their shares are the same as far as chance lets one tell. Stripes "
        "along the diagonal: training comes back again and again. One full square: it has come to rest. Blue at the "
        "diagonal only: it never came back. Right: how often two moments are the same, by the time between them.",
        _recurrence,
        of_counts=True,
    ),
    Panel(
        "periodogram",
        "strength of each rhythm against noise",
        "How strongly the shares swing at each rhythm, slow ones at the left. Blue: what noise with as much memory, "
        "but without a rhythm, would give. Below: how many times that noise it is. A peak over the dashed line is one "
        "that such noise makes, at any rhythm, in one run of a hundred. Red, where the verdict names a period: that "
        "period, and its 95% interval.",
        _periodogram,
        of_counts=True,
    ),
    Panel(
        "circulation",
        "which mode's latents become which",
        "Where the same latents go from one snapshot to the next: an arrow from mode to mode is what goes there less "
        "what comes back, as wide as it is strong. Grey arrows may be chance. Discs are as large as the mean share. "
        "Arrows all around a circle: the modes take turns.",
        _circulation,
    ),
    Panel(
        "hybrids",
        "pictures between two modes",
        "The in-betweens: the pictures of the last snapshot of which the probe can least tell what they show, and how "
        "it divides each between two modes. What is left of 100% goes to further modes.",
        _hybrids,
    ),
    Panel(
        "losses",
        "losses of both networks over training",
        "Each line of metrics faint, the running median strong.",
        _losses,
    ),
    Panel(
        "gradients",
        "gradient of each layer over training",
        "How hard each layer is pulled at each snapshot: the norm of its gradient. Yellow layers are the first of "
        "their network, blue ones the last. Lines that fall far below the others: layers that hardly learn.",
        _gradients,
    ),
    Panel(
        "activations",
        "activations of each layer over training",
        "What the layers give out. Spread: the standard deviation. Silent channels: the share that no picture wakes. "
        "Effective rank: in about how many independent ways pictures differ there; a fall towards 1 means that all "
        "pictures become alike inside the network.",
        _activations,
    ),
    Panel(
        "maps",
        "maps of some layers over training",
        "One channel of each layer, for the same latents at each moment: four of them in a square (for the "
        "discriminator, the pictures drawn from them). Paper is low, ink is high.",
        _maps,
    ),
    Panel(
        "distances",
        "distance of samples to the nearest picture of the world",
        "How far samples are from the nearest of some pictures of the world, as the probe sees them. 1 is how far "
        "pictures of the world lie from each other: far above it samples look like nothing in the world, far below "
        "it they would be copies.",
        _distances,
    ),
    Panel(
        "nearest",
        "samples beside the nearest picture of the world",
        "Samples of the last snapshot, and below each the picture of the world that is nearest to it in the probe's "
        "eyes, with the distance as in the figure before.",
        _nearest,
    ),
)


def drawn(known: Evidence) -> dict[str, "Figure | str"]:
    """Every panel that can be drawn from what is known, by name: a figure, or in words what it lacks."""
    found: dict[str, Figure | str] = {}
    for panel in PANELS:
        if isinstance(known, Followed) or panel.of_counts:
            try:
                found[panel.name] = panel.draw(known)
            except Missing as lack:
                found[panel.name] = str(lack)
    return found
