"""Sizes as people give them: pixels, or lengths on paper."""

import math
import re
from dataclasses import dataclass

from procgen.sizes import canvas_size

from .errors import ExperimentsError

_INCH = {"in": 1.0, "cm": 1 / 2.54, "mm": 1 / 25.4}
_SIZE = re.compile(r"(\d+(?:\.\d+)?)(?:[x×](\d+(?:\.\d+)?))?\s*([a-zµ\"']*)")
_LENGTH = re.compile(r"(\d+(?:\.\d+)?)([a-z\"']*)")
_RATIO = re.compile(r"(\d+(?:\.\d+)?)(?::(\d+(?:\.\d+)?))?")
_DPI = 300.0  # of paper held in the hand
_FINEST = 10_000.0


@dataclass(frozen=True)
class Measure:
    """The pixels of a picture, and how many of them an inch holds where the file is to say so.

    Attributes:
        size_px: width and height.
        dpi: pixels per inch, or None.
        sides: width and height in the unit in which they were given.
        unit: "px", "cm", "mm" or "in".
    """

    size_px: tuple[int, int]
    dpi: float | None = None
    sides: tuple[float, float] = (0.0, 0.0)
    unit: str = "px"


def read_size(text: str, *, aspect: str | None = None, dpi: float | None = None) -> Measure:
    """What "1024", "768x512", "60x40cm" or "24x16in" mean.

    Args:
        text: one side or width x height, in px, cm, mm or in; pixels where it does not say.
        aspect: width to height as "3:2" or "1.5", if the text gives one side, which then is the longer one.
        dpi: pixels per inch, written into the file; 300 for lengths where it is not given.

    Raises:
        ExperimentsError or ProcgenError: the size, the aspect or the dpi cannot be.
    """
    found = _SIZE.fullmatch(text.strip().lower().replace(" ", ""))
    unit = (found[3] or "px") if found else ""
    if found is None or unit not in ("px", *_INCH):
        raise ExperimentsError(f"expected a size as 1024, 768x512, 60x40cm, 600x400mm or 24x16in, got {text!r}")
    if dpi is not None and not 1 <= dpi <= _FINEST:
        raise ExperimentsError(f"expected from 1 to {_FINEST:,.0f} pixels per inch, got {dpi:g}: 300 is usual in print")
    one, other = float(found[1]), float(found[2] or found[1])
    if unit == "px" and not (one.is_integer() and other.is_integer()):
        raise ExperimentsError(f"expected whole pixels, got {text!r}: give 1024, or a length as 60x40cm")
    if unit != "px" and dpi is None:
        dpi = _DPI
    per = 1.0 if unit == "px" else (dpi or _DPI) * _INCH[unit]
    sides = _in_aspect(one, aspect, text) if aspect and not found[2] else (one, other)
    if aspect and found[2]:
        raise ExperimentsError(f"expected one side beside --aspect {aspect}, got {text!r}: give {found[1]}{found[3]}")
    size_px = canvas_size((_rounded(sides[0] * per), _rounded(sides[1] * per)))
    return Measure(size_px, dpi, size_px if unit == "px" else sides, unit)


def read_bleed(text: str, measure: Measure | None) -> int:
    """Pixels of a bleed of "3mm", "0.3cm", "0.125in" or "36px" on each side of a picture.

    Args:
        text: the bleed, which is cut off after printing.
        measure: of the picture without it; a length needs to know how many pixels an inch holds.

    Raises:
        ExperimentsError: it is no length, or not one that such a picture can have.
    """
    if measure is None:
        raise ExperimentsError(f"expected a size beside a bleed of {text}, got none: give --size 60x40cm")
    found = _LENGTH.fullmatch(text.strip().lower().replace(" ", ""))
    unit = (found[2] or "px") if found else ""
    if found is None or unit not in ("px", *_INCH):
        raise ExperimentsError(f"expected a bleed as 3mm, 0.3cm, 0.125in or 36px, got {text!r}")
    if unit != "px" and measure.dpi is None:
        raise ExperimentsError(f"expected pixels per inch beside a bleed of {text}, got none: give --dpi 300")
    pixels = _rounded(float(found[1]) * (1.0 if unit == "px" else (measure.dpi or _DPI) * _INCH[unit]))
    if 4 * pixels > min(measure.size_px):
        raise ExperimentsError(
            f"expected a bleed of up to a quarter of {min(measure.size_px)} pixels, got {pixels}: 3mm is usual in print"
        )
    canvas_size((measure.size_px[0] + 2 * pixels, measure.size_px[1] + 2 * pixels))
    return pixels


def _in_aspect(longer: float, aspect: str, text: str) -> tuple[float, float]:
    found = _RATIO.fullmatch(aspect.strip())
    across, down = (float(found[1]), float(found[2] or 1)) if found else (0.0, 0.0)
    if not 0 < across / (down or math.inf) < math.inf:
        raise ExperimentsError(f"expected an aspect as 3:2 or 1.5, got {aspect!r}")
    return (longer, longer * down / across) if across >= down else (longer * across / down, longer)


def _rounded(pixels: float) -> int:
    return math.floor(pixels + 0.5)
