"""A plan is the product of its grid and its seeds, under names that stay; a table says what came of it."""

import csv
import itertools
import json
import os
import shutil

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from experiments import ExperimentsError, Run, follow_modes, preset
from experiments.side_by_side import Outcome, Task, _shares, run_all
from experiments.sweep_plans import SweepPlan, grid_of
from experiments.sweep_table import MEASURES, in_words, table_of, write_table
from experiments.sweeping import plan_sweep, sweep
from procgen import Space

SPACE = Space(compositions=("bars",))
BASE = preset("quick-64").override("network.size=32", "network.width=2", "train.kimg=0.16", "snapshots.every_kimg=0.08")
VALUES = {
    "train.loss": st.sampled_from(["hinge", "relativistic", "non-saturating"]),
    "train.r1_gamma": st.sampled_from([0, 0.5, 1, 1.0, 10]),
    "network.width": st.integers(1, 5),
    "train.ema_kimg": st.sampled_from([0, 1e-4, 2.5]),
}
GRIDS = st.lists(st.sampled_from(sorted(VALUES)), unique=True, max_size=3).flatmap(
    lambda keys: st.fixed_dictionaries(
        {key: st.lists(VALUES[key], min_size=1, max_size=3, unique=True) for key in keys}
    )
)


@settings(max_examples=25, deadline=None)
@given(GRIDS, st.lists(st.integers(0, 2**31), min_size=1, max_size=3, unique=True))
def test_the_tasks_are_the_product_of_grid_and_seeds(grid, seeds):
    tasks = SweepPlan(BASE, SPACE, grid, seeds).tasks()
    cells = list(itertools.product(*grid.values()))
    wanted = [(*cell, seed) for cell in cells for seed in seeds]
    assert [(*task.varied.values(), task.config.seed) for task in tasks] == wanted
    assert len({task.name for task in tasks}) == len(tasks)
    for task in tasks:
        changed = [f"{key}={json.dumps(value)}" for key, value in task.varied.items()]
        assert task.config == BASE.override(*changed, f"seed={task.config.seed}")


@settings(max_examples=25, deadline=None)
@given(GRIDS, st.data())
def test_a_part_of_the_grid_has_the_names_it_has_in_the_whole(grid, data):
    part = {key: data.draw(st.lists(st.sampled_from(values), min_size=1, unique=True)) for key, values in grid.items()}
    whole = {task.name: task.config for task in SweepPlan(BASE, SPACE, grid, (0, 1)).tasks()}
    for task in SweepPlan(BASE, SPACE, part, (1,)).tasks():
        assert whole[task.name] == task.config


@pytest.mark.parametrize(
    ("texts", "grid"),
    [
        (["train.loss=hinge,relativistic"], {"train.loss": ("hinge", "relativistic")}),
        (["train.r1_gamma=0,1.5", "network.width=2"], {"train.r1_gamma": (0, 1.5), "network.width": (2,)}),
        (['a=[],["x","y"],[x, y]'], {"a": ([], ["x", "y"], ["x", "y"])}),
        (['a=null,true,"b,c"'], {"a": (None, True, "b,c")}),
    ],
)
def test_a_grid_is_read_as_settings_are(texts, grid):
    assert grid_of(texts) == grid


def plan(*grid, seeds=(0,), data=SPACE):
    return SweepPlan(BASE, data, grid_of(grid), seeds)


