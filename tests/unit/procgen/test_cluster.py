"""Addresses of schedulers: one that cannot be is one sentence, at once, and nothing half made stays behind."""

import gc
from time import perf_counter

import pytest

from procgen import ProcgenError, dask_threads


@pytest.mark.parametrize("address", ["nonsense", "tcp://nonsense", "foo://host:1", "tls://127.0.0.1:1"])
def test_an_address_that_cannot_be(address):
    start = perf_counter()
    with pytest.raises(ProcgenError, match=f"No dask scheduler answers at {address} "):
        dask_threads(address)
    gc.collect()  # what is raised while a client is collected fails the test, too
    assert perf_counter() - start < 8
