"""Every source keeps the same laws: positions are pictures, steps are batches, made ahead or not."""

import itertools
import json
import os
import threading

import numpy as np
import pytest
from PIL import Image

from experiments import ExperimentsError, preset, train, world_sources
from experiments.batches import batch_at, batches, feeding, positions, source_of
from experiments.building import build
from experiments.picture_folder import PictureFolder
from experiments.prefetching import THREADS
from experiments.world_sources import DatasetSource, LiveSource
from procgen import Space, open_dataset, write_dataset
from tests.support.processes import drawers_of

SPACE = Space(compositions=("bars", "targets"))
CONFIG = preset("quick-64").override("network.size=16", "train.batch=7", "network.latent=4", "seed=3")
SOURCES = {
    "dataset": lambda place: DatasetSource(open_dataset(place / "data")),
    "dataset read when needed": lambda place: _unheld(DatasetSource(open_dataset(place / "data"))),
    "dataset in grey": lambda place: DatasetSource(open_dataset(place / "data"), 1),
    "live": lambda place: LiveSource(SPACE, 3, 16),
    "live in grey": lambda place: LiveSource(SPACE, 3, 16, channels=1),
    "folder": lambda place: PictureFolder(place / "photos", 16, resize="crop"),
    "folder read when needed": lambda place: _unheld(PictureFolder(place / "photos", 16, resize="fit")),
    "folder in grey": lambda place: PictureFolder(place / "photos", 16, 1, "stretch"),
}


def _unheld(source):
    source.__dict__["_held"] = None
    return source


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    place = tmp_path_factory.mktemp("sources")
    write_dataset(SPACE, place / "data", count=80, size=16, seed=5)
    rng = np.random.default_rng(1)
    for number in range(80):
        picture = Image.fromarray(rng.integers(0, 256, (20 + number % 3, 24, 3), np.uint8))
        (place / "photos" / f"kind {number % 2}").mkdir(parents=True, exist_ok=True)
        picture.save(place / "photos" / f"kind {number % 2}" / f"{number}.png")
    return place


@pytest.fixture(params=SOURCES)
def source(request, place):
    return SOURCES[request.param](place)


def config_of(source):
    return CONFIG.override(f"network.channels={source.channels}")


def same(left, right):
    return all(np.array_equal(a, b) for a, b in zip(left[0], right[0], strict=True))


def test_the_same_positions_are_the_same_pictures(source):
    some = np.array([9, 0, 41, 9])
    pictures = source.pictures(some)
    assert pictures.dtype == np.uint8
    assert pictures.shape == (4, 16, 16, source.channels)
    for position, picture in zip(some, pictures, strict=True):
        assert np.array_equal(source.pictures(np.array([position]))[0], picture)
    assert not np.array_equal(pictures[0], pictures[1])


def test_it_fits_its_network_and_no_other(source):
    assert source_of(source, config_of(source)) is source
    other = 4 - source.channels
    with pytest.raises(ExperimentsError, match=f"expected pictures of {other} channels"):
        source_of(source, CONFIG.override(f"network.channels={other}"))
    with pytest.raises(ExperimentsError, match="expected pictures of 32 px"):
        source_of(source, config_of(source).override("network.size=32"))


def test_what_is_labelled_has_every_mode(source):
    pictures, labels = source.labelled(40)
    assert pictures.shape == (40, 16, 16, source.channels)
    assert sorted(set(labels)) == list(range(len(source.modes))) == [0, 1]


def test_it_tells_what_it_is(source, place):
    again = json.loads(json.dumps([source.identity, source.world]))
    assert again == [source.identity, source.world]
    assert {"kind", "size", "count"} <= source.identity.keys()
    assert source.world["shares"] == source.shares == pytest.approx(dict.fromkeys(source.modes, 0.5), abs=0.1)
    assert source.per_mode.keys() in (set(), set(source.modes))
    assert sum(source.per_mode.values()) == (source.count or 0)
    assert sum(source.shares.values()) == pytest.approx(1)
    assert ("grey" in source.about) == (source.channels == 1)


def test_made_ahead_from_any_step_they_are_the_plain_batches(source):
    config = config_of(source).override("train.d_steps=2")  # both batches of a step come at once
    plain = [batch_at(source, config, step) for step in range(8)]
    assert plain[0][0][0].shape == (14, 16, 16, source.channels)
    assert plain[0][0][1].shape == (14, 4)
    for first in range(8):
        for expected, made in zip(plain[first:], batches(source, config, first), strict=False):
            assert same(expected, made)


