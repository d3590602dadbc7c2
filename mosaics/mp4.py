"""Loops as MP4, by the program ffmpeg, which is given one frame at a time; and the XMP packet of an MP4.

Sources: ISO/IEC 14496-12 for boxes; XMP part 3 (2020), 1.1.5: the packet stands in a box of its own at the top level.
"""

import os
import shutil
import struct
import subprocess
from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

import numpy as np

from mosaics.errors import MosaicsError

_XMP = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
# Browsers and players show sRGB as it is meant if the file says so; half the colour in each direction is what all read.
_COLOURS = "scale=in_range=pc:out_range=tv:out_color_matrix=bt709:flags=accurate_rnd+full_chroma_int,format=yuv420p"
_TAGS = "-colorspace bt709 -color_primaries bt709 -color_trc iec61966-2-1 -color_range tv"
_CODEC = f"-an -vf {_COLOURS} -c:v libx264 -preset slow -crf 12 -threads 2 {_TAGS}"
_SAME = "-fflags +bitexact -flags:v +bitexact -map_metadata -1 -movflags +faststart"


def find_ffmpeg() -> str:
    """Where the program is; MosaicsError if it is not there, to be known before a long drawing."""
    program = shutil.which("ffmpeg")
    if program is None:
        raise MosaicsError(
            "expected the program ffmpeg to write an MP4, received none; install it, or choose .webp, .gif or .png"
        )
    return program


def write_mp4(
    file: BinaryIO, frames: Iterable[np.ndarray], size: tuple[int, int], per_second: float, packet: bytes
) -> None:
    """H.264 that every browser plays, in near to lossless quality.

    Args:
        file: where to.
        frames: uint8 (height, width, 3), sRGB, each taken when ffmpeg is ready for it.
        size: width and height, both even.
        per_second: frames a second.
        packet: XMP.

    Raises:
        MosaicsError: no ffmpeg, one that cannot do this, or an odd width or height.
    """
    program = find_ffmpeg()
    if size[0] % 2 or size[1] % 2:
        raise MosaicsError(f"expected an even width and height in an MP4, received {size[0]} x {size[1]}; add a pixel")
    with TemporaryDirectory(prefix="synchromy-") as folder:
        made = Path(folder) / "film.mp4"
        rate = Fraction(per_second).limit_denominator(100_000)
        given = f"-f rawvideo -pixel_format rgb24 -video_size {size[0]}x{size[1]} -framerate {rate} -i pipe:0"
        words = f"-hide_banner -loglevel error {given} {_CODEC} {_SAME} -f mp4 -y".split()
        _feed([program, *words, str(made)], frames)
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


def _feed(command: list[str], frames: Iterable[np.ndarray]) -> None:
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdin is not None
    try:
        for frame in frames:
            process.stdin.write(np.ascontiguousarray(frame).data)
    except BrokenPipeError:
        pass  # it has ended, and says below why
    except BaseException:
        process.kill()
        process.communicate()
        raise
    _, said = process.communicate()
    if process.returncode:
        words = said.decode(errors="replace").strip().splitlines() or [f"exit code {process.returncode}"]
        raise MosaicsError(f"ffmpeg could not write this MP4: {words[-1]}; try another one, or choose .webp")
