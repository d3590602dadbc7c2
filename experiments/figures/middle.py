"""What happens inside both networks: numbers of each layer over training, and maps of some."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from .theme import BLUE, FAINT, INK, PAPER, WIDTH, canvas, mixed, time_axis, time_words

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Floats = NDArray[np.floating]

NETWORKS = ("generator", "discriminator")
DEPTHS = ("#e0a13a", "#d1543d", "#8a3fa0", "#2f3f8f")  # the colours of layers, from latent or picture inwards
BLUES = (PAPER, BLUE, INK)  # of a map, from nothing to full


def layers_figure(times: Floats, layers: Sequence[str], rows: Sequence[tuple[str, Floats, bool]]) -> "Figure":
    """Numbers of each layer over training, the generator's at the left, the discriminator's at the right.

    Args:
        times: (S,) in thousands of images.
        layers: L names, as "generator/03 BatchNormalization".
        rows: Of plots, from the top: what is counted, its values (S, L), NaN where a layer has none, and whether the
            axis is logarithmic.
    """
    with canvas(1.9 * len(rows) + 1.9) as figure:
        plots = figure.subplots(len(rows), 2, sharex=True, squeeze=False)
        handles: dict[str, dict] = {name: {} for name in NETWORKS}
        for (label, values, log), pair in zip(rows, plots, strict=True):
            for axes, network in zip(pair, NETWORKS, strict=True):
                own = [k for k, layer in enumerate(layers) if layer.startswith(f"{network}/")]
                known = np.where(np.isfinite(values) & ((values > 0) | (not log)), values, np.nan)
                own = [k for k in own if np.isfinite(known[:, k]).any()]
                for k in own:
                    colour = _depth(layers[k], layers)
                    handles[network][layers[k]] = axes.plot(times, known[:, k], color=colour, lw=1.3)[0]
                _axis(axes, times, label, log and bool(own))
                if not own:
                    axes.text(0.5, 0.5, "there is none", ha="center", color=FAINT, transform=axes.transAxes)
                    axes.set_yticks([])
        for axes, network in zip(plots[0], NETWORKS, strict=True):
            axes.set_title(network)
        for axes in plots[-1]:
            axes.set_xlabel("thousand images")
        for network, place in zip(NETWORKS, ("outside lower left", "outside lower right"), strict=True):
            found = dict(sorted(handles[network].items()))
            names = [layer.split("/", 1)[1] for layer in found]
            figure.legend(found.values(), names, loc=place, ncols=2, fontsize=7, handlelength=1.4)  # type: ignore[call-overload]
    return figure


def _axis(axes: "Axes", times: Floats, label: str, log: bool) -> None:
    axes.set_xlim(times[0], max(times[-1], times[0] + 1e-3))
    axes.set_ylabel(label)
    if not log:
        axes.set_ylim(min(0, axes.get_ylim()[0]) if axes.dataLim.y0 < 0 else 0, max(axes.get_ylim()[1], 0.05))
        return
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

    axes.set_yscale("log")
    low, high = axes.get_ylim()
    axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5) if high / low < 50 else (1,), numticks=12))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.yaxis.set_minor_formatter(NullFormatter())


def _depth(layer: str, layers: Sequence[str]) -> str:
    """The colour of a layer by its place between the first and the last of its network."""
    own = [each for each in layers if each.split("/")[0] == layer.split("/")[0]]
    place = own.index(layer) / max(len(own) - 1, 1) * (len(DEPTHS) - 1)
    low = min(int(place), len(DEPTHS) - 2)
    return mixed(DEPTHS[low], DEPTHS[low + 1], place - low)


def closeness_figure(times: Floats, closeness: Floats, range_of_world: tuple[float, float]) -> "Figure":
    """How far samples are from the nearest picture of the world, over training: half of them in the band.

    Args:
        times: (S,) in thousands of images.
        closeness: (S, P), distances in units of those between pictures of the world, so that these lie around 1.
        range_of_world: Between which nine in ten of the world's own lie, in the same unit.
    """
    with canvas(2.9) as figure:
        axes = figure.add_subplot()
        low, middle, high = np.quantile(closeness, (0.25, 0.5, 0.75), axis=1)
        axes.axhspan(*range_of_world, color=FAINT, alpha=0.18, lw=0, label="pictures of the\nworld themselves")
        axes.fill_between(times, low, high, color=BLUE, alpha=0.25, lw=0)
        axes.plot(times, middle, color=BLUE, lw=1.8, marker="o", ms=2, label="samples: median,\nhalf in the band")
        axes.set(ylim=(0, None), ylabel="distance to the nearest")
        time_axis(axes, times, "kimg")
        axes.legend(loc="upper left", bbox_to_anchor=(1.01, 1), borderaxespad=0)
    return figure


def maps_figure(times: Floats, layers: Sequence[str], maps: Sequence[Sequence[NDArray[np.uint8]]]) -> "Figure":
    """What some layers make of the same latents over training: a row a layer, a column a moment.

    Args:
        times: (T,) in thousands of images, few enough for one row.
        layers: R names.
        maps: T times R maps uint8 (M, h, w), the channel that is shown of M latents, laid out in a square.
    """
    from matplotlib.colors import LinearSegmentedColormap

    left, cell = 1.3, (WIDTH - 1.35) / max(len(times), 8)
    height = len(layers) * cell + 0.55
    with canvas(height, layout=None) as figure:
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set(xlim=(0, WIDTH), ylim=(height, 0))
        axes.axis("off")
        ramp = LinearSegmentedColormap.from_list("map", BLUES)
        for row, layer in enumerate(layers):
            words = layer.replace("/", "\n")
            axes.text(0.08, 0.05 + (row + 0.5) * cell, words, fontsize=7, va="center", linespacing=1.3)
        for column, (time, moment) in enumerate(zip(times, maps, strict=True)):
            x = left + column * cell
            for row, each in enumerate(moment):
                y = 0.05 + row * cell
                shown = (ramp(_square(each) / 255.0)[..., :3] * 255).round().astype(np.uint8)
                axes.imshow(shown, extent=(x, x + cell - 0.05, y + cell - 0.05, y), aspect="auto")
            y = 0.05 + len(layers) * cell + 0.1
            axes.text(x + cell / 2 - 0.025, y, f"{time:.3g}", fontsize=8, ha="center", va="center")
        axes.text(left, height - 0.13, time_words("kimg"), fontsize=8, color=FAINT, va="center")
    return figure


def _square(maps: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """(M, h, w) as one picture of the first four in two rows, or of the first alone."""
    if len(maps) < 4:
        return maps[0]
    return np.concatenate([np.concatenate(list(maps[i : i + 2]), axis=1) for i in (0, 2)])
