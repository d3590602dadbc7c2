"""Loops as animated WebP and AVIF, by Pillow, whose frames are drawn one at a time.

Source: WebP Container Specification (RFC 9649) for the chunks that groups of frames are joined from.
"""

import struct
from collections.abc import Callable, Iterator, Sequence
from io import BytesIO
from typing import Any, BinaryIO

import numpy as np
from PIL import Image

from mosaics.frames import durations
from mosaics.icc import profile_bytes

Frame = Callable[[int], np.ndarray]
_GROUP = 32  # frames that are encoded together and then written
_WEBP: dict[str, Any] = {"quality": 98, "method": 4}
# Half the colour in each direction costs 4.5 dB on vivid pictures; two threads on every machine, for the same bytes.
_AVIF: dict[str, Any] = {"quality": 85, "subsampling": "4:4:4", "speed": 7, "max_threads": 2}
_HAS_PROFILE, _HAS_XMP, _IS_MOVING = 0x20, 0x04, 0x02  # flags of VP8X


class _Frames(Image.Image):
    """Frames in the shape in which Pillow reads an animation, so that it need not hold them all."""

    def __init__(self, frame: Callable[[int], Image.Image], count: int) -> None:
        super().__init__()
        self.n_frames, self.is_animated = count, count > 1
        self._frame, self._number, self._first = frame, -1, frame(0)  # which Pillow goes back to at the end
        self.seek(0)

    def seek(self, frame: int) -> None:
        if frame >= self.n_frames:
            raise EOFError
        if frame != self._number:
            image = self._frame(frame) if frame else self._first
            self.im, self._mode, self._size = image.im, image.mode, image.size
            self._number = frame

    def tell(self) -> int:
        return self._number


def write_webp(file: BinaryIO, frame: Frame, size: tuple[int, int], moments: tuple[int, float], text: str) -> None:
    """A loop without end, in the memory of a group of frames and the group encoded.

    Args:
        file: where to; it can seek.
        frame: the number of a frame to uint8 (height, width, 3), sRGB.
        size: width and height.
        moments: how many frames, and how many seconds they take.
        text: XMP.
    """
    start = file.tell()
    extended = struct.pack("<I", _HAS_PROFILE | _HAS_XMP | _IS_MOVING) + b"".join(_low24(side - 1) for side in size)
    head = _chunk(b"VP8X", extended) + _chunk(b"ICCP", profile_bytes("srgb"))
    file.write(b"RIFF\0\0\0\0WEBP" + head + _chunk(b"ANIM", b"\xff\xff\xff\xff\0\0"))
    each = durations(*moments, unit_ms=1)
    for first in range(0, moments[0], _GROUP):
        for shown in _encoded_group(frame, first, each[first : first + _GROUP], size):
            file.write(shown)
    file.write(_chunk(b"XMP ", text.encode()))
    end = file.tell()
    file.seek(start + 4)
    file.write(struct.pack("<I", end - start - 8))
    file.seek(end)


def write_avif(file: BinaryIO, frame: Frame, moments: tuple[int, float], text: str) -> None:
    """A loop without end as AV1; frames are held encoded until the last one, which is little: see `write_webp`."""
    held = _encoded("AVIF", frame, durations(*moments, unit_ms=1), {**_AVIF, "xmp": text.encode()}).getbuffer()
    _forget_when(held, 0, len(held))
    file.write(held)


def _forget_when(boxes: memoryview, place: int, end: int) -> None:
    """Set to zero when an AVIF was made (ISO/IEC 14496-12, 8.2.2, 8.3.2, 8.4.2), so that the same gives the same."""
    while place + 8 <= end:
        length, kind = struct.unpack_from(">I4s", boxes, place)
        if kind in (b"moov", b"trak", b"mdia"):
            _forget_when(boxes, place + 8, place + length)
        elif kind in (b"mvhd", b"tkhd", b"mdhd"):
            both = 16 if boxes[place + 8] else 8  # when it was made and when changed, in 64 bits or in 32
            boxes[place + 12 : place + 12 + both] = bytes(both)
        place += max(length, 8)


def _encoded(kind: str, frame: Frame, each: Sequence[int], options: dict[str, Any]) -> BytesIO:
    held = BytesIO()
    moving = {"save_all": True, "loop": 0, "duration": list(each)}
    _Frames(lambda number: Image.fromarray(frame(number)), len(each)).save(held, kind, **moving, **options)
    return held


def _encoded_group(frame: Frame, first: int, each: Sequence[int], size: tuple[int, int]) -> Iterator[bytes]:
    """The frame chunks of some frames; what Pillow makes a still of, as of one frame, becomes a chunk again."""
    held = _encoded("WEBP", lambda number: frame(first + number), each, _WEBP).getvalue()
    chunks = list(_chunks(held[12:]))
    moving = [_chunk(kind, data) for kind, data in chunks if kind == b"ANMF"]
    if moving:
        yield from moving
        return
    head = _low24(0) * 2 + b"".join(_low24(side - 1) for side in size) + _low24(sum(each)) + b"\2"
    still = b"".join(_chunk(kind, data) for kind, data in chunks if kind in (b"ALPH", b"VP8 ", b"VP8L"))
    yield _chunk(b"ANMF", head + still)


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    place = 0
    while place + 8 <= len(data):
        kind, length = struct.unpack_from("<4sI", data, place)
        yield kind, data[place + 8 : place + 8 + length]
        place += 8 + length + length % 2


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack("<4sI", kind, len(data)) + data + b"\0" * (len(data) % 2)


def _low24(number: int) -> bytes:
    return number.to_bytes(3, "little")
