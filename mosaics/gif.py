"""Loops as GIF, written frame by frame: one palette for all, and of each frame only what has changed.

Source: GRAPHICS INTERCHANGE FORMAT, version 89a (CompuServe, 1990), and Netscape's block that says how often to repeat.
Pillow compresses the pixels; left to itself, it would hold every frame until the last one is drawn.
"""

import struct
from collections.abc import Callable
from typing import BinaryIO

import numpy as np
from PIL import GifImagePlugin, Image, ImageChops

from mosaics.frames import durations

Frame = Callable[[int], np.ndarray]
_SAMPLED = 12  # frames that the palette is made from
_BLOCK = 255  # bytes of text in one block
_PALETTE_BITS = 8


def write_gif(file: BinaryIO, frame: Frame, size: tuple[int, int], moments: tuple[int, float], text: str) -> None:
    """A loop without end, in the memory of a few frames.

    Args:
        file: where to.
        frame: the number of a frame to uint8 (height, width, 3), sRGB.
        size: width and height.
        moments: how many frames, and how many seconds they take; a GIF counts in hundredths.
        text: the comment.
    """
    table = _shared_palette(frame, moments[0])
    file.write(_head(size, table, text.encode()))
    shown = _quantised(frame(0), table)
    waiting, corner, lasts = shown, (0, 0), 0
    for number, milliseconds in enumerate(durations(*moments, unit_ms=10)):
        now = _quantised(frame(number), table) if number else shown
        box = ImageChops.difference(now, shown).getbbox() if number else None
        if box:
            _write_frame(file, waiting, corner, lasts)
            waiting, corner, lasts, shown = now.crop(box), box[:2], 0, now
        lasts += milliseconds
    _write_frame(file, waiting, corner, lasts)
    file.write(b";")


def _write_frame(file: BinaryIO, image: Image.Image, corner: tuple[int, int], milliseconds: int) -> None:
    for piece in GifImagePlugin.getdata(image, corner, duration=milliseconds):
        file.write(piece)


def _head(size: tuple[int, int], table: Image.Image, comment: bytes) -> bytes:
    """What stands before the frames: size, palette, that it repeats for ever, the comment."""
    colours = bytes(table.getpalette() or ()).ljust(3 << _PALETTE_BITS, b"\0")
    screen = struct.pack("<HHBBB", *size, 0xF0 | (_PALETTE_BITS - 1), 0, 0)
    forever = b"!\xff\x0bNETSCAPE2.0\x03\x01\0\0\0"
    blocks = (comment[start : start + _BLOCK] for start in range(0, len(comment), _BLOCK))
    said = b"".join(bytes([len(block)]) + block for block in blocks)
    return b"GIF89a" + screen + colours + forever + b"!\xfe" + said + b"\0"


def _quantised(pixels: np.ndarray, table: Image.Image) -> Image.Image:
    return Image.fromarray(pixels).quantize(palette=table, dither=Image.Dither.NONE)


def _shared_palette(frame: Frame, count: int) -> Image.Image:
    """256 colours of the whole loop: one palette, and no dithering, so that nothing flickers."""
    numbers = np.unique(np.linspace(0, count - 1, min(count, _SAMPLED)).round().astype(int)).tolist()
    return Image.fromarray(np.concatenate([frame(number)[::2, ::2] for number in numbers])).quantize(256)
