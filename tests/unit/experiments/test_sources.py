"""Tiles of runs, datasets and folders: the same again from what a picture says, and each by its own command."""

import json
import shlex
import shutil
import sys
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from experiments import sources, tiles_of
from experiments.cli import console
from experiments.cli.app import app
from experiments.errors import ExperimentsError
from experiments.selecting import read_conditions
from experiments.tiles_asked import TilesAsked
from procgen import open_dataset

PICTURES = 9


@pytest.fixture(scope="module")
def places(example, tmp_path_factory):
    """A run, a dataset and a folder of pictures by name."""
    folder = tmp_path_factory.mktemp("mine") / "pictures"
    for number in range(PICTURES):
        path = folder / ("red" if number < 4 else "blue") / f"{number}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        colour = (200, 20 * number, 30) if number < 4 else (20 * number, 90, 220)
        Image.new("RGB", (40, 30 + number), colour).save(path)
    return {"RUN": str(example.run), "DATA": str(example.data), "MINE": str(folder)}


# name -> (sources, what else is asked for)
ASKED = {
    "samples": ("RUN", {"count": 20}),
    "samples of two checkpoints": ("RUN", {"count": 21, "steps": ("all",)}),
    "samples that are hybrid": ("RUN", {"count": 8, "select": "hybridity>0.1,score<0.99"}),
    "samples by colour": ("RUN", {"count": 5, "select": "mean_lightness<0.9"}),
    "fixed latents": ("RUN", {"count": 20, "latents": "fixed", "steps": ("all",)}),
    "fixed latents of a mode": ("RUN", {"latents": "fixed", "steps": ("all",), "select": "mode=bars"}),
    "rows over training": ("RUN", {"latents": "fixed", "steps": ("all",), "rows": 3, "moments": 2}),
    "pictures": ("DATA", {"count": 30}),
    "pictures by factor": ("DATA", {"select": "mode=bars,base_hue_deg=300..60"}),
    "pictures that are distinct": ("DATA", {"count": 40, "distinct": 0.1}),
    "anybody's": ("MINE", {}),
    "anybody's reds": ("MINE", {"select": "mode=red"}),
    "anybody's by colour": ("MINE", {"count": 3, "select": "base_hue_deg=0..60"}),
    "all of them": ("RUN DATA MINE", {"count": 40}),
    "all of them, larger": ("MINE DATA", {"count": 12, "tile": 48}),
}


@pytest.fixture
def asked(request, places):
    names, rest = ASKED[request.param]
    return TilesAsked(tuple(places[name] for name in names.split()), **rest)


def same(one, other):
    assert np.array_equal(one.images[:], other.images[:])
    assert (one.source, one.source_type) == (other.source, other.source_type)
    assert one.columns.keys() == other.columns.keys()
    for name, values in one.columns.items():
        assert values.tolist() == other.columns[name].tolist() or np.array_equal(values, other.columns[name], True)


@pytest.mark.parametrize("asked", ASKED, indirect=True)
def test_tiles_are_as_asked_and_the_same_again_from_what_their_picture_says(asked):
    tiles = tiles_of(asked)
    assert 1 <= len(tiles) <= asked.count
    assert {*tiles.columns["source"]} <= {*asked.sources}
    assert sum(facts["tiles"] for facts in tiles.source["sources"]) == len(tiles)
    for condition in read_conditions(asked.select):
        assert condition.holds(tiles.columns[condition.name]).all()
    if asked.tile:
        assert tiles.images.shape[1:3] == (asked.tile, asked.tile)
    same(tiles, tiles_of(TilesAsked.from_dict(json.loads(json.dumps(tiles.source["asked"])))))


@pytest.mark.parametrize("asked", ["samples that are hybrid", "pictures by factor", "all of them"], indirect=True)
def test_tiles_that_memory_does_not_hold_are_the_same(asked, monkeypatch):
    held = tiles_of(asked)
    monkeypatch.setattr(sources, "HELD_BYTES", 1)
    lazy = tiles_of(asked)
    assert not isinstance(lazy.images, np.ndarray)
    same(held, lazy)


def test_a_first_look_reads_nothing_and_finds_the_same_pictures(places):
    for name in ("RUN", "DATA", "MINE"):
        asked = TilesAsked((places[name],), 6)
        look, whole = tiles_of(asked, look=False), tiles_of(asked)
        assert np.array_equal(look.images[:], whole.images[:])
        assert {*look.columns} <= {*whole.columns}


def test_every_command_makes_its_tile(places, tmp_path, monkeypatch):
    steps = TilesAsked((places["RUN"],), 4, latents="fixed", steps=("all",))
    for tiles in (tiles_of(TilesAsked((places["RUN"], places["DATA"]), 4, seed=3, steps=("all",))), tiles_of(steps)):
        monkeypatch.chdir(tmp_path)
        for command, tile in zip(tiles.columns["command"], tiles.images[:], strict=True):
            words = shlex.split(command)
            monkeypatch.setattr(sys, "argv", [*words, "--force"])
            assert console.run(app) == 0
            assert np.array_equal(np.asarray(Image.open(next(word for word in words if word.endswith(".png")))), tile)


