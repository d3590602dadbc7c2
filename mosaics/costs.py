"""What a mosaic will cost before it is made: bytes, memory and time, from parts of it that are drawn and encoded."""

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
from mosaics.tiles import Pictures, Tiles

_BANDS = 32  # that are looked at, from the top to the bottom
_PARTS = 16  # of a strip that a band has one of
_GOLDEN = 0.618  # of its room, that a band lies further on than the one before: no rhythm of the tiles is met
_WEBP = 15  # bytes of memory a pixel, ours, Pillow's and libwebp's: it encodes no less than a whole picture


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
    path, cuts = Path(path), list(picture.cuts())
    start = perf_counter()
    longest = max(cuts, key=lambda cut: cut[1] - cut[0])
    size = written_bytes(_part(picture, [longest], paper), path)
    if len(cuts) > 1:
        start, bands = perf_counter(), _bands(picture.size_px[1], longest[1] - longest[0])
        size = written_bytes(_part(picture, bands, paper), path)
    else:
        bands = cuts
    share = sum(end - top for top, end in bands) / picture.size_px[1]
    seconds = (perf_counter() - start) / share
    record = len(record_text(picture.provenance, picture.tiles.source_type))
    return Cost(round(size / share) + record, _memory(picture, path), seconds)


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


def peak_memory() -> int | None:
    """The most memory this process has held so far, in bytes; None on Windows."""
    if sys.platform == "win32":
        return None
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def _part(picture: Picture, bands: list[tuple[int, int]], paper: dict[str, Any]) -> Raster:
    def drawn() -> Iterator[np.ndarray]:
        for top, end in bands:
            yield picture.rows(top, end)

    size = picture.size_px[0], sum(end - top for top, end in bands)
    return replace(Raster(drawn(), size), **paper)


def _bands(height: int, rows: int) -> list[tuple[int, int]]:
    """Some rows from each of so many parts of a picture, and each part's from elsewhere in it."""
    room = height // _BANDS
    thick = max(1, min(rows // _PARTS, room // 2))
    tops = [number * height // _BANDS + int(number * _GOLDEN % 1 * (room - thick)) for number in range(_BANDS)]
    return [(top, top + thick) for top in tops]


def _memory(picture: Picture, path: Path) -> int | None:
    peak = peak_memory()
    if peak is None or path.suffix.lower() != ".webp":
        return peak
    return peak + _WEBP * picture.size_px[0] * picture.size_px[1]
