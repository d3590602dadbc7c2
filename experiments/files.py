"""Writing that leaves either the old file or the new one, never a half; and reading that explains itself."""

import json
import os
import shutil
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from .errors import ExperimentsError


@contextmanager
def said_plainly(path: Path, doing: str = "write") -> Iterator[None]:
    """Turn an OSError on `path` into one sentence."""
    try:
        yield
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        remedy = (
            "free space or choose another place" if doing == "write" else "check that it is there and yours to read"
        )
        raise ExperimentsError(f"could not {doing} {path}: {reason}; {remedy}") from error


def write_atomically(path: Path, write: Callable[[Path], object]) -> None:
    """Let `write` fill a temporary file or folder beside `path`, flush it to disk, and rename it into place."""
    with said_plainly(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = _temporary(path, "new")
        try:
            write(temporary)
            _flush(temporary)
            if (
                path.is_dir()
            ):  # a folder cannot be replaced: move the old one aside, so that one of them is always there
                os.replace(path, _temporary(path, "old"))
            os.replace(temporary, path)
            _flush(path.parent)
            shutil.rmtree(_temporary(path, "old"), ignore_errors=True)
        finally:
            if temporary.is_dir():
                shutil.rmtree(temporary, ignore_errors=True)
            else:
                temporary.unlink(missing_ok=True)


def _temporary(path: Path, kind: str) -> Path:
    return path.with_name(f".{path.name}.{os.getpid()}.{kind}.tmp")


def remove_unfinished(folder: Path) -> None:
    """Delete what killed writers left in `folder` and in the folders in it; nobody may be writing there."""
    for path in [*folder.glob(".*.tmp"), *folder.glob("*/.*.tmp")]:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


def _flush(path: Path) -> None:
    for each in [*path.glob("*"), path] if path.is_dir() else [path]:
        handle = os.open(each, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def write_json(path: Path, value: Any) -> None:
    """One JSON document, atomically."""
    text = json.dumps(value, indent=2, default=_plain) + "\n"
    write_atomically(path, lambda temporary: temporary.write_text(text, "utf-8"))


def append_json(path: Path, value: Any) -> None:
    """One line of JSON at the end of a file of such lines."""
    with said_plainly(path), path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(value, default=_plain) + "\n")


def read_lines(path: Path) -> list[Any]:
    """The lines of a file of JSON lines, none if it is not there; a half line that a kill left is passed over."""
    with said_plainly(path, "read"):
        lines = path.read_text("utf-8", errors="replace").splitlines() if path.is_file() else []
    return [value for value in map(_parsed, lines) if value is not None]


def _parsed(line: str) -> Any:
    try:
        return json.loads(line)
    except json.JSONDecodeError:
        return None


def read_json(path: Path) -> Any:
    """The JSON document at `path`; ExperimentsError if it cannot be read or parsed."""
    with said_plainly(path, "read"):
        content = path.read_bytes()
    try:
        return json.loads(content)
    except ValueError as error:
        raise ExperimentsError(f"expected JSON in {path}, got something else ({error}): restore the file") from None


def write_arrays(path: Path, arrays: dict[str, np.ndarray]) -> None:
    """Named arrays as one .npz, atomically."""

    def write(temporary: Path) -> None:
        with temporary.open("wb") as file:
            np.savez_compressed(file, allow_pickle=False, **arrays)

    write_atomically(path, write)


def read_arrays(path: Path, *names: str, remedy: str = "delete it") -> dict[str, np.ndarray]:
    """The arrays of an .npz, or those of them that are named; ExperimentsError, with a remedy, if it is damaged."""
    with said_plainly(path, "read"):
        try:
            with np.load(path, allow_pickle=False) as arrays:
                return {name: arrays[name] for name in names or arrays.files}
        except (ValueError, KeyError, TypeError, EOFError, BadZipFile, zlib.error) as error:
            raise ExperimentsError(f"expected arrays in {path}, got damage ({error}): {remedy}") from None


def nimg_of(path: Path) -> int:
    """How many images had been shown, from the name of a file such as nimg-000001600.npz."""
    return int(path.stem.split("-")[1])


def _plain(value: Any) -> Any:
    if isinstance(value, np.generic | np.ndarray):
        return value.tolist()
    raise TypeError(f"cannot write {type(value).__name__} as JSON")
