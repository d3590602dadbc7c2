"""The encoded pictures of a shard, each read alone: a shuffled reader does not read a hundred to get one."""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np

from .errors import ProcgenError
from .files import is_remote, reason
from .manifest import Manifest, shard_path
from .shards import MISSING, opened

Array = np.ndarray
_KNOWN_GROUPS = 2**15  # groups whose pictures' places are known: 1.6 kB each
_HELD_GROUPS = 8  # of a dataset in a store, as encoded: 1.2 MB each at 256x256
_COLUMN = "image.bytes"


def encoded(folder: Path, manifest: Manifest, indices: Iterable[int]) -> Iterator[bytes]:
    """The file of each picture; each group of rows is opened once where the indices ascend.

    The first time a group is used all of it is read against its checksums; from then on each picture is read alone.

    Raises:
        ProcgenError: if a shard is missing or damaged.
    """
    for (shard, group), run in groupby(indices, lambda index: located(manifest, index)[:2]):
        rows = [located(manifest, index)[2] for index in run]
        path, digest = shard_path(folder, manifest, shard), manifest["shards"][shard]["sha256"]
        with explained(path):
            if is_remote(path):
                values = _values(path, digest, group)
                yield from (values[row].as_py() for row in rows)
                continue
            starts, lengths = _places(path, digest, group)
            with path.open("rb") as file:
                yield from (os.pread(file.fileno(), int(lengths[row]), int(starts[row])) for row in rows)


def located(manifest: Manifest, index: int) -> tuple[int, int, int]:
    """Number of the shard, of the group of rows in it, and of the row in that."""
    shard, row = divmod(index, manifest["shard_rows"])
    return shard, *divmod(row, manifest["group_rows"])


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Whatever is wrong with a shard as one sentence."""
    try:
        yield
    except ProcgenError:
        raise
    except FileNotFoundError:
        raise ProcgenError(damaged(path, MISSING)) from None
    except (OSError, ValueError) as error:
        raise ProcgenError(damaged(path, reason(error))) from None


def damaged(path: Path, why: str) -> str:
    """The sentence on a shard that cannot be used."""
    remedy = "" if why == MISSING else "delete it and "
    return f"The shard {path} cannot be used ({why}): {remedy}run the same generate command again."


# Here and below the digest is there for the key alone: another dataset at the same path is another entry.
@lru_cache(maxsize=_HELD_GROUPS)
def _values(path: Path, digest: str, group: int) -> Any:
    with opened(path) as file:
        return _column(file, group)


@lru_cache(maxsize=_KNOWN_GROUPS)
def _places(path: Path, digest: str, group: int) -> tuple[Array, Array]:
    """Where in the file each picture of a group begins, and its length, both in bytes.

    The values of an uncompressed column lie in the file as they are, in order: each is looked for behind the last.
    """
    with opened(path) as file, path.open("rb") as raw:
        values = [value.as_py() for value in _column(file, group)]
        columns = file.metadata.row_group(group)
        chunk = next(
            columns.column(k) for k in range(columns.num_columns) if columns.column(k).path_in_schema == _COLUMN
        )
        data = os.pread(raw.fileno(), chunk.total_compressed_size, chunk.data_page_offset)
    starts, end = [], 0
    for value in values:
        start = data.find(value[:64], end)
        while start >= 0 and data[start : start + len(value)] != value:
            start = data.find(value[:64], start + 1)
        if start < 0:
            raise ValueError("its pictures are not where they were written")
        starts.append(chunk.data_page_offset + start)
        end = start + len(value)
    return np.array(starts), np.array([len(value) for value in values])


def _column(file: Any, group: int) -> Any:
    import pyarrow.compute as pc

    column = file.read_row_group(group, columns=[_COLUMN])["image"].combine_chunks()
    pictures = pc.struct_field(column, 0)
    if pictures.null_count:
        raise ValueError(f"it lacks {pictures.null_count} of its pictures")
    return pictures
