"""Spectrograms of sounds: how loud each pitch is at each moment."""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

import mosaics

from ..figure_files import SOURCE, raster_of_figure
from ..figures.theme import BLUE, INK, PAPER, RED, canvas
from .sounding import SoundAsked, sound_of, tones_in_words

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from ..original import Original

_WINDOW = 4096  # samples: 12 Hz apart at 48 kHz
_COLUMNS, _ROWS = 900, 360
_QUIET = -90.0  # dB below the loudest, where the ramp begins
_LOW, _TICKS = 30.0, (50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000)


def loudness_of(samples: np.ndarray, rate: int, *, loop: bool) -> np.ndarray:
    """dB below the loudest, (_ROWS, _COLUMNS): pitches upwards on a logarithmic scale from 30 Hz, moments rightwards.

    Args:
        samples: float (N, 2), of which the power of both ears is added.
        rate: samples a second.
        loop: whether the window goes on from the end to the beginning; else there is silence.
    """
    window = np.hanning(_WINDOW)
    around = np.pad(samples, ((_WINDOW // 2, _WINDOW // 2), (0, 0)), mode="wrap" if loop else "constant")
    starts = np.linspace(0, len(samples) - 1, _COLUMNS).astype(int)
    power = np.stack([_power(around[start : start + _WINDOW], window) for start in starts], axis=1)
    pitches = np.geomspace(_LOW, rate / 2, _ROWS)
    place = pitches * _WINDOW / rate
    below = np.minimum(place.astype(int), len(power) - 2)
    share = (place - below)[:, None]
    found = 10 * np.log10(np.maximum(power[below] * (1 - share) + power[below + 1] * share, 1e-30))
    return np.maximum(found - found.max(), _QUIET)


def figure_of(asked: SoundAsked, samples: np.ndarray) -> "Figure":
    """The spectrogram of a sound, with its axes."""
    from matplotlib.colors import LinearSegmentedColormap
    from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

    ramp = LinearSegmentedColormap.from_list("loudness", [INK, BLUE, RED, PAPER])
    with canvas(4.2) as figure:
        axes = figure.add_subplot()
        seconds = len(samples) / asked.rate
        loud = loudness_of(samples, asked.rate, loop=asked.loop)
        edges = np.geomspace(_LOW, asked.rate / 2, _ROWS + 1), np.linspace(0, seconds, _COLUMNS + 1)
        drawn = axes.pcolormesh(edges[1], edges[0], loud, cmap=ramp, vmin=_QUIET, vmax=0, rasterized=True)
        axes.set_yscale("log")
        axes.yaxis.set_major_locator(FixedLocator([tick for tick in _TICKS if tick < asked.rate / 2]))
        axes.yaxis.set_minor_locator(NullLocator())
        axes.yaxis.set_major_formatter(FuncFormatter(lambda hertz, _: f"{hertz:,.0f}"))
        axes.set(xlabel="seconds", ylabel="Hz")
        made = f", seed {asked.recipe.seed}" if asked.recipe.origin is None else ""
        axes.set_title(f"{tones_in_words(asked.tones)}{made}{', a loop' if asked.loop else ''}")
        figure.colorbar(drawn, ax=axes, label="dB below the loudest", pad=0.01)
    return figure


def save_spectrogram(asked: SoundAsked, samples: np.ndarray, out: Path, *, force: bool = False) -> Path:
    """Draw the spectrogram of a sound into a file, which carries what the sound is made of."""
    facts = {"kind": "cppn spectrogram", **asked.facts()}
    return mosaics.save_picture(
        raster_of_figure(figure_of(asked, samples)), out, provenance=facts, source_type=SOURCE, force=force
    )


def spectrogram_again(original: "Original") -> mosaics.Raster:
    """A spectrogram from its record: the sound is computed once more."""
    asked = SoundAsked.from_facts(original.made)
    return raster_of_figure(figure_of(asked, sound_of(asked, report=original.report)))


def _power(part: np.ndarray, window: np.ndarray) -> np.ndarray:
    return (np.abs(np.fft.rfft(part * window[:, None], axis=0)) ** 2).sum(axis=1)
