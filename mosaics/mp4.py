"""Loops as MP4, by the program ffmpeg, which is given one frame at a time; and the XMP packet of an MP4.

Sources: ISO/IEC 14496-12 for boxes; XMP part 3 (2020), 1.1.5: the packet stands in a box of its own at the top level.
"""

import os
import shutil
import struct
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

import numpy as np

from mosaics.ffmpeg import check_even, colour_filter, feed, film_words, find_ffmpeg

_XMP = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
# Browsers and players show sRGB as it is meant if the file says so; half the colour in each direction is what all read.
_TAGS = "-colorspace bt709 -color_primaries bt709 -color_trc iec61966-2-1 -color_range tv"
_CODEC = f"-an -c:v libx264 -preset slow -crf 12 -threads 2 {_TAGS}"
_SAME = "-fflags +bitexact -flags:v +bitexact -map_metadata -1 -movflags +faststart"


def write_mp4(
    file: BinaryIO,
    frames: Iterable[np.ndarray],
    size: tuple[int, int],
    per_second: float,
    packet: bytes,
    *,
    full_colour: bool = False,
) -> None:
    """H.264 that every browser plays, in near to lossless quality.

    Args:
        file: where to.
        frames: uint8 (height, width, 3), sRGB, each taken when ffmpeg is ready for it.
        size: width and height, both even.
        per_second: frames a second.
        packet: XMP.
        full_colour: the colour of each pixel is kept (4:4:4), which some players and phones do not show.

    Raises:
        MosaicsError: no ffmpeg, one that cannot do this, or an odd width or height.
    """
    program = find_ffmpeg()
    check_even(size, "an MP4")
    with TemporaryDirectory(prefix="synchromy-") as folder:
        made = Path(folder) / "film.mp4"
        colours = colour_filter("yuv444p" if full_colour else "yuv420p")
        words = f"{film_words(size, per_second)} {colours} {_CODEC} {_SAME} -f mp4 -y".split()
        feed([program, *words, str(made)], frames, "MP4")
        with made.open("rb") as film:
            shutil.copyfileobj(film, file)
    file.write(struct.pack(">I4s16s", 24 + len(packet), b"uuid", _XMP) + packet)


def read_packet(file: BinaryIO) -> bytes:
    """The XMP packet of an MP4, or nothing; ValueError for a file that is cut off or none."""
    for kind, length in _boxes(file):
        if kind == b"uuid" and file.read(16) == _XMP:
            return file.read(length - 16)
    return b""


def _boxes(file: BinaryIO) -> Iterator[tuple[bytes, int]]:
    """Kind and length of the content of each box, with the file where its content begins."""
    end, place = file.seek(0, os.SEEK_END), 0
    while place < end:
        file.seek(place)
        head = file.read(8)
        length, kind = struct.unpack(">I4s", head) if len(head) == 8 else (0, b"")
        begun = 8
        if length == 1:
            length, begun = int.from_bytes(file.read(8), "big"), 16
        if length < begun or place + length > end:
            raise ValueError("cut off or no MP4")
        yield kind, length - begun
        place += length