def test_a_sample_of_its_own_is_the_file_of_the_folder(places, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for words in ("many --count 5 --seed 2", "one.png --latent 3 --seed 2"):
        monkeypatch.setattr(sys, "argv", ["synchromy", "sample", places["RUN"], *words.split()])
        assert console.run(app) == 0
    assert (tmp_path / "one.png").read_bytes() == (tmp_path / "many" / "000003.png").read_bytes()


def test_the_seed_chooses_and_the_order_stays(places):
    one, other = (tiles_of(TilesAsked((places["DATA"],), 30, seed)).columns["index"] for seed in (0, 1))
    assert (np.diff(one) > 0).all()
    assert one.tolist() != other.tolist() != list(range(30))
    whole = tiles_of(TilesAsked((places["DATA"],), 10_000))
    assert np.array_equal(whole.images, open_dataset(places["DATA"]).images())


def test_sources_share_and_what_one_lacks_the_others_give(places):
    tiles = tiles_of(TilesAsked((places["RUN"], places["DATA"], places["MINE"]), 60))
    assert [facts["tiles"] for facts in tiles.source["sources"]] == [26, 25, PICTURES]
    assert tiles.images.shape[1:3] == (34, 34) or tiles.images.shape[1] == tiles.images.shape[2]
    assert tiles.source_type == "compositeSynthetic"
    assert np.isnan(tiles.columns["nimg"][-1])
    assert (tiles.columns["command"][-1], tiles.columns["file"][0]) == ("", "")


def test_a_near_duplicate_in_another_source_is_left_out(places, tmp_path):
    for number, picture in enumerate(open_dataset(places["DATA"]).images(range(12))):
        Image.fromarray(picture).save(tmp_path / f"{number}.jpg", quality=95)
    new = np.kron(np.random.default_rng(1).integers(0, 256, (4, 4, 3)), np.ones((8, 8, 1)))
    Image.fromarray(new.astype(np.uint8)).save(tmp_path / "new.png")
    asked = TilesAsked((places["DATA"], str(tmp_path)), 1000)
    both, apart = tiles_of(asked), tiles_of(replace(asked, distinct=0.03))
    assert np.count_nonzero(both.columns["file"] != "") == 13
    assert "new.png" in apart.columns["file"]
    assert np.count_nonzero(apart.columns["file"] != "") <= 3


@pytest.mark.parametrize("name", ["RUN", "DATA", "MINE"])
def test_a_source_that_has_moved_gives_the_same(name, places, tmp_path):
    asked = TilesAsked((places[name],), 5)
    moved = tmp_path / "elsewhere"
    shutil.copytree(places[name], moved)
    same(tiles_of(asked), tiles_of(asked, places={places[name]: moved}))


def test_a_picture_that_has_changed_is_told_by_the_digest(places, tmp_path):
    folder = tmp_path / "mine"
    shutil.copytree(places["MINE"], folder)
    before = tiles_of(TilesAsked((str(folder),))).source["sources"]
    Image.new("RGB", (40, 31)).save(folder / "red" / "1.png")
    assert tiles_of(TilesAsked((str(folder),))).source["sources"] != before


@pytest.mark.parametrize("layout", ["filmstrip", "tapestry"])
def test_layouts_over_training_get_the_same_latents_at_every_step(layout, places):
    tiles = tiles_of(TilesAsked((places["RUN"],)).fit_for(layout))
    steps, counts = np.unique(tiles.columns["step"], return_counts=True)
    assert len(steps) == 5
    assert {*counts} == {8}


@pytest.mark.parametrize(("named", "kind"), [(None, "fixed"), ("fixed", "fixed"), ("fresh", "fresh")])
def test_the_order_of_steps_takes_all_of_them_of_the_latents_that_are_named(named, kind):
    asked = TilesAsked(("run",)).fit_for("grid", "step", named=named)
    assert (asked.latents, asked.steps) == (kind, ("all",))


MISTAKES = [
    ("RUN", {"select": "mode=bar"}, "expected mode among .*did you mean bars"),
    ("DATA", {"select": "hybridity<0.3"}, "expected a condition on mode, .*got one on hybridity"),
    ("RUN", {"steps": ("7",)}, "expected steps of checkpoints in .*got '7'"),
    ("RUN", {"steps": ("7",), "latents": "fixed"}, "expected steps of snapshots in .*got '7'"),
    ("RUN", {"count": 2, "select": "hybridity>1"}, "expected tiles with hybridity>1, got none of 100 pictures"),
    ("nowhere", {}, "expected a run, a dataset or a folder of pictures, got nowhere, which does not exist"),
]


@pytest.mark.parametrize(("name", "rest", "words"), MISTAKES, ids=[row[2][:40] for row in MISTAKES])
def test_a_mistake_is_one_sentence(name, rest, words, places):
    with pytest.raises(ExperimentsError, match=words):
        tiles_of(TilesAsked((places.get(name, name),), **rest))


@pytest.mark.parametrize(
    "values",
    [
        {"sources": ()}, {"count": 0}, {"tile": 0}, {"latents": "new"}, {"resize": "squash"}, {"distinct": -1.0},
        {"steps": ("1", "2", "3")},
    ],
    ids=str,
)  # fmt: skip
def test_what_cannot_be_asked_is_one_sentence(values):
    with pytest.raises(ExperimentsError, match="expected"):
        TilesAsked(**{"sources": ("a", "b"), **values})


def test_what_a_later_software_asked_is_not_guessed():
    with pytest.raises(ExperimentsError, match="expected what tiles were asked for, got moods"):
        TilesAsked.from_dict({"sources": ["a"], "moods": 3})
