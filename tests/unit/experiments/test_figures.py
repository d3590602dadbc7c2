"""Figures: each draws something at its size, the same every time, whatever its modes are called and however few."""

import re
from types import SimpleNamespace
from xml.etree import ElementTree

import numpy as np
import pytest

from experiments import ModeHistogram
from experiments.figures import (
    circulation_figure,
    closeness_figure,
    corrected_figure,
    filmstrip_figure,
    hybrids_figure,
    layers_figure,
    losses_figure,
    maps_figure,
    mode_colours,
    nearest_figure,
    periodogram_figure,
    png_pixels,
    recurrence_figure,
    shares_figure,
    svg_text,
)
from experiments.figures.pictures import thinned
from experiments.figures.rhythm import Line
from experiments.figures.theme import DPI, PAPER, WIDTH
from experiments.recurring import recurrence
from experiments.scripted import drawn_counts, swinging_shares

SVG = "{http://www.w3.org/2000/svg}"
ODD = ("a & b", "<script>", "$x^2$", "_private", "no_name_but_a_very_long_one_indeed", "", "日本")


def counts(snapshots=12, modes=3, named=None):
    drawn = drawn_counts(
        swinging_shares(snapshots, modes, period=5, amplitude=0.02), np.random.default_rng(0), images=200
    )
    return [ModeHistogram(h.nimg, named or h.modes, h.counts) for h in drawn]


def all_rejected(histograms):
    return [ModeHistogram(h.nimg, h.modes, np.zeros_like(h.counts), h.total) for h in histograms]


def pictures(*shape, channels=3):
    return np.random.default_rng(1).integers(0, 255, (*shape, 16, 16, channels)).astype(np.uint8)


def spectrum():
    frequencies = np.arange(4, 40) / 200
    power = np.random.default_rng(2).exponential(size=36)
    return SimpleNamespace(frequencies=frequencies, power=power, null=np.ones(36), level=np.full(36, 9.0))


def flow(modes):
    raw = np.random.default_rng(3).standard_normal((modes, modes))
    return (raw - raw.T) / 100


def shares(rows, modes=3):
    return swinging_shares(rows, modes, period=5, amplitude=0.02)


TIMES = np.arange(12.0)
GAPS = np.where(np.arange(12)[:, None] % 4, shares(12), np.nan)
FIGURES = {
    "shares": lambda: shares_figure(counts()),
    "shares of steps": lambda: shares_figure(counts(), unit="step"),
    "shares, pale": lambda: shares_figure(all_rejected(counts()), counts()),
    "shares, all rejected": lambda: shares_figure(all_rejected(counts())),
    "shares of one mode": lambda: shares_figure([ModeHistogram(n, ("only",), np.array([9]), 1) for n in (0, 1000)]),
    "shares, one snapshot": lambda: shares_figure(counts(1)),
    "shares of 40": lambda: shares_figure(counts(modes=40)),
    "shares, odd names": lambda: shares_figure(counts(modes=7, named=ODD)),
    "corrected": lambda: corrected_figure(TIMES, "abc", shares(12), np.full((12, 3), 0.02), np.full(3, 1 / 3)),
    "corrected, uneven world": lambda: corrected_figure(TIMES, "abc", GAPS, GAPS / 9, np.array([0.5, 0.3, 0.2])),
    "corrected, nothing": lambda: corrected_figure(TIMES, "abc", GAPS * np.nan, GAPS * np.nan),
    "losses": lambda: losses_figure(TIMES, TIMES / 9, np.where(TIMES == 4, np.nan, TIMES)),
    "losses, one line": lambda: losses_figure(TIMES[:1], TIMES[:1], TIMES[:1]),
    "recurrence": lambda: recurrence_figure(TIMES, recurrence(counts())),
    "recurrence of two": lambda: recurrence_figure(TIMES[:2], recurrence(counts(2)), "step"),
    "recurrence, uneven": lambda: recurrence_figure(TIMES**2, recurrence(counts())),
    "periodogram": lambda: periodogram_figure(spectrum(), Line(20, 19, 21.5)),
    "periodogram, no line": lambda: periodogram_figure(spectrum(), unit="step"),
    "periodogram, no interval": lambda: periodogram_figure(spectrum(), Line(5.5)),
    "circulation": lambda: circulation_figure(flow(5), np.full((5, 5), 0.01), ODD[:5], np.full(5, 0.2)),
    "circulation of two": lambda: circulation_figure(flow(2), None, "ab"),
    "circulation of 40": lambda: circulation_figure(flow(40), None, [f"mode {k}" for k in range(40)]),
    "circulation, none": lambda: circulation_figure(np.zeros((3, 3)), np.zeros((3, 3)), "abc", np.full(3, np.nan)),
    "filmstrip": lambda: filmstrip_figure(counts(), counts(), thinned(TIMES), pictures(12, 4)),
    "filmstrip of grey": lambda: filmstrip_figure(counts(), None, thinned(TIMES), pictures(12, 4, channels=1)),
    "filmstrip of two": lambda: filmstrip_figure(counts(2), None, thinned(TIMES[:2]), pictures(2, 3)),
    "filmstrip of one": lambda: filmstrip_figure(counts(1), None, thinned(TIMES[:1]), pictures(1, 3)),
    "filmstrip of 40": lambda: filmstrip_figure(counts(modes=40), None, thinned(TIMES), pictures(12, 2)),
    "hybrids": lambda: hybrids_figure(pictures(7), [["a 60%", "b 30%"]] * 7, [["#ff0000", "#00ff00"]] * 7),
    "one hybrid": lambda: hybrids_figure(pictures(1), [ODD[:2]]),
    "nearest": lambda: nearest_figure(pictures(10), pictures(10, channels=1), np.arange(10.0)),
}


