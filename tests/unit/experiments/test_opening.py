"""What the word behind --data means, and what is said where it means nothing."""

from pathlib import Path

import pytest
from PIL import Image

from experiments import ExperimentsError, preset, train
from experiments.opening import open_data
from experiments.picture_folder import PictureFolder
from experiments.world_sources import DatasetSource, LiveSource
from procgen import ProcgenError, Space, load_space, write_dataset

CONFIG = preset("quick-64").override("network.size=16", "train.batch=4", "seed=9")


@pytest.fixture(scope="module")
def here(tmp_path_factory):
    """data, bare (without its manifest), photos, empty, run, and a picture beside them."""
    here = tmp_path_factory.mktemp("here")
    space = Space(compositions=("bars",))
    write_dataset(space, here / "data", count=8, size=16, seed=5)
    write_dataset(space, here / "bare", count=8, size=16, seed=5)
    (here / "bare" / "manifest.json").unlink()
    (here / "empty").mkdir()
    (here / "photos").mkdir()
    for number in range(6):
        Image.new("RGB", (16, 16), (number, 0, 0)).save(here / "photos" / f"{number}.png")
    small = "network.width=2 train.kimg=0.004 snapshots.readings=4 snapshots.pictures=4"
    train(CONFIG.override(*small.split()), open_data(str(here / "photos"), config=CONFIG), here / "run")
    return here


def test_the_three_kinds(here, monkeypatch):
    monkeypatch.chdir(here)
    data = open_data("data", config=CONFIG)
    assert isinstance(data, DatasetSource)
    assert (data.size, data.channels, data.count) == (16, 3, 8)
    photos = open_data("photos", config=CONFIG.override("network.channels=1", "network.size=32"), resize="fit")
    assert photos == PictureFolder(Path("photos"), 32, 1, "fit")
    live = open_data("live", config=CONFIG)
    assert live == LiveSource(load_space("default"), 9, 16)
    assert open_data("live", space="ring-8", config=CONFIG).space == load_space("ring-8")


MISTAKES = {  # name: (word, options, words of the sentence)
    "almost live": ("liv", {}, "did you mean live"),
    "almost a folder": ("phtos", {}, "got phtos, which does not exist: did you mean photos"),
    "like nothing": ("zzzz/yyyy", {}, "which does not exist: check the name"),
    "a file": ("photos/0.png", {}, "got the file photos/0.png: give the folder it lies in"),
    "a run": ("run", {}, "got the run run: give what it was trained on"),
    "an empty folder": ("empty", {}, r"expected pictures \(png, .*\) in empty, got none"),
    "a dataset without manifest": ("bare", {}, "manifest"),
    "a space of a dataset": ("data", {"space": "quick"}, "expected --space with --data live alone, got it with data"),
    "a space of pictures": ("photos", {"space": "quick"}, "expected --space with --data live alone"),
    "an unknown space": ("live", {"space": "defalt"}, "default"),
    "a dataset resized": ("data", {"resize": "crop"}, "expected --resize with a folder of pictures alone"),
    "live resized": ("live", {"resize": "crop"}, "expected --resize with a folder of pictures alone"),
    "resized as none knows": ("photos", {"resize": "crp"}, "expected resize as crop, fit, stretch, got 'crp'"),
    "a store of nobody": ("nowhere://data", {}, "nowhere"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_mistakes_are_one_sentence(name, here, monkeypatch):
    word, options, words = MISTAKES[name]
    monkeypatch.chdir(here)
    with pytest.raises((ExperimentsError, ProcgenError), match=words) as raised:
        open_data(word, config=CONFIG, **options)
    assert "\n" not in str(raised.value)
