"""A run that is killed and called again ends as if nothing had happened: weights, readings and metrics, bit for bit."""

import json
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from experiments import Run

COMMAND = [sys.executable, "-c", "from experiments.cli.app import main; main()"]
# The quick preset at its own size, cut short; a checkpoint every 25 steps, so that a kill falls between two and in one.
SETTINGS = [
    *("--set", "train.kimg=2.4", "--set", "checkpoints.every_kimg=0.4"),
    *("--set", "snapshots.every_kimg=0.8", "--set", "snapshots.readings=64"),
]
ENVIRONMENT = {**os.environ, "KERAS_BACKEND": "tensorflow"}


def start(data, run):
    command = [*COMMAND, "train", str(run), "--data", str(data), "--preset", "quick-64", *SETTINGS]
    return subprocess.Popen(command, env=ENVIRONMENT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)


def finish(data, run):
    process = start(data, run)
    _, errors = process.communicate(timeout=300)
    assert process.returncode == 0, errors
    return run


def stop_at(data, run, steps, kind, delay=0.0):
    """Start, wait until that many steps are in the metrics, and send the signal a moment later."""
    process = start(data, run)
    while process.poll() is None and last_step(run) < steps:
        time.sleep(0.02)
    time.sleep(delay)
    process.send_signal(kind)
    process.communicate(timeout=60)
    return process.returncode


def last_step(run):
    metrics = Run(run).metrics() if (run / "metrics.jsonl").exists() else []
    return metrics[-1]["step"] if metrics else 0


def outcome(run):
    """All that a run leaves behind but its pace: the digest of the last state, the losses, the snapshots."""
    last = max((run / "checkpoints").iterdir())
    facts = {"state": json.loads((last / "manifest.json").read_text())["sha256"]}
    facts["losses"] = [(line["step"], line["d_loss"], line["g_loss"]) for line in Run(run).metrics()]
    facts["snapshots"] = [(shot.nimg, shot.pictures.tobytes(), shot.fresh.tobytes()) for shot in Run(run).snapshots()]
    return facts


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    from procgen import Space, write_dataset

    folder = tmp_path_factory.mktemp("data") / "data"
    space = Space(compositions=("bars", "nested_squares"), contrasts=("hue",))
    write_dataset(space, folder, count=200, size=64, seed=1)
    return folder


@pytest.fixture(scope="module")
def whole(data, tmp_path_factory):
    return outcome(finish(data, tmp_path_factory.mktemp("whole") / "run"))


@pytest.mark.slow
def test_killed_at_five_random_moments(data, whole, tmp_path):
    rng = np.random.default_rng(int(os.environ.get("KILL_SEED", "0")))
    run = tmp_path / "run"
    for steps in sorted(rng.integers(0, 140, 5).tolist()):
        assert stop_at(data, run, steps, signal.SIGKILL, float(rng.uniform(0, 0.4))) == -signal.SIGKILL
    assert outcome(finish(data, run)) == whole


@pytest.mark.parametrize(
    ("kind", "code"), [pytest.param(signal.SIGINT, 130, marks=pytest.mark.slow), (signal.SIGTERM, 143)]
)
def test_a_signal_saves_and_leaves(data, whole, tmp_path, kind, code):
    run = tmp_path / "run"
    assert stop_at(data, run, 40, kind) == code
    stopped = last_step(run)
    assert 40 <= stopped < 150
    newest = json.loads((max((run / "checkpoints").iterdir()) / "manifest.json").read_text())["step"]
    assert newest >= stopped
    assert outcome(finish(data, run)) == whole


@pytest.mark.slow
def test_a_damaged_checkpoint_is_passed_over(data, whole, tmp_path):
    run = tmp_path / "run"
    stop_at(data, run, 80, signal.SIGKILL)
    state = max((run / "checkpoints").glob("step-*")) / "state.safetensors"
    content = bytearray(state.read_bytes())
    content[len(content) // 2] ^= 1
    state.write_bytes(content)
    assert outcome(finish(data, run)) == whole


def test_two_at_once(data, tmp_path):
    run = tmp_path / "run"
    first = start(data, run)
    while not (run / ".lock").exists():
        time.sleep(0.05)
    second = start(data, run)
    _, errors = second.communicate(timeout=60)
    first.kill()
    first.communicate()
    assert second.returncode == 1
    assert "another process is training" in errors
    assert "Traceback" not in errors
