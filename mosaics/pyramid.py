"""A picture at every scale, in small files: the pieces of a Deep Zoom, made strip by strip in little memory.

Source: "Deep Zoom File Format Overview" (Microsoft): level 0 is one pixel, each level twice the size of the one before,
pieces of a level overlap. Each level is the one above with every 2 x 2 pixels mixed as light: a mosaic seen from afar
keeps its brightness, which the mean of code values would darken.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache, partial
from math import ceil

import numpy as np

from mosaics.jpeg import encoded
from mosaics.oklab import LINEAR_OF_BYTE, to_srgb
from mosaics.threads import side_by_side

Put = Callable[[str, bytes], object]

PIECE_PX = 510  # even, and 512 with its overlap
OVERLAP_PX = 1
_QUALITY = 92
_ROWS = 64  # of a level that are made smaller at a time


def write_pyramid(strips: Iterable[np.ndarray], size_px: tuple[int, int], put: Put) -> None:
    """All levels of a picture, as LEVEL/COLUMN_ROW.jpg.

    Memory: about two rows of pieces of the largest level, and a strip.

    Args:
        strips: whole rows from the top down, uint8 (rows, width, 3), sRGB.
        size_px: width and height.
        put: put(name, data), for each piece.
    """
    rows = iter(strips)
    for level in range(levels(size_px) - 1, -1, -1):
        rows = _level(rows, size_px, partial(put_below, put, str(level)))
        size_px = ceil(size_px[0] / 2), ceil(size_px[1] / 2)
    for _ in rows:
        pass


def put_below(put: Put, folder: str, name: str, data: bytes) -> None:
    """Put it into a folder."""
    put(f"{folder}/{name}", data)


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
    """A piece, uint8 (h, w, 3), sRGB, as the bytes of its file."""
    return encoded(pixels, _QUALITY)


def halved(pixels: np.ndarray) -> np.ndarray:
    """Every 2 x 2 pixels as one of the same light; a last odd row or column stands for two.

    Args:
        pixels: uint8 (h, w, 3), sRGB.

    Returns:
        uint8 (ceil(h / 2), ceil(w / 2), 3).
    """
    quarter, byte_of = _tables()
    height, width = pixels.shape[:2]
    small = np.empty((ceil(height / 2), ceil(width / 2), 3), np.uint8)
    for top in range(0, height, _ROWS):
        some = pixels[top : top + _ROWS]
        if len(some) % 2 or width % 2:
            some = np.pad(some, ((0, len(some) % 2), (0, width % 2), (0, 0)), "edge")
        light = quarter[some[0::2]] + quarter[some[1::2]]
        small[top // 2 : top // 2 + len(light)] = byte_of[light[:, 0::2] + light[:, 1::2]]
    return small


@lru_cache(maxsize=1)
def _tables() -> tuple[np.ndarray, np.ndarray]:
    """A quarter of the light of a byte, in steps of which 65,532 are white; and the byte of the sum of four."""
    white = 65532
    return (
        np.rint(LINEAR_OF_BYTE * (white // 4)).astype(np.uint16),
        np.rint(np.clip(to_srgb(np.arange(white + 1) / white), 0, 1) * 255).astype(np.uint8),
    )


def _level(strips: Iterator[np.ndarray], size_px: tuple[int, int], put: Put) -> Iterator[np.ndarray]:
    """Write one level, and yield the rows of the next smaller one."""
    for row, (band, own) in enumerate(_bands(strips, size_px)):
        _write_row(band, row, put)
        yield halved(band[own])


def _bands(strips: Iterator[np.ndarray], size_px: tuple[int, int]) -> Iterator[tuple[np.ndarray, slice]]:
    """Rows of pieces: all rows of each with what overlaps, valid until the next is taken, and which are its own."""
    width, height = size_px
    band = np.empty((min(height, PIECE_PX + 2 * OVERLAP_PX), width, 3), np.uint8)
    have = above = 0
    for strip in strips:
        part = strip
        while len(strip):
            part = strip[: len(band) - have]
            band[have : have + len(part)] = part
            have, strip = have + len(part), strip[len(part) :]
            last = above + PIECE_PX + OVERLAP_PX
            if have >= last:
                yield band[:last], slice(above, above + PIECE_PX)
                rest = band[above + PIECE_PX - OVERLAP_PX : have].copy()
                band[: len(rest)] = rest
                have, above = len(rest), OVERLAP_PX
        del strip, part  # a view keeps all of a strip in memory while the next is drawn
    if have > above:
        yield band[:have], slice(above, have)


def _write_row(band: np.ndarray, row: int, put: Put) -> None:
    """One row of pieces, with what overlaps."""

    def encoded(column: int) -> bytes:
        left = max(0, column * PIECE_PX - OVERLAP_PX)
        return jpeg(band[:, left : (column + 1) * PIECE_PX + OVERLAP_PX])

    for column, data in enumerate(side_by_side(encoded, range(ceil(band.shape[1] / PIECE_PX)))):
        put(f"{column}_{row}.jpg", data)
