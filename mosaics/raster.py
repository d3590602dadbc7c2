"""What is written into a file: a still picture that comes in strips, or a loop of frames."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class Raster:
    """A still picture that need not be in memory as a whole, and what its file says of paper and colour.

    Attributes:
        strips: whole rows from the top down, uint8 or uint16 (rows, width, 3), sRGB.
        size_px: width and height, bleed included.
        bits: 8 for uint8, 16 for uint16.
        dpi: pixels per inch that are written into the file, or None.
        bleed_px: how much of each side is cut off after printing; a PDF says where.
        profile: a name of `PROFILES`: the colours in which the file is written; sRGB is converted, never relabelled.
        pyramid: whether a TIFF holds ever smaller copies, in tiles, for viewers that zoom.
    """

    strips: Iterable[np.ndarray]
    size_px: tuple[int, int]
    bits: int = 8
    dpi: float | None = None
    bleed_px: int = 0
    profile: str = "srgb"
    pyramid: bool = False


PAPER = ("dpi", "bleed_px", "profile", "pyramid")
"""What a raster says of paper and colour: a picture that is not as usual in one of these tells so in its record."""


@dataclass(frozen=True, eq=False)
class Film:
    """A loop of frames, each drawn when it is needed.

    Attributes:
        frame: the number of a frame to uint8 (height, width, 3), sRGB.
        count: how many frames.
        seconds: how long the loop takes.
        size_px: width and height.
        full_colour: whether a video keeps the colour of each pixel (4:4:4), which some players do not show.
    """

    frame: Callable[[int], np.ndarray]
    count: int
    seconds: float
    size_px: tuple[int, int]
    full_colour: bool = False


@dataclass(frozen=True)
class Facts:
    """How a picture was made: the record as JSON text, and a name of `SOURCE_TYPES`."""

    record: str
    source_type: str
