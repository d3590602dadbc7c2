"""Shared by all tests: quiet backends, and the option that stores new reference pictures."""

import os

import pytest

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("MPLBACKEND", "Agg")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--store-golden", action="store_true", help="store what is drawn now as the reference")


@pytest.fixture
def store_golden(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--store-golden"))
