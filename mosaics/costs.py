"""What a mosaic will cost before it is made: bytes, memory and time, from parts of it that are drawn and encoded."""

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from mosaics.composing import Picture
from mosaics.provenance import record_text
from mosaics.raster import Raster
from mosaics.saving import written_bytes
from mosaics.tiff import TILE_PX
from mosaics.tiles import Pictures, Tiles

_BANDS = 16  # that are looked at, from the top to the bottom
_THICK = 64  # rows of a band, at least; of a pyramid as many as its tiles have
_BAND_BYTES = 6 << 20  # of its pixels, at least
_GOLDEN = 0.618  # of its room, that a band lies further on than the one before: no rhythm of the tiles is met
_KEPT = 1.1  # of the memory of some strips, that all of them take, measured: what is let go is not all used again
_WEBP = 9, 23  # bytes of memory a pixel, and a byte of the file, measured: it encodes no less than a whole picture


@dataclass(frozen=True)
class Cost:
    """What a file will take.

    Attributes:
        bytes: of the file.
        memory: of the process at most, in bytes, what it has taken so far included; None where the system is not asked.
        seconds: of drawing and writing it.
    """

    bytes: int
    memory: int | None
    seconds: float


def cost(picture: Picture, path: str | Path, **paper: Any) -> Cost:
    """What it will take to save a picture; nothing is written.

    One strip is drawn as it will be, for the memory; bands from the whole height, for the bytes.

    Args:
        picture: as `compose` makes it.
        path: of the file; its ending counts.
        **paper: "dpi", "bleed_px", "profile" and "pyramid", as for `Picture.save`.

    Raises:
        MosaicsError: the file cannot be of that kind or size.
    """
    path, cuts, held = Path(path), list(picture.cuts()), _memory_now()
    start, bands = perf_counter(), cuts
    longest = max(cuts, key=lambda cut: cut[1] - cut[0])
    thick = TILE_PX if paper.get("pyramid") else max(_THICK, _BAND_BYTES // (3 * picture.size_px[0]))
    if len(cuts) > 1:
        written_bytes(_part(picture, [longest], paper), path)
        start, bands = perf_counter(), _bands(picture.size_px[1], thick) or cuts
    size = written_bytes(_part(picture, bands, paper), path)
    share = sum(end - top for top, end in bands) / picture.size_px[1]
    seconds = (perf_counter() - start) / share
    record = len(record_text(picture.provenance, picture.tiles.source_type))
    size, memory = round(size / share), memory_of_all() if len(cuts) > 1 else peak_memory()
    if memory and held and path.suffix.lower() == ".webp":
        memory = max(memory, held + _WEBP[0] * picture.size_px[0] * picture.size_px[1] + _WEBP[1] * size)
    return Cost(size + record, memory, seconds)


def repeated(tiles: Tiles, count: int) -> Tiles:
    """So many tiles, the same ones over and over: what stands for many that are not drawn yet."""
    numbers = np.arange(count) % len(tiles)
    columns = {name: values[numbers] for name, values in tiles.columns.items()}
    return Tiles(_Repeated(tiles.images, count), columns, tiles.source, tiles.source_type)


class _Repeated:
    """Pictures that stand for more."""

    dtype = np.dtype(np.uint8)

    def __init__(self, images: Pictures, count: int) -> None:
        self._images = images
        self.shape: tuple[int, ...] = (count, *images.shape[1:])

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, chosen: Any) -> np.ndarray:
        return self._images[np.arange(len(self))[chosen] % len(self._images)]


def memory_of_all() -> int | None:
    """What a process will have held when all of a picture is written, after some strips of it were, in bytes."""
    peak = peak_memory()
    return None if peak is None else round(_KEPT * peak)


def peak_memory() -> int | None:
    """The most memory this process has held so far, in bytes; None on Windows."""
    if sys.platform == "win32":
        return None
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def _memory_now() -> int | None:
    """What this process holds, in bytes, where the system says so; else as `peak_memory`."""
    statm = Path("/proc/self/statm")
    return int(statm.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") if statm.exists() else peak_memory()


def _part(picture: Picture, bands: list[tuple[int, int]], paper: dict[str, Any]) -> Raster:
    def drawn() -> Iterator[np.ndarray]:
        for top, end in bands:
            yield picture.rows(top, end)

    size = picture.size_px[0], sum(end - top for top, end in bands)
    return replace(Raster(drawn(), size), **paper)


def _bands(height: int, thick: int) -> list[tuple[int, int]]:
    """So many rows from each part of a picture, and each part's from elsewhere in it; none where that is most of it."""
    room = height // _BANDS - thick
    if room < thick:
        return []
    tops = [number * height // _BANDS + int(number * _GOLDEN % 1 * room) for number in range(_BANDS)]
    return [(top, top + thick) for top in tops]
