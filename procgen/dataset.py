"""A dataset on disk, read: pictures and factors by index, whole columns, and what is wrong with it."""

import math
import operator
import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from .errors import ProcgenError
from .files import place, sha256_of
from .manifest import Manifest, read_manifest, shard_count, shard_path
from .recipe import Recipe
from .shards import decode, fault, opened
from .space import Space

Array = np.ndarray
_CACHED_GROUPS = 16  # of 100 pictures each, as encoded: some 30 MB at 256x256


def open_dataset(folder: str | Path) -> "Dataset":
    """Open a finished dataset; of each shard only the footer is read now.

    Raises:
        ProcgenError: if there is none, it is unfinished, or a shard is missing or damaged.
    """
    folder = place(folder)
    manifest = read_manifest(folder)
    if not manifest["complete"]:
        raise ProcgenError(f"The dataset {folder} is unfinished: run the same generate command again to finish it.")
    for number in range(shard_count(manifest)):
        path = shard_path(folder, manifest, number)
        if reason := fault(path, manifest, number):
            raise ProcgenError(_damaged(path, reason))
    return Dataset(folder, manifest)


def verify_dataset(folder: str | Path) -> list[str]:
    """Every problem of a dataset, one sentence each: all bytes of all shards are read and digested.

    Raises:
        ProcgenError: if there is no dataset.
    """
    folder = place(folder)
    manifest = read_manifest(folder)
    problems = [] if manifest["complete"] else [f"{folder} is unfinished."]
    for shard in manifest["shards"]:
        path = folder / shard["file"]
        if not path.is_file():
            problems.append(f"{path} is missing.")
        elif sha256_of(path) != shard["sha256"]:
            problems.append(f"{path} is not what was written: its sha256 differs from the manifest's.")
    known = {folder / shard["file"] for shard in manifest["shards"]}
    others = sorted(set((folder / "data").glob("*")) - known) if manifest["complete"] else []
    return problems + [f"{path} does not belong to the dataset." for path in others]


@dataclass(frozen=True, eq=False)
class Dataset:
    """Pictures and their factors, by index; made by `open_dataset`. It can be pickled, and shared by threads.

    Attributes:
        folder: where it lies.
        manifest: what it is, as in manifest.json.
    """

    folder: Path
    manifest: Manifest = field(repr=False)

    def __len__(self) -> int:
        return self.manifest["count"]

    def __getitem__(self, index: int) -> tuple[Array, dict[str, str | float]]:
        """Picture number index, uint8 (height, width, 3), and its factors; a factor not defined for it is NaN."""
        index = self._checked(index)
        return self._picture(index), {name: self._factor(index, name) for name in self.manifest["columns"]}

    def __iter__(self) -> Iterator[tuple[Array, dict[str, str | float]]]:
        return map(self.__getitem__, range(len(self)))

    def images(self, indices: Iterable[int] | None = None) -> Array:
        """Pictures in the order of indices, or all: uint8 (N, height, width, 3).

        Raises:
            ProcgenError: if an index is out of range, or a picture is damaged.
        """
        wanted = range(len(self)) if indices is None else [self._checked(index) for index in indices]
        width, height = self.manifest["size"]
        images = np.empty((len(wanted), height, width, 3), np.uint8)

        def fill(slot: int) -> None:
            images[slot] = self._picture(wanted[slot])

        # In the order of the file each group of rows is read once; Pillow decodes outside the interpreter's lock.
        with ThreadPoolExecutor(min(8, os.cpu_count() or 1)) as pool:
            for _ in pool.map(fill, sorted(range(len(wanted)), key=wanted.__getitem__)):
                pass
        return images

    def column(self, name: str) -> Array:
        """A column of all pictures, (N,): names as str, numbers as float64, with NaN where one is not defined."""
        known = ("index", *self.manifest["columns"], "recipe")
        if name not in known:
            raise ProcgenError(f"There is no column {name!r} in {self.folder}: it has {', '.join(known)}.")
        parts = []
        for number in range(shard_count(self.manifest)):
            with _reading(shard_path(self.folder, self.manifest, number)) as file:
                parts.append(file.read([name])[name].to_numpy())
        values = np.concatenate(parts)
        if name == "recipe":
            return values.astype(str)
        return np.array(self.classes(name))[values] if isinstance(self._kind(name), list) else values

    def classes(self, name: str) -> tuple[str, ...]:
        """The closed set of names of a factor, in the order of their labels in the files."""
        if not isinstance(self._kind(name), list):
            named = ", ".join(each for each in self.manifest["columns"] if isinstance(self._kind(each), list))
            raise ProcgenError(f"The factor {name!r} has no classes in {self.folder}: those with are {named}.")
        return tuple(self._kind(name))

    @cached_property
    def space(self) -> Space:
        """The space the pictures were drawn from."""
        return Space.from_toml(self.manifest["space"])

    def recipe(self, index: int) -> Recipe:
        """The recipe of picture number index: `render` draws it again, at any size."""
        return Recipe.from_json(self._cell(self._checked(index), "recipe"))

    def _kind(self, name: str) -> Any:
        return self.manifest["columns"].get(name)

    def _checked(self, index: int) -> int:
        number = operator.index(index)
        if not -len(self) <= number < len(self):
            raise ProcgenError(f"There is no picture {number} in {self.folder}: it has {len(self)}, counted from 0.")
        return number % len(self)

    def _cell(self, index: int, column: str) -> Any:
        shard, row = divmod(index, self.manifest["shard_rows"])
        group, row = divmod(row, self.manifest["group_rows"])
        path = shard_path(self.folder, self.manifest, shard)
        return _row_group(path, self.manifest["shards"][shard]["sha256"], group)[column][row].as_py()

    def _factor(self, index: int, name: str) -> str | float:
        value, kind = self._cell(index, name), self._kind(name)
        if isinstance(kind, list):
            return kind[value]
        return math.nan if value is None else value

    def _picture(self, index: int) -> Array:
        try:
            return decode(self._cell(index, "image")["bytes"], self.manifest["size"])
        except ProcgenError as error:
            raise ProcgenError(f"Picture {index} of {self.folder}: {error}") from None


# The digest is there for the key alone: another dataset at the same path is another entry.
@lru_cache(maxsize=_CACHED_GROUPS)
def _row_group(path: Path, digest: str, group: int) -> Any:
    with _reading(path) as file:
        return file.read_row_group(group)


@contextmanager
def _reading(path: Path) -> Iterator[Any]:
    try:
        with opened(path) as file:
            yield file
    except (OSError, ValueError) as error:
        raise ProcgenError(_damaged(path, str(error).splitlines()[0].rstrip("."))) from None


def _damaged(path: Path, reason: str) -> str:
    return f"The shard {path} cannot be used ({reason}): delete it and run the same generate command again."
