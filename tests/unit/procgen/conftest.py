"""A dataset that is made once, and copies of it to be damaged."""

import shutil
from pathlib import Path

import pytest

from procgen import write_dataset
from tests.support.datasets import HOW, SPACE


@pytest.fixture(scope="session")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("made") / "dataset"
    write_dataset(SPACE, folder, **HOW)
    return folder


@pytest.fixture
def copy(made, tmp_path):
    return Path(shutil.copytree(made, tmp_path / "copy"))
