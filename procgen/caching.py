"""A dataset's pictures decoded once, in one file that any process maps into its memory."""

import os
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from .errors import ProcgenError
from .files import reason, replacing
from .manifest import Manifest, identity

Array = np.ndarray
_BYTES_AT_ONCE = 2**26


def mapped(data: Any, folder: Path | None) -> Array:
    """The pictures of a `Dataset` from its cache, which is made where there is none: see `Dataset.cached`."""
    folder = folder or users_cache()
    width, height = data.manifest["size"]
    shape = (len(data), height, width, 3)
    path = folder / f"{_key(data.manifest)}.npy"
    try:
        if not path.exists():
            folder.mkdir(parents=True, exist_ok=True)
            _write(path, shape, lambda indices: data.images(indices))
        pictures = np.load(path, mmap_mode="r")
        if pictures.shape != shape or pictures.dtype != np.uint8:
            raise ValueError(f"it holds {pictures.dtype} {pictures.shape}")
    except ProcgenError:
        raise
    except (OSError, ValueError, EOFError) as error:
        needed = f"{np.prod(shape, dtype=np.int64):,} bytes"
        raise ProcgenError(
            f"The decoded pictures {path} cannot be used ({reason(error)}): delete that file, if it is there, and "
            f"give a folder that can be written, with room for {needed}."
        ) from error
    return pictures.view(np.ndarray)


def users_cache() -> Path:
    """Where a user's programs keep what can be made again (XDG base directories), outside what is published.

    Raises:
        ProcgenError: there is no home folder.
    """
    given = Path(os.environ.get("XDG_CACHE_HOME", ""))
    try:
        return (given if given.is_absolute() else Path.home() / ".cache") / "synchromy"
    except RuntimeError:
        raise ProcgenError(
            "There is no home folder to keep what can be made again: name a folder, or set XDG_CACHE_HOME."
        ) from None


def _key(manifest: Manifest) -> str:
    """A name for what the files of a dataset hold."""
    digests = [identity(manifest), *(shard["sha256"] for shard in manifest["shards"])]
    return sha256(" ".join(digests).encode()).hexdigest()[:32]


def _write(path: Path, shape: tuple[int, ...], images: Callable[[range], Array]) -> None:
    step = max(1, _BYTES_AT_ONCE // int(np.prod(shape[1:])))
    with replacing(path) as file:
        np.lib.format.write_array_header_1_0(file, {"descr": "|u1", "fortran_order": False, "shape": shape})
        for start in range(0, shape[0], step):
            file.write(images(range(start, min(start + step, shape[0]))).data)
