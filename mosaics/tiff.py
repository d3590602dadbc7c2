"""TIFF of 8 and 16 bits, written a strip at a time; past four gigabytes it becomes a BigTIFF.

A pyramid holds the picture in tiles, then half its size, a quarter, ..., each a page that says it is a smaller copy
(TIFF 6.0, NewSubfileType), as viewers of large pictures expect. Pixels are mixed as light.
"""

import os
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from math import ceil
from tempfile import TemporaryFile
from typing import Any, BinaryIO

import numpy as np

from mosaics.oklab import to_linear, to_srgb
from mosaics.png import deflater
from mosaics.pyramid import halved
from mosaics.strips import regrouped, rows_of
from mosaics.threads import side_by_side

TILE_PX = 256  # of a pyramid
_STRIP_BYTES = 1 << 20
_XMP = 700


def write_tiff(
    file: BinaryIO, size: tuple[int, int], strips: Iterable[np.ndarray], texts: dict[str, Any], pyramid: bool = False
) -> None:
    """A TIFF in RGB with its profile, compressed without loss.

    Args:
        file: where to; with a pyramid, its smaller copies wait on the same disk, a third of its bytes.
        size: width and height in pixels.
        strips: from the top down, uint8 or uint16 (rows, width, 3).
        texts: "description" and "software", ASCII; "xmp"; "profile", the ICC profile; "dpi", pixels per inch or None;
            "bits" a channel.
        pyramid: whether smaller copies follow.
    """
    import tifffile

    dtype = np.dtype(f"uint{texts['bits']}")
    xmp, dpi = texts["xmp"].encode(), texts["dpi"]
    bytes_of_pixels = size[0] * size[1] * 3 * dtype.itemsize * (4 / 3 if pyramid else 1)
    page = {
        **_kind(dtype),
        "description": texts["description"],
        "software": texts["software"],
        "iccprofile": texts["profile"],
        "extratags": [(_XMP, 1, len(xmp), xmp, True)],
        "resolution": None if dpi is None else (dpi, dpi),
        "resolutionunit": None if dpi is None else "inch",
    }
    with tifffile.TiffWriter(file, byteorder="<", bigtiff=bytes_of_pixels > 4_000_000_000) as writer:
        if pyramid:
            _write_pyramid(writer, size, strips, page, _folder_of(file))
        else:
            _write_strips(writer, size, strips, page)


def read_description(file: BinaryIO) -> str:
    """The text that a TIFF is described with, or "".

    Raises:
        ValueError: it is no TIFF, or cut off.
    """
    import tifffile

    try:
        with tifffile.TiffFile(file) as tiff:
            for page in tiff.pages:
                if (
                    max(a + b for a, b in zip(page.dataoffsets, page.databytecounts, strict=True))
                    > tiff.filehandle.size
                ):
                    raise ValueError("cut off")
            return tiff.pages.first.description
    except (tifffile.TiffFileError, IndexError, KeyError, TypeError) as error:
        raise ValueError(str(error)) from None


def _kind(dtype: np.dtype[Any]) -> dict[str, Any]:
    return {"dtype": dtype, "photometric": "rgb", "compression": "zlib", "predictor": True, "metadata": None}


def _folder_of(file: BinaryIO) -> str | None:
    name = getattr(file, "name", None)
    return os.path.dirname(os.path.abspath(name)) if isinstance(name, str) else None


def _write_strips(writer: Any, size: tuple[int, int], strips: Iterable[np.ndarray], page: dict[str, Any]) -> None:
    rows = rows_of(size, page["dtype"].itemsize * 8, _STRIP_BYTES)
    packed = side_by_side(_packed, regrouped(strips, rows))
    writer.write(packed, shape=(size[1], size[0], 3), rowsperstrip=rows, **page)


