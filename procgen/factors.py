"""The factors of colour that a picture realises, from a small drawing of it: what a dataset records of each picture.

Numbers are those of the square picture at about 192 pixels. Lightness and chroma are OKLab's. NaN says: not defined.
"""

from cmath import phase
from dataclasses import dataclass
from functools import cache
from math import cos, degrees, nan, pi, radians, sin, sqrt
from typing import TYPE_CHECKING

import numpy as np

from .canvas import Canvas
from .color import LUMINANCE, delta_e_ok, oklab_from_linear
from .contrasts import WARM_DEG
from .palettes import Palette

if TYPE_CHECKING:
    from .compositions import Composition

Array = np.ndarray

SIDE = 64  # pixels of the small drawing
GREY, COLOURED = 0.02, 0.08  # chroma at which a colour ceases to be a grey, and at which it is none at all
FAINT = 0.02  # mean chroma below which a picture has no hue
_EDGE = 1 / 3  # share of the small drawing's edge pixels that 192 pixels have
_PURE = np.float32(0.998)  # of one mark, that makes a pixel its own
_HARD = 0.9  # share of the pixels that hold one colour, or the edge of two, where areas are defined
_LEAP = 0.7  # of a mark, over two pixels
_BINS = 72  # of the wheel


@dataclass(frozen=True)
class Realised:
    """The colours of a picture and how much of it each covers.

    Attributes:
        lab: OKLab, (n, 3).
        chroma: (n,).
        area: (n,), sums to 1.
        shares: the area of each colour of the palette, (number of colours,); None where colours melt into each other,
            or two of them are the same.
    """

    lab: Array
    chroma: Array
    area: Array
    shares: Array | None


def realised(drawing: "Composition", palette: Palette) -> Realised:
    """The colours of a picture, drawn once, small, in marks that say how much of each colour a pixel holds.

    A pixel whose marks leap to its neighbours' lies on an edge, which a larger picture resolves; where the marks
    change slowly, the colours themselves are mixed.
    """
    picture = drawing.picture(Canvas(SIDE, SIDE), palette.marks)
    planes = np.ascontiguousarray(np.moveaxis(picture, -1, 0))
    marks = planes.reshape(len(planes), -1)
    mixed = np.flatnonzero(marks.max(axis=0) < _PURE)
    within = marks[:, mixed].astype(np.float64)
    edge = _leaps(planes).ravel()[mixed]
    kept = np.where(edge, _EDGE, 1.0)
    whole = marks.sum(axis=1, dtype=np.float64)
    area = np.concatenate([whole - within @ kept, kept])
    lab = np.concatenate([palette.oklab, oklab_from_linear(within.T @ palette.linear.astype(np.float64))])
    # Two roles of one colour have areas of their own in the recipe, but not in the picture.
    hard = np.count_nonzero(~edge) <= (1 - _HARD) * SIDE**2 and len(set(palette.colours)) == len(palette.colours)
    chroma = np.sqrt(lab[:, 1] * lab[:, 1] + lab[:, 2] * lab[:, 2])
    return Realised(lab, chroma, area / area.sum(), whole / whole.sum() if hard else None)


def _leaps(marks: Array) -> Array:
    """Where some mark's way through a pixel, from one neighbour to the other, is nearly a whole one, (SIDE, SIDE)."""
    across, down = np.zeros((2, SIDE, SIDE), np.float32)
    step = np.abs(marks[:, :, 1:] - marks[:, :, :-1]).max(axis=0)
    across[:, 1:] = step
    across[:, :-1] += step
    step = np.abs(marks[:, 1:] - marks[:, :-1]).max(axis=0)
    down[1:] = step
    down[:-1] += step
    return np.maximum(across, down) > np.float32(_LEAP)


