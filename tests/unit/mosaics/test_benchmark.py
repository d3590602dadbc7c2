"""The benchmark of mosaics runs through, whatever the numbers are; what it says of peers is what happened."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[3] / "benchmarks"
# Stands for codebox/mosaic: its settings and its function.
PEER = """
TILE_SIZE, TILE_MATCH_RES, TILE_BLOCK_SIZE, ENLARGEMENT = 50, 5, 10, 8
def mosaic(target, tiles):
    from pathlib import Path
    assert (TILE_SIZE, ENLARGEMENT) == (64, 8) and Path(target).is_file() and len(list(Path(tiles).iterdir())) == 400
    print("made")
"""


def run(*arguments, code=0):
    command = [sys.executable, str(BENCHMARKS / "mosaics.py"), "--quick", *arguments]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == code, done.stderr
    return done


@pytest.mark.slow
def test_every_line_is_measured(tmp_path):
    (tmp_path / "mosaic.py").write_text(PEER)
    lines = json.loads(run("--json", "--peer", f"codebox={tmp_path}").stdout)["lines"]
    rows = {line["what"]: line for line in lines}
    ours = rows.pop("photomosaic, reuse, from files")
    peer = rows.pop("codebox/mosaic, reuse, from files")
    assert peer["ratio"] == pytest.approx(peer["seconds"] / ours["seconds"])
    assert peer["least_ratio"] == 40
    assert (ours["most_seconds"], ours["most_memory"]) == (1.8, 500e6)
    assert rows["photomosaic, exactly once"]["gap"] < 0.01
    assert all(line["seconds"] > 0 for line in lines if "why" not in line)
    assert {"plain sheet, jpg", "plain sheet, png", "plain sheet, tif", "photomosaic, reuse, from an array"} < {*rows}


@pytest.mark.slow
def test_the_large_lines_and_peers_that_are_not_there(tmp_path):
    lines = json.loads(run("--json", "--large").stdout)["lines"]
    assert [line["most_memory"] for line in lines] == [1e9, 1e9]
    assert all(line["bytes"] > 1e6 and line["pixels"][0] > 4_000 for line in lines)
    text = run("--peer", f"codebox={tmp_path}").stdout
    assert "not measured: " in text
    assert "No module named 'mosaic'" in text


def test_mistakes_are_one_sentence():
    assert "not cobox=." in run("--peer", "cobox=.", code=2).stderr


def test_its_neighbours_find_the_package():
    """A script in benchmarks/ looks for `mosaics` there first."""
    code = f"import sys; sys.path.insert(0, {str(BENCHMARKS)!r}); import mosaics; print(mosaics.Tiles.__name__)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout == "Tiles\n", done.stderr
