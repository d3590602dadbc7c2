"""What benchmarks/training.py times in torch is what we train: the same networks, the same first two steps."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
TORCH = os.environ.get("SYNCHROMY_TORCH_PYTHON", sys.executable)  # an environment of its own may hold torch
SMALL = ("network.size=32", "train.optimizer=sgd", "train.g_rate=1e-3", "train.d_rate=1e-3")
PAIRS = {
    "quick-64": ("train.penalty_every=2", "network.width=4"),
    "stable-64": ("network.width=4",),
    "dcgan-64": ("network.width=8",),
    "essay-64": ("network.dropout=0.0",),  # each library draws masks of its own
}


@pytest.fixture(scope="module")
def contest():
    if subprocess.run([TORCH, "-c", "import torch"], capture_output=True).returncode:
        pytest.skip(f"{TORCH} has no torch: name one that has in SYNCHROMY_TORCH_PYTHON")
    sys.path.insert(0, str(BENCHMARKS))
    try:
        from training_speed import contest
    finally:
        sys.path.remove(str(BENCHMARKS))
    return contest


@pytest.mark.slow
@pytest.mark.parametrize("preset", PAIRS)
def test_torch_trains_the_same(contest, preset, tmp_path):
    cores = tuple(sorted(os.sched_getaffinity(0)))
    match = contest.Match(preset, 4, settings=(*SMALL, *PAIRS[preset]), cores=cores, torch_python=TORCH)
    names = ["TensorFlow", "torch", "torch, channels last"]
    with contest.contestants(match, names, tmp_path) as (running, absent):
        apart = contest.agreement(running, tmp_path, absent)
        assert not absent
        assert len({each.facts["parameters"] for each in running}) == 1
    assert list(apart) == names
    for name, differences in apart.items():
        assert max(differences.values()) <= 1e-4, (name, differences)
