"""The whole loop as a user runs it, its training cut short; called again, it has nothing left to do."""

import json
import subprocess
import sys

import pytest

from mosaics import read_provenance
from procgen import open_dataset, verify_dataset
from tests.support.folders import digests

COMMAND = [sys.executable, "-c", "from experiments.cli.app import main; main()"]


@pytest.mark.slow
def test_quickstart(tmp_path):
    command = [*COMMAND, "quickstart", "all", "--json", "--set", "train.kimg=0.8", "--set", "snapshots.every_kimg=0.2"]
    first = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert first.returncode == 0, first.stderr
    facts = json.loads(first.stdout)
    for stage in ("drawing", "probe", "training", "mosaic", "report"):
        assert f"{stage}: " in first.stderr
    assert len(open_dataset(tmp_path / facts["data"])) == 4000
    assert verify_dataset(tmp_path / facts["data"]) == []
    assert json.loads((tmp_path / facts["run"] / "probe" / "probe.json").read_text())["accuracy"] >= 0.97
    made = read_provenance(tmp_path / facts["mosaic"])
    assert (made["tiles"], made["source_type"]) == (1500, "trainedAlgorithmicMedia")
    before = digests(tmp_path / "all")
    again = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert again.returncode == 0, again.stderr
    assert json.loads(again.stdout) == facts
    assert digests(tmp_path / "all") == before
