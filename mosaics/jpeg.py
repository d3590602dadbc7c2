"""JPEG, written a few rows at a time: parts that know nothing of each other, joined by restart markers.

Source: ITU-T T.81 (JPEG): B.2 for the segments, B.2.1 and E.1.4 for restarts: where one stands, nothing of what came
before is used.
"""

import errno
import os
import struct
from collections.abc import Iterable
from functools import partial
from tempfile import TemporaryFile, gettempdir
from typing import Any, BinaryIO

import numpy as np

from mosaics.errors import MosaicsError
from mosaics.strips import regrouped
from mosaics.threads import side_by_side

_CYCLE = 64  # rows after which the numbers of the markers begin anew: eight rows of blocks
_AT_ONCE = 1 << 20  # bytes of rows that are encoded by one thread at a time, at least
_LAST_RESTART, _END = b"\xff\xd7", b"\xff\xd9"
_FRAME, _SCAN = 0xC0, 0xDA


def write_jpeg(
    file: BinaryIO, size: tuple[int, int], strips: Iterable[np.ndarray], *, quality: int, **told: Any
) -> None:
    """A JPEG with full colour resolution; its bytes depend neither on the strips nor on the processors.

    Args:
        file: where to.
        size: width and height, at most 65,500 each.
        strips: from the top down, uint8 (rows, width, 3).
        quality: 1 to 95, as libjpeg counts it.
        told: what Pillow writes before the picture: "xmp", "icc_profile", "dpi".
    """
    width, height = size
    part = partial(encoded, quality=quality, restart_marker_rows=1)
    file.write(_head(part(np.zeros((_CYCLE, width, 3), np.uint8), **told), height))
    rows = _CYCLE * -(-_AT_ONCE // (_CYCLE * width * 3))
    for number, data in enumerate(side_by_side(part, regrouped(strips, rows))):
        file.write(_LAST_RESTART if number else b"")
        file.write(memoryview(data)[_scan_of(data) : -len(_END)])
    file.write(_END)


def encoded(pixels: np.ndarray, quality: int, **options: Any) -> bytes:
    """A whole JPEG of uint8 (h, w, 3), sRGB, with full colour resolution: mosaics are made of edges.

    Raises:
        MosaicsError: there is no room for temporary files.
    """
    from PIL import Image

    try:
        with TemporaryFile() as file:  # only while it writes into one does Pillow let other threads go on
            Image.fromarray(pixels).save(file, "JPEG", quality=quality, subsampling=0, **options)
            file.seek(0)
            data = file.read()
        if not data.endswith(_END):  # Pillow passes over a write that was cut short
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    except OSError as error:
        raise MosaicsError(
            f"could not encode JPEG in {gettempdir()}: {(error.strerror or str(error)).lower()}; free space, or name "
            "another folder as TMPDIR"
        ) from error
    return data


def _head(data: bytes, height: int) -> bytes:
    """All that stands before the pixels, of a picture of another height."""
    head = bytearray(data[: _scan_of(data)])
    at = next(at for kind, at in _segments(data) if kind == _FRAME)
    head[at + 5 : at + 7] = struct.pack(">H", height)
    return bytes(head)


def _scan_of(data: bytes) -> int:
    """Where the pixels begin."""
    at = next(at for kind, at in _segments(data) if kind == _SCAN)
    return at + 2 + _length(data, at)


def _segments(data: bytes) -> Iterable[tuple[int, int]]:
    """The kind of each segment and where its marker stands."""
    at = 2  # after the mark that begins a file
    while True:
        yield data[at + 1], at
        at += 2 + _length(data, at)


def _length(data: bytes, at: int) -> int:
    return int.from_bytes(data[at + 2 : at + 4], "big")