def test_processes_draw_what_a_thread_draws(monkeypatch):
    monkeypatch.setattr(world_sources, "spare_cores", lambda: 2)
    source = LiveSource(SPACE, 3, 16, channels=1)
    config = config_of(source)
    for step, made in zip(range(5, 9), batches(source, config, 5), strict=False):
        assert same(batch_at(source, config, step), made)


def test_an_epoch_shows_each_picture_once(source):
    if source.count is None:
        pytest.skip("without end")
    config = config_of(source).override("train.batch=16")
    shown = itertools.islice(batches(source, config, 5), 5)  # 80 pictures: the second epoch
    seen = sorted(picture.tobytes() for ((images, _),) in shown for picture in images)
    assert seen == sorted(picture.tobytes() for picture in source.pictures(np.arange(80)))


def test_nothing_is_left_behind(source, monkeypatch):
    monkeypatch.setattr(world_sources, "spare_cores", lambda: 2)
    there, drawing = _threads(), drawers_of(os.getpid())  # what tests before this one have not yet let go
    made = batches(source, config_of(source), 0)
    next(made)
    assert len(_threads() - there) == 1
    assert len({*drawers_of(os.getpid())} - {*drawing}) == (2 if source.count is None else 0)
    made.close()
    assert not _threads() - there
    assert not {*drawers_of(os.getpid())} - {*drawing}


def _threads():
    return {thread for thread in threading.enumerate() if thread.name.startswith(THREADS)}


def test_the_order_has_not_changed_since_the_first_runs():
    def first(count, batch, seed, step):
        places = np.arange(step * batch, (step + 1) * batch)
        orders = {
            epoch: np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(int(epoch),))).permutation(count)
            for epoch in np.unique(places // count)
        }
        return [orders[place // count][place % count] for place in places]

    for count, batch, seed, step in [(50, 16, 0, 0), (50, 16, 0, 3), (5, 16, 7, 2), (64, 64, 1, 9), (1, 3, 0, 5)]:
        assert positions(count, batch, seed, step).tolist() == first(count, batch, seed, step)


TOO_LITTLE = {
    "one picture": ({"all": 1}, "expected 2 pictures or more to learn from, got 1"),
    "less than a batch": ({"all": 6}, "at most the 6 pictures of the data, got train.batch=7"),
    "too few of a mode": ({"cats": 40, "dogs": 29}, "30 pictures or more of each mode to follow them, got 29 of dogs"),
}


@pytest.mark.parametrize("name", TOO_LITTLE)
def test_too_little_is_said_in_one_sentence(name, tmp_path):
    numbers, words = TOO_LITTLE[name]
    for mode, count in numbers.items():
        (tmp_path / mode).mkdir()
        for number in range(count):
            Image.new("RGB", (16, 16)).save(tmp_path / mode / f"{number}.bmp")
    with pytest.raises(ExperimentsError, match=words):
        source_of(PictureFolder(tmp_path, 16), CONFIG)


def test_trouble_inside_the_training_is_said_as_it_is(tmp_path):
    """A backend's own reader would wrap it into an error of its own."""
    for number in range(30):
        Image.new("RGB", (16, 16), (number, 0, 0)).save(tmp_path / f"{number:02d}.png")
    source = _unheld(PictureFolder(tmp_path, 16))
    (tmp_path / source.names[positions(30, 7, 3, 3)[2]]).write_bytes(b"gone")
    gan, there = build(CONFIG), _threads()
    with pytest.raises(ExperimentsError, match="expected a whole picture in"), feeding(source, CONFIG, 0) as data:
        gan.fit(data, steps_per_epoch=9, shuffle=False, verbose=0)
    assert not _threads() - there


def test_a_run_on_a_folder_of_pictures_resumes_and_refuses_others(place, tmp_path):
    small = "network.width=2 train.kimg=0.028 snapshots.every_kimg=0.014 snapshots.pictures=4 snapshots.readings=8"
    config = CONFIG.override(*small.split())
    run = train(config, PictureFolder(place / "photos" / "kind 0", 16, resize="crop"), tmp_path / "run")
    assert run.finished
    assert run.modes == ("all",)
    train(config, PictureFolder(place / "photos" / "kind 0", 16, resize="crop"), tmp_path / "run")
    with pytest.raises(ExperimentsError, match="resize: 'crop' -> 'fit'"):
        train(config, PictureFolder(place / "photos" / "kind 0", 16, resize="fit"), tmp_path / "run")
