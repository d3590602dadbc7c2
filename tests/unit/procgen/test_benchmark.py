"""The benchmark of speed runs through, whatever the numbers are; what it says of peers is what happened."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from procgen import load_space

BENCHMARKS = Path(__file__).parents[3] / "benchmarks"
# Stands for learning_with_noise: its function of that name, and where it lies.
PEER = """
from pathlib import Path
def generate_dataset(shape, folder, resolution, parallel, N_samples):
    Path(folder).mkdir()
    print("made", N_samples)
"""


def run(*arguments, code=0):
    command = [sys.executable, str(BENCHMARKS / "procgen.py"), "--quick", "--size", "32", *arguments]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == code, done.stderr
    return done


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    folder = tmp_path_factory.mktemp("peers")
    script = folder / "good" / "generate_datasets" / "dead_leaves" / "generate_dataset.py"
    script.parent.mkdir(parents=True)
    script.write_text(PEER)
    (folder / "empty").mkdir()
    places = {"dead_leaves": "good", "fractaldb": "empty", "visualatom": "absent"}
    peers = [word for name, place in places.items() for word in ("--peer", f"{name}={folder / place}")]
    return json.loads(run("--json", *peers).stdout)


def test_every_composition_is_timed(results):
    rows = results["compositions"]
    assert [row["composition"] for row in rows] == list(load_space("default").compositions)
    for row in rows:
        assert row["files_per_s"] < row["pixels_per_s"]
        assert row["bytes"] > 0
        assert 0 < row["codec_share"] < 1


def test_every_target_is_measured(results):
    figures = [*results["world"], *results["disk"]]
    assert all(0 < each["low"] <= each["median"] <= each["high"] for each in figures)
    targets = sorted(each["target"] for each in figures if each["target"])
    assert targets == [1.9, 250, 400, 500, 3_000, 3_000, 20_000, 20_000]


def test_peers_are_measured_or_named_with_the_reason(results):
    rows = {row["peer"]: row for row in results["peers"]}
    leaves = rows.pop("dead_leaves, mixed shapes")
    to_disk = next(each for each in results["disk"] if each["what"] == "to disk, 1 worker")
    assert leaves["ratio"] == pytest.approx(to_disk["median"] / leaves["speed"]["median"])
    assert "no folder" in rows.pop("visualatom")["why"]
    assert len(rows) == 2
    assert all(row["speed"] is None and "ifs_function" in row["why"] for row in rows.values())


def test_one_composition_as_text():
    lines = run("--only", "bars").stdout.splitlines()
    assert sum(line.startswith("bars ") for line in lines) == 1
    assert not any("to disk" in line for line in lines)


def test_mistakes_are_one_sentence():
    assert "'bras'" in run("--only", "bras", code=1).stderr
    assert "not atoms=." in run("--peer", "atoms=.", code=2).stderr


def test_its_neighbours_find_the_package():
    """A script in benchmarks/ looks for `procgen` there first."""
    code = f"import sys; sys.path.insert(0, {str(BENCHMARKS)!r}); import procgen; print(procgen.Space.__name__)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout == "Space\n", done.stderr
