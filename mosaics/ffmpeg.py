"""The program ffmpeg: the system's own first, else that of the package imageio-ffmpeg; fed one frame at a time."""

import shutil
import subprocess
from collections.abc import Iterable
from fractions import Fraction
from importlib import import_module
from importlib.util import find_spec

import numpy as np

from mosaics.errors import MosaicsError


def find_ffmpeg() -> str:
    """Where the program is; MosaicsError if it is not there, to be known before a long drawing."""
    program = shutil.which("ffmpeg")
    if program is None and find_spec("imageio_ffmpeg"):
        program = import_module("imageio_ffmpeg").get_ffmpeg_exe()
    if program is None:
        raise MosaicsError(
            "expected the program ffmpeg to write a video, received none; install it, or the extra synchromy[video], "
            "or choose .webp, .gif or .png"
        )
    return program


def check_even(size: tuple[int, int], kind: str) -> None:
    """Raise MosaicsError unless a video can have that width and height; to know before a long drawing."""
    if size[0] % 2 or size[1] % 2:
        even = "x".join(str(side + side % 2) for side in size)
        raise MosaicsError(
            f"expected an even width and height in {kind}, received {size[0]} x {size[1]}; add a pixel: {even}"
        )


def film_words(size: tuple[int, int], per_second: float) -> str:
    """What frames come in, as ffmpeg is told of it."""
    rate = Fraction(per_second).limit_denominator(100_000)
    return (
        "-hide_banner -loglevel error -f rawvideo -pixel_format rgb24 "
        f"-video_size {size[0]}x{size[1]} -framerate {rate} -i pipe:0"
    )


def colour_filter(pixels: str) -> str:
    """From full-range sRGB to the limited range and matrix of BT.709, in which players expect video."""
    exact = "flags=accurate_rnd+full_chroma_int"
    return f"-vf scale=in_range=pc:out_range=tv:out_color_matrix=bt709:{exact},format={pixels}"


def feed(command: list[str], frames: Iterable[np.ndarray], kind: str) -> None:
    """Run ffmpeg on frames, uint8 (height, width, 3), each taken when it is ready for it.

    Raises:
        MosaicsError: it could not do that, in its last words.
    """
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
        raise MosaicsError(f"ffmpeg could not write this {kind}: {words[-1]}; try another one, or choose .webp")
