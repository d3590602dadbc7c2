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
from typing import Any, BinaryIO

import numpy as np

from mosaics.strips import regrouped, rows_of
from mosaics.threads import side_by_side

SIGNATURE = b"\x89PNG\r\n\x1a\n"
Chunk = tuple[bytes, bytes]

_PIECE = 1 << 20  # bytes of one chunk of picture data
_BLOCK = 1 << 20  # bytes of rows that are compressed by one thread at a time
_WINDOW = 1 << 15  # bytes that deflate looks back
_NONE, _UP = 0, 2  # filters: rows as they are; what changes from row to row, the best single one for drawn pictures


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
        for piece in compressed(next(iter(frames)), size, bits):
            write_chunk(file, b"IDAT", piece)
    else:
        _write_loop(file, size, frames, loop)
    write_chunk(file, b"IEND", b"")


def write_stored(file: BinaryIO, size: tuple[int, int], bits: int, strips: Iterable[np.ndarray]) -> None:
    """A PNG that is not compressed: for a program that reads it at once. Arguments as `write_png`."""
    file.write(SIGNATURE)
    write_chunk(file, b"IHDR", struct.pack(">IIBBBBB", *size, bits, 2, 0, 0, 0))
    packer = zlib.compressobj(0)
    for block in regrouped(strips, rows_of(size, bits, _BLOCK)):
        write_chunk(file, b"IDAT", packer.compress(_filtered(block, _NONE)))
    write_chunk(file, b"IDAT", packer.flush())
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
        for piece in compressed(frame, size, 8):
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


def compressed(strips: Iterable[np.ndarray], size: tuple[int, int], bits: int) -> Iterator[bytes]:
    """Rows as PNG and PDF hold them: filtered, then one zlib stream (RFC 1950), in pieces of one size.

    Blocks of rows are compressed side by side, each with the end of the one before as its dictionary, as pigz does:
    the bytes depend neither on how the strips were cut nor on how many processors there are.
    """
    return _in_pieces(_zlib_stream(regrouped(strips, rows_of(size, bits, _BLOCK))))


def deflater(**told: Any) -> "zlib._Compress":
    """What packs pictures without loss: level 4 is within a tenth of 6 in bytes and faster, the more so with memory."""
    return zlib.compressobj(4, memLevel=9, **told)


def _zlib_stream(blocks: Iterator[np.ndarray]) -> Iterator[bytes]:
    check = 1

    def rows_and_window() -> Iterator[tuple[memoryview, bytes]]:
        nonlocal check
        window, above = b"", None
        for block in blocks:
            rows = _filtered(block, _UP, above)
            check, above = zlib.adler32(rows, check), block[-1].copy()
            yield rows, window
            window = (b"" if len(rows) >= _WINDOW else window)[-_WINDOW:] + bytes(rows[-_WINDOW:])

    yield b"\x78\x5e"  # deflate, a window of 32 KB, a fast level
    yield from side_by_side(_deflated, rows_and_window())
    yield b"\3\0" + struct.pack(">I", check)  # an empty last block


def _deflated(rows_and_window: tuple[memoryview, bytes]) -> bytes:
    """Whole bytes of a raw stream (RFC 1951), to be followed by another's."""
    rows, window = rows_and_window
    packer = deflater(wbits=-15, zdict=window[-_WINDOW:])
    return packer.compress(rows) + packer.flush(zlib.Z_SYNC_FLUSH)


def _in_pieces(stream: Iterable[bytes]) -> Iterator[bytes]:
    held = bytearray()
    for part in stream:
        held += part
        while len(held) >= _PIECE:
            yield bytes(held[:_PIECE])
            del held[:_PIECE]
    if held:
        yield bytes(held)


def _filtered(strip: np.ndarray, kind: int, above: np.ndarray | None = None) -> memoryview:
    """Rows of bytes, with the number of their filter before each; `above` is the row above the first."""
    rows = _bytes_of(strip)
    filtered = np.empty((len(rows), rows.shape[1] + 1), np.uint8)
    filtered[:, 0] = kind
    if kind == _NONE:
        filtered[:, 1:] = rows
    else:
        np.subtract(rows[1:], rows[:-1], out=filtered[1:, 1:])
        np.subtract(rows[0], 0 if above is None else _bytes_of(above[None])[0], out=filtered[0, 1:])
    return filtered.reshape(-1).data


def _bytes_of(rows: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(rows, rows.dtype.newbyteorder(">")).view(np.uint8).reshape(len(rows), -1)
