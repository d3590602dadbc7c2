"""A short finished run that tests of training compare with, and a log of every step."""

import pytest

from experiments import Run, callbacks, train
from tests.support.runs import COMPACT, WORLD, tiny


@pytest.fixture
def every_step_is_logged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(callbacks, "LOG_EVERY_STEPS", 1)


@pytest.fixture(scope="session")
def short(tmp_path_factory: pytest.TempPathFactory) -> Run:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(callbacks, "LOG_EVERY_STEPS", 1)
        run = train(tiny(*COMPACT), WORLD, tmp_path_factory.mktemp("short") / "run")
    return run
