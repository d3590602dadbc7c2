"""Values made ahead of their use by one thread, in order: the step finds its next batch ready."""

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")
DEPTH = 4
THREADS = "synchromy-batches"
"""How the names of the threads begin."""


class Ahead(Iterator[T], Generic[T]):
    """make(first), make(first + 1), ... without end, up to `depth` of them made before they are asked for.

    What `make` raises is raised, once, in the place of its value, and is then the `failure`; there is nothing after it.
    Any thread may take the values and any may `close`; with nobody asking, the thread rests, and it holds up no exit.
    """

    def __init__(self, make: Callable[[int], T], first: int, depth: int = DEPTH) -> None:
        self.failure: BaseException | None = None
        self._make, self._next, self._depth = make, first, depth
        self._waiting: deque[Future[T]] = deque()
        self._pool: ThreadPoolExecutor | None = ThreadPoolExecutor(1, thread_name_prefix=THREADS)
        self._lock = Lock()

    def __next__(self) -> T:
        with self._lock:
            if self._pool is None:
                raise StopIteration
            while len(self._waiting) <= self._depth:
                self._waiting.append(self._pool.submit(self._make, self._next))
                self._next += 1
            value = self._waiting.popleft()
        try:
            return value.result()
        except CancelledError:  # closed by another thread meanwhile
            raise StopIteration from None
        except Exception as error:
            self.failure = error
            self.close()
            raise

    def close(self) -> None:
        """Stop: when this returns, nothing is being made and the thread is gone. A second time it does nothing."""
        with self._lock:
            pool, self._pool = self._pool, None
            self._waiting.clear()
        if pool is not None:
            pool.shutdown(cancel_futures=True)
