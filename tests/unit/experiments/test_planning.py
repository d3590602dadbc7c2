"""What a dry run says of a training before there is one."""

import pytest

from experiments import preset
from experiments.pacing import SHARE
from experiments.planning import plan_training, probe_flops
from experiments.world_sources import LiveSource
from models.probe import probe_steps
from procgen import load_space
from tests.support.runs import COMPACT, WORLD, tiny


def test_the_time_counts_the_probe_the_steps_and_the_snapshots():
    plan = plan_training(preset("quick-64").override("train.kimg=2"), load_space("default"))
    assert plan["seconds"].keys() == {"probe", "steps", "snapshots"}
    assert plan["estimated_seconds"] == pytest.approx(sum(plan["seconds"].values()), abs=0.1)
    assert plan["seconds"]["probe"] > 3 * plan["seconds"]["steps"]  # 35 modes, and 2 kimg alone
    assert probe_steps(35) == 4200


def test_a_world_of_one_mode_needs_no_probe():
    source = LiveSource(WORLD, 0, 16)
    assert probe_flops(source) == 0.0
    assert plan_training(tiny(*COMPACT), source)["seconds"].keys() == {"probe", "steps", "snapshots"}


def test_a_plan_takes_no_longer_for_a_longer_run():
    plan = plan_training(preset("quick-64").override("train.kimg=1e9"), load_space("quick"))
    assert plan["snapshots"] == 1 + -(-(10**9) * 2 // 3)
    assert plan["steps"] == 62_500_000_000


def test_what_snapshots_cost_is_at_most_a_twentieth_where_it_is_chosen_and_said_where_not():
    chosen = plan_training(preset("quick-64").override("snapshots.every_kimg=null"), load_space("quick"))
    given = plan_training(preset("quick-64"), load_space("quick"))
    assert chosen["snapshots_share"] <= SHARE < given["snapshots_share"]


def test_the_bytes_of_snapshots_are_no_fewer_than_there_will_be(still):
    plan = plan_training(still.config, LiveSource(*still.world, 16))
    files = [*still.folder.glob("snapshots/nimg-*.npz")]
    assert plan["snapshots"] == len(files)
    shots = plan_training(still.config.override("snapshots.middle=false"), LiveSource(*still.world, 16))
    names = 2000  # bytes of a file's own table of contents
    assert sum(path.stat().st_size for path in files) <= shots["snapshot_bytes"] + names * len(files)
    assert shots["snapshot_bytes"] < plan["snapshot_bytes"]
