"""Files that are whole or absent, and folders with one writer at a time."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import file_digest
from pathlib import Path
from threading import get_ident
from typing import BinaryIO

from .errors import ProcgenError

UNFINISHED = ".part"


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """A file to write, which takes its name only when it is whole and on the disk."""
    temporary = path.with_name(f"{path.name}.{os.getpid()}-{get_ident()}{UNFINISHED}")
    try:
        with temporary.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
        _sync(path.parent)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def remove_unfinished(folder: Path) -> None:
    """Remove what a killed `replacing` has left in a folder."""
    for leftover in folder.glob(f"*.[0-9]*-[0-9]*{UNFINISHED}"):
        leftover.unlink(missing_ok=True)


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the folder against every other process; the system lets go when this one ends, however it ends.

    Raises:
        ProcgenError: if another process holds it.
    """
    import fcntl

    with (folder / ".lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ProcgenError(f"Another process is writing {folder}: wait for it, or choose another folder.") from None
        yield


def sha256_of(path: Path) -> str:
    """The digest of a file's bytes, in hexadecimal."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def _sync(folder: Path) -> None:
    # A rename lasts through a power cut only once the folder itself is on the disk.
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
