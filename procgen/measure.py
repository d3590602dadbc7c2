"""Factors of colour read back from pixels: the check on what a recipe records."""

from functools import cache
from itertools import combinations
from math import nan

import numpy as np

from .color import LUMINANCE, delta_e_ok, linear_from_srgb, oklab_from_linear, srgb_from_hex
from .contrasts import WARM_DEG
from .domains import known
from .errors import ProcgenError
from .factors import COLOURED, FAINT, GREY
from .harmonies import TEMPLATES, distance_to_template
from .palettes import Palette

Array = np.ndarray


def measured_factors(image: Array, palette: Palette | None = None) -> dict[str, float]:
    """What the colours of a picture are, seen from its pixels.

    Args:
        image: uint8, (height, width, 3).
        palette: the Palette it was drawn with, for the areas of its colours; without it they are left out.

    Returns:
        The numbers of `procgen.factors.colour_factors`, under the same names; NaN where one is not defined.
    """
    lab = _oklab(image)
    factors = _hue_factors(lab) | _spreads(lab)
    return factors if palette is None else factors | _role_factors(image, palette)


def _linear(image: Array) -> Array:
    """Linear light of every pixel, (pixels, 3)."""
    return linear_from_srgb(np.arange(256) / 255)[_checked(image).reshape(-1, 3)]


def _oklab(image: Array) -> Array:
    """OKLab of every pixel, (pixels, 3)."""
    return oklab_from_linear(_linear(image))


def _hue_factors(lab: Array) -> dict[str, float]:
    chroma, hue = np.hypot(lab[:, 1], lab[:, 2]), np.arctan2(lab[:, 2], lab[:, 1])
    if chroma.mean() < FAINT:
        return dict.fromkeys(("base_hue_deg", "mean_hue_deg", "hue_spread_deg", "complementarity"), nan)
    # Moments of the hue, weighted by chroma (Mardia and Jupp, "Directional Statistics", 2000, ch. 2).
    one, two = (np.average(np.exp(1j * k * hue), weights=chroma) for k in (1, 2))
    return {
        "base_hue_deg": _dominant_hue(hue, chroma),
        "mean_hue_deg": float(np.degrees(np.angle(one)) % 360) if abs(one) > 0.3 else nan,
        "hue_spread_deg": float(np.degrees(np.sqrt(2 * max(1 - abs(one), 0.0)))),
        "complementarity": float(abs(two) * (1 - abs(one))),
    }


def _dominant_hue(hue: Array, chroma: Array) -> float:
    """The hue, in degrees, around which most chroma lies, by a density of one degree."""
    shares, edges = np.histogram(np.degrees(hue) % 360, 360, (0, 360), weights=chroma)
    reach = np.arange(-60, 61)
    bell = np.exp(-0.5 * (reach / 12.0) ** 2)
    density = np.convolve(np.concatenate([shares[-60:], shares, shares[:60]]), bell, "valid")
    top = edges[np.argmax(density)] + 0.5
    near = np.abs((np.degrees(hue) - top + 180) % 360 - 180) < 20
    return float(np.degrees(np.angle(np.sum(chroma[near] * np.exp(1j * hue[near])))) % 360)


def _spreads(lab: Array) -> dict[str, float]:
    chroma = np.hypot(lab[:, 1], lab[:, 2])
    warm = np.radians(WARM_DEG)
    warmth = lab[:, 1] * np.cos(warm) + lab[:, 2] * np.sin(warm)
    factors = {}
    for name, values in (("lightness", lab[:, 0]), ("chroma", chroma), ("warmth", warmth)):
        factors[f"mean_{name}"], factors[f"{name}_spread"] = float(values.mean()), float(values.std())
    factors["neutral_share"] = float(np.mean(np.clip((COLOURED - chroma) / (COLOURED - GREY), 0, 1)))
    factors["colour_extent"] = float(chroma.mean() ** 2 / max(np.mean(chroma**2), 1e-9))
    return factors