MISTAKES = {
    "no values": (lambda: plan("train.loss"), "a grid like train.loss=hinge,relativistic, got 'train.loss'"),
    "unknown key": (lambda: plan("train.los=hinge").tasks(), "did you mean train.loss"),
    "unknown value": (lambda: plan("train.loss=hinge,hing").tasks(), "train.loss to be one of .*, got 'hing'"),
    "a bad pair": (lambda: plan("train.loss=hinge,relativistic", "train.d_updates=apart").tasks(), "compares real"),
    "a cell twice": (lambda: plan("train.r1_gamma=1,1.0").tasks(), "got r1_gamma=1/seed-0 twice"),
    "a key twice": (lambda: plan("train.loss=hinge", "train.loss=relativistic"), "each key once"),
    "set and varied": (lambda: grid_of(["train.loss=hinge"], fixed=["train.loss=hinge"]), "each key once"),
    "seed": (lambda: plan("seed=1,2"), "got seed"),
    "no seeds": (lambda: plan(seeds=()), "expected seeds"),
    "a seed twice": (lambda: plan(seeds=(1, 1)), "expected seeds, each once"),
    "no workers": (lambda: run_all([], "nowhere", workers=0), "expected 1 worker or more, got 0"),
}


@pytest.mark.parametrize(("wrong", "words"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_one_sentence(wrong, words):
    with pytest.raises(ExperimentsError, match=words):
        wrong()


def test_a_bad_cell_is_refused_before_anything_is_written(tmp_path, example):
    from procgen import open_dataset

    for grid in ("train.loss=hinge,hing", "network.size=32,64", "train.batch=8,500"):
        with pytest.raises(ExperimentsError, match="expected"):
            sweep(plan(grid, data=open_dataset(example.data)), tmp_path / "sweep")
    (tmp_path / "notes.txt").touch()
    with pytest.raises(ExperimentsError, match="expected an empty folder or a sweep"):
        sweep(plan("train.loss=hinge"), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_a_dry_run_counts_and_writes_nothing(tmp_path):
    facts = plan_sweep(plan("network.width=2,4", seeds=(0, 1)), tmp_path / "sweep")
    assert [run["steps"] for run in facts["runs"]] == [10] * 4
    assert facts["bytes"] == sum(run["bytes"] for run in facts["runs"]) > 0
    assert {run["state"] for run in facts["runs"]} == {"new"}
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("parts", [1, 2, 3, 100])
def test_shares_of_the_processors_are_equal(parts):
    shares = _shares(parts)
    found = [shares.get_nowait() for _ in range(parts)]
    mine = os.sched_getaffinity(0)
    assert {len(share) for share in found} == {max(1, len(mine) // parts)}
    assert set().union(*found) <= mine
    if parts <= len(mine):
        assert sum(map(len, found)) == len(set().union(*found))


def test_the_table_of_two_seeds_and_a_failure(example, tmp_path):
    config = BASE.override("train.loss=hinge")
    tasks = [Task(f"loss={loss}/seed-{seed}", config.override(f"seed={seed}"), SPACE, {"train.loss": loss})
             for loss in ("hinge", "wasserstein") for seed in (0, 1)]  # fmt: skip
    for task in tasks[:3]:
        shutil.copytree(example.run, tmp_path / task.name)
    outcomes = {task.name: Outcome("finished") for task in tasks} | {tasks[3].name: Outcome("failed", "no, because")}
    table = table_of(tasks, outcomes, tmp_path)
    write_table(table, tmp_path)
    assert json.loads((tmp_path / "table.json").read_text()) == table
    with (tmp_path / "table.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["run"] for row in rows] == [task.name for task in tasks]
    first, last = table["runs"][0], table["runs"][-1]
    assert first["finished"]
    assert first["nimg"] == 320
    assert first["verdict"] == "too short"
    modes = follow_modes(Run(example.run))["last"]
    assert first["covered"] == len(modes.get("covered", ()))
    assert first["distance_to_world"] == modes.get("distance_to_world")
    assert (last["finished"], last["said"], last["verdict"]) == (False, "no, because", None)
    two, one = (cell["d_loss"] for cell in table["cells"])
    assert two == {"mean": pytest.approx(first["d_loss"]), "standard_error": 0, "runs": 2}
    assert one == {"mean": pytest.approx(first["d_loss"]), "runs": 1}
    assert [cell["finished"] for cell in table["cells"]] == [2, 1]
    words = in_words(table)
    assert f"{last['run']} failed: no, because" in words
    assert all(title in words for title in MEASURES.values())
