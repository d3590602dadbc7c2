"""The report is one page that needs nothing else, whatever a run holds; what cannot be drawn is said."""

import base64
import html
import html.parser
import io
import re
import shutil

import numpy as np
import pytest
from PIL import Image

from experiments import Run, write_report
from experiments.files import read_json, write_json
from experiments.panels import PANELS
from experiments.run import WORLD

ODD = ("a & b", "<script>x")


class Page(html.parser.HTMLParser):
    """Links, tags and ids of a page."""

    def __init__(self, text):
        super().__init__()
        self.links, self.tags = [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.links += [value for name, value in attributes if name in ("src", "href", "xlink:href", "action", "data")]


def written(folder, out):
    write_report(Run(folder), out / "report.html")
    return (out / "report.html").read_text("utf-8")


@pytest.fixture(scope="module")
def page(example, tmp_path_factory):
    return written(example.run, tmp_path_factory.mktemp("report"))


def test_it_fetches_nothing(page):
    links = Page(page).links
    assert links
    assert all(link.startswith(("data:image/webp;base64,", "data:image/png;base64,", "#")) for link in links)
    assert not {"script", "link", "iframe", "object"} & set(Page(page).tags)
    assert not re.search(r"url\((?!#)|@import|https?://(?!www\.w3\.org/)", page)


def test_no_baseline_is_in_it_unless_asked_for(page):
    assert "baseline" not in page.lower()


def test_every_picture_in_it_opens(page):
    pictures = [link.split(",", 1)[1] for link in Page(page).links if link.startswith("data:image/webp")]
    assert len(pictures) == 3  # mosaic, world, samples
    for data in pictures:
        assert np.asarray(Image.open(io.BytesIO(base64.b64decode(data)))).std() > 1


def test_every_panel_is_drawn_or_said_to_be_missing(page):
    tags = Page(page).tags
    assert tags.count("svg") + page.count("Not drawn, ") == len(PANELS)
    assert tags.count("svg") >= 6
    for panel in PANELS:
        assert html.escape(panel.about, quote=True) in page


def test_it_says_what_was_seen(page, example):
    for mode in Run(example.run).modes:
        assert mode.replace("_", " ") in page
    assert "Too short to say" in page
    assert "drawn by rule" in page
    assert "$" not in page.split("<main>")[1].replace("$DATA", "")


def test_figures_take_the_colours_of_the_page(page):
    assert "prefers-color-scheme: dark" in page
    drawn = page.split("<svg", 1)[1]
    assert "var(--ink)" in drawn
    assert "#201e1c" not in drawn


@pytest.fixture(scope="module")
def poor(example, tmp_path_factory):
    """The page of a run on own pictures, of an older version, with two snapshots in which nothing was recognised."""
    folder = tmp_path_factory.mktemp("poor")
    run = folder / "run"
    shutil.copytree(example.run, run)
    np.savez(run / WORLD, pictures=Run(run).world_pictures(4))
    document = read_json(run / "config.json")
    document["world"]["shares"] = dict.fromkeys(ODD, 0.5)
    document |= {
        "modes": list(ODD),
        "data": document["data"] | {"kind": "pictures", "resize": None, "sha256": "0" * 64},
    }
    write_json(run / "config.json", document)
    shutil.rmtree(run / "middle", ignore_errors=True)
    for path in sorted((run / "snapshots").glob("*.npz"))[2:]:
        path.unlink()
    for path in (run / "snapshots").glob("*.npz"):
        with np.load(path) as arrays:
            kept = {name: arrays[name] for name in ("pictures", "fixed_nearest", "fresh_nearest")}
        np.savez(path, **kept, **dict.fromkeys(("fixed", "fresh"), np.full(kept["fixed_nearest"].shape, -1, np.int16)))
    return written(run, folder)


def test_what_cannot_be_drawn_is_said(poor):
    assert "older than the keeping of in-betweens" in poor
    assert "without a look at the middle" in poor
    assert "in no snapshot was any picture recognised" in poor
    assert "no fresh picture was accepted" in poor
    assert Page(poor).tags.count("svg") + poor.count("Not drawn, ") == len(PANELS)
    assert Page(poor).tags.count("svg") >= 4
    assert not re.search(r"\bnan\b", poor.split("<main>")[1].split("<pre>")[0], re.IGNORECASE)


def test_names_that_look_like_html_are_only_words(poor):
    assert not {"script", "b"} & set(Page(poor).tags)
    assert "&lt;script&gt;x" in poor
    assert "a &amp; b" in poor


def test_own_pictures_are_not_said_to_be_drawn(poor):
    assert "some of the pictures the network was shown" in poor
    assert "drawn by rule" not in poor