LAYERS = ("generator/00 Dense", "generator/01 ReLU", "discriminator/00 Conv2D")
SEEN = np.random.default_rng(4).random((12, 3)) * [1, np.nan, 0]
MAPS = np.random.default_rng(5).integers(0, 255, (12, 2, 4, 8, 8)).astype(np.uint8)
FIGURES |= {
    "layers": lambda: layers_figure(TIMES, LAYERS, [("norm", SEEN, True), ("dead", SEEN, False)]),
    "layers, one moment": lambda: layers_figure(TIMES[:1], LAYERS, [("norm", SEEN[:1], True)]),
    "maps": lambda: maps_figure(TIMES, LAYERS[:2], MAPS),
    "maps of one": lambda: maps_figure(TIMES[:1], LAYERS[:2], MAPS[:1, :, :1]),
    "closeness": lambda: closeness_figure(TIMES, 1 + np.random.default_rng(6).random((12, 8)), (0.5, 2.0)),
}


@pytest.mark.parametrize("name", FIGURES)
def test_each_draws_something_on_paper_as_wide_as_all_and_whole_as_svg(name):
    figure = FIGURES[name]()
    pixels = png_pixels(figure)
    paper = [int(PAPER[i : i + 2], 16) for i in (1, 3, 5)]
    assert pixels.shape[1] == round(WIDTH * DPI)
    assert pixels.shape[0] < 2200
    assert (pixels != paper).any(2).mean() > 0.01
    assert (pixels[[0, -1], :][:, [0, -1]] == paper).all()
    text = svg_text(figure)
    root = ElementTree.fromstring(text)
    assert root.tag == f"{SVG}svg"
    links = [value for each in root.iter() for key, value in each.items() if key.endswith("href")]
    assert all(link.startswith(("#", "data:image/png;base64,")) for link in links)
    assert "url(http" not in text


@pytest.mark.parametrize("name", ["shares", "filmstrip", "circulation", "recurrence"])
def test_the_same_data_give_the_same_bytes(name):
    one, other = FIGURES[name](), FIGURES[name]()
    assert svg_text(one) == svg_text(other)
    assert png_pixels(one).tobytes() == png_pixels(other).tobytes()


def test_a_figure_is_the_same_after_it_was_drawn_as_pixels():
    figure = FIGURES["shares"]()
    before = svg_text(figure)
    png_pixels(figure)
    assert svg_text(figure) == before


def words(figure):
    return ["".join(each.itertext()) for each in ElementTree.fromstring(svg_text(figure)).iter(f"{SVG}text")]


def test_names_stand_as_they_are():
    found = words(FIGURES["shares, odd names"]())
    assert {"a & b", "<script>", "$x^2$", "private", "(no name)", "日本"} <= set(found)
    assert any(each.endswith("…") for each in found)


def test_legends_name_every_mode():
    assert {f"mode {k}" for k in range(40)} <= set(words(FIGURES["shares of 40"]()))


def test_the_period_and_its_interval_are_said():
    found = " ".join(words(FIGURES["periodogram"]()))
    assert "one turn in 20 kimg" in found
    assert "95%: 19 to 21.5" in found


def test_a_border_has_the_error_of_the_share_below_it():
    histograms = [ModeHistogram(n, ("a", "b"), np.array([100, 300])) for n in (0, 1000)]
    axes = shares_figure(histograms).axes[0]
    seam = next(each for each in axes.collections if each.get_hatch())
    heights = np.unique(seam.get_paths()[0].vertices[:, 1].round(6))
    error = 1.959964 * np.sqrt(0.25 * 0.75 / 400)
    assert heights == pytest.approx([0.25 - error, 0.25 + error], abs=1e-5)


def test_arrows_are_in_full_only_beyond_their_error():
    net = np.array([[0, 0.02, 0], [-0.02, 0, 0.01], [0, -0.01, 0]])
    errors = np.full((3, 3), 0.007)
    arrows = [each for each in circulation_figure(net, errors, "abc").axes[0].patches if "Arrow" in type(each).__name__]
    assert len(arrows) == 2
    faint, full = sorted(arrows, key=lambda each: each.get_zorder())
    assert full.get_facecolor()[:3] == pytest.approx([int(mode_colours(3)[0][i : i + 2], 16) / 255 for i in (1, 3, 5)])
    assert np.ptp(faint.get_facecolor()[:3]) < 0.1


@pytest.mark.parametrize(
    "times", [np.arange(49.0), np.arange(200.0), np.array([0, 1, 2, 2.1, 2.2, 9, 30]), np.zeros(1)]
)
def test_pictures_in_a_strip_never_overlap_and_end_with_the_last(times):
    chosen = times[thinned(times)]
    assert len(chosen) <= 14
    assert chosen[-1] == times[-1]
    assert (np.diff(chosen) >= (times[-1] - times[0]) / 13 * 0.999).all()


@pytest.mark.parametrize("count", [1, 2, 6, 20])
def test_every_mode_has_a_colour_of_its_own(count):
    found = mode_colours(count)
    assert len(set(found)) == count
    assert all(re.fullmatch("#[0-9a-f]{6}", colour) for colour in found)


def test_the_legend_of_shares_says_what_was_rejected():
    sure = counts()
    for figure, words in (
        (shares_figure(all_rejected(sure)), {"rejected"}),
        (shares_figure(all_rejected(sure), sure), {"pale: rejected"}),
        (shares_figure(sure, sure), set()),
    ):
        said = {text.get_text() for text in figure.axes[0].get_legend().get_texts()}
        assert {each for each in said if "rejected" in each} == words
