"""A world has one probe: trained once, kept for every run on it, whoever comes first; and only while it is the same."""

from dataclasses import replace
from threading import Event, Thread

import numpy as np
import pytest

import models
from experiments import probing
from experiments.files import read_json
from experiments.planning import plan_training
from experiments.probing import is_kept, kept_probe, run_probe
from experiments.world_sources import LiveSource
from procgen import Space
from tests.support.runs import tiny

WORLD = Space(name="pair", compositions=("bars", "targets"), contrasts=("hue",))
SOURCE = LiveSource(WORLD, 0, 16)


@pytest.fixture(autouse=True)
def trained(tmp_path, monkeypatch):
    """An empty cache, and the modes of every probe that was trained: not at all, to be quick."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(probing, "PICTURES_PER_MODE", 40)
    monkeypatch.setattr(probing, "calibrate", lambda *args, **more: [])
    calls = []

    def untrained(images, labels, modes, **_):
        calls.append(modes)
        return models.Probe(modes, models.build_probe(images.shape[1:], len(modes), 0), 0.5, np.eye(3, 2, dtype=int))

    monkeypatch.setattr(models, "train_probe", untrained)
    return calls


def kept(folder):
    return {path.name: path.read_bytes() for path in (folder / "probe").iterdir()}


def test_runs_of_any_seed_share_the_probe_of_their_world(tmp_path, trained):
    assert not is_kept(SOURCE)
    planned = plan_training(tiny("quick-64", "network.width=2"), WORLD)["seconds"]["probe"]
    run_probe(tmp_path / "a", SOURCE)
    run_probe(tmp_path / "b", replace(SOURCE, seed=7))
    assert len(trained) == 1
    assert kept(tmp_path / "a") == kept(tmp_path / "b")
    assert is_kept(SOURCE)
    assert plan_training(tiny("quick-64", "network.width=2"), WORLD)["seconds"]["probe"] == 0 < planned


@pytest.mark.parametrize(
    "change",
    [
        lambda patch: replace(SOURCE, size=24),
        lambda patch: replace(SOURCE, channels=1),
        lambda patch: replace(SOURCE, space=replace(WORLD, compositions=("bars", "waves"))),
        lambda patch: patch.setattr("models.probe.LEAST_STEPS", 3),
        lambda patch: patch.setattr(probing, "PICTURES_PER_MODE", 50),
        lambda patch: patch.setattr(
            LiveSource, "labelled", lambda self, count: (np.zeros((count, 16, 16, 3), np.uint8), np.arange(count) % 2)
        ),
    ],
    ids=["size", "grey", "world", "steps", "pictures", "drawing"],
)
def test_what_changes_the_probe_changes_its_name(change, monkeypatch):
    before = kept_probe(SOURCE)
    assert before == kept_probe(SOURCE)
    assert kept_probe(change(monkeypatch) or SOURCE) != before


@pytest.mark.parametrize("name", ["probe.safetensors", "probe.json"])
def test_a_damaged_one_is_trained_again(name, tmp_path, trained):
    run_probe(tmp_path / "a", SOURCE)
    (kept_probe(SOURCE) / name).write_bytes(b"")
    run_probe(tmp_path / "b", SOURCE)
    assert len(trained) == 2
    assert kept(tmp_path / "a") == kept(tmp_path / "b") == kept(kept_probe(SOURCE).parent)


@pytest.mark.parametrize("place", ["/proc/nowhere", "/dev/null/cache"])
def test_where_nothing_can_be_kept_the_run_has_its_own(place, tmp_path, trained, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", place)
    for name in ("a", "b", "a"):
        run_probe(tmp_path / name, SOURCE)
    assert len(trained) == 2


def test_of_two_at_once_the_second_waits_for_the_first(tmp_path, trained, monkeypatch):
    begun, waits, train = Event(), Event(), models.train_probe

    def slowly(*args, **more):
        begun.set()
        assert waits.wait(60)
        return train(*args, **more)

    monkeypatch.setattr(models, "train_probe", slowly)
    first = Thread(target=run_probe, args=(tmp_path / "a", SOURCE))
    first.start()
    assert begun.wait(60)
    run_probe(tmp_path / "b", SOURCE, lambda stage, *_: waits.set() if "another" in stage else None)
    first.join()
    assert len(trained) == 1
    assert kept(tmp_path / "a") == kept(tmp_path / "b")


def test_a_world_of_one_mode_keeps_nothing(tmp_path, trained):
    run_probe(tmp_path / "a", LiveSource(Space(compositions=("waves",)), 0, 16))
    assert not (tmp_path / "cache").exists()
    assert read_json(tmp_path / "a" / "probe" / "probe.json")["modes"] == ["waves"]
