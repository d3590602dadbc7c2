"""Files that appear whole or not at all, and what killed writers of them have left."""

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from mosaics.errors import MosaicsError

_REMEDIES = {
    errno.ENOSPC: "free some space",
    errno.EROFS: "choose a folder you may write to",
    errno.EACCES: "choose a folder you may write to",
    errno.ENOENT: "make the folder first",
}


def write_whole(path: Path, write: Callable[[BinaryIO], object]) -> Path:
    """Let `write` fill a file beside `path`, flush it to the disk, then rename it.

    Raises:
        MosaicsError: the disk refuses.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    with said_plainly(path):
        try:
            with open(temporary, "wb") as file:
                write(file)
                file.flush()
                os.fsync(file.fileno())
            os.replace(temporary, path)
        finally:
            temporary.unlink(missing_ok=True)
    return path


def remove_leftovers(folder: Path, names: str) -> None:
    """Delete what killed writers of files of such names have left in a folder."""
    with said_plainly(folder):
        for left in folder.glob(f".{names}.*.tmp"):
            number = left.name.split(".")[-2]
            if number.isdecimal() and not is_running(int(number)):
                left.unlink(missing_ok=True)


@contextmanager
def said_plainly(path: Path) -> Iterator[None]:
    """What the disk refuses within, in one sentence."""
    try:
        yield
    except OSError as error:
        remedy = _REMEDIES.get(error.errno or 0, "choose another place")
        raise MosaicsError(f"could not write {path}: {error.strerror or error}; {remedy}") from error


def is_running(process: int) -> bool:
    """Whether there is a process of that number."""
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        pass  # it runs, and is somebody else's
    return True
