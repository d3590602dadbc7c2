"""Probes in less time."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest


@contextmanager
def hasty() -> Iterator[None]:
    """A sixth of the steps on a quarter of the pictures, for tests that ask what is done with a probe's readings.

    Not for those that ask how true they are.
    """
    from experiments import probing
    from models import probe

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(probe, "STEPS_PER_MODE", 50)
        patch.setattr(probe, "LEAST_STEPS", 100)
        patch.setattr(probing, "PICTURES_PER_MODE", 150)
        yield
