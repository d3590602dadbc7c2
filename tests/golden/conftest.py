"""The option that stores new reference pictures."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--store-golden", action="store_true", help="store what is drawn now as the reference")


@pytest.fixture
def store_golden(request: pytest.FixtureRequest) -> bool:
    # Known only when pytest is called on this folder: elsewhere, pictures are compared.
    return bool(request.config.getoption("--store-golden", default=False))
