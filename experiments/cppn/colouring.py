"""What the outputs of a CPPN mean as colours: sRGB as the posts show them, or places in OKLab.

A deep network with N(0, 1) weights says nearly 0 or nearly 1 almost everywhere: the spread of its last sums is that
of its last kernel. "oklch" and "palette" take that spread out first, so that all their colours have their share.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from procgen.color import (
    LINEAR_FROM_LMS,
    LMS_FROM_LAB,
    LUMINANCE,
    encode_uint8,
    encode_uint16,
    linear_from_srgb,
    max_chroma,
    oklab_from_linear,
    srgb_from_hex,
)

Array = np.ndarray

_STEPS = 4096  # places along a palette that are told apart
_LIGHT, _HUES = 257, 721  # places of the table of the largest chroma
_DARKEST, _LIGHTEST = 0.12, 0.96  # OKLab lightness of "oklch": neither end is black or white paper
_DULL, _VIVID = 0.3, 0.9  # of the largest chroma that sRGB can show: nothing is grey, and its edge is harsh
_LOGISTIC = 1.702  # the logistic curve of this slope is the normal one within .01: Johnson and Kotz (1970)
_LARGEST_SUM = 16.0  # float32 knows none beyond it behind a sigmoid


@dataclass(frozen=True)
class Look:
    """How values become colours.

    Attributes:
        colour: a row of `COLOURINGS`.
        spread: of each output's last sums, (channels,); see `spread_of`.
        palette: hex colours from one end to the other, for "palette".
        hues: degrees, from and to, for "oklch".
        bits: 8 or 16 a channel.
    """

    colour: str
    spread: Array
    palette: tuple[str, ...] = ()
    hues: tuple[float, float] = (0.0, 360.0)
    bits: int = 8


def coloured(values: Array, look: Look) -> Array:
    """sRGB, uint8 or uint16 (rows, width, 3), of what a network says: float32 (rows, width, 1 or 3) in 0..1."""
    return COLOURINGS[look.colour](values, look)


def spread_of(kernel: Array, bias: Array) -> Array:
    """How far the last sums of each output spread if those told to it spread by 1, (channels,); its floor is .5."""
    return np.maximum(np.sqrt((kernel.astype(float) ** 2).sum(axis=0) + bias.astype(float) ** 2), 0.5)


def evened(values: Array, spread: Array) -> Array:
    """Values of a sigmoid whose sums spread that far, as even in 0..1 as a normal law of them makes them."""
    with np.errstate(divide="ignore"):
        sums = np.log(values) - np.log1p(-values)
    sums = np.clip(sums, -_LARGEST_SUM, _LARGEST_SUM) * (_LOGISTIC / spread).astype(np.float32)
    return 1 / (1 + np.exp(-sums))


def _rgb(values: Array, look: Look) -> Array:
    whole = (1 << look.bits) - 1
    levels = np.floor(values * np.float32(whole) + np.float32(0.5)).astype(np.uint8 if look.bits == 8 else np.uint16)
    return np.repeat(levels, 3, axis=-1) if values.shape[-1] == 1 else levels


def _grey(values: Array, look: Look) -> Array:
    if values.shape[-1] == 1:
        return _rgb(values, look)
    light = linear_from_srgb(values) @ LUMINANCE
    return _encoded(np.repeat(light[..., None], 3, axis=-1).astype(np.float32), look)


def _oklch(values: Array, look: Look) -> Array:
    """Lightness, chroma and hue by the three outputs; by one, lightness and hue together."""
    even = evened(values, look.spread)
    lightness = _DARKEST + (_LIGHTEST - _DARKEST) * even[..., 0]
    hue = np.radians(look.hues[0] + (look.hues[1] - look.hues[0]) * even[..., -1]).astype(np.float32)
    table = _chromas()
    row = np.rint(lightness * (_LIGHT - 1)).astype(np.intp)
    column = np.rint(hue % np.float32(2 * np.pi) * np.float32((_HUES - 1) / (2 * np.pi))).astype(np.intp)
    chroma = table[row, column] * np.float32(_VIVID)
    if even.shape[-1] == 3:
        chroma *= np.float32(_DULL) + np.float32(1 - _DULL) * even[..., 1]
    return _of_lab(np.stack([lightness, chroma * np.cos(hue), chroma * np.sin(hue)], -1), look)


@lru_cache(maxsize=1)
def _chromas() -> Array:
    """The largest chroma, float32 (lightness, hue)."""
    lightness = np.linspace(0, 1, _LIGHT)[:, None]
    return max_chroma(lightness, np.linspace(0, 360, _HUES)[None, :]).astype(np.float32)


def _palette(values: Array, look: Look) -> Array:
    """One output is a place along the palette; of three, two are places, and the third says how far between them."""
    even = evened(values, look.spread)
    ramp = _ramp(look.palette)
    place = np.rint(even * (_STEPS - 1)).astype(np.intp)
    if even.shape[-1] == 1:
        return _of_lab(ramp[place[..., 0]], look)
    one, other = ramp[place[..., 0]], ramp[_STEPS - 1 - place[..., 1]]
    return _of_lab(one + even[..., 2:] * (other - one), look)


@lru_cache(maxsize=8)
def _ramp(palette: tuple[str, ...]) -> Array:
    """OKLab along a palette, float32 (_STEPS, 3), its colours at even places."""
    lab = oklab_from_linear(linear_from_srgb(np.stack([srgb_from_hex(colour) for colour in palette])))
    ends = np.linspace(0, 1, len(lab))
    return np.stack([np.interp(np.linspace(0, 1, _STEPS), ends, lab[:, k]) for k in range(3)], -1).astype(np.float32)


def _of_lab(lab: Array, look: Look) -> Array:
    roots = lab @ LMS_FROM_LAB.T.astype(np.float32)
    return _encoded(roots**3 @ LINEAR_FROM_LMS.T.astype(np.float32), look)


def _encoded(linear: Array, look: Look) -> Array:
    return (encode_uint8 if look.bits == 8 else encode_uint16)(linear)


COLOURINGS: dict[str, Callable[[Array, Look], Array]] = {
    "rgb": _rgb,
    "grey": _grey,
    "oklch": _oklch,
    "palette": _palette,
}
"""The network's own sRGB, grey where it has one output; its luminance; and OKLab, see `_oklch` and `_palette`."""
