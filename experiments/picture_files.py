"""Which files in a folder are pictures, and their digests."""

import os
from collections.abc import Iterable
from hashlib import file_digest
from pathlib import Path

SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".bmp")


def files_below(folder: Path) -> Iterable[str]:
    """The files in a folder and below it, relative to it with slashes, hidden ones passed over."""
    for place, folders, files in os.walk(folder, onerror=_raise):
        folders[:] = [name for name in folders if not name.startswith(".")]
        below = Path(place).relative_to(folder).as_posix()
        start = "" if below == "." else f"{below}/"
        yield from (start + name for name in files if not name.startswith("."))


def _raise(error: OSError) -> None:
    raise error


def digest_of(path: Path) -> str:
    """The SHA-256 of a file, hexadecimal."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()