def _role_factors(image: Array, palette: Palette) -> dict[str, float]:
    """Areas of the palette's colours, and what is not of the ground against the ground."""
    held = _held(image, palette)
    area = held.mean(axis=1)
    factors = {"ground_share": area[0], "figures_share": area[1:-1].sum(), "accent_share": area[-1]}
    ground, figure = held[0] > 0.99, held[0] < 0.01
    if ground.any() and figure.any():
        lab, light = _oklab(image), _linear(image) @ LUMINANCE
        factors["figure_ground_difference"] = delta_e_ok(lab[figure], lab[ground][0]).mean()
        bright, dark = sorted((light[figure].mean() + 0.05, light[ground].mean() + 0.05), reverse=True)
        factors["figure_ground_ratio_wcag"] = bright / dark
    return {name: float(value) for name, value in factors.items()}


def _held(image: Array, palette: Palette) -> Array:
    """How much of each colour of a palette every pixel holds, (colours, pixels), of the two that explain it best."""
    codes, place = np.unique(_codes(image), return_inverse=True)
    seen = linear_from_srgb(np.stack([codes >> 16, codes >> 8 & 255, codes & 255], -1) / 255)
    colours = linear_from_srgb([srgb_from_hex(colour) for colour in palette.colours])
    held, best = np.zeros((len(colours), len(seen))), np.full(len(seen), np.inf)
    for i, j in combinations(range(len(colours)), 2):
        way = colours[j] - colours[i]
        if not way.any():
            continue
        share = np.clip((seen - colours[i]) @ way / (way @ way), 0, 1)
        miss = np.sum((colours[i] + share[:, None] * way - seen) ** 2, axis=1)
        # A hair better is no better: the plainer explanation came first.
        closer = miss < best - 1e-7
        best = np.where(closer, miss, best)
        held[:, closer] = 0
        held[i, closer], held[j, closer] = 1 - share[closer], share[closer]
    return held[:, place.ravel()]


def measured_contrasts(image: Array) -> dict[str, float]:
    """How much a picture plays with each contrast, larger for more; the scales differ.

    Args:
        image: uint8, (height, width, 3).

    Returns:
        For each name in CONTRASTS: hue, the chroma that neither one hue nor a pair accounts for; light_dark, the
        spread of lightness; cold_warm, the spread along orange and blue beyond that across it; complementary, how
        well two opposite hues balance; simultaneous, the area of middle greys times that of strong colours;
        saturation, the part of chroma in the variance of colour; extension, how little of the picture holds most of
        its colour; vibrating, the spread of hue and chroma against that of lightness; vanishing, how weak edges are;
        mixture, how near some colour is to the middle of two others, NaN where no three cover 1% of the picture each.
        Complementary and extension are 0 for a picture without colour.
    """
    lab = _oklab(image)
    light, chroma = lab[:, 0], np.hypot(lab[:, 1], lab[:, 2])
    z = lab[:, 1] + 1j * lab[:, 2]
    amount = max(float(chroma.mean()), 1e-9)
    one, two = abs(z.mean()) / amount, abs(np.mean(z * z / np.maximum(chroma, 1e-9))) / amount
    turned = z * np.exp(-1j * np.pi / 3)
    strong = np.quantile(chroma, 0.9)
    grey = np.mean((chroma < 0.25 * strong) & (light > 0.25) & (light < 0.87))
    contrasts = {
        "hue": amount * (1 - max(one, two)),
        "light_dark": light.std(),
        "cold_warm": turned.real.std() - turned.imag.std(),
        "complementary": two * (1 - one),
        "simultaneous": grey * np.mean(chroma > 0.6 * strong),
        "saturation": chroma.var() / (z.var() + light.var() + 1e-4),
        "extension": 1 - np.mean(chroma**2) ** 2 / max(np.mean(chroma**4), 1e-12),
        "vibrating": z.std() / (light.std() + 0.03),
        "vanishing": -_edge_difference(lab.reshape(image.shape)),
        "mixture": -_farthest_from_middle(image),
    }
    if np.max(chroma) < FAINT:
        contrasts |= {"complementary": 0.0, "extension": 0.0}
    return {name: float(value) for name, value in contrasts.items()}


