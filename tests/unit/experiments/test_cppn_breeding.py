"""Children of CPPNs: near their parents, of a line that stays short, picked from sheets and made again from them."""

import json
from base64 import b64encode
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from experiments.cppn.asking import find_cppn
from experiments.cppn.breeding import (
    FirstBrood,
    crossed_cppns,
    evolving_sheet,
    first_evolved,
    genes_of,
    line_of,
    said_of,
    varied_cppn,
)
from experiments.cppn.drawing import picture_of
from experiments.cppn.origins import source_type_of
from experiments.cppn.recipe import CPPNRecipe, weights_of
from experiments.cppn.sheets import sheet_of_cppns
from experiments.errors import ExperimentsError
from experiments.inspecting import inspect_path
from experiments.picking import Breeding, breed_cppns, pick_variations
from experiments.rebuilding import rebuild
from experiments.sheets import save_sheet
from models import CPPNConfig, ModelsError
from procgen import Palette

FIXED = CPPNRecipe(CPPNConfig(12, 5, latent=2), 3)
OTHER = replace(FIXED, seed=8, colour="oklch")


def evolving(seed: int) -> CPPNRecipe:
    return first_evolved(find_cppn("silk", {"inputs": "x,y,r", "low": -1}), 12, np.random.default_rng(seed))


def distance(one: CPPNRecipe, other: CPPNRecipe) -> float:
    first, second = (picture_of(each, (48, 48)).astype(float) / 255 for each in (one, other))
    return float(np.abs(first - second).mean())


@pytest.mark.parametrize("parent", [FIXED, evolving(1)], ids=["layers", "graph"])
def test_the_further_a_child_moves_the_less_it_is_like_its_parent(parent):
    def mean(amount):
        return np.mean([distance(parent, varied_cppn(parent, amount, np.random.default_rng(s))) for s in range(10)])

    assert varied_cppn(parent, 0.0, np.random.default_rng(1)) == parent
    assert 0 < mean(0.1) < mean(0.3) < mean(0.9)


def test_weights_keep_their_spread_however_often_they_are_varied():
    child = CPPNRecipe(CPPNConfig(40, 5))
    for generation in range(12):
        child = varied_cppn(child, 0.7, np.random.default_rng(generation))
    for kernel, _ in weights_of(child)[1:-1]:
        assert kernel.std() == pytest.approx(1, abs=0.08)


def test_weights_that_were_learnt_keep_the_spread_of_their_layer():
    config = CPPNConfig(40, 4)
    learnt = [
        (9.0 if number == 0 else 0.2, shape) for number, shape in enumerate(((2, 40), (40, 40), (40, 40), (40, 3)))
    ]
    rng = np.random.default_rng(0)
    parts = [
        part for spread, shape in learnt for part in (rng.normal(0, spread, shape), rng.normal(0, spread, shape[1]))
    ]
    flat = np.concatenate([part.ravel() for part in parts]).astype("<f4")
    parent = CPPNRecipe(config, origin={"fitted": b64encode(flat.tobytes()).decode()})
    child = varied_cppn(parent, 0.7, np.random.default_rng(1))
    for number, (before, after) in enumerate(zip(weights_of(parent), weights_of(child), strict=True)):
        assert not np.allclose(before[0], after[0], atol=0.01)
        if number:  # the first layer, of a siren thirty times as large, would be another picture at once
            assert after[0].std() == pytest.approx(before[0].std(), rel=0.1)


def test_each_unit_of_a_crossing_is_that_of_one_parent():
    child = crossed_cppns(FIXED, OTHER, np.random.default_rng(0))
    took = set()
    for mine, one, two in zip(*(weights_of(each) for each in (child, FIXED, OTHER)), strict=True):
        for unit in range(len(mine[1])):
            parents = [
                p for p in (one, two) if np.array_equal(mine[0][:, unit], p[0][:, unit]) and mine[1][unit] == p[1][unit]
            ]
            assert len(parents) == 1
            took.add(parents[0] is one)
    assert took == {True, False}
    low, high = np.minimum(FIXED.z, OTHER.z), np.maximum(FIXED.z, OTHER.z)
    assert ((low <= child.z) & (child.z <= high)).all()


def test_a_line_grows_by_a_step_a_generation_though_both_parents_share_it():
    one, other, sizes = FIXED, OTHER, []
    for generation in range(14):
        rng = np.random.default_rng(generation)
        one, other = crossed_cppns(one, other, rng), varied_cppn(crossed_cppns(other, one, rng), 0.2, rng)
        sizes.append(len(json.dumps(one.to_json())))
    assert len(line_of(one)) <= 2 + 3 * 14
    assert sizes[-1] - sizes[-2] < 2 * (sizes[3] - sizes[2])
    assert CPPNRecipe.from_json(one.to_json()) == one
    np.testing.assert_array_equal(picture_of(CPPNRecipe.from_json(one.to_json()), (8, 8)), picture_of(one, (8, 8)))