def _write_pyramid(
    writer: Any, size: tuple[int, int], strips: Iterable[np.ndarray], page: dict[str, Any], folder: str | None
) -> None:
    form = {**_kind(page["dtype"]), "tile": (TILE_PX, TILE_PX)}
    with ExitStack() as files:
        copies: list[_Copy] = []
        for each in reversed(_smaller(size)):
            copies.insert(0, _Copy(each, files.enter_context(TemporaryFile(dir=folder)), copies[0] if copies else None))
        largest = _tiles_of_the_largest(strips, copies)
        writer.write(largest, shape=(size[1], size[0], 3), **{**page, **form})
        for copy in copies[:1]:
            copy.finish()
        for copy in copies:
            writer.write(copy.tiles(), shape=(copy.size[1], copy.size[0], 3), subfiletype=1, **form)


def _tiles_of_the_largest(strips: Iterable[np.ndarray], copies: "list[_Copy]") -> Iterator[bytes]:
    for rows in regrouped(strips, TILE_PX):
        if copies:
            copies[0].take(_halved(rows))
        yield from side_by_side(_packed, _in_tiles(rows))


class _Copy:
    """A smaller copy while it grows: what is done of it lies in a file, and every row goes on, halved, to the next."""

    def __init__(self, size: tuple[int, int], file: Any, smaller: "_Copy | None") -> None:
        self.size = size
        self._file, self._smaller = file, smaller
        self._lengths: list[int] = []
        self._held: list[np.ndarray] = []

    def take(self, rows: np.ndarray) -> None:
        self._held.append(rows)
        if sum(map(len, self._held)) >= TILE_PX:
            held = np.concatenate(self._held)
            self._held = [held[TILE_PX:]] if len(held) > TILE_PX else []
            self._pack(held[:TILE_PX])

    def finish(self) -> None:
        if self._held:
            self._pack(np.concatenate(self._held))
        if self._smaller:
            self._smaller.finish()

    def tiles(self) -> Iterator[bytes]:
        self._file.seek(0)
        for length in self._lengths:
            yield self._file.read(length)

    def _pack(self, rows: np.ndarray) -> None:
        for tile in side_by_side(_packed, _in_tiles(rows)):
            self._file.write(tile)
            self._lengths.append(len(tile))
        if self._smaller:
            self._smaller.take(_halved(rows))


def _smaller(size: tuple[int, int]) -> list[tuple[int, int]]:
    """The sizes of the copies, largest first; the last is one tile."""
    sizes = []
    while max(size) > TILE_PX:
        size = ceil(size[0] / 2), ceil(size[1] / 2)
        sizes.append(size)
    return sizes


def _in_tiles(rows: np.ndarray) -> Iterator[np.ndarray]:
    """A row of tiles, all whole: the last ones go on with their edge, which packs well."""
    spare = (0, TILE_PX - len(rows)), (0, -rows.shape[1] % TILE_PX), (0, 0)
    whole = np.pad(rows, spare, "edge") if any(map(any, spare)) else rows
    for left in range(0, whole.shape[1], TILE_PX):
        yield whole[:, left : left + TILE_PX]


def _halved(rows: np.ndarray) -> np.ndarray:
    """Every 2 x 2 pixels as one of the same light; a last odd row or column stands for two."""
    if rows.dtype == np.uint8:
        return halved(rows)
    whole = np.pad(rows, ((0, len(rows) % 2), (0, rows.shape[1] % 2), (0, 0)), "edge")
    light = to_linear(whole.astype(np.float32) / 65535)
    mixed = (light[0::2, 0::2] + light[1::2, 0::2] + light[0::2, 1::2] + light[1::2, 1::2]) / 4
    return np.rint(np.clip(to_srgb(mixed), 0, 1) * 65535).astype(np.uint16)


def _packed(rows: np.ndarray) -> bytes:
    """The differences of neighbours in a row (TIFF 6.0, section 14), compressed."""
    change = rows.astype(rows.dtype.newbyteorder("<"))
    change[:, 1:] -= rows[:, :-1]
    packer = deflater()
    return packer.compress(change.tobytes()) + packer.flush()
