"""What sRGB can show, one colour at a time, from a table: plain numbers, because a palette has six colours only.

A colour is (lightness, share, hue in degrees): share is chroma as a part of the largest that the gamut has there, so
no colour is bent later. OKLab is a tuple (L, a, b).
"""

from functools import cache
from math import cos, radians, sin

import numpy as np

from .color import LINEAR_FROM_LMS, LMS_FROM_LAB, max_chroma

Lab = tuple[float, float, float]

_ROWS, _COLUMNS = 100, 180  # steps of lightness and of hue
_TO_LMS = LMS_FROM_LAB.tolist()
_TO_LINEAR = LINEAR_FROM_LMS.tolist()


def widest(lightness: float, hue_deg: float) -> float:
    """The largest chroma of sRGB at a lightness and hue, to 0.006, from below but for the last 0.001."""
    table = _chroma_table()
    row, column = min(max(lightness, 0.0), 0.9999) * _ROWS, (hue_deg % 360.0) * (_COLUMNS / 360)
    i, j = int(row), int(column)
    p, q = row - i, column - j
    k = i * (_COLUMNS + 1) + j
    above = table[k] + q * (table[k + 1] - table[k])
    k += _COLUMNS + 1
    return above + p * (table[k] + q * (table[k + 1] - table[k]) - above)


def luminous(hue_deg: float) -> float:
    """The lightness at which a hue has its largest chroma."""
    column = (hue_deg % 360.0) * (_COLUMNS / 360)
    j = int(column)
    table = _luminous_table()
    return table[j] + (column - j) * (table[j + 1] - table[j])


def lab(lightness: float, share: float, hue_deg: float, cap: float = 1.0) -> Lab:
    """OKLab of a colour, its chroma at most `cap`."""
    chroma, angle = min(share * widest(lightness, hue_deg), cap), radians(hue_deg)
    return lightness, chroma * cos(angle), chroma * sin(angle)


def difference(one: Lab, other: Lab) -> float:
    """deltaEOK of two colours."""
    L, a, b = one[0] - other[0], one[1] - other[1], one[2] - other[2]
    return float((L * L + a * a + b * b) ** 0.5)


def hex_of(colour: Lab) -> str:
    """'#rrggbb' of OKLab, rounded half up; what is outside the gamut is cut off."""
    lms = [(m[0] * colour[0] + m[1] * colour[1] + m[2] * colour[2]) ** 3 for m in _TO_LMS]
    return "#" + bytes([_byte(m[0] * lms[0] + m[1] * lms[1] + m[2] * lms[2]) for m in _TO_LINEAR]).hex()


def _byte(linear: float) -> int:
    if linear <= 0.0031308:
        return int(max(linear, 0.0) * (12.92 * 255) + 0.5)
    return int((1.055 * min(linear, 1.0) ** (1 / 2.4) - 0.055) * 255 + 0.5)


@cache
def _chroma_table() -> list[float]:
    lightness, hue = np.arange(_ROWS + 1) / _ROWS, np.arange(_COLUMNS + 1) * (360 / _COLUMNS)
    # Rounded, so that the machine's own arithmetic does not matter.
    return [round(chroma, 5) for chroma in max_chroma(lightness[:, None], hue[None, :]).ravel().tolist()]


@cache
def _luminous_table() -> list[float]:
    table = np.array(_chroma_table()).reshape(_ROWS + 1, _COLUMNS + 1)
    return (np.argmax(table, axis=0) / _ROWS).tolist()
