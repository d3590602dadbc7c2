"""A run that is killed and called again ends as if nothing had happened: weights, readings and metrics, bit for bit."""

import json
import os
import signal
import subprocess
import sys
import time
import zlib

import numpy as np
import pytest

from experiments import Run

# The command; if asked to, it kills itself before one of the flushes that belong to writing checkpoints.
COMMAND = """
import os, signal
left, flush = int(os.environ.get("KILL_AT_FLUSH", "0")), os.fsync
def fsync(handle):
    global left
    left -= "/checkpoints" in os.readlink(f"/proc/self/fd/{handle}")
    if left == 0 and "KILL_AT_FLUSH" in os.environ:
        os.kill(os.getpid(), signal.SIGKILL)
    flush(handle)
os.fsync = fsync
from experiments.cli.app import main; main()
"""
SMALL = (
    "network.size=16 network.latent=8 train.batch=4 train.kimg=2.4 checkpoints.every_kimg=0.08 "
    "snapshots.every_kimg=0.4 snapshots.pictures=8 snapshots.readings=16"
).split()
STEPS = 600
CASES = {  # a pair of each family: (data, preset, further settings)
    "essay": ("{waves}", "essay-64", ""),
    "dcgan, average, live": ("live", "dcgan-64", "network.width=2"),
    "compact, lazy R1, average, modes": ("{pair}", "quick-64", "network.width=2"),
    "compact, R1 + R2, replayed fakes, live": ("live", "quick-64", "network.width=2 train.r2_gamma=1 train.replay=0.5"),
}
KILLS = (False, True, False, True, False)  # in each case; whether inside the write of a checkpoint
FLUSHES = 6  # of one checkpoint: manifest and its folder, both files, the folder, the folder of all
ENVIRONMENT = {**os.environ, "KERAS_BACKEND": "tensorflow"}


def start(case, worlds, run, **environment):
    data, preset, settings = CASES[case]
    words = [str(run), "--data", data.format(**worlds), "--preset", preset]
    words += ["--space", worlds["space"]] * (data == "live")
    words += [word for setting in (*SMALL, *settings.split()) for word in ("--set", setting)]
    command = [sys.executable, "-c", COMMAND, "train", *words]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen(command, env={**ENVIRONMENT, **environment}, **quiet)


def finish(case, worlds, run):
    process = start(case, worlds, run)
    _, errors = process.communicate(timeout=300)
    assert process.returncode == 0, errors
    return run


def stop_at(case, worlds, run, steps, kind, delay=0.0):
    """Start, wait until that many steps are in the metrics, and send the signal a moment later."""
    process = start(case, worlds, run)
    while process.poll() is None and last_step(run) < steps:
        time.sleep(0.02)
    time.sleep(delay)
    process.send_signal(kind)
    process.communicate(timeout=60)
    return process.returncode


def last_step(run):
    metrics = Run(run).metrics() if (run / "metrics.jsonl").exists() else []
    return metrics[-1]["step"] if metrics else 0


def newest(run):
    """The manifest of the newest checkpoint."""
    last = max((run / "checkpoints").glob("step-*"))
    return json.loads((last / "manifest.json").read_text())


def outcome(run):
    """All that a run leaves behind but its pace: the digest of the last state, the losses, the snapshots."""
    assert Run(run).finished
    facts = {"state": newest(run)["sha256"]}
    facts["losses"] = [(line["step"], line["d_loss"], line["g_loss"]) for line in Run(run).metrics()]
    facts["snapshots"] = [(shot.nimg, shot.pictures.tobytes(), shot.fresh.tobytes()) for shot in Run(run).snapshots()]
    return facts


@pytest.fixture(scope="module")
def worlds(tmp_path_factory):
    from procgen import Space, write_dataset

    folder = tmp_path_factory.mktemp("worlds")
    waves = Space(name="waves", compositions=("waves",))
    pair = Space(name="pair", compositions=("bars", "nested_squares"), contrasts=("hue",))
    for space in (waves, pair):
        write_dataset(space, folder / space.name, count=200, size=16, seed=1)
    (folder / "waves.toml").write_text(waves.to_toml())
    places = {space.name: str(folder / space.name) for space in (waves, pair)}
    return {**places, "space": str(folder / "waves.toml")}


@pytest.fixture(scope="module")
def whole(worlds, tmp_path_factory):
    """The outcome of a case that nobody disturbed."""
    done = {}

    def of(case):
        if case not in done:
            done[case] = outcome(finish(case, worlds, tmp_path_factory.mktemp("whole") / "run"))
        return done[case]

    return of


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES)
def test_killed_at_random_moments(case, worlds, whole, tmp_path):
    rng = np.random.default_rng([zlib.crc32(case.encode()), int(os.environ.get("KILL_SEED", "0"))])
    run = tmp_path / "run"
    for inside_a_write in KILLS:
        if inside_a_write:
            flush = int(rng.integers(1, 3 * FLUSHES + 1))
            process = start(case, worlds, run, KILL_AT_FLUSH=str(flush))
            process.communicate(timeout=300)
            assert process.returncode == -signal.SIGKILL
            # The last flush of a write is that of the folder it was renamed into.
            assert bool(list((run / "checkpoints").glob(".*.tmp"))) == (flush % FLUSHES != 0)
        else:
            steps, delay = last_step(run) + int(rng.integers(0, 60)), float(rng.uniform(0, 0.1))
            assert stop_at(case, worlds, run, steps, signal.SIGKILL, delay) == -signal.SIGKILL
    assert outcome(finish(case, worlds, run)) == whole(case)


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_saves_and_leaves(worlds, whole, tmp_path, kind, code):
    run, case = tmp_path / "run", "dcgan, average, live"
    assert stop_at(case, worlds, run, 40, kind) == code
    stopped = last_step(run)
    assert 40 <= stopped < STEPS
    assert newest(run)["step"] >= stopped
    assert outcome(finish(case, worlds, run)) == whole(case)


@pytest.mark.slow
def test_a_damaged_checkpoint_is_passed_over_and_said(worlds, whole, tmp_path):
    run, case = tmp_path / "run", "dcgan, average, live"
    stop_at(case, worlds, run, 80, signal.SIGKILL)
    damaged = max((run / "checkpoints").glob("step-*"))
    content = bytearray((damaged / "state.safetensors").read_bytes())
    content[len(content) // 2] ^= 1
    (damaged / "state.safetensors").write_bytes(content)
    process = start(case, worlds, run)
    _, said = process.communicate(timeout=300)
    assert process.returncode == 0
    assert f"passed over {damaged.name}: " in said
    assert outcome(run) == whole(case)


@pytest.mark.slow
def test_two_at_once(worlds, tmp_path):
    run, case = tmp_path / "run", "dcgan, average, live"
    first = start(case, worlds, run)
    while not (run / ".lock").exists():
        time.sleep(0.05)
    second = start(case, worlds, run)
    _, errors = second.communicate(timeout=60)
    first.kill()
    first.communicate()
    assert second.returncode == 1
    assert "another process is training" in errors
    assert "Traceback" not in errors
