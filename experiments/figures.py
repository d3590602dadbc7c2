"""The figures of a run, each as the text of one SVG: drawn by matplotlib, in the colours of the house."""

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from procgen.color import hex_from_oklch, max_chroma

from .following import ModeSeries
from .modes import ModeHistogram

INK, FAINT, PAPER = "#201e1c", "#8a857c", "#f3f0e8"
OFF_WORLD = "#cdc8bd"


def mode_colours(count: int) -> list[str]:
    """`count` hues of the OKLCH wheel as #rrggbb, lightness alternating so that neighbours differ in grey too."""
    hues = (np.arange(count) * 360 / count + 25) % 360
    lights = np.where(np.arange(count) % 2, 0.76, 0.58)
    chroma = 0.8 * max_chroma(lights, hues)
    return [hex_from_oklch(np.array([light, c, h])) for light, c, h in zip(lights, chroma, hues, strict=True)]


def stacked_shares(accepted: list[ModeHistogram], nearest: list[ModeHistogram]) -> str:
    """Shares of the modes over training, stacked to 1: full colour where the probe accepts, pale where it rejects.

    The pale part of a mode's band are the pictures that are none of the world's and come nearest to this mode.
    """
    kimg = np.array([h.nimg for h in accepted]) / 1000
    sure = np.array([h.counts / h.total for h in accepted])
    pale = np.array([h.counts / h.total for h in nearest]) - sure
    colours = mode_colours(sure.shape[1])
    with _figure(8.6, 3.6) as (axes, svg):
        bands = np.stack([sure, pale], axis=2).reshape(len(kimg), -1).T
        fills = [fill for colour in colours for fill in (colour, _pale(colour))]
        axes.stackplot(kimg, bands, colors=fills, edgecolor=PAPER, linewidth=0.6)
        _time_axis(axes, kimg)
        axes.set(ylim=(0, 1), ylabel="share of fixed latents")
        _legend(axes, accepted[0].modes, [*colours])
    return svg()


def corrected_shares_figure(series: ModeSeries) -> str:
    """Shares of the accepted pictures, the probe's mistakes taken out: a line a mode, bands of one standard error."""
    kimg = series.nimg / 1000
    with _figure(8.6, 3.2) as (axes, svg):
        for column, colour in enumerate(mode_colours(len(series.modes))):
            middle, error = series.corrected[:, column], series.errors[:, column]
            axes.fill_between(
                kimg, np.clip(middle - error, 0, 1), np.clip(middle + error, 0, 1), color=colour, alpha=0.22, lw=0
            )
            axes.plot(kimg, middle, color=colour, lw=1.6)
        axes.axhline(1 / len(series.modes), color=FAINT, lw=0.8, ls=(0, (4, 4)))
        _time_axis(axes, kimg)
        axes.set(ylim=(0, None), ylabel="corrected share")
        _legend(axes, series.modes, mode_colours(len(series.modes)))
    return svg()


def losses(metrics: list[dict[str, float]]) -> str:
    """Both losses over training: each line of metrics faint, their running median strong."""
    kimg = np.array([line["nimg"] for line in metrics]) / 1000
    with _figure(8.6, 2.8) as (axes, svg):
        for name, label, colour in (("d_loss", "discriminator", "#3d6fd1"), ("g_loss", "generator", "#d1543d")):
            values = np.array([line[name] for line in metrics])
            axes.plot(kimg, values, color=colour, lw=0.6, alpha=0.3)
            axes.plot(kimg, _running_median(values), color=colour, lw=1.8, label=label)
        _time_axis(axes, kimg)
        axes.set(ylabel="loss")
        axes.legend(loc="upper left", bbox_to_anchor=(1.01, 1), frameon=False, labelcolor=INK)
    return svg()


def _running_median(values: np.ndarray) -> np.ndarray:
    half = max(1, len(values) // 60)
    padded = np.pad(values, half, mode="edge")
    return np.median(np.lib.stride_tricks.sliding_window_view(padded, 2 * half + 1), axis=1)


def _pale(colour: str) -> str:
    """`colour` mixed into the off-world grey: three parts of paper to one of colour."""
    mixed = [round(0.3 * int(colour[i : i + 2], 16) + 0.7 * int(OFF_WORLD[i : i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(f"{value:02x}" for value in mixed)


def _legend(axes: Any, modes: tuple[str, ...], colours: list[str]) -> None:
    from matplotlib.patches import Patch

    patches = [Patch(color=colour, label=mode.replace("_", " ")) for mode, colour in zip(modes, colours, strict=True)]
    axes.legend(handles=patches[::-1], loc="upper left", bbox_to_anchor=(1.01, 1), frameon=False, labelcolor=INK)


def _time_axis(axes: Any, kimg: np.ndarray) -> None:
    axes.set_xlim(kimg[0], max(kimg[-1], kimg[0] + 1e-3))
    axes.set_xlabel("thousand images shown to the discriminator")


@contextmanager
def _figure(width: float, height: float) -> Iterator[tuple[Any, Callable[[], str]]]:
    """(axes, a function that gives the finished SVG's text)."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    style: dict[Any, Any] = {
        "svg.fonttype": "none",
        "svg.hashsalt": "synchromy",
        "font.family": "sans-serif",
        "font.size": 10,
        "axes.edgecolor": FAINT,
        "axes.labelcolor": INK,
        "xtick.color": INK,
        "ytick.color": INK,
        "axes.spines.top": False,
        "axes.spines.right": False,
    }
    with mpl.rc_context(style):
        figure = Figure(figsize=(width, height), facecolor="none", layout="constrained")
        axes = figure.add_subplot(facecolor="none")

        def svg() -> str:
            with mpl.rc_context(style):
                page = io.StringIO()
                figure.savefig(page, format="svg", metadata={"Date": None})
            text = page.getvalue()
            return text[text.index("<svg") :]

        yield axes, svg
