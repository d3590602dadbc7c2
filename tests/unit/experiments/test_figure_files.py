"""Figures as files: plain names, the same bytes for the same run, nothing replaced unasked."""

import json
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

import mosaics
from experiments import ExperimentsError, Run
from experiments.figure_files import counts_figures, write_figures
from experiments.figures.theme import DPI, WIDTH
from experiments.modes import ModeHistogram
from experiments.panels import PANELS
from experiments.scripted import drawn_counts, swinging_shares


@pytest.fixture(scope="module")
def files(example, tmp_path_factory):
    return write_figures(Run(example.run), tmp_path_factory.mktemp("figures") / "new")


def test_each_figure_is_there_as_png_and_svg(files):
    names = {path.stem for path in files}
    assert {"shares", "corrected", "filmstrip", "gradients", "circulation", "losses", "hybrids"} <= names
    assert names <= {panel.name for panel in PANELS}
    assert sorted(path.name for path in files) == sorted(f"{name}.{end}" for name in names for end in ("png", "svg"))
    assert all(path.is_file() for path in files)


def test_pngs_are_opaque_of_200_dpi_and_show_something(files):
    for path in (path for path in files if path.suffix == ".png"):
        with Image.open(path) as picture:
            assert picture.mode == "RGB"
            assert picture.width == round(WIDTH * DPI)
            assert picture.info["dpi"] == pytest.approx((DPI, DPI), abs=0.1)
            assert np.asarray(picture).std() > 1
        assert path.stat().st_size < 4e6


def test_svgs_are_well_formed_and_fetch_nothing(files):
    for path in (path for path in files if path.suffix == ".svg"):
        root = ElementTree.parse(path).getroot()
        links = [value for each in root.iter() for key, value in each.items() if key.endswith(("href", "src"))]
        assert all(link.startswith(("#", "data:")) for link in links)


def test_they_say_how_they_were_made(files, example):
    for path in files:
        if path.suffix == ".png":
            made = mosaics.read_provenance(path)
        else:
            made = json.loads(ElementTree.parse(path).getroot().find("{http://www.w3.org/2000/svg}metadata").text)
        assert made["figure"] == path.stem
        assert made["source_type"] == "dataDrivenMedia"
        assert made["data"] == Run(example.run).document["data"]


def test_the_same_run_gives_the_same_bytes(files, example, tmp_path):
    again = write_figures(Run(example.run), tmp_path)
    assert [path.name for path in again] == [path.name for path in files]
    for one, other in zip(files, again, strict=True):
        assert one.read_bytes() == other.read_bytes(), one.name


def counts(snapshots=20):
    return drawn_counts(swinging_shares(snapshots, 3, period=5, amplitude=0.05), np.random.default_rng(0), images=200)


def test_counts_alone_give_what_they_can(tmp_path):
    found = counts_figures(counts(), "step", tmp_path, ("svg",))
    assert [path.name for path in found] == ["shares.svg", "recurrence.svg", "periodogram.svg"]
    assert "steps of training" in found[0].read_text("utf-8")
    few = counts_figures(counts(2), "kimg", tmp_path / "few", ("png",))
    assert [path.name for path in few] == ["shares.png", "recurrence.png"]


def test_rejected_alone_and_one_mode_are_drawn_as_far_as_they_go(tmp_path):
    blind = [ModeHistogram(h.nimg, h.modes, np.zeros_like(h.counts), h.total) for h in counts()]
    assert "shares.png" in {path.name for path in counts_figures(blind, "nimg", tmp_path / "blind", ("png",))}
    one = [ModeHistogram(n * 1000, ("only",), np.array([9]), 1) for n in range(20)]
    assert [path.name for path in counts_figures(one, "nimg", tmp_path / "one", ("png",))] == ["shares.png"]


def test_nothing_is_replaced_unasked(tmp_path):
    first = counts_figures(counts(), "kimg", tmp_path, ("svg",))[0]
    first.write_text("mine")
    with pytest.raises(ExperimentsError, match=r"without figures, but .*shares.svg exists.*--force"):
        counts_figures(counts(), "kimg", tmp_path, ("svg",))
    assert first.read_text() == "mine"
    counts_figures(counts(), "kimg", tmp_path, ("svg",), force=True)
    assert first.read_text() != "mine"


@pytest.mark.parametrize("formats", [(), ("png", "pdf")])
def test_other_formats_are_said_to_be_none(formats, tmp_path):
    with pytest.raises(ExperimentsError, match="expected formats of png and svg"):
        counts_figures(counts(), "kimg", tmp_path, formats)
    assert not list(tmp_path.iterdir())