def colour_factors(drawing: "Composition", palette: Palette) -> dict[str, float]:
    """The numbers of a picture's colours.

    Returns:
        base_hue_deg, the hue that most of the colour is near to; mean_hue_deg and hue_spread_deg, weighted by chroma;
        means and standard deviations of lightness, chroma and warmth (OKLab along the axis from blue to orange);
        complementarity, 1 where two opposite hues balance each other; neutral_share, the area of greys;
        colour_extent, the area that would hold all the colour if it were equally strong; the areas of the ground, the
        figures and the accent; figure_ground_difference (mean deltaEOK) and figure_ground_ratio_wcag.
    """
    found = realised(drawing, palette)
    factors = _hue_factors(found)
    grey = np.minimum(np.maximum((COLOURED - found.chroma) * (1 / (COLOURED - GREY)), 0), 1)
    values = np.stack([found.lab[:, 0], found.chroma, found.lab[:, 1:] @ _WARM, grey])
    (light, chroma, warm, neutral), squares = (values @ found.area).tolist(), (values * values @ found.area).tolist()
    for name, mean, square in zip(("lightness", "chroma", "warmth"), (light, chroma, warm), squares, strict=False):
        factors[f"mean_{name}"] = mean
        factors[f"{name}_spread"] = sqrt(max(square - mean * mean, 0.0))
    factors["neutral_share"] = neutral
    factors["colour_extent"] = chroma * chroma / max(squares[1], 1e-9)
    return factors | _role_factors(palette, found.shares)


_WARM = np.array([cos(radians(WARM_DEG)), sin(radians(WARM_DEG))])


def _hue_factors(found: Realised) -> dict[str, float]:
    amount = found.area * found.chroma  # a colour counts by its area and its chroma
    total = float(amount.sum())
    if total < FAINT:
        return dict.fromkeys(("base_hue_deg", "mean_hue_deg", "hue_spread_deg", "complementarity"), nan)
    z = found.lab[:, 1] + 1j * found.lab[:, 2]
    first = complex(found.area @ z) / total
    second = complex(found.area @ (z * z / np.maximum(found.chroma, 1e-9))) / total
    return {
        "base_hue_deg": _dominant(z, found.chroma, amount),
        "mean_hue_deg": degrees(phase(first)) % 360 if abs(first) > 0.3 else nan,
        # The mean angular deviation (Batschelet, "Circular Statistics in Biology", 1981, eq. 2.3.2).
        "hue_spread_deg": degrees(sqrt(2 * max(1 - abs(first), 0.0))),
        "complementarity": abs(second) * (1 - abs(first)),
    }


def _dominant(z: Array, chroma: Array, amount: Array) -> float:
    """The peak of the density of hue; NaN where a second one, elsewhere, is nearly as high."""
    place = np.arctan2(z.imag, z.real) * (_BINS / (2 * pi))
    density = _kernel() @ np.bincount(place.astype(np.int64) % _BINS, amount, _BINS)
    around = np.concatenate([density[-1:], density, density[:1]])
    peaks = np.flatnonzero((density >= around[:-2]) & (density > around[2:]))
    order = peaks[np.argsort(density[peaks])]
    if len(order) > 1 and density[order[-2]] > 0.85 * density[order[-1]]:
        return nan
    away = np.abs((place - order[-1] - 0.5 + _BINS / 2) % _BINS - _BINS / 2)
    near = (away < 20 / 360 * _BINS) & (chroma > 0)
    return degrees(phase(complex(amount[near] @ (z[near] / chroma[near])))) % 360


@cache
def _kernel() -> Array:
    """A circular Gaussian of 12 degrees, (bins, bins)."""
    apart = np.arange(_BINS)
    apart = (apart[:, None] - apart[None] + _BINS // 2) % _BINS - _BINS // 2
    return np.exp(-0.5 * (apart * (360 / _BINS) / 12.0) ** 2)


def _role_factors(palette: Palette, shares: Array | None) -> dict[str, float]:
    names = ("ground_share", "figures_share", "accent_share", "figure_ground_difference", "figure_ground_ratio_wcag")
    if shares is None:
        return dict.fromkeys(names, nan)
    ground, figures, accent = float(shares[0]), float(shares[1:-1].sum()), float(shares[-1])
    values = [ground, figures, accent, nan, nan]
    if min(ground, figures + accent) > 0.01:
        lab, light = palette.oklab, palette.linear[:, :3].astype(np.float64) @ LUMINANCE + 0.05
        before = shares[1:] / shares[1:].sum()
        values[3] = float(before @ delta_e_ok(lab[1:], lab[0]))
        mean = float(before @ light[1:])
        values[4] = max(mean, light[0]) / min(mean, light[0])
    return dict(zip(names, values, strict=True))
