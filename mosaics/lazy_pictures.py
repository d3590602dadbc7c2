"""Pictures kept in a temporary file: many more than memory holds, each read when it is asked for."""

import os
import tempfile
import weakref
from collections.abc import Sequence
from typing import Any

import numpy as np

from mosaics.errors import MosaicsError
from mosaics.tiles import Pictures


class Spool:
    """Pictures (h, w, 3) of uint8 that are written one after the other and read in any order; see `Pictures`.

    They lie in a file without a name in the folder for temporary files ($TMPDIR), which goes with the process however
    that ends. They are read into memory of the caller's own, so that none is held here.

    Attributes:
        shape: (N, h, w, 3).
        dtype: uint8.
    """

    dtype = np.dtype(np.uint8)

    def __init__(self, size: tuple[int, int]) -> None:
        """No pictures yet, of this height and width."""
        self.shape: tuple[int, ...] = (0, *size, 3)
        self._file = tempfile.TemporaryFile(prefix="synchromy-", buffering=0)  # noqa: SIM115
        weakref.finalize(self, self._file.close)

    def append(self, images: np.ndarray) -> None:
        """Keep more of them, uint8 (n, h, w, 3).

        Raises:
            MosaicsError: the disk has no room for them.
        """
        view = np.ascontiguousarray(images).reshape(-1).data
        try:
            while view:
                view = view[self._file.write(view) :]
        except OSError as error:
            raise MosaicsError(
                f"could not keep {len(self) + len(images):,} tiles in {tempfile.gettempdir()}: "
                f"{(error.strerror or str(error)).lower()}; free space, name another folder as TMPDIR, or take fewer"
            ) from error
        self.shape = (len(self) + len(images), *self.shape[1:])

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, chosen: Any) -> np.ndarray:
        numbers = np.arange(len(self))[chosen]
        if numbers.ndim == 0:
            return self._read(int(numbers))
        images = np.empty((len(numbers), *self.shape[1:]), np.uint8)
        for slot, number in enumerate(numbers.tolist()):
            images[slot] = self._read(number)
        return images

    def _read(self, number: int) -> np.ndarray:
        size = int(np.prod(self.shape[1:]))
        return np.frombuffer(os.pread(self._file.fileno(), size, number * size), np.uint8).reshape(self.shape[1:])


class Joined:
    """Several collections of pictures of one size as one, one after the other; see `Pictures`."""

    dtype = np.dtype(np.uint8)

    def __init__(self, parts: Sequence[Pictures]) -> None:
        self._parts = parts
        self._ends = np.cumsum([len(part) for part in parts])
        self.shape: tuple[int, ...] = (int(self._ends[-1]), *parts[0].shape[1:])

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, chosen: Any) -> np.ndarray:
        numbers = np.arange(len(self))[chosen]
        if numbers.ndim == 0:
            return self[numbers[None]][0]
        images = np.empty((len(numbers), *self.shape[1:]), np.uint8)
        owner = np.searchsorted(self._ends, numbers, side="right")
        for place, part in enumerate(self._parts):
            own = owner == place
            if own.any():
                images[own] = part[numbers[own] - (self._ends[place] - len(part))]
        return images


class Chosen:
    """Some of a collection, in an order of their own, read when they are asked for; see `Pictures`."""

    dtype = np.dtype(np.uint8)

    def __init__(self, images: Pictures, numbers: np.ndarray) -> None:
        self._images, self._numbers = images, np.arange(len(images))[numbers]
        self.shape: tuple[int, ...] = (len(self._numbers), *images.shape[1:])

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, chosen: Any) -> np.ndarray:
        return self._images[self._numbers[chosen]]
