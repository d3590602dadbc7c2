"""A dataset on disk, read: pictures and factors by index, whole columns, and what is wrong with it."""

import math
import operator
import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from .caching import mapped
from .encoded import damaged, encoded, explained, located
from .errors import ProcgenError
from .files import is_remote, place, sha256_of
from .manifest import Manifest, read_manifest, shard_count, shard_path
from .recipe import Recipe
from .shards import FOREIGN, decode, fault, opened
from .space import Space

Array = np.ndarray
_CACHED_GROUPS = 64  # of 100 rows each, without their pictures: 50 kB each
_HOW = "A picture is asked for by a whole number, and several with images() by numbers, a slice or a mask"
_PIECE = 32  # pictures that a thread decodes at a time


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
            raise ProcgenError(_refusal(folder, manifest, number, reason))
    return Dataset(folder if is_remote(folder) else folder.absolute(), manifest)


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
        return next(self._pictures([index])), self.factors(index)

    def __iter__(self) -> Iterator[tuple[Array, dict[str, str | float]]]:
        return map(self.__getitem__, range(len(self)))

    def images(self, indices: Iterable[int] | slice | None = None) -> Array:
        """Pictures in the order of indices, or all: uint8 (N, height, width, 3).

        Args:
            indices: whole numbers, negative ones from the end; a slice; or a truth value for each picture.

        Raises:
            ProcgenError: if an index is out of range or none, or a picture is damaged.
        """
        wanted = self._wanted(indices)
        width, height = self.manifest["size"]
        images = np.empty((len(wanted), height, width, 3), np.uint8)
        # In the order of the files each group of rows is opened once; Pillow decodes outside the interpreter's lock.
        order, threads = sorted(range(len(wanted)), key=wanted.__getitem__), min(8, os.cpu_count() or 1)
        piece = max(1, min(_PIECE, -(-len(order) // threads)))

        def fill(start: int) -> None:
            slots = order[start : start + piece]
            for slot, image in zip(slots, self._pictures([wanted[slot] for slot in slots]), strict=True):
                images[slot] = image

        with ThreadPoolExecutor(threads) as pool:
            for _ in pool.map(fill, range(0, len(order), piece)):
                pass
        return images

    def cached(self, folder: str | Path | None = None) -> Array:
        """All pictures decoded once and for all: uint8 (N, height, width, 3), mapped from a file, read only.

        The file is made at the first call, whole or not at all, for every process that opens the same dataset; it
        takes N x height x width x 3 bytes on the disk and none of the memory that others need.

        Args:
            folder: where to keep it; by default `$XDG_CACHE_HOME/synchromy`, or `~/.cache/synchromy`. Its name is the
                digest of what it holds: that of a dataset that is gone does no harm and may be deleted.

        Raises:
            ProcgenError: if the file cannot be written, or a picture is damaged.
        """
        return mapped(self, None if folder is None else Path(folder))

    def column(self, name: str) -> Array:
        """A column of all pictures, (N,).

        Names come as str, numbers as float64 with NaN where one is not defined, `index` as int64, and `recipe`, JSON,
        as objects of type str, as its lengths differ widely.

        Raises:
            ProcgenError: if there is no such column, or a shard is missing or damaged.
        """
        known = ("index", *self.manifest["columns"], "recipe")
        if name not in known:
            raise ProcgenError(f"There is no column {name!r} in {self.folder}: it has {', '.join(known)}.")
        parts = []
        for number in range(shard_count(self.manifest)):
            path = shard_path(self.folder, self.manifest, number)
            with explained(path), opened(path) as file:
                parts.append(_values(file.read([name])[name], self._kind(name)))
        return np.concatenate(parts)

    def classes(self, name: str) -> tuple[str, ...]:
        """The closed set of names of a factor, in the order of their labels in the files."""
        if not isinstance(self._kind(name), list):
            named = ", ".join(each for each in self.manifest["columns"] if isinstance(self._kind(each), list))
            raise ProcgenError(f"The factor {name!r} has no classes in {self.folder}: those with are {named}.")
        return tuple(self._kind(name))

    @cached_property
    def space(self) -> Space:
        """The space the pictures were drawn from; ProcgenError if no space drew them."""
        self._check_space()
        return Space.from_toml(self.manifest["space"])

    def factors(self, index: int) -> dict[str, str | float]:
        """The factors of picture number index; one that is not defined for it is NaN."""
        index = self._checked(index)
        return {name: self._cell(index, name) for name in self.manifest["columns"]}

    def recipe(self, index: int) -> Recipe:
        """The recipe of picture number index of a space: `render` draws it again, at any size."""
        self._check_space()
        return Recipe.from_json(self.recipe_text(index))

    def recipe_text(self, index: int) -> str:
        """The same as JSON, whatever has drawn the picture."""
        return self._cell(self._checked(index), "recipe")

    def _check_space(self) -> None:
        if drawn_by := self.manifest.get("drawn_by"):
            raise ProcgenError(
                f"The pictures of {self.folder} were drawn by {drawn_by['kind']}, not from a space: "
                f"use `synchromy {drawn_by['kind']}` for them."
            )

    def _kind(self, name: str) -> Any:
        return self.manifest["columns"].get(name)

    def _wanted(self, indices: Any) -> Sequence[int]:
        if indices is None:
            return range(len(self))
        try:
            chosen = range(len(self))[indices] if isinstance(indices, slice) else list(indices)
        except TypeError:
            raise ProcgenError(f"{_HOW}, not {indices!r:.60}.") from None
        if len(chosen) == 0 or not all(isinstance(each, bool | np.bool_) for each in chosen):
            return chosen if isinstance(chosen, range) else [self._checked(index) for index in chosen]
        if len(chosen) != len(self):
            raise ProcgenError(f"A mask of {self.folder} needs {len(self)} truth values, not {len(chosen)}.")
        return [index for index, wanted in enumerate(chosen) if wanted]

    def _checked(self, index: int) -> int:
        try:
            number = operator.index(index)
        except TypeError:
            number = None
        if number is None or isinstance(index, bool):
            raise ProcgenError(f"{_HOW}, not {index!r:.60}.")
        if not -len(self) <= number < len(self):
            raise ProcgenError(f"There is no picture {number} in {self.folder}: it has {len(self)}, counted from 0.")
        return number % len(self)

    def _cell(self, index: int, column: str) -> Any:
        shard, group, row = located(self.manifest, index)
        path = shard_path(self.folder, self.manifest, shard)
        with explained(path):
            columns = ("index", *self.manifest["columns"], "recipe")
            group_rows = _row_group(path, self.manifest["shards"][shard]["sha256"], group, columns)
            return _value(group_rows[column][row].as_py(), self._kind(column))

    def _pictures(self, indices: list[int]) -> Iterator[Array]:
        for index, data in zip(indices, encoded(self.folder, self.manifest, indices), strict=True):
            try:
                yield decode(data, self.manifest["size"])
            except ProcgenError as error:
                raise ProcgenError(f"Picture {index} of {self.folder}: {error}") from None


def _value(value: Any, kind: str | list[str] | None) -> Any:
    """A value of a column, a label by its name; ValueError for what no writer puts there."""
    if value is None:
        if kind != "float64":
            raise ValueError("a value is missing")
        return math.nan
    if not isinstance(kind, list):
        return value
    if not 0 <= value < len(kind):
        raise ValueError(f"a label is {value}, not 0 to {len(kind) - 1}")
    return kind[value]


def _values(column: Any, kind: str | list[str] | None) -> Array:
    """The same of a whole column."""
    values = column.to_numpy()
    if column.null_count:
        _value(None, kind)
    if not isinstance(kind, list):
        return values
    for label in (values.min(), values.max()):
        _value(label, kind)
    return np.array(kind)[values]


def _refusal(folder: Path, manifest: Manifest, number: int, why: str) -> str:
    path = shard_path(folder, manifest, number)
    if why == FOREIGN and sha256_of(path) == manifest["shards"][number]["sha256"]:
        return f"{folder / 'manifest.json'} is not that of its shards, which are as they were written: restore it."
    return damaged(path, why)


# The digest is there for the key alone: another dataset at the same path is another entry.
@lru_cache(maxsize=_CACHED_GROUPS)
def _row_group(path: Path, digest: str, group: int, columns: tuple[str, ...]) -> Any:
    with opened(path) as file:
        return file.read_row_group(group, columns=list(columns))
