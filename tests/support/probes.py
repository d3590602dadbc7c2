"""Probes in less time."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest


@contextmanager
def hasty() -> Iterator[None]:
    """A sixth of the steps, for tests that ask what is done with a probe's readings and not how true they are."""
    from models import probe

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(probe, "STEPS_PER_MODE", 50)
        patch.setattr(probe, "LEAST_STEPS", 100)
        yield
