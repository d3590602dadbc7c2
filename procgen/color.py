"""Colour: sRGB, linear light, OKLab and OKLCH, and what stays visible on a screen.

Everything here works on palettes (a few colours, float64), never on whole pictures, with one exception:
`encode`, the way of every picture from linear light to sRGB, which is a table look-up so that it gives the same
bytes on every CPU.

Shapes: a colour is the last axis, length 3. Ranges: sRGB and linear 0..1, OKLab L 0..1, hue 0..360 degrees.
"""

from functools import cache

import numpy as np
from numpy.typing import ArrayLike

from .errors import ProcgenError

Array = np.ndarray

# Björn Ottosson, "A perceptual color space for image processing" (2020), https://bottosson.github.io/posts/oklab/
LMS_FROM_LINEAR = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
LAB_FROM_LMS = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)
LINEAR_FROM_LMS = np.linalg.inv(LMS_FROM_LINEAR)
LMS_FROM_LAB = np.linalg.inv(LAB_FROM_LMS)
LUMINANCE = np.array([0.2126, 0.7152, 0.0722])  # WCAG 2.2, "relative luminance"


def linear_from_srgb(srgb: ArrayLike) -> Array:
    """Linear light of sRGB values (IEC 61966-2-1)."""
    srgb = np.asarray(srgb, float)
    return np.where(srgb <= 0.04045, srgb / 12.92, ((np.maximum(srgb, 0.04045) + 0.055) / 1.055) ** 2.4)


def srgb_from_linear(linear: ArrayLike) -> Array:
    """sRGB values of linear light (IEC 61966-2-1)."""
    linear = np.asarray(linear, float)
    return np.where(linear <= 0.0031308, linear * 12.92, 1.055 * np.maximum(linear, 0.0031308) ** (1 / 2.4) - 0.055)


def oklab_from_linear(linear: ArrayLike) -> Array:
    """OKLab (L, a, b) of linear sRGB."""
    return np.cbrt(np.asarray(linear, float) @ LMS_FROM_LINEAR.T) @ LAB_FROM_LMS.T


def linear_from_oklab(lab: ArrayLike) -> Array:
    """Linear sRGB of OKLab; outside 0..1 where the colour is outside the gamut."""
    return (np.asarray(lab, float) @ LMS_FROM_LAB.T) ** 3 @ LINEAR_FROM_LMS.T


def oklch_from_oklab(lab: ArrayLike) -> Array:
    """OKLCH (lightness, chroma, hue in degrees) of OKLab."""
    L, a, b = np.moveaxis(np.asarray(lab, float), -1, 0)
    return np.stack([L, np.hypot(a, b), np.degrees(np.arctan2(b, a)) % 360], -1)


def oklab_from_oklch(lch: ArrayLike) -> Array:
    """OKLab of OKLCH."""
    L, C, h = np.moveaxis(np.asarray(lch, float), -1, 0)
    return np.stack([L, C * np.cos(np.radians(h)), C * np.sin(np.radians(h))], -1)


def in_gamut(lch: ArrayLike) -> Array:
    """Whether each OKLCH colour can be shown in sRGB, to 1e-6 of linear light."""
    return _shown(linear_from_oklab(oklab_from_oklch(lch)))


def _shown(linear: Array) -> Array:
    return np.all(np.abs(linear - 0.5) <= 0.5 + 1e-6, -1)


def max_chroma(lightness: ArrayLike, hue_deg: ArrayLike) -> Array:
    """The largest chroma that sRGB can show at a lightness and hue, to 1e-4, from below.

    Bisection at constant lightness and hue, as in CSS Color 4, "Sample pseudocode for the binary search gamut
    mapping algorithm", https://www.w3.org/TR/css-color-4/#binsearch, without its local clipping.
    """
    lightness, hue = np.broadcast_arrays(np.asarray(lightness, float), np.radians(hue_deg))
    # Along a hue, the cube roots of the cone responses are straight lines in chroma.
    grey = lightness[..., None] * LMS_FROM_LAB[:, 0]
    slope = np.stack([np.cos(hue), np.sin(hue)], -1) @ LMS_FROM_LAB[:, 1:].T
    low, step = np.zeros(lightness.shape), 0.2
    while step > 5e-5:
        tried = low + step
        low = np.where(_shown((grey + tried[..., None] * slope) ** 3 @ LINEAR_FROM_LMS.T), tried, low)
        step /= 2
    return low


