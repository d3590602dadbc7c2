"""Processes that call a function for this one, where its own threads would take turns for the interpreter's lock.

`python -m experiments.workers MODULE FUNCTION FILE` is such a process: it speaks with its parent through its standard
input and output, lays arrays down in a file that both have open, which is faster than a pipe, and ends when the parent
does, however that ends. (A pool of multiprocessing would run the user's own script once more.)
"""

import os
import pickle
import subprocess
import sys
import weakref
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from tempfile import TemporaryFile, gettempdir
from typing import Any, BinaryIO

from .errors import ExperimentsError


class Worker:
    """A process that calls one function, question by question; it ends with `close`, or when nobody holds it.

    Args:
        function: of a module, found there by its name; what it takes and gives back can be pickled.
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        asked, self._ask = Pipe(duplex=False)
        self._answer, told = Pipe(duplex=False)
        arrays = TemporaryFile(buffering=0)  # noqa: SIM115
        self._arrays = arrays.fileno()
        with asked, told:
            process = subprocess.Popen(
                [sys.executable, "-P", "-m", __name__, function.__module__, function.__name__, str(self._arrays)],
                stdin=asked.fileno(),
                stdout=told.fileno(),
                pass_fds=[self._arrays],
                env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
                start_new_session=True,  # a Ctrl-C is the parent's business
            )
        self._begun = False
        self.close = weakref.finalize(self, _end, process, self._ask, self._answer, arrays)

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
            ExperimentsError: the process was ended from outside, or there is no room for arrays on the disk.
        """
        try:
            self._begun = self._begun or self._answer.recv()
            text, sizes = self._answer.recv()
            arrays = [bytearray(size) for size in sizes]
            if arrays:
                os.preadv(self._arrays, arrays, 0)
        except (EOFError, OSError):
            raise ExperimentsError(
                "expected the processes that work for this one to go on, got one that was ended from outside, perhaps "
                "for want of memory: run the same command again"
            ) from None
        found = pickle.loads(text, buffers=arrays)
        if isinstance(found, Exception):
            raise found
        return found


def _end(process: "subprocess.Popen[bytes]", *ends: Connection | BinaryIO) -> None:
    for each in ends:
        each.close()  # for the first of which the process waits
    process.wait()


def _serve(module: str, name: str, number: str) -> None:
    told, asked = Connection(os.dup(1), readable=False), Connection(os.dup(0), writable=False)
    os.dup2(2, 1)  # what a plug-in prints is no answer
    with suppress(EOFError, BrokenPipeError), open(int(number), "wb") as arrays:
        function = getattr(import_module(module), name)
        told.send(True)
        while True:
            told.send(_answered(function, asked.recv(), arrays))


def _answered(function: Callable[..., Any], arguments: tuple[Any, ...], arrays: BinaryIO) -> tuple[bytes, list[int]]:
    """What the function gives back, or what it raises, pickled without its arrays; and the bytes of each of these."""
    try:
        return _laid_down(function(*arguments), arrays)
    except Exception as error:  # the parent raises it
        return pickle.dumps(error), []


def _laid_down(found: Any, arrays: BinaryIO) -> tuple[bytes, list[int]]:
    buffers: list[pickle.PickleBuffer] = []
    text = pickle.dumps(found, 5, buffer_callback=buffers.append)
    try:
        arrays.seek(0)
        for each in buffers:
            arrays.write(each.raw())
        arrays.flush()
    except OSError as error:
        raise ExperimentsError(
            f"expected room for pictures in {gettempdir()}, got: {(error.strerror or str(error)).lower()}; free space, "
            "or name another folder as TMPDIR"
        ) from None
    return text, [each.raw().nbytes for each in buffers]


if __name__ == "__main__":
    _serve(*sys.argv[1:])
