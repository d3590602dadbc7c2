"""A short finished run that tests of training compare with, and a log of every step."""

import pytest

from experiments import Run, callbacks, train
from procgen import Space
from tests.support.probes import hasty
from tests.support.runs import COMPACT, WORLD, tiny


@pytest.fixture
def every_step_is_logged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(callbacks, "LOG_EVERY_STEPS", 1)


@pytest.fixture(scope="session")
def short(tmp_path_factory: pytest.TempPathFactory) -> Run:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(callbacks, "LOG_EVERY_STEPS", 1)
        return train(tiny(*COMPACT), WORLD, tmp_path_factory.mktemp("short") / "run")


@pytest.fixture(scope="session")
def still(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Forty-eight steps of a pair that hardly moves on a world of two modes, with a snapshot and a look inside each."""
    settings = "train.kimg=0.192 train.g_rate=1e-12 snapshots.every_kimg=0.004 snapshots.readings=32"
    config = tiny("quick-64", f"network.width=2 {settings} snapshots.middle=true")
    pair = Space(name="pair", compositions=("bars", "targets"), contrasts=("hue",))
    with hasty():
        return train(config, pair, tmp_path_factory.mktemp("still") / "run")
