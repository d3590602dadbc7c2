"""Shares of modes over training, stacked and as lines, and the losses beside them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..modes import Z_TWO_SIDED, ModeHistogram, shared_modes
from .theme import (
    BLUE,
    FAINT,
    INK,
    OFF_WORLD,
    PAPER,
    RED,
    canvas,
    legend_inches,
    mixed,
    mode_colours,
    mode_legend,
    time_axis,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Floats = NDArray[np.floating]


def times_of(histograms: Sequence[ModeHistogram], unit: str) -> Floats:
    """Times (N,) as figures count them: thousands of images, or steps as they are."""
    return np.array([h.nimg for h in histograms]) / (1 if unit == "step" else 1000)


def shares_figure(
    histograms: Sequence[ModeHistogram], nearest: Sequence[ModeHistogram] | None = None, unit: str = "kimg"
) -> "Figure":
    """Shares of the modes over training, stacked to 1, with the error of every border.

    Args:
        histograms: Counts, one a snapshot. Full colour is what the probe accepts as a picture of the mode.
        nearest: The same pictures with none rejected: the rest of a mode's band is drawn pale. Without it, all that
            was rejected is one grey band on top.
        unit: "kimg", or "step" for times that count steps.
    """
    modes = shared_modes(histograms)
    with canvas(3.7 + legend_inches(modes)) as figure:
        axes = figure.add_subplot()
        draw_shares(axes, histograms, nearest, unit)
        time_axis(axes, times_of(histograms, unit), unit)
        mode_legend(axes, modes, _rejected(histograms, "rejected" if nearest is None else "pale: rejected"))
    return figure


def draw_shares(
    axes: "Axes", histograms: Sequence[ModeHistogram], nearest: Sequence[ModeHistogram] | None, unit: str
) -> None:
    """The stack of `shares_figure` on axes, without time axis and legend.

    The error of a border is that of the share below it, C: 1.96 sqrt(C (1 - C) / n) of n independent latents.
    """
    times = times_of(histograms, unit)
    images = np.array([h.total for h in histograms])
    sure = np.array([h.counts for h in histograms]) / images[:, None]
    whole = sure if nearest is None else np.array([h.counts for h in nearest]) / images[:, None]
    colours = mode_colours(sure.shape[1])
    layers = np.stack([sure, whole - sure], axis=2).reshape(len(times), -1).T
    fills = [fill for colour in colours for fill in (colour, mixed(OFF_WORLD, colour, 0.3))]
    rest = np.maximum(1 - whole.sum(1), 0)
    axes.stackplot(times, [*layers, rest], colors=[*fills, OFF_WORLD], lw=0)
    for border in whole.cumsum(1).T[: None if rest.any() else -1]:
        error = Z_TWO_SIDED * np.sqrt(np.clip(border * (1 - border), 0, None) / images)
        low, high = np.clip(border - error, 0, 1), np.clip(border + error, 0, 1)
        axes.fill_between(times, low, high, facecolor="none", edgecolor=PAPER, hatch="//////", lw=0)
        axes.plot(times, border, color=PAPER, lw=1)
    axes.set(ylim=(0, 1), ylabel="share of latents")


def _rejected(histograms: Sequence[ModeHistogram], words: str) -> list[tuple[str, str]]:
    return [(OFF_WORLD, words)] if any(h.rejected for h in histograms) else []


def corrected_figure(
    times: Floats, modes: Sequence[str], shares: Floats, errors: Floats, world: Floats | None = None
) -> "Figure":
    """Shares of the accepted pictures, the probe's mistakes taken out: a line a mode, bands of one standard error.

    Args:
        times: (N,) in thousands of images.
        modes: Names of the K modes.
        shares: (N, K), NaN where nothing was accepted: a gap.
        errors: (N, K), their standard errors.
        world: (K,), the shares of the world: a dashed line where even, else marked at the right; None marks nothing.
    """
    with canvas(3.4 + legend_inches(modes)) as figure:
        axes = figure.add_subplot()
        colours = mode_colours(len(modes))
        for colour, middle, error in zip(colours, shares.T, errors.T, strict=True):
            low, high = np.clip(middle - error, 0, 1), np.clip(middle + error, 0, 1)
            axes.fill_between(times, low, high, color=colour, alpha=0.22, lw=0)
            axes.plot(times, middle, color=colour, lw=1.6, marker="o", ms=1.5)
        if not np.isfinite(shares).any():
            axes.text(0.5, 0.5, "nothing was accepted in any snapshot", ha="center", transform=axes.transAxes)
        time_axis(axes, times, "kimg")
        axes.set(ylim=(0, None), ylabel="corrected share")
        if world is not None and np.allclose(world, world[0]):
            axes.axhline(world[0], color=FAINT, lw=0.8, ls=(0, (4, 4)))
        elif world is not None:
            right = axes.get_yaxis_transform()
            for colour, due in zip(colours, world, strict=True):
                axes.plot(1, due, marker="<", ms=5, color=colour, transform=right, clip_on=False)
        mode_legend(axes, modes)
    return figure


def losses_figure(times: Floats, discriminator: Floats, generator: Floats) -> "Figure":
    """Both losses (N,) over times (N,) in thousands of images: each value faint, the running median strong."""
    with canvas(2.9) as figure:
        axes = figure.add_subplot()
        axes.axhline(0, color=FAINT, lw=0.6)
        for label, values, colour in (("discriminator", discriminator, BLUE), ("generator", generator, RED)):
            axes.plot(times, values, color=colour, lw=0.6, alpha=0.3)
            axes.plot(times, _running_median(values), color=colour, lw=1.8, label=label)
        time_axis(axes, times, "kimg")
        axes.set(ylabel="loss")
        axes.legend(loc="upper left", bbox_to_anchor=(1.01, 1), borderaxespad=0, labelcolor=INK)
    return figure


def _running_median(values: Floats) -> Floats:
    half = max(1, len(values) // 60)
    padded = np.pad(values, half, mode="edge")
    return np.median(np.lib.stride_tricks.sliding_window_view(padded, 2 * half + 1), axis=1)
