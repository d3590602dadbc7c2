"""Folders that appear whole or not at all, and what killed writers of them have left."""

import os
import shutil
from collections.abc import Callable
from glob import escape
from pathlib import Path

from mosaics.whole import is_running, said_plainly


def write_folder_whole(folder: Path, write: Callable[[Path], object]) -> Path:
    """Let `write` fill a folder beside `folder`, flush it to the disk, then put it into its place.

    A folder that is there already is replaced; until then it stays as it is.

    Raises:
        MosaicsError: the disk refuses.
    """
    folder = Path(os.path.abspath(folder))  # "." has no name
    temporary = _beside(folder, "new")
    with said_plainly(folder):
        try:
            temporary.mkdir()
            write(temporary)
            _flush(temporary)
            _put(temporary, folder)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)
    return folder


def clear_leftovers(folder: Path) -> None:
    """Put right what killed writers of a folder have left: an old one whose place is empty goes back, the rest goes."""
    folder = Path(os.path.abspath(folder))
    with said_plainly(folder):
        for left in folder.parent.glob(f".{escape(folder.name)}.*.*.tmp"):
            what, number = left.name.split(".")[-3:-1]
            if not number.isdecimal() or is_running(int(number)):
                continue
            if what == "old" and not folder.exists():
                os.rename(left, folder)
            else:
                shutil.rmtree(left)


def _beside(folder: Path, what: str) -> Path:
    return folder.with_name(f".{folder.name}.{what}.{os.getpid()}.tmp")


def _put(temporary: Path, folder: Path) -> None:
    old = _beside(folder, "old")
    if folder.exists():
        os.rename(folder, old)
    os.rename(temporary, folder)
    shutil.rmtree(old, ignore_errors=True)


def _flush(folder: Path) -> None:
    """All files at once where the system can: one after the other, 50,000 small ones take minutes."""
    if hasattr(os, "sync"):
        os.sync()
        return
    for path in folder.rglob("*"):
        if path.is_file():
            with open(path, "rb+") as file:
                os.fsync(file.fileno())
