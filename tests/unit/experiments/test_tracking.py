"""Verdicts as a run goes: when there is a look, what a run ends at, and how it goes on."""

import json
import shutil
from itertools import pairwise

import numpy as np
import pytest

from experiments import ExperimentsError, Run, train
from experiments.cli.train import note
from experiments.following import follow_modes, judge
from experiments.judging import rhythms_of
from experiments.side_by_side import Task, is_finished
from experiments.tracking import (
    LEAST_SNAPSHOTS,
    LOOKS_A_SNAPSHOT,
    checked_ending,
    looks,
    never_ends,
    numbers_of,
    read_verdicts,
    settled,
)
from procgen import Space
from tests.support.runs import COMPACT, WORLD, as_killed, outcome, tiny


def test_looks_come_when_the_snapshots_have_grown_by_a_quarter():
    counts = looks(500)
    assert counts[:5] == [20, 25, 32, 40, 50]
    assert all(1.25 <= b / a < 1.31 for a, b in pairwise(counts))
    assert max(len(looks(count)) / count for count in range(1, 500)) <= LOOKS_A_SNAPSHOT


def test_the_last_verdict_is_that_of_the_whole_run(still):
    lines = read_verdicts(still)
    assert [line["taken"] for line in lines] == [20, 25, 32, 40, 49]
    assert [line["nimg"] for line in lines] == [(line["taken"] - 1) * 4 for line in lines]
    whole = json.loads(json.dumps(judge(still).to_dict()))
    assert {name: lines[-1][name] for name in ("kind", "p_value", "snapshots")} == {
        name: whole[name] for name in ("kind", "p_value", "snapshots")
    }
    assert numbers_of(lines[-1]).keys() >= {"nimg", "verdict/kind"}


def line(kind, taken, step):
    return {"kind": kind, "taken": taken, "step": step}


@pytest.mark.parametrize(
    ("lines", "ends"),
    [
        ([], False),
        ([line("converged", 40, 40)], False),
        ([line("drifting", 40, 40), line("converged", 50, 50)], False),
        ([line("converged", 40, 40), line("converged", 50, 50)], True),
        ([line("converged", 40, 4), line("converged", 50, 24)], False),  # a quarter of the run is 25 steps
        ([line("converged", 20, 40), line("converged", LEAST_SNAPSHOTS - 1, 50)], False),
        ([line("converged", 40, 40), line("converged", 50, 50), line("ringing", 63, 60)], False),
    ],
)
def test_a_run_ends_at_two_looks_that_agree_and_not_before_it_has_begun(lines, ends):
    config = tiny(
        *COMPACT,
    ).override("train.kimg=0.4")
    assert settled(lines, "converged", config) == ends


@pytest.mark.parametrize(
    ("snapshots", "kimg", "words"),
    [
        (33, 30, None),
        (32, 30, "it takes 32 snapshots, and a verdict ends a run after 32 at the earliest and before the last"),
        (21, 30, "--stop-when limit-cycle cannot end this run: it takes 21 snapshots"),
        (21, 30, "--set snapshots.every_kimg=0.93 takes enough"),
        (2, 1000, "--set snapshots.every_kimg=31 takes enough"),
    ],
)
def test_a_verdict_that_comes_too_late_is_said(snapshots, kimg, words):
    assert never_ends(None, snapshots, kimg) is None
    said = never_ends("limit cycle", snapshots, kimg)
    assert said is None if words is None else words in said


@pytest.mark.usefixtures("hasty_probes")
def test_a_run_of_few_snapshots_says_it_before_its_first_step(still, tmp_path):
    pair = Space(name="pair", compositions=("bars", "targets"), contrasts=("hue",))
    said = []
    with pytest.raises(RuntimeError, match="first step"):
        train(tiny(*COMPACT), pair, tmp_path / "run", say=said.append, stop_when="converged", progress=_never_trains)
    assert "--stop-when converged cannot end this run: it takes 4 snapshots" in said[-1]


def _never_trains(stage, done, of, facts):
    if stage == "training":
        raise RuntimeError("first step")


def test_a_verdict_ends_a_run_which_says_so(still, tmp_path):
    kinds = [each["kind"] for each in read_verdicts(still)]
    ending, world = kinds[2], still.world[0]
    assert kinds[2] == kinds[3] != "too short"
    folder = _begun(still, tmp_path / "run")
    said = []
    ended = train(still.config, world, folder, say=said.append, stop_when=ending)
    done = json.loads((folder / "done.json").read_text())
    assert done["step"] == done["stopped"]["nimg"] // 4 < 48
    assert (ended.checkpoint().manifest["step"], ended.finished) == (done["step"], True)
    assert (folder / "generator.keras").is_file()
    assert said[-1].startswith(f"stopped at {done['stopped']['nimg'] / 1000:g} of 0.192 kimg: {ending} after ")
    again = []
    train(still.config, world, folder, say=again.append, stop_when=ending)
    assert again == said[-1:]


