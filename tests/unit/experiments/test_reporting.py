"""The report is one page that needs nothing else; the series under its figures are what the snapshots hold."""

import base64
import html.parser
import io

import numpy as np
import pytest
from PIL import Image

from experiments import Confusion, ModeHistogram, Run, write_report
from experiments.figures import mode_colours
from experiments.following import mode_series


class Links(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.found, self.open = [], []

    def handle_starttag(self, tag, attributes):
        self.found += [value for name, value in attributes if name in ("src", "href", "xlink:href", "action")]


@pytest.fixture(scope="module")
def page(example, tmp_path_factory):
    out = tmp_path_factory.mktemp("report") / "report.html"
    write_report(Run(example.run), out)
    return out.read_text()


def test_it_fetches_nothing(page):
    links = Links()
    links.feed(page)
    assert links.found
    assert all(link.startswith(("data:image/webp;base64,", "#")) for link in links.found)
    assert "<script" not in page
    assert "url(http" not in page


def test_every_picture_in_it_opens(page):
    links = Links()
    links.feed(page)
    pictures = [link.split(",", 1)[1] for link in links.found if link.startswith("data:")]
    assert len(pictures) == 4  # mosaic, world, samples, filmstrip
    for data in pictures:
        pixels = np.asarray(Image.open(io.BytesIO(base64.b64decode(data))))
        assert pixels.std() > 1


def test_it_says_what_was_seen(page, example):
    run = Run(example.run)
    assert page.count("<svg") == 3
    for mode in run.modes:
        assert mode.replace("_", " ") in page
    assert "Too short to say" in page
    assert "$" not in page.split("<main>")[1].replace("$DATA", "")


def test_the_series_is_that_of_the_snapshots():
    modes = ("a", "b")
    confusion = Confusion(modes, np.array([[90, 5], [8, 92], [2, 3]]))
    histograms = [
        ModeHistogram(0, modes, np.array([0, 0]), 10),
        ModeHistogram(5, modes, np.array([45, 46]), 9),
        ModeHistogram(10, modes, np.array([90, 8]), 2),
    ]
    series = mode_series(histograms, confusion)
    assert series.nimg.tolist() == [0, 5, 10]
    assert series.rejected == pytest.approx([1.0, 0.09, 0.02])
    assert np.isnan(series.corrected[0]).all()
    assert series.corrected[2] == pytest.approx([1.0, 0.0], abs=1e-9)
    assert (series.errors[1] > 0).all()


@pytest.mark.parametrize("count", [1, 2, 6, 20])
def test_every_mode_has_a_colour_of_its_own(count):
    assert len(set(mode_colours(count))) == count
