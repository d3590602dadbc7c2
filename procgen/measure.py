"""Factors of colour read back from pixels: the check on what a recipe records."""

import numpy as np

from .color import linear_from_srgb, oklab_from_linear
from .errors import ProcgenError

Array = np.ndarray


def measured_factors(image: Array) -> dict[str, float]:
    """What the colours of a picture are, seen from its pixels.

    Args:
        image: uint8, (height, width, 3).

    Returns:
        mean_lightness and mean_chroma (OKLab); mean_hue_deg and hue_spread_deg, the circular mean and standard
        deviation of the hues, weighted by chroma (Mardia and Jupp, "Directional Statistics", 2000, eq. 2.3.14).
    """
    lab = oklab_from_linear(linear_from_srgb(_checked(image).reshape(-1, 3) / 255))
    chroma = np.hypot(lab[:, 1], lab[:, 2])
    a, b = lab[:, 1:].sum(0)
    order = min(np.hypot(a, b) / max(chroma.sum(), 1e-12), 1.0)
    return {
        "mean_lightness": float(lab[:, 0].mean()),
        "mean_chroma": float(chroma.mean()),
        "mean_hue_deg": float(np.degrees(np.arctan2(b, a)) % 360),
        "hue_spread_deg": float(np.degrees(np.sqrt(-2 * np.log(max(order, 1e-12))))),
    }


def colour_shares(image: Array) -> dict[str, float]:
    """The share of the picture that each colour covers, exact colours only, the largest first.

    Args:
        image: uint8, (height, width, 3).

    Returns:
        '#rrggbb' to a share; the shares sum to 1.
    """
    red, green, blue = np.moveaxis(_checked(image).astype(np.uint32), -1, 0)
    codes, counts = np.unique(red << 16 | green << 8 | blue, return_counts=True)
    order = np.argsort(-counts, kind="stable")
    return {f"#{codes[k]:06x}": float(counts[k] / counts.sum()) for k in order}


def _checked(image: Array) -> Array:
    if image.dtype != np.uint8 or image.ndim != 3 or image.shape[-1] != 3:
        raise ProcgenError(
            f"A picture must be uint8 of shape (height, width, 3), not {image.dtype} of shape {image.shape}."
        )
    return image
