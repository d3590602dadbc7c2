"""Processes that call a function for this one, where its own threads would take turns for the interpreter's lock.

`python -m experiments.workers MODULE FUNCTION` is such a process: it speaks with its parent through its standard input
and output, and ends when the parent does, however that ends. (A pool of multiprocessing would run the user's own script
once more.)
"""

import os
import subprocess
import sys
import weakref
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import Any

from .errors import ExperimentsError


def cores() -> int:
    """How many cores this process may use."""
    return len(getattr(os, "sched_getaffinity", lambda _: range(os.cpu_count() or 1))(0))


class Worker:
    """A process that calls one function, question by question; it ends with `close`, or when nobody holds it.

    Args:
        function: of a module, found there by its name; what it takes and gives back can be pickled.
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        asked, self._ask = Pipe(duplex=False)
        self._answer, told = Pipe(duplex=False)
        with asked, told:
            process = subprocess.Popen(
                [sys.executable, "-P", "-m", __name__, function.__module__, function.__name__],
                stdin=asked.fileno(),
                stdout=told.fileno(),
                env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
                start_new_session=True,  # a Ctrl-C is the parent's business
            )
        self._begun = False
        self.close = weakref.finalize(self, _end, process, self._ask, self._answer)

    def begun(self) -> bool:
        """Whether it is there and has imported what it needs, which takes a while; an answer waits for that."""
        with suppress(EOFError, OSError):  # it is gone already: the first question will say so
            if not self._begun and self._answer.poll():
                self._begun = self._answer.recv()
        return self._begun

    def ask(self, *arguments: Any) -> None:
        """Let it call the function; its answer is to be taken before it is asked again."""
        with suppress(OSError):  # it is gone: the answer will say so
            self._ask.send(arguments)

    def answer(self) -> Any:
        """What the function gave back; what it raised is raised.

        Raises:
            ExperimentsError: the process was ended from outside.
        """
        try:
            self._begun = self._begun or self._answer.recv()
            found = self._answer.recv()
        except (EOFError, OSError):
            raise ExperimentsError(
                "expected the processes that work for this one to go on, got one that was ended from outside, perhaps "
                "for want of memory: run the same command again"
            ) from None
        if isinstance(found, Exception):
            raise found
        return found


def _end(process: "subprocess.Popen[bytes]", ask: Connection, answer: Connection) -> None:
    ask.close()  # for which the process waits
    answer.close()
    process.wait()


def _serve(module: str, name: str) -> None:
    told, asked = Connection(os.dup(1), readable=False), Connection(os.dup(0), writable=False)
    os.dup2(2, 1)  # what a plug-in prints is no answer
    with suppress(EOFError, BrokenPipeError):
        function = getattr(import_module(module), name)
        told.send(True)
        while True:
            told.send(_answered(function, asked.recv()))


def _answered(function: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
    try:
        return function(*arguments)
    except Exception as error:  # the parent raises it
        return error


if __name__ == "__main__":
    _serve(*sys.argv[1:])