def _edge_difference(lab: Array) -> float:
    """The mean deltaEOK across edges: between pixels three apart that differ visibly."""
    steps = np.concatenate([delta_e_ok(lab[3:], lab[:-3]).ravel(), delta_e_ok(lab[:, 3:], lab[:, :-3]).ravel()])
    return float(steps[steps > 0.02].mean()) if np.any(steps > 0.02) else 0.0


def _farthest_from_middle(image: Array) -> float:
    """How far the nearest of the large colours is from the middle of two others, deltaEOK."""
    large = [colour for colour, share in list(colour_shares(image).items())[:8] if share > 0.01]
    lab = oklab_from_linear(linear_from_srgb([srgb_from_hex(colour) for colour in large]).reshape(-1, 3))
    far = [
        delta_e_ok(np.delete(lab, [i, j], axis=0), (lab[i] + lab[j]) / 2).min()
        for i, j in combinations(range(len(lab)), 2)
        if len(lab) > 2 and delta_e_ok(lab[i], lab[j]) > 0.2
    ]
    return float(min(far, default=nan))


def template_score(image: Array, template: str, base_hue_deg: float) -> float:
    """How far a picture's colours lie outside a template, in degrees: the mean over its pixels, weighted by chroma.

    Cohen-Or, Sorkine, Gal, Leyvand and Xu, "Color Harmonization" (2006), eq. 2, with OKLCH for HSV; 0 fits.

    Args:
        image: uint8, (height, width, 3).
        template: a name in TEMPLATES.
        base_hue_deg: the angle of the template.
    """
    known("Template", template, TEMPLATES)
    shares, hue = _hue_shares(image)
    return float(shares @ distance_to_template(hue, template, base_hue_deg))


def best_template(image: Array, template: str) -> tuple[float, float]:
    """The angle, in whole degrees, at which a template fits a picture best, and its score there."""
    known("Template", template, TEMPLATES)
    shares, _ = _hue_shares(image)
    scores = _turned(template) @ shares
    return float(np.argmin(scores)), float(scores.min())


@cache
def _turned(template: str) -> Array:
    """How far the middle of each degree of hue lies outside a template, (360, 360): a row for each of its angles."""
    away = distance_to_template(np.arange(360) + 0.5, template, 0.0)
    return np.stack([np.roll(away, turn) for turn in range(360)])


def _hue_shares(image: Array) -> tuple[Array, Array]:
    """The shares of the chroma of a picture in each degree of hue, and the middle of each degree."""
    lab = _oklab(image)
    chroma = np.hypot(lab[:, 1], lab[:, 2])
    hue = np.degrees(np.arctan2(lab[:, 2], lab[:, 1])) % 360
    shares, edges = np.histogram(hue, 360, (0, 360), weights=chroma)
    return shares / max(chroma.sum(), 1e-12), edges[:-1] + 0.5


def colour_shares(image: Array) -> dict[str, float]:
    """The share of the picture that each colour covers, exact colours only, the largest first.

    Args:
        image: uint8, (height, width, 3).

    Returns:
        '#rrggbb' to a share; the shares sum to 1.
    """
    codes, counts = np.unique(_codes(image), return_counts=True)
    order = np.argsort(-counts, kind="stable")
    return {f"#{codes[k]:06x}": float(counts[k] / counts.sum()) for k in order}


def _codes(image: Array) -> Array:
    """Every pixel's colour as one whole number, 0xrrggbb, (height, width)."""
    red, green, blue = np.moveaxis(_checked(image).astype(np.uint32), -1, 0)
    return red << 16 | green << 8 | blue


def _checked(image: Array) -> Array:
    if image.dtype != np.uint8 or image.ndim != 3 or image.shape[-1] != 3 or not image.size:
        raise ProcgenError(
            f"A picture must be uint8 of shape (height, width, 3), not {image.dtype} of shape {image.shape}."
        )
    return image