@pytest.mark.slow
def test_a_run_that_is_killed_ends_at_the_same_verdict_and_goes_on_when_asked_to(still, tmp_path):
    ending, world = read_verdicts(still)[2]["kind"], still.world[0]
    folder = _begun(still, tmp_path / "run")
    ended = train(still.config, world, folder, stop_when=ending)
    done = json.loads((folder / "done.json").read_text())
    killed = as_killed(ended, tmp_path / "killed at the end", done["step"])
    train(still.config, world, killed, stop_when=ending)
    assert json.loads((killed / "done.json").read_text()) == done
    earlier = as_killed(ended, tmp_path / "killed before", done["step"] - 6)
    train(still.config, world, earlier, stop_when=ending)
    assert json.loads((earlier / "done.json").read_text()) == done
    assert (earlier / "verdict.jsonl").read_bytes() == (folder / "verdict.jsonl").read_bytes()
    whole = train(still.config, world, folder)
    assert outcome(whole) == outcome(still)
    assert read_verdicts(whole) == read_verdicts(still)
    assert "stopped" not in json.loads((folder / "done.json").read_text())


def test_a_run_that_a_verdict_ended_is_no_finished_task(still, tmp_path):
    shutil.copytree(still.folder, tmp_path / "one")
    task = Task("one", still.config, still.world[0])
    assert is_finished(task, tmp_path)
    done = json.loads((tmp_path / "one" / "done.json").read_text())
    stopped = {"when": "converged", "nimg": 100, "snapshots": 26, "why": "nothing but noise"}
    (tmp_path / "one" / "done.json").write_text(json.dumps({**done, "stopped": stopped}))
    assert Run(tmp_path / "one").finished
    assert not is_finished(task, tmp_path)


def test_modes_of_a_run_that_take_turns_are_followed(still, tmp_path):
    """Every second snapshot's worth of latents goes from one mode to the other and back, in eight snapshots."""
    folder = tmp_path / "run"
    shutil.copytree(still.folder, folder)
    run = Run(folder)
    for turn, path in enumerate(run.snapshot_files()):
        with np.load(path) as found:
            arrays = dict(found)
        first = round(len(arrays["fixed"]) * (0.5 + 0.4 * np.cos(2 * np.pi * turn / 8)))
        row = (np.arange(len(arrays["fixed"])) >= first).astype(np.int16)
        np.savez(path, **{**arrays, **dict.fromkeys(("fixed", "fixed_nearest", "fresh", "fresh_nearest"), row)})
    found = follow_modes(run)
    assert found["verdict"]["kind"] == "limit cycle"
    assert found["verdict"]["period"] == pytest.approx(8 * 4, rel=0.02)
    swing = found["corrected_amplitude"]
    assert swing["low"] < swing["amplitude"] < swing["high"]
    assert swing["low"] < 0.4 / run.confusion().accuracy
    assert found["snapshots"] == len(run.snapshot_files())
    assert {each["to"] for each in found["handovers"]} == set(run.modes)


@pytest.mark.slow
def test_a_run_that_a_verdict_ended_can_be_made_longer(still, tmp_path):
    ending, world = read_verdicts(still)[3]["kind"], still.world[0]
    folder = _begun(still, tmp_path / "run")
    train(still.config, world, folder, stop_when=ending)
    longer = train(still.config.override("train.kimg=0.2"), world, folder)
    assert longer.metrics()[-1]["step"] == 50
    assert longer.finished


def _begun(still, folder):
    """A run before its first step, its probe trained."""
    folder.mkdir()
    shutil.copytree(still.folder / "probe", folder / "probe")
    shutil.copy(still.folder / "config.json", folder / "config.json")
    return folder


def test_what_cannot_end_a_run_is_one_sentence_and_writes_nothing(tmp_path):
    pair, config = Space(compositions=("bars", "targets")), tiny(*COMPACT)
    cases = {
        "did you mean converged": (config, pair, "convergd"),
        "got 'too short'": (config, pair, "too short"),
        "expected snapshots.verdicts=true": (config.override("snapshots.verdicts=false"), pair, "collapsed"),
        "expected a world of two modes or more": (config, WORLD, "converged"),
    }
    for words, (some, world, kind) in cases.items():
        with pytest.raises(ExperimentsError, match=words):
            train(some, world, tmp_path / "run", stop_when=kind)
    assert not (tmp_path / "run").exists()


def test_a_kind_is_taken_with_a_hyphen_too(still):
    from experiments.batches import source_of

    assert checked_ending("limit-cycle", still.config, source_of(still.world[0], still.config)) == "limit cycle"


def test_the_bar_says_the_verdict_so_far():
    facts = {"d_loss": 1.0, "g_loss": 2.0, "nimg": 1000, "kimg": 5, "images_per_s": 10.0}
    assert note(facts) == "1.0 of 5 kimg, D 1.00, G 2.00, 10 images/s"
    assert note({**facts, "verdict": "too short to say"}).endswith("10 images/s, too short to say")


def test_rhythms_are_those_of_the_training_itself(still):
    assert rhythms_of(still) == [("the lazy penalty", 4 * 4.0), ("the snapshots", 4.0)]
    at = still.config.override("snapshots.at_kimg=0.1", "train.penalty_every=1").plain()
    own = Run(still.folder)
    own.__dict__["document"] = {**own.document, "config": at, "data": {**own.document["data"], "count": 500}}
    assert rhythms_of(own) == [("the epoch", 500.0)]