def test_parents_of_two_shapes_are_not_crossed():
    with pytest.raises(ExperimentsError, match="width 12 and 13"):
        crossed_cppns(FIXED, CPPNRecipe(CPPNConfig(13, 5, latent=2)), np.random.default_rng(0))
    with pytest.raises(ExperimentsError, match="got one of each"):
        crossed_cppns(FIXED, evolving(1), np.random.default_rng(0))
    with pytest.raises(ModelsError, match="told the same"):
        crossed_cppns(evolving(1), first_evolved(FIXED, 3, np.random.default_rng(0)), np.random.default_rng(0))


@pytest.mark.parametrize("origin", [{"line": []}, {"line": [{"vary": 0}]}, {"line": 3}, {"line": [{"of": {}}]}])
def test_a_line_that_is_none_is_one_sentence(origin):
    with pytest.raises(ExperimentsError, match=r"expected (a line of descent|the recipe of a CPPN)"):
        weights_of(replace(FIXED, origin=origin))


def test_kin_of_a_trained_network_are_said_to_be():
    fitted = replace(FIXED, origin={"fitted": ""})
    child = varied_cppn(fitted, 0.2, np.random.default_rng(0))
    other = varied_cppn(FIXED, 0.2, np.random.default_rng(0))
    for kin, said in (([child], "trainedAlgorithmicMedia"), ([other], "algorithmicMedia"), ([other, child], "trained")):
        assert source_type_of(*kin).startswith(said)
        assert sheet_of_cppns(kin).drawer.source_type.startswith(said)


@pytest.fixture(scope="module")
def sheets(tmp_path_factory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("sheets")
    made, facts = evolving_sheet(find_cppn("silk", {"inputs": "x,y,r", "low": -1}), FirstBrood(6, 1, 8))
    save_sheet(made, folder / "evolve.png", cell=32, facts=facts)
    bred, said = breed_cppns({"a": FIXED, "b": OTHER}, Breeding(8), {"cells": ["a", "b"]})
    save_sheet(bred, folder / "breed.png", cell=32, facts=said)
    for name in ("evolve", "breed"):
        again, told = pick_variations(folder / f"{name}.png", (1, 5), Breeding(9, 0.3))
        save_sheet(again, folder / f"{name}-2.png", cell=32, facts=told)
    return {path.stem: path for path in folder.iterdir()}


@pytest.mark.parametrize("name", ["evolve", "breed", "evolve-2", "breed-2"])
def test_a_sheet_is_made_again_byte_for_byte_and_says_where_it_comes_from(sheets, name, tmp_path):
    rebuild(sheets[name], tmp_path / "again.png")
    facts = inspect_path(sheets[name])
    assert facts["pictures"] == {"evolve": 6, "breed": 8}.get(name, 9)
    assert len(facts.get("lineage", [])) == name.count("breed") + name.count("2")


@pytest.mark.parametrize("name", ["evolve", "breed"])
def test_a_cell_of_a_picked_sheet_is_a_picture_as_any_other(sheets, name):
    chosen = find_cppn(f"{sheets[name + '-2']}:0")
    assert chosen == find_cppn(f"{sheets[name]}:1")
    child = find_cppn(f"{sheets[name + '-2']}:4")
    assert picture_of(child, (64, 32)).shape == (32, 64, 3)
    assert (genes_of(child) is not None) == (name == "evolve")
    assert ("nodes" in said_of(child)) == (name == "evolve")


def test_picking_in_a_palette_of_ones_own_and_what_cannot_be_kept(sheets):
    palette = Palette("#f4efe6", ("#20242c", "#5a7fa0"), "#c8402f")
    made, facts = pick_variations(sheets["breed"], [2], Breeding(3, palette=palette))
    assert {recipe.colour for recipe in made.drawer.recipes} == {"palette"}
    assert facts["lineage"][-1]["palette"] == ["#f4efe6", "#20242c", "#5a7fa0", "#c8402f"]
    with pytest.raises(ExperimentsError, match="no --lock for CPPNs"):
        pick_variations(sheets["breed"], [2], Breeding(3, lock=("layout",)))
    with pytest.raises(ExperimentsError, match="from 0 to 7, got 8"):
        pick_variations(sheets["breed"], [8], Breeding(3))
    with pytest.raises(ExperimentsError, match="0 to 1000 steps"):
        FirstBrood(steps=-1)
