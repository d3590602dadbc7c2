"""A world of one composition can be learned, too: there is nothing to tell apart, and it is said so."""

import pytest

from experiments import follow_modes, preset, train, write_report
from procgen import Space


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    settings = (
        "network.size=16 network.width=2 network.latent=4 train.batch=4 train.kimg=0.04 snapshots.every_kimg=0.02"
    )
    config = preset("quick-64").override(*settings.split(), "snapshots.pictures=4", "snapshots.readings=8")
    return train(config, Space(compositions=("waves",)), tmp_path_factory.mktemp("one") / "run")


def test_it_is_followed_and_reported(run, tmp_path):
    facts = follow_modes(run)
    assert facts["modes"] == ["waves"]
    assert facts["last"]["rejected"] == 0.0
    assert facts["verdict"]["kind"] == "too short"
    write_report(run, tmp_path / "report.html")
    assert "one mode" in (tmp_path / "report.html").read_text()
