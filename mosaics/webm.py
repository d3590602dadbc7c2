"""Loops as WebM, by the program ffmpeg; and the XMP packet of a WebM, which stands in its tags.

Sources: RFC 8794 for EBML, RFC 9559 for the elements of Matroska and their numbers.
"""

import os
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

import numpy as np

from mosaics.ffmpeg import check_even, colour_filter, feed, film_words, find_ffmpeg

SIGNATURE = b"\x1a\x45\xdf\xa3"
_SEGMENT, _TAGS, _TAG, _SIMPLE, _NAME, _STRING = 0x18538067, 0x1254C367, 0x7373, 0x67C8, 0x45A3, 0x4487
_ENTERED = (_SEGMENT, _TAGS, _TAG, _SIMPLE)
_TAG_NAME = "XMP"
_LOOKS = "-colorspace bt709 -color_primaries bt709 -color_trc iec61966-2-1 -color_range tv"
_CODEC = f"-an -c:v libvpx-vp9 -crf 15 -b:v 0 -deadline good -cpu-used 3 -row-mt 1 -threads 2 {_LOOKS}"
_SAME = "-fflags +bitexact -flags:v +bitexact"


def write_webm(
    file: BinaryIO,
    frames: Iterable[np.ndarray],
    size: tuple[int, int],
    per_second: float,
    packet: bytes,
    *,
    full_colour: bool = False,
) -> None:
    """VP9 in near to lossless quality; arguments and errors as those of `write_mp4`."""
    program = find_ffmpeg()
    check_even(size, "a WebM")
    with TemporaryDirectory(prefix="synchromy-") as folder:
        made, said = Path(folder) / "film.webm", Path(folder) / "said.txt"
        said.write_text(f";FFMETADATA1\n{_TAG_NAME}={_escaped(packet.decode())}\n", "utf-8")
        colours = colour_filter("yuv444p" if full_colour else "yuv420p")
        words = f"{film_words(size, per_second)} -f ffmetadata -i {said} -map 0 -map_metadata 1"
        words += f" {colours} {_CODEC} {_SAME} -f webm -y"
        feed([program, *words.split(), str(made)], frames, "WebM")
        with made.open("rb") as film:
            shutil.copyfileobj(film, file)


def read_packet(file: BinaryIO) -> bytes:
    """The XMP packet of a WebM, or nothing; ValueError for a file that is cut off or none."""
    name = b""
    for kind, length in _elements(file, file.seek(0, os.SEEK_END)):
        if kind == _NAME:
            name = file.read(length)
        elif kind == _STRING and name == _TAG_NAME.encode():
            return file.read(length)
    return b""


def _escaped(text: str) -> str:
    """A text as a value of ffmpeg's metadata files."""
    return "".join(f"\\{letter}" if letter in "=;#\\\n" else letter for letter in text)


def _elements(file: BinaryIO, end: int) -> Iterator[tuple[int, int]]:
    """Number and length of each element, with the file where its content begins; those that hold tags are entered."""
    place = 0
    while place < end:
        file.seek(place)
        kind, length = _number(file, whole=True), _number(file, whole=False)
        begun = file.tell()
        if begun + length > end:
            raise ValueError("cut off or no WebM")
        yield kind, length
        place = begun if kind in _ENTERED else begun + length


def _number(file: BinaryIO, *, whole: bool) -> int:
    """A number of variable length: of an element with the bits that tell how long it is, else without."""
    first = file.read(1)
    if not first or not first[0]:
        raise ValueError("cut off or no WebM")
    more = 8 - first[0].bit_length()
    rest = file.read(more)
    if len(rest) < more:
        raise ValueError("cut off or no WebM")
    kept = first[0] if whole else first[0] & ((1 << (7 - more)) - 1)
    return int.from_bytes(bytes([kept]) + rest, "big")
