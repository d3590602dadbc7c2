"""Figures that hold pictures: fixed latents beside the shares, in-betweens, and samples beside the world's own."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..modes import ModeHistogram, shared_modes
from .shares import draw_shares, times_of
from .theme import FAINT, WIDTH, canvas, legend_inches, mode_legend, time_words

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Floats = NDArray[np.floating]
Pictures = NDArray[np.uint8]

LEFT, RIGHT = 0.72, 1.9  # inches beside the axes of a filmstrip, for numbers and legend
TILES = 14  # pictures along a filmstrip, at most
WIDEST = 0.75  # inches of a picture in a filmstrip


def thinned(times: Floats, most: int = TILES) -> NDArray[np.intp]:
    """Index of up to `most` of rising times (N,), at distances as even as they allow; the last one is in."""
    apart = (times[-1] - times[0]) / (most - 1) * (1 - 1e-9)
    chosen = [len(times) - 1]
    for index in range(len(times) - 2, -1, -1):
        if times[chosen[-1]] - times[index] >= apart:
            chosen.append(index)
    return np.array(chosen[::-1])


def filmstrip_figure(
    histograms: Sequence[ModeHistogram],
    nearest: Sequence[ModeHistogram] | None,
    moments: NDArray[np.integer],
    pictures: Pictures,
) -> "Figure":
    """The shares above, what a few fixed latents became below: both along one axis of time.

    Args:
        histograms: One a snapshot, in order.
        nearest: The same with none rejected, or None; see `shares_figure`.
        moments: int (M,), the snapshots whose pictures are shown.
        pictures: uint8 (M, R, H, W, C) of R fixed latents; C is 1 or 3.
    """
    modes, times = shared_modes(histograms), times_of(histograms, "kimg")
    shown = times[moments]
    inner = WIDTH - LEFT - RIGHT
    tile = _tile_width(shown, times[-1] - times[0], inner)
    span = max(times[-1] - times[0], 1e-3)
    side = inner * tile / (span + tile)  # inches
    rows, below = pictures.shape[1], 0.52 + legend_inches(modes)
    height = below + rows * side + 0.08 + 2.5 + 0.12
    limits = times[0] - tile / 2, times[0] + span + tile / 2
    with canvas(height, layout=None) as figure:
        place = (LEFT / WIDTH, inner / WIDTH)
        strip = figure.add_axes((place[0], below / height, place[1], rows * side / height))
        above = figure.add_axes((place[0], (below + rows * side + 0.08) / height, place[1], 2.5 / height))
        draw_shares(above, histograms, nearest, "kimg")
        above.set(xlim=limits, xticks=[])
        above.spines["bottom"].set_visible(False)
        for index, time in enumerate(shown):
            for row in range(rows):
                box = (time - tile / 2, time + tile / 2, rows - row - 1, rows - row)
                strip.imshow(_in_colour(pictures[index, row]), extent=box, aspect="auto")
        strip.set(xlim=limits, ylim=(0, rows), yticks=[], ylabel="fixed latents", xlabel=time_words("kimg"))
        strip.spines["left"].set_visible(False)
        mode_legend(above, modes)
    return figure


def _tile_width(shown: Floats, span: float, inches: float) -> float:
    """In units of time: no wider than the smallest distance between two, nor than `WIDEST`."""
    span = max(span, 1e-3)
    widest = span * WIDEST / (inches - WIDEST)
    return float(min(np.diff(shown).min(), widest)) if len(shown) > 1 else widest


def hybrids_figure(
    pictures: Pictures, labels: Sequence[Sequence[str]], colours: Sequence[Sequence[str]] = ()
) -> "Figure":
    """The in-betweens: pictures between two modes, each with what it mixes.

    Args:
        pictures: uint8 (N, H, W, C).
        labels: N times the lines under a picture, as "bars 52%".
        colours: N times a colour for each line; none when empty.
    """
    columns = 6
    rows = -(-len(pictures) // columns)
    lines = max(len(each) for each in labels)
    cell = WIDTH / columns
    high = cell + 0.17 * lines + 0.06
    with canvas(rows * high + 0.05, layout=None) as figure:
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set(xlim=(0, WIDTH), ylim=(rows * high + 0.05, 0))
        axes.axis("off")
        for index, picture in enumerate(pictures):
            left, top = index % columns * cell + 0.05, index // columns * high + 0.05
            _tile(axes, picture, left, top, cell - 0.1)
            for line, words in enumerate(labels[index]):
                y = top + cell - 0.1 + 0.13 + 0.17 * line
                x = left
                if colours:
                    axes.plot([left + 0.05], [y - 0.035], marker="o", ms=5, color=colours[index][line], clip_on=False)
                    x += 0.14
                axes.text(x, y, words, fontsize=7.5)
    return figure


def nearest_figure(samples: Pictures, world: Pictures, distances: Floats) -> "Figure":
    """Samples, each above the picture of the world nearest to it: is it new, or known by heart?

    Args:
        samples: uint8 (N, H, W, C).
        world: uint8 (N, H, W, C), the nearest picture of each.
        distances: (N,), how far one is from the other.
    """
    columns = min(8, max(len(samples), 1))
    rows, cell, left = -(-len(samples) // columns), (WIDTH - 0.75) / 8, 0.75
    high = 2 * cell + 0.3
    with canvas(rows * high + 0.05, layout=None) as figure:
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set(xlim=(0, WIDTH), ylim=(rows * high + 0.05, 0))
        axes.axis("off")
        for row in range(rows):
            for words, part in (("sample", 0.5), ("nearest\nof the\nworld", 1.5), ("how far", 2.12)):
                axes.text(0.05, row * high + part * cell, words, fontsize=8, va="center", color=FAINT)
        for index, (one, other, distance) in enumerate(zip(samples, world, distances, strict=True)):
            x, y = left + index % columns * cell, index // columns * high + 0.05
            _tile(axes, one, x, y, cell - 0.08)
            _tile(axes, other, x, y + cell - 0.04, cell - 0.08)
            axes.text(x, y + 2 * cell + 0.07, f"{distance:.2f}", fontsize=8, va="center")
    return figure


def _tile(axes: "Axes", picture: Pictures, left: float, top: float, side: float) -> None:
    axes.imshow(_in_colour(picture), extent=(left, left + side, top + side, top), aspect="auto")


def _in_colour(picture: Pictures) -> Pictures:
    return np.repeat(picture, 3 // picture.shape[-1], axis=-1)
