"""PNG, read and written a piece at a time: 8 and 16 bits, stills and loops, at any size in little memory.

Source: PNG (W3C, third edition, 2025), with its animation chunks. Pillow writes neither 16 bits of colour nor less
than a whole picture.
"""

import os
import struct
import zlib
from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import count
from typing import BinaryIO

import numpy as np

SIGNATURE = b"\x89PNG\r\n\x1a\n"
Chunk = tuple[bytes, bytes]

_COMPRESSION = 4  # of 9: within a tenth of 6 in bytes, and faster
_PIECE = 1 << 20  # bytes of one chunk of picture data
_UP = 2  # the filter that stores what changes from row to row: the best single one for drawn pictures


def write_chunk(file: BinaryIO, kind: bytes, data: bytes) -> None:
    """One chunk: its length, kind, data and check."""
    file.write(struct.pack(">I4s", len(data), kind))
    file.write(data)
    file.write(struct.pack(">I", zlib.crc32(data, zlib.crc32(kind))))


def write_png(
    file: BinaryIO,
    size: tuple[int, int],
    bits: int,
    frames: Iterable[Iterable[np.ndarray]],
    chunks: Iterable[Chunk],
    loop: tuple[int, float] | None = None,
) -> None:
    """A PNG in sRGB without alpha, still or moving.

    Args:
        file: where to.
        size: width and height in pixels.
        bits: 8 or 16 a channel.
        frames: each one strips from the top down, uint8 or uint16 (rows, width, 3).
        chunks: kinds and data of what stands before the picture.
        loop: how many frames there are and how many seconds they take; None for a still.
    """
    file.write(SIGNATURE)
    write_chunk(file, b"IHDR", struct.pack(">IIBBBBB", *size, bits, 2, 0, 0, 0))
    for kind, data in chunks:
        write_chunk(file, kind, data)
    if loop is None:
        for piece in _compressed(next(iter(frames))):
            write_chunk(file, b"IDAT", piece)
    else:
        _write_loop(file, size, frames, loop)
    write_chunk(file, b"IEND", b"")


def _write_loop(
    file: BinaryIO, size: tuple[int, int], frames: Iterable[Iterable[np.ndarray]], loop: tuple[int, float]
) -> None:
    delay = Fraction(loop[1] / loop[0]).limit_denominator(10_000)
    write_chunk(file, b"acTL", struct.pack(">II", loop[0], 0))
    sequence = count()
    for number, frame in enumerate(frames):
        place = struct.pack(">IIIII", next(sequence), *size, 0, 0)
        write_chunk(file, b"fcTL", place + struct.pack(">HHBB", delay.numerator, delay.denominator, 0, 0))
        for piece in _compressed(frame):
            head = struct.pack(">I", next(sequence)) if number else b""
            write_chunk(file, b"fdAT" if number else b"IDAT", head + piece)


def read_chunks(file: BinaryIO) -> Iterator[Chunk]:
    """Kind and data of each chunk; picture data is passed over, so that a sheet of any size is read at once.

    Raises:
        ValueError: the file is no PNG, is cut off, or one of its texts is damaged.
    """
    if file.read(8) != SIGNATURE:
        raise ValueError("no PNG")
    kind = b""
    while kind != b"IEND":
        head = file.read(8)
        length, kind = struct.unpack(">I4s", head) if len(head) == 8 else (0, b"cut")
        passed = kind in (b"IDAT", b"fdAT")
        data = b"" if passed else file.read(length)
        if passed:
            file.seek(length, os.SEEK_CUR)
        check = file.read(4)
        if len(check) < 4 or (not passed and check != struct.pack(">I", zlib.crc32(kind + data))):
            raise ValueError("cut off or damaged")
        yield kind, data


def _compressed(strips: Iterable[np.ndarray]) -> Iterator[bytes]:
    """The zlib stream of a frame, in pieces of one size."""
    packer = zlib.compressobj(_COMPRESSION)
    held = bytearray()
    for rows in _filtered(strips):
        held += packer.compress(rows)
        while len(held) >= _PIECE:
            yield bytes(held[:_PIECE])
            del held[:_PIECE]
    held += packer.flush()
    for start in range(0, len(held), _PIECE):
        yield bytes(held[start : start + _PIECE])


def _filtered(strips: Iterable[np.ndarray]) -> Iterator[memoryview]:
    """Rows of bytes, each less the row above, with the number of the filter before them."""
    above: np.ndarray | int = 0
    for strip in strips:
        big_endian = np.ascontiguousarray(strip, strip.dtype.newbyteorder(">"))
        rows = big_endian.view(np.uint8).reshape(len(strip), -1)
        filtered = np.empty((len(rows), rows.shape[1] + 1), np.uint8)
        filtered[:, 0] = _UP
        np.subtract(rows[1:], rows[:-1], out=filtered[1:, 1:])
        np.subtract(rows[0], above, out=filtered[0, 1:])
        above = rows[-1].copy()
        yield filtered.data
