"""Tiles: pictures of one size, with what is known about each."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol

import numpy as np
from numpy.typing import ArrayLike

from mosaics.errors import MosaicsError
from mosaics.oklab import mean_oklab, patch_colours
from mosaics.threads import side_by_side

_CHUNK_BYTES = 4 << 20  # of pictures at a time while features are computed


class Pictures(Protocol):
    """N pictures (h, w, 3) of uint8, sRGB: an array, or what reads some of them when asked, as a disk does.

    Attributes:
        shape: (N, h, w, 3).
        dtype: uint8.
    """

    @property
    def shape(self) -> tuple[int, ...]: ...  # noqa: D102
    @property
    def dtype(self) -> np.dtype[Any]: ...  # noqa: D102
    def __len__(self) -> int: ...
    def __getitem__(self, chosen: Any) -> np.ndarray:
        """One picture for a number; (n, h, w, 3) for a slice or n numbers."""
        ...


@dataclass(frozen=True, eq=False)
class Tiles:
    """N pictures of one size and N-long columns that say where each came from.

    Attributes:
        images: uint8 (N, h, w, 3), sRGB, N >= 1: an array, or `Pictures` that are read when they are drawn.
        columns: name -> (N,) array. The orders and layouts here read "nimg" or "step", "latent" and "mode".
        source: what the collection as a whole is (run, dataset, seed, ...); it goes into the picture's provenance.
        source_type: a name of `SOURCE_TYPES`: how the pictures were made.

    Raises:
        MosaicsError: the pictures are not uint8 (N, h, w, 3), or a column is not N long.
    """

    images: Pictures
    columns: Mapping[str, np.ndarray] = field(default_factory=dict)
    source: Mapping[str, Any] = field(default_factory=dict)
    source_type: str = "compositeSynthetic"

    def __post_init__(self) -> None:
        _check_images(self.images)
        for name, values in self.columns.items():
            _check_column(name, values, len(self.images))

    @classmethod
    def from_images(cls, images: ArrayLike | Sequence[ArrayLike], **columns: ArrayLike) -> "Tiles":
        """Tiles from an array (N, h, w, 3) or a list of pictures (h, w, 3), with one keyword a column."""
        try:
            stacked = np.asarray(images)
        except ValueError:
            raise MosaicsError("expected tiles of one size, received several sizes; resize them first") from None
        return cls(stacked, {name: np.asarray(values) for name, values in columns.items()})

    def __len__(self) -> int:
        return len(self.images)

    @cached_property
    def features(self) -> np.ndarray:
        """Mean OKLab colour of each tile, float64 (N, 3); computed once, at first use."""
        return self._each(mean_oklab)

    @cached_property
    def patches(self) -> np.ndarray:
        """The OKLab colours of 3 x 3 parts of each tile, row by row, float32 (N, 27); computed once, at first use."""
        return self._each(patch_colours)

    def _each(self, feature: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
        """A feature of all tiles, some at a time: by several threads where nothing has to be read."""
        step = max(1, _CHUNK_BYTES // self.images[0].size)
        parts = (self.images[at : at + step] for at in range(0, len(self), step))
        held = isinstance(self.images, np.ndarray)
        return np.concatenate([*(side_by_side if held else map)(feature, parts)])

    def column(self, *names: str) -> np.ndarray:
        """The first of these columns that exists.

        Raises:
            MosaicsError: none of them does.
        """
        for name in names:
            if name in self.columns:
                return self.columns[name]
        have = ", ".join(self.columns) or "none"
        raise MosaicsError(
            f"expected tiles with a column {' or '.join(names)}, received columns: {have}; "
            f"give it as Tiles.from_images(images, {names[0]}=...)"
        )

    def take(self, indices: ArrayLike) -> "Tiles":
        """The tiles at these positions, in this order, with their columns; what lies on a disk stays there."""
        from mosaics.lazy_pictures import Chosen

        chosen = np.asarray(indices)
        columns = {name: values[chosen] for name, values in self.columns.items()}
        held = isinstance(self.images, np.ndarray)
        return Tiles(
            self.images[chosen] if held else Chosen(self.images, chosen), columns, self.source, self.source_type
        )


def _check_images(images: Any) -> None:
    shape: tuple[int, ...] = np.shape(images)
    dtype = getattr(images, "dtype", type(images).__name__)
    if dtype != np.uint8:
        raise MosaicsError(f"expected tiles of uint8 values 0..255, received {dtype}; convert them first")
    if len(shape) != 4 or shape[3] != 3 or 0 in shape:
        raise MosaicsError(
            f"expected tiles of shape (N, h, w, 3) with at least one pixel, received {shape}; "
            "stack RGB pictures of one size"
        )


def _check_column(name: str, values: np.ndarray, count: int) -> None:
    if np.shape(values) != (count,):
        raise MosaicsError(
            f'expected column "{name}" with one value for each of {count} tiles, '
            f"received shape {np.shape(values)}; give a flat list as long as the tiles"
        )
