"""Datasets of CPPNs: what a picture is a function of, and that all who open a dataset take one of these, too."""

import json

import numpy as np
import pytest

import procgen
from experiments.cppn.asking import find_cppn
from experiments.cppn.drawing import picture_of
from experiments.cppn.recipe import CPPNRecipe
from experiments.cppn.sheets import read_axis
from experiments.cppn.world import CPPNWorld, world_of
from experiments.errors import ExperimentsError
from experiments.inspecting import inspect_path
from experiments.opening import open_data
from experiments.worlds import WORLDS
from models import CPPNConfig
from procgen.measure import measured_factors

SMALL = {"width": 6, "depth": 3}
HOW = {"count": 20, "size": 32, "seed": 5}


@pytest.fixture(scope="module")
def world():
    return world_of(["silk"], SMALL, read_axis("activation=tanh,sign/tanh"))


@pytest.fixture(scope="module")
def made(world, tmp_path_factory):
    folder = tmp_path_factory.mktemp("cppns") / "data"
    procgen.write_dataset(world, folder, **HOW)
    return folder


def test_a_picture_is_a_function_of_the_world_the_seed_and_its_index(world, made):
    again, data = CPPNWorld.from_text(world.to_toml()), procgen.open_dataset(made)
    assert again == world
    assert again.digest == data.manifest["space_digest"]
    for index in (0, 7, 19):
        picture, factors = data[index]
        drawing = again.sample(5, index)
        np.testing.assert_array_equal(picture, drawing.pixels((32, 32)))
        assert factors["mode"] == drawing.mode
        np.testing.assert_array_equal(picture, picture_of(find_cppn(f"{made}:{index}"), (32, 32)))
    assert len({data.recipe_text(index) for index in range(20)}) == 20


def test_the_same_call_resumes_to_the_same_bytes(world, made, tmp_path):
    procgen.write_dataset(world, tmp_path / "again", **HOW)
    shards = [sorted((folder / "data").iterdir()) for folder in (made, tmp_path / "again")]
    shards[1][3].unlink()
    procgen.write_dataset(world, tmp_path / "again", **HOW)
    assert [one.read_bytes() for one in shards[0]] == [one.read_bytes() for one in shards[1]]


def test_every_mode_comes_and_the_factors_are_those_of_the_pixels(world, made):
    data = procgen.open_dataset(made)
    assert set(data.column("mode")) == {"tanh", "sign-tanh"} == set(data.classes("mode"))
    drawn = measured_factors(world.sample(5, 3).pixels((128, 128)))
    assert data.factors(3)["mean_chroma"] == pytest.approx(drawn["mean_chroma"], abs=1e-4)


def test_it_is_verified_inspected_and_learned_from(made):
    assert procgen.verify_dataset(made, worlds=WORLDS) == []
    assert sum(inspect_path(made)["modes"].values()) == 20
    from experiments.config import preset

    source = open_data(str(made), config=preset("quick-64").override("network.size=32"))
    assert source.world["space"] is None
    assert CPPNWorld.from_text(source.world["drawn_by"]["world"]).names("mode") == ["tanh", "sign-tanh"]
    assert sum(source.shares.values()) == pytest.approx(1)
    assert source.pictures(np.arange(3)).shape == (3, 32, 32, 3)


def test_a_changed_picture_is_noticed(made, world, tmp_path):
    other = world_of(["silk"], {**SMALL, "width": 7}, read_axis("activation=tanh,sign/tanh"))
    procgen.write_dataset(world, tmp_path / "data", **HOW)
    page = tmp_path / "data" / "manifest.json"
    changed = json.loads(page.read_text()) | {"space": other.to_toml()}
    page.write_text(json.dumps(changed))
    assert any("another digest" in each for each in procgen.verify_dataset(tmp_path / "data", worlds=WORLDS))
    assert any("not known here" in each for each in procgen.verify_dataset(made))


def test_what_only_a_space_has_is_refused_in_a_sentence(made, world, tmp_path):
    data = procgen.open_dataset(made)
    for ask in (lambda: data.space, lambda: data.recipe(0)):
        with pytest.raises(procgen.ProcgenError, match="drawn by cppn, not from a space"):
            ask()
    with pytest.raises(procgen.ProcgenError, match="drawn in one process"):
        procgen.write_dataset(world, tmp_path / "data", **HOW, workers=2)
    with pytest.raises(procgen.ProcgenError, match="must be a Space"):
        procgen.write_dataset("quick", tmp_path / "data", **HOW)
    with pytest.raises(ExperimentsError, match="from 0 to 19, got '20'"):
        find_cppn(f"{made}:20")


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (lambda: world_of(["silk", "silk"], {}, None), "got silk twice"),
        (lambda: world_of(["silk"], {}, read_axis("seed=0:3")), "got seed"),
        (lambda: world_of(["warp"], {}, None), "1 channel or 3"),
        (lambda: CPPNWorld({}), "one kind of CPPN or more"),
        (lambda: CPPNWorld.from_text("[1"), "expected a world of CPPNs"),
        (lambda: CPPNWorld.from_text('{"a": 3}'), "expected the recipe of a CPPN"),
    ],
)
def test_worlds_that_cannot_be(ask, said):
    with pytest.raises(ExperimentsError, match=said):
        ask()


def test_names_tell_presets_apart():
    assert list(world_of(["silk", "ha"], {}, None).recipes) == ["silk", "ha"]
    assert list(world_of(["silk"], {}, read_axis("depth=3,5")).recipes) == ["depth 3", "depth 5"]
    assert isinstance(world_of(["steel"], {}, None).recipes["steel"], CPPNRecipe)
    assert isinstance(world_of(["steel"], {}, None).recipes["steel"].config, CPPNConfig)
