"""A picture at every scale, in small files: the pieces of a Deep Zoom, made strip by strip in little memory.

Source: "Deep Zoom File Format Overview" (Microsoft): level 0 is one pixel, each level twice the size of the one before,
pieces of a level overlap. Each level is the one above with every 2 x 2 pixels mixed as light: a mosaic seen from afar
keeps its brightness, which the mean of code values would darken.
"""

from collections.abc import Iterable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from functools import lru_cache
from io import BytesIO
from math import ceil
from pathlib import Path

import numpy as np

from mosaics.oklab import LINEAR_OF_BYTE, to_srgb

PIECE_PX = 510  # even, and 512 with its overlap
OVERLAP_PX = 1
_QUALITY = 92


def write_pyramid(strips: Iterable[np.ndarray], size_px: tuple[int, int], folder: Path) -> None:
    """All levels of a picture as `folder`/LEVEL/COLUMN_ROW.jpg.

    Memory: about three rows of pieces of the largest level, and a strip.

    Args:
        strips: whole rows from the top down, uint8 (rows, width, 3), sRGB.
        size_px: width and height.
        folder: it exists.
    """
    rows = iter(strips)
    with ThreadPoolExecutor() as pool:
        for level in range(levels(size_px) - 1, -1, -1):
            place = folder / str(level)
            place.mkdir()
            rows = _level(rows, place, pool)
        for _ in rows:
            pass


def levels(size_px: tuple[int, int]) -> int:
    """How many there are: up to one that is a single pixel."""
    return (max(size_px) - 1).bit_length() + 1


def descriptor(size_px: tuple[int, int]) -> str:
    """The .dzi document beside the levels."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<Image xmlns="http://schemas.microsoft.com/deepzoom/2008" Format="jpg" Overlap="{OVERLAP_PX}"'
        f' TileSize="{PIECE_PX}"><Size Width="{size_px[0]}" Height="{size_px[1]}"/></Image>\n'
    )


def jpeg(pixels: np.ndarray) -> bytes:
    """uint8 (h, w, 3), sRGB, with full colour resolution: mosaics are made of edges."""
    from PIL import Image

    held = BytesIO()
    Image.fromarray(pixels).save(held, "JPEG", quality=_QUALITY, subsampling=0)
    return held.getvalue()


def halved(pixels: np.ndarray) -> np.ndarray:
    """Every 2 x 2 pixels as one of the same light; a last odd row or column stands for two.

    Args:
        pixels: uint8 (h, w, 3), sRGB.

    Returns:
        uint8 (ceil(h / 2), ceil(w / 2), 3).
    """
    quarter, byte_of = _tables()
    light = quarter[np.pad(pixels, ((0, len(pixels) % 2), (0, pixels.shape[1] % 2), (0, 0)), "edge")]
    down = light[0::2] + light[1::2]
    return byte_of[down[:, 0::2] + down[:, 1::2]]


@lru_cache(maxsize=1)
def _tables() -> tuple[np.ndarray, np.ndarray]:
    """A quarter of the light of a byte, in steps of which 65,532 are white; and the byte of the sum of four."""
    white = 65532
    return (
        np.rint(LINEAR_OF_BYTE * (white // 4)).astype(np.uint16),
        np.rint(np.clip(to_srgb(np.arange(white + 1) / white), 0, 1) * 255).astype(np.uint8),
    )


def _level(strips: Iterator[np.ndarray], folder: Path, pool: Executor) -> Iterator[np.ndarray]:
    """Write one level, and yield the rows of the next smaller one."""
    above = None
    blocks = _blocks(strips)
    block = next(blocks, None)
    row = 0
    while block is not None:
        below = next(blocks, None)
        parts = [block] if above is None else [above, block]
        _write_row(np.concatenate(parts if below is None else [*parts, below[:OVERLAP_PX]]), row, folder, pool)
        yield halved(block)
        above, block, row = block[-OVERLAP_PX:], below, row + 1


def _blocks(strips: Iterator[np.ndarray]) -> Iterator[np.ndarray]:
    """The same rows, PIECE_PX at a time."""
    held: list[np.ndarray] = []
    have = 0
    for strip in strips:
        while len(strip):
            part, strip = strip[: PIECE_PX - have], strip[PIECE_PX - have :]
            held.append(part)
            have += len(part)
            if have == PIECE_PX:
                yield np.concatenate(held)
                held, have = [], 0
    if held:
        yield np.concatenate(held)


def _write_row(rows: np.ndarray, row: int, folder: Path, pool: Executor) -> None:
    """One row of pieces, with what overlaps."""

    def write(column: int) -> None:
        left = max(0, column * PIECE_PX - OVERLAP_PX)
        (folder / f"{column}_{row}.jpg").write_bytes(jpeg(rows[:, left : (column + 1) * PIECE_PX + OVERLAP_PX]))

    list(pool.map(write, range(ceil(rows.shape[1] / PIECE_PX))))
