"""A study of four tiny runs: stopped in the middle, gone on with, read, and written; what it refuses."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace

import numpy as np
import pytest

from experiments.errors import ExperimentsError
from experiments.side_by_side import Outcome
from experiments.studies import results, running, writing
from experiments.studies.plan import load_plan, plan_of

TINY = """
name = "sparsity"
about = "Does a sparser world make a DCGAN oscillate?"
kind = "pilot"
space = "ring-8"
preset = "essay-64"
settings = ["network.family=dcgan", "network.size=16", "network.width=2", "train.kimg=1.6", "train.batch=16",
    "snapshots.pictures=2", "snapshots.readings=32", "checkpoints.every_kimg=0.2", "checkpoints.keep=1"]
tested = ["gap", "penalty"]
seeds = [7]
code = "none"
[factors.gap]
about = "a continuum, or eight isolated modes"
low = { kappa = 0.0 }
high = { kappa = 64.0 }
[factors.penalty]
about = "no penalty, or R1 + R2"
low = { "train.r1_gamma" = 0.0, "train.r2_gamma" = 0.0 }
high = { "train.r1_gamma" = 1.0, "train.r2_gamma" = 1.0 }
[schedule]
snapshots = 24
bursts = 1
burst_snapshots = 3
[band]
cycles = 1.0
nyquist = 1.0
"""
COMMAND = """
import sys
import typer
from experiments.cli import console
from experiments.cli.study import study
app = typer.Typer()
app.command("study")(study)
app.callback()(lambda: None)
sys.exit(console.run(app))
"""


def command(*words, **how):
    return subprocess.Popen([sys.executable, "-c", COMMAND, "study", "sparsity", *map(str, words)], text=True, **how)


def said(*words):
    with command(*words, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        out, err = process.communicate(timeout=600)
    return process.returncode, out, err


@pytest.mark.slow
def test_a_study_that_is_interrupted_goes_on_and_ends_in_a_page(tmp_path):
    (tmp_path / "tiny.toml").write_text(TINY)
    words = (tmp_path / "out", "--plan", tmp_path / "tiny.toml", "--workers", 2)
    with command(*words, stderr=subprocess.PIPE, start_new_session=True) as process:
        _wait_for(lambda: list((tmp_path / "out/runs").rglob("checkpoints/step-*")), process)
        os.kill(process.pid, signal.SIGINT)
        process.communicate(timeout=300)
    assert process.returncode == 130
    assert len(list((tmp_path / "out/runs").rglob("done.json"))) < 4
    code, out, err = said(*words, "--json")
    assert code == 0, err
    found = json.loads(out)
    assert found["complete"]
    assert len({(tmp_path / "out" / row["run"] / "probe/probe.safetensors").read_bytes() for row in found["runs"]}) == 1
    assert [effect["name"] for effect in found["effects"]] == ["gap", "penalty", "gap x penalty"]
    page = (tmp_path / "out/results/sparsity-pilot.md").read_text()
    assert "This is a pilot" in page
    assert "has changed since the plan was committed" in page
    for name in ("effects", "cells", "spectra", "shares"):
        assert (tmp_path / f"out/results/sparsity-pilot/{name}.svg").read_text().startswith("<svg")
    assert said(*words, "--analyse-only", "--json")[1] == out
    (tmp_path / "tiny.toml").write_text(TINY.replace("[7]", "[8]"))
    code, _, err = said(*words)
    assert code == 1
    assert "another or a changed one" in err


def _wait_for(there, process, seconds=300):
    end = time.monotonic() + seconds
    while not there():
        assert process.poll() is None
        assert time.monotonic() < end
        time.sleep(0.1)


def test_a_folder_of_other_things_is_refused(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(ExperimentsError, match="an empty folder or a study"):
        running.check_folder(plan_of(TINY), tmp_path)
    with pytest.raises(ExperimentsError, match="train it first"):
        running.opened(plan_of(TINY), tmp_path / "none")


def row(asked, task, s, outcome=results.READ):
    levels = {name: task.varied[name] for name in asked.factors}
    return results.RunRow(task.name, levels, task.varied["block"], task.config.seed, outcome, s, 5.0, 4.0, 0.1)


@pytest.fixture(scope="module")
def pilot():
    """The pilot, its tasks, and rows in which S is 1 higher at a wide gap and 0.5 where fakes are replayed."""
    asked = load_plan("pilot")
    tasks, rng = asked.tasks(), np.random.default_rng(0)
    rows = [row(asked, t, 0.3 + t.varied["gap"] + 0.5 * t.varied["replay"] + rng.normal(0, 0.1)) for t in tasks]
    return asked, tasks, rows


def test_effects_of_a_known_study(pilot):
    asked, _, rows = pilot
    gap, penalty, both = results.tested(asked, rows)
    assert (len(gap.differences), len(both.differences)) == (16, 8)
    assert gap.low < 1.0 < gap.high
    assert gap.adjusted < 0.001
    assert min(penalty.adjusted, both.adjusted) > 0.05
    ranked = sorted(results.screened(asked, rows), key=lambda each: -abs(each["difference"]))
    assert ranked[0]["factor"] == "replay"
    assert ranked[0]["difference"] == pytest.approx(0.5, abs=0.15)


def test_a_block_with_a_missing_run_is_in_no_test(pilot):
    asked, _, rows = pilot
    assert [len(effect.differences) for effect in results.tested(asked, rows[1:])] == [14, 14, 7]
    assert results.screened(asked, rows[4:]) == []


def test_divergence_is_an_outcome_and_a_lost_process_is_none(pilot, tmp_path):
    asked, tasks, _ = pilot
    for outcome, kind in [
        (Outcome("failed", "expected finite numbers, got nan at step 3: the training diverged; begin"), "diverged"),
        (Outcome("failed", "the process of the run was ended by SIGKILL"), "failed"),
        (Outcome("interrupted"), "not finished"),
    ]:
        assert results.row_of(asked, tasks[0], outcome, tmp_path, 0.2).outcome == kind


def test_the_page_says_what_was_and_what_was_not_shown(pilot, tmp_path):
    asked, _, rows = pilot
    matched = [{"what": "mean", "kappa 0": 0.5, "kappa 64": 0.6, "apart": 0.18, "within": False}]
    rows = [*rows[:-1], replace(rows[-1], outcome=results.COLLAPSED)]
    found = results.Results(
        asked,
        rows,
        results.tested(asked, rows),
        results.tested(asked, [r for r in rows if r.outcome == "read"]),
        results.screened(asked, rows),
        matched,
        True,
    )
    text = writing.written(found, tmp_path).read_text()
    for words in (
        "decides nothing",
        "S: how far the strongest rhythm of its mode shares stands out of noise",
        "**gap**: the strongest line is stronger at the high level",
        "**penalty**: no effect on S was shown",
        "That is no proof that there is none",
        "Not matched within 5%: mean",
        "Only the blocks in which no run collapsed or diverged",
        "The largest is **replay**",
        "1 collapsed",
    ):
        assert words in text
    assert json.loads((tmp_path / "sparsity-pilot/results.json").read_text())["outcomes"]["collapsed"] == 1
    assert len((tmp_path / "sparsity-pilot/runs.csv").read_text().splitlines()) == 33
