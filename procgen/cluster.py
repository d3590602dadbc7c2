"""The workers of a dask cluster, as an executor: of the shards of a dataset, of the runs of a sweep."""

from collections.abc import Iterator
from concurrent.futures import CancelledError, Executor
from contextlib import contextmanager
from typing import Any

from .errors import ProcgenError
from .files import reason

_RETRIES = 3  # of a piece of work whose worker raised or was lost


@contextmanager
def dask_executor(address: str, *, timeout: float = 10.0) -> Iterator[Executor]:
    """An executor on a dask cluster; dask itself gives the work of a lost worker to another one.

    Args:
        address: of the scheduler, such as "tcp://host:8786".
        timeout: seconds to wait for its answer.

    Raises:
        ProcgenError: if dask is not installed, the scheduler does not answer, or a piece of work ended one worker
            after another.
    """
    with _client(address, timeout) as client:
        from distributed import KilledWorker
        from distributed.comm import CommClosedError

        try:
            yield client.get_executor(retries=_RETRIES)
        except KilledWorker as error:
            raise ProcgenError(
                f"A piece of work ended one worker of {address} after another ({error.last_worker.address} at last), "
                "perhaps for want of memory: give the workers more, and run the same command again; what is "
                "finished is kept."
            ) from error
        except (CommClosedError, CancelledError) as error:
            raise ProcgenError(
                f"The dask scheduler at {address} was lost: start it, and run the same command again; what is "
                "finished is kept."
            ) from error


def dask_threads(address: str, *, timeout: float = 10.0) -> int:
    """How many pieces of work a dask cluster does at once.

    Raises:
        ProcgenError: as `dask_executor`.
    """
    with _client(address, timeout) as client:
        return sum(client.nthreads().values())


@contextmanager
def _client(address: str, timeout: float) -> Iterator[Any]:
    try:
        from distributed import Client
        from distributed.comm import resolve_address
    except ImportError:
        raise ProcgenError("A cluster needs the package distributed: pip install 'synchromy[cluster]'.") from None
    client = Client.__new__(Client)  # at hand where the next line but one fails
    try:
        resolve_address(address)
        client.__init__(address, timeout=timeout, set_as_default=False)  # type: ignore[misc]
    except (OSError, ValueError, TypeError, RuntimeError) as error:
        client.status = "closed"  # or what is half made waits for the scheduler once more when it is collected
        raise ProcgenError(
            f"No dask scheduler answers at {address} ({reason(error)}): give its address as tcp://host:8786."
        ) from None
    with client:
        if not client.nthreads():
            raise ProcgenError(f"The dask scheduler at {address} has no workers: start `dask worker {address}` first.")
        yield client