def map_to_gamut(lch: ArrayLike) -> Array:
    """The nearest colours of sRGB with the same lightness and hue: only chroma gives way."""
    L, C, h = np.moveaxis(np.asarray(lch, float), -1, 0)
    L = np.clip(L, 0.0, 1.0)
    return np.stack([L, np.minimum(C, max_chroma(L, h)), h], -1)


def delta_e_ok(lab: ArrayLike, other: ArrayLike) -> Array:
    """Colour difference: the Euclidean distance in OKLab (CSS Color 4, deltaEOK)."""
    return np.sqrt(np.sum((np.asarray(lab, float) - np.asarray(other, float)) ** 2, -1))


def contrast_ratio(linear: ArrayLike, other: ArrayLike) -> Array:
    """WCAG 2.2 contrast ratio, 1..21, of two colours in linear light."""
    one, two = np.asarray(linear, float) @ LUMINANCE, np.asarray(other, float) @ LUMINANCE
    return (np.maximum(one, two) + 0.05) / (np.minimum(one, two) + 0.05)


def srgb_from_hex(colour: str) -> Array:
    """The sRGB values of '#rrggbb'.

    Raises:
        ProcgenError: if the text is anything else.
    """
    try:
        if not (isinstance(colour, str) and len(colour) == 7 and colour[0] == "#"):
            raise ValueError
        return np.frombuffer(bytes.fromhex(colour[1:]), np.uint8) / 255
    except ValueError:
        raise ProcgenError(f"A colour must be written as '#rrggbb', not {colour!r}.") from None


def hex_from_srgb(srgb: ArrayLike) -> str:
    """'#rrggbb' of sRGB values, clipped to 0..1 and rounded half up."""
    return "#" + np.floor(np.clip(srgb, 0, 1) * np.float64(255) + 0.5).astype(np.uint8).tobytes().hex()


def hex_from_oklch(lch: ArrayLike) -> str:
    """'#rrggbb' of one OKLCH colour, mapped to the gamut."""
    return hex_from_srgb(srgb_from_linear(linear_from_oklab(oklab_from_oklch(map_to_gamut(lch)))))


@cache
def _encode_table() -> Array:
    # Rounded to 2^-20: the last bits of a power differ from CPU to CPU, these do not.
    exact = srgb_from_linear(np.arange(65536) / 65535)
    return (np.round(exact * 2**20) / 2**20).astype(np.float32)


@cache
def _byte_table() -> Array:
    return np.floor(_encode_table() * np.float32(255) + np.float32(0.5)).astype(np.uint8)


def encode(linear: Array) -> Array:
    """A picture in linear light as sRGB, float32 in 0..1, through a table of 65,536 levels.

    Args:
        linear: float32, (height, width, 3); values outside 0..1 are cut off.
    """
    return _looked_up(linear, _encode_table())


def encode_uint8(linear: Array) -> Array:
    """A picture in linear light as sRGB in 8 bits: floor(255 v + 1/2) of what `encode` gives, in less time."""
    return _looked_up(linear, _byte_table())


def encode_uint16(linear: Array) -> Array:
    """A picture in linear light as sRGB in 16 bits, between the levels of the table, so that no gradient bands."""
    table = np.append(_fine_table(), np.float64(1.0))
    place = np.clip(linear, 0, 1).astype(np.float64) * 65535
    below = place.astype(np.int32)
    value = table[below] + (table[below + 1] - table[below]) * (place - below)
    return np.floor(value * 65535 + 0.5).astype(np.uint16)


@cache
def _fine_table() -> Array:
    return np.round(srgb_from_linear(np.arange(65536) / 65535) * 2**32) / 2**32


def _looked_up(linear: Array, table: Array) -> Array:
    picture = np.empty(linear.shape, table.dtype)
    # In strips of rows, because fresh large arrays cost more than the arithmetic.
    strip = max(1, 32768 // linear[0].size)
    if linear[..., 0].flags.c_contiguous:  # a plane per channel
        for top in range(0, len(linear), strip):
            for channel in range(linear.shape[-1]):
                levels = _levels(linear[top : top + strip, :, channel])
                picture[top : top + strip, :, channel] = np.take(table, levels, mode="clip")
        return picture
    for top in range(0, len(linear), strip):
        np.take(table, _levels(linear[top : top + strip]), out=picture[top : top + strip], mode="clip")
    return picture


def _levels(linear: Array) -> Array:
    levels = np.multiply(linear, np.float32(65535), order="C")
    levels += np.float32(0.5)
    return levels.astype(np.intp)
