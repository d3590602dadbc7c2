"""A sweep as it is run: side by side, killed in every way and gone on with, with a row for what fails."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import warnings
from pathlib import Path

import pytest

from experiments import Run
from experiments.cli import console
from experiments.cli.app import app
from tests.support.folders import digests

COMMAND = [sys.executable, "-c", "from experiments.cli.app import main; main()"]
# 300 steps in each of two runs, with a checkpoint every 50.
SETTINGS = (
    "network.size=32 network.width=2 network.latent=8 train.batch=8 train.kimg=2.4 checkpoints.every_kimg=0.4 "
    "snapshots.every_kimg=0.8 snapshots.pictures=8 snapshots.readings=32 snapshots.middle=false"
).split()
GRID = ["--grid", "train.loss=hinge,relativistic", "--workers", "2"]
RUNS = ("loss=hinge/seed-0", "loss=relativistic/seed-0")


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    from procgen import Space, write_dataset

    folder = tmp_path_factory.mktemp("data") / "data"
    write_dataset(Space(compositions=("bars",)), folder, count=64, size=32, seed=1)
    return folder


@pytest.fixture(scope="module")
def start(data):
    def begin(out, *more):
        settings = [word for setting in SETTINGS for word in ("--set", setting)]
        words = ["sweep", str(out), "--data", str(data), *settings, *(more or GRID), "--json"]
        return subprocess.Popen([*COMMAND, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    return begin


@pytest.fixture(scope="module")
def whole(start, tmp_path_factory):
    out = tmp_path_factory.mktemp("whole") / "sweep"
    printed, errors = (process := start(out)).communicate(timeout=400)
    assert process.returncode == 0, errors
    assert [row["run"] for row in json.loads(printed)["runs"]] == list(RUNS)
    return out


@pytest.fixture
def call(monkeypatch, capfd):
    def run(*words):
        monkeypatch.setattr(sys, "argv", ["synchromy", "sweep", *map(str, words)])
        return console.run(app), *capfd.readouterr()

    return run


def outcome(out):
    """All that the runs leave behind but their pace."""
    facts = {}
    for name in RUNS:
        last = max((out / name / "checkpoints").iterdir())
        losses = [(line["step"], line["d_loss"], line["g_loss"]) for line in Run(out / name).metrics()]
        shots = [(shot.nimg, shot.pictures.tobytes(), shot.fresh.tobytes()) for shot in Run(out / name).snapshots()]
        facts[name] = json.loads((last / "manifest.json").read_text())["sha256"], losses, shots
    return facts


def children(pid):
    """The processes that a process has begun."""
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for task in tasks for child in task.read_text().split()]


def wait_for(true, seconds=240):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


def steps(run):
    lines = Run(run).metrics() if (run / "metrics.jsonl").exists() else []
    return lines[-1]["step"] if lines else 0


def gone(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


@pytest.mark.parametrize(
    ("target", "kind", "code"),
    [
        pytest.param("sweep", signal.SIGTERM, 143, marks=pytest.mark.slow),
        pytest.param("sweep", signal.SIGINT, 130, marks=pytest.mark.slow),
        pytest.param("sweep", signal.SIGKILL, -9, marks=pytest.mark.slow),
        pytest.param("run", signal.SIGKILL, 3, marks=pytest.mark.slow),
    ],
)
def test_a_sweep_goes_on_wherever_it_is_stopped(start, whole, tmp_path, target, kind, code):
    out = tmp_path / "sweep"
    process = start(out)
    wait_for(lambda: any(steps(out / name) >= 100 for name in RUNS) or process.poll() is not None)
    runs = children(process.pid)
    assert runs
    os.kill(process.pid if target == "sweep" else runs[0], kind)
    printed, errors = process.communicate(timeout=240)
    assert process.returncode == code, errors
    assert "Traceback" not in errors
    wait_for(lambda: all(map(gone, runs)), seconds=10)
    if code == 3:
        (failed,) = [row for row in json.loads(printed)["runs"] if not row["finished"]]
        assert "SIGKILL" in failed["said"]
    if code in (130, 143):  # what was done is saved
        for name in RUNS:
            saved = [int(path.name[5:]) for path in (out / name / "checkpoints").glob("step-*")]
            assert max(saved, default=0) >= steps(out / name)
    _, errors = (again := start(out)).communicate(timeout=400)
    assert again.returncode == 0, errors
    assert outcome(out) == outcome(whole)


@pytest.mark.slow
def test_a_run_that_diverges_is_a_row_of_its_own(start, tmp_path):
    out = tmp_path / "sweep"
    process = start(out, "--grid", "train.d_rate=0.001,1e30", "--set", "train.kimg=0.8", "--workers", "2")
    printed, errors = process.communicate(timeout=400)
    assert process.returncode == 3, errors
    good, bad = json.loads(printed)["runs"]
    assert (good["finished"], good["said"], good["nimg"]) == (True, "", 800)
    assert not bad["finished"]
    assert "the training diverged" in bad["said"]
    assert [cell["finished"] for cell in json.loads((out / "table.json").read_text())["cells"]] == [1, 0]


@pytest.mark.slow
def test_a_finished_sweep_prints_its_table(whole, call):
    before = {name: digest for name, digest in digests(whole).items() if "seed-0" in name}
    code, printed, errors = call(whole)
    assert code == 0, errors
    assert all(name in printed for name in RUNS)
    code, printed, _ = call(whole, "--json")
    table = json.loads(printed)
    assert table.pop("out") == str(whole)
    assert table == json.loads((whole / "table.json").read_text())
    assert {name: digest for name, digest in digests(whole).items() if "seed-0" in name} == before


@pytest.mark.slow
def test_what_may_be_added_and_what_not(whole, call, tmp_path, data):
    out = shutil.copytree(whole, tmp_path / "sweep")
    states = {}
    for words in (["--seeds", 2], ["--grid", "train.loss=hinge,wasserstein,relativistic"], ["--set", "train.kimg=3"]):
        code, printed, errors = call(out, *words, "--dry-run", "--json")
        assert code == 0, errors
        states[words[0]] = [run["state"] for run in json.loads(printed)["runs"]]
    assert states["--seeds"] == ["finished", "new", "finished", "new"]
    assert states["--grid"] == ["finished", "new", "finished"]
    assert states["--set"] == ["begun", "begun"]
    refused = {
        "--set train.batch=4": "train.batch: 8 -> 4",
        "--set train.kimg=1": "train.kimg: 2.4 -> 1",
        "--grid train.loss=hinge": "train.loss without relativistic",
        "--grid train.r1_gamma=0,1": "a grid over",
        "--data live --space quick": "data.",
        "--preset dcgan-64": "preset: 'quick-64' -> 'dcgan-64'",
    }
    for words, sentence in refused.items():
        code, _, errors = call(out, *words.split())
        assert (code, len(errors.splitlines())) == (1, 1), errors
        assert "expected the plan that" in errors or "dataset" in errors or "pictures of" in errors
        assert sentence in errors or words.startswith("--preset")
    assert digests(out) == digests(whole)


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        ("made", 2, "expected --grid or --seeds"),
        ("made --seeds 2 --set seed=4", 2, "expected --seeds"),
        ("made --grid train.los=hinge", 1, "did you mean train.loss"),
        ("made --seeds 0", 2, "greater than or equal to 1"),
        ("made --seeds 1 --data nowhere", 1, "nowhere"),
        ("made --seeds 1 --scheduler tcp://127.0.0.1:1x", 1, "No dask scheduler answers"),
    ],
)
def test_a_mistake_is_one_sentence(call, words, code, sentence, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    found, printed, errors = call(*words.split())
    assert (found, printed) == (code, "")
    assert sentence in errors
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_a_cluster_trains_the_same_tasks(start, tmp_path):
    distributed = pytest.importorskip("distributed")
    out = tmp_path / "sweep"
    with (
        warnings.catch_warnings(),
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs=50) as cluster,
    ):
        process = start(out, *GRID[:2], "--set", "train.kimg=0.8", "--scheduler", cluster.scheduler_address)
        printed, errors = process.communicate(timeout=400)
    assert process.returncode == 0, errors
    assert [(row["finished"], row["nimg"]) for row in json.loads(printed)["runs"]] == [(True, 800)] * 2
