"""Files that are whole or absent, on a disk or at a URL, and folders with one writer at a time.

A place is a `pathlib.Path`, or a `upath.UPath` (the same words over fsspec) where it is given as a URL such as
s3://bucket/name. Whatever a store raises becomes an OSError, as it would be on a disk.
"""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import file_digest, sha256
from io import RawIOBase
from pathlib import Path
from tempfile import NamedTemporaryFile
from threading import get_ident
from typing import Any, BinaryIO
from urllib.parse import unquote

from .errors import ProcgenError

UNFINISHED = ".part"
_ON_DISK = ("", "file", "local")  # what fsspec calls the filesystem of this machine
_URL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+)(?::/|::\S*://)")


def place(folder: str | Path) -> Path:
    """Where a folder is, from a path or the URL of any filesystem that fsspec knows.

    Raises:
        ProcgenError: if there is no such filesystem, or its package is not installed.
    """
    if _protocol(folder) in _ON_DISK:
        return _on_this_disk(folder)
    if is_remote(folder):
        return folder  # type: ignore[return-value]
    if "://" not in str(folder):
        raise ProcgenError(f"The path {folder} is a URL that has lost a slash: give it as text, not as a Path.")
    from upath import UPath

    try:
        # Other processes write here, too: what a listing said a moment ago may not be so.
        url = UPath(folder, use_listings_cache=False)
        url.fs  # noqa: B018  # this is where a missing package is noticed
    except ProcgenError:
        raise
    except Exception as error:  # whatever a store raises
        raise ProcgenError(
            f"The URL {folder} cannot be used ({reason(error)}): give a folder or another URL."
        ) from None
    return url  # type: ignore[return-value]  # a Path in all but name


def local_place(path: str | Path) -> Path:
    """Where a file or folder on this machine is, from a path or a file URL.

    Raises:
        ProcgenError: if it is the URL of anything else.
    """
    if _protocol(path) not in _ON_DISK:
        raise ProcgenError(f"{path} is a URL, and this is written on a disk alone: give a path, and upload it then.")
    return _on_this_disk(path)


def _protocol(path: Any) -> str:
    """The filesystem that a path or URL names, the first one of a chain; "" where it names none."""
    if is_remote(path):
        return str(path.protocol)
    found = _URL.match(str(path))
    return found[1].lower() if found else ""


def _on_this_disk(path: Any) -> Path:
    """The path that a path or file URL names: file:///a, file:/a and file://localhost/a are /a (RFC 8089)."""
    if is_remote(path):
        return Path(path.path)
    if not _protocol(path):
        return Path(path)
    rest = str(path).partition(":")[2]
    host, slash, names = rest[2:].partition("/") if rest.startswith("//") else ("", "/", rest[1:])
    if host not in ("", "localhost") or not slash:
        raise ProcgenError(f"The URL {path} names no path of this machine: give it as file:///folder, or as a path.")
    return Path("/" + unquote(names))


def is_remote(path: Any) -> bool:
    """Whether a place is at a URL."""
    return hasattr(path, "fs")


@contextmanager
def reaching(path: Any) -> Iterator[None]:
    """Whatever the store at a URL raises, as an OSError."""
    try:
        yield
    except (OSError, ProcgenError):
        raise
    except Exception as error:
        if not is_remote(path):
            raise
        raise OSError(None, " ".join(str(error).split()).rstrip(".") or type(error).__name__) from error


def reason(error: BaseException) -> str:
    """The first line of what a library says, as part of a sentence."""
    text = str(getattr(error, "strerror", None) or error) or type(error).__name__
    return text.splitlines()[0].rstrip(".")


def names(folder: Path) -> set[str]:
    """The names of what lies in a folder; none if there is no folder."""
    with reaching(folder):
        if is_remote(folder) and not folder.exists():
            return set()
        try:
            return {path.name for path in folder.iterdir()}
        except FileNotFoundError:
            return set()


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """A file to write, which takes its name only when it is whole: on the disk, or in one put into a store."""
    if is_remote(path):
        with NamedTemporaryFile(prefix="synchromy-") as file:
            yield file  # type: ignore[misc]
            file.flush()
            with reaching(path):
                path.fs.put_file(file.name, path.path)  # type: ignore[attr-defined]
        return
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


@contextmanager
def on_disk(path: Path) -> Iterator[Path]:
    """The file itself, or its copy for a moment where it is at a URL; FileNotFoundError if there is none."""
    if not is_remote(path):
        yield path
        return
    with NamedTemporaryFile(prefix="synchromy-") as file:
        with reaching(path):
            path.fs.get_file(path.path, file.name)  # type: ignore[attr-defined]
        yield Path(file.name)


def remove_unfinished(folder: Path) -> None:
    """Remove what a killed `replacing` has left in a folder; a store is never left with any."""
    if not is_remote(folder):
        for leftover in folder.glob(f"*.[0-9]*-[0-9]*{UNFINISHED}"):
            leftover.unlink(missing_ok=True)


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the folder against every other process; the system lets go when this one ends, however it ends.

    A store has no locks: two writers there put the same bytes twice, which harms nothing.

    Raises:
        ProcgenError: if another process holds it.
    """
    if is_remote(folder):
        yield
        return
    import fcntl

    with (folder / ".lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ProcgenError(f"Another process is writing {folder}: wait for it, or choose another folder.") from None
        yield


def sha256_of(path: Path) -> str:
    """The digest of a file's bytes, in hexadecimal."""
    with on_disk(path) as found, found.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


class Digesting(RawIOBase):
    """A file to write that counts and digests what passes through it, on its way to another or to nowhere."""

    def __init__(self, file: BinaryIO | None = None) -> None:
        self._file, self._digest, self.count = file, sha256(), 0

    @property
    def sha256(self) -> str:
        """The digest of what was written, in hexadecimal."""
        return self._digest.hexdigest()

    def writable(self) -> bool:
        """It is."""
        return True

    def tell(self) -> int:
        """How many bytes were written."""
        return self.count

    def write(self, data: Any) -> int:
        """Take all of it."""
        self._digest.update(data)
        if self._file is not None:
            self._file.write(data)
        self.count += len(data)
        return len(data)


def _sync(folder: Path) -> None:
    # A rename lasts through a power cut only once the folder itself is on the disk.
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def at_work(process: int) -> bool:
    """Whether another process of this number is there: in a container the killed one often had our own."""
    try:
        os.kill(process, 0)
    except PermissionError:
        return True
    except (ProcessLookupError, OverflowError):
        return False
    return process != os.getpid()
