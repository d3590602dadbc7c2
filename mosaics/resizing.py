"""Many pictures of one size to another size, in linear light."""

from functools import lru_cache

import numpy as np

from mosaics.oklab import LINEAR_OF_BYTE, to_srgb


def resize(images: np.ndarray, width: int, height: int) -> np.ndarray:
    """Pictures resampled by a Catmull-Rom cubic, widened when shrinking so that nothing aliases.

    Mixing light, not code values, keeps the brightness of fine patterns. Where the proportions differ by more than a
    pixel, the middle of each picture fills the result, and what stands over on two sides is cut off.

    Args:
        images: uint8 (N, h, w, 3), sRGB.
        width: of the result, in pixels.
        height: of the result, in pixels.

    Returns:
        uint8 (N, height, width, 3), sRGB.
    """
    if images.shape[1:3] == (height, width):
        return images
    count, h, w, _ = images.shape
    seen_w, seen_h = _seen(w, h, width, height)
    rows = _weights(h, height, seen_h) @ LINEAR_OF_BYTE[images].reshape(count, h, w * 3)
    turned = rows.reshape(count, height, w, 3).transpose(0, 2, 1, 3).reshape(count, w, height * 3)
    both = (_weights(w, width, seen_w) @ turned).reshape(count, width, height, 3).transpose(0, 2, 1, 3)
    return byte_of_linear(both)


def byte_of_linear(light: np.ndarray) -> np.ndarray:
    """8-bit sRGB values of linear light, any shape; what lies outside [0, 1] is cut to it."""
    return _bytes_of_light()[(np.clip(light, 0, 1) * 65535 + 0.5).astype(np.uint16)]


@lru_cache(maxsize=1)
def _bytes_of_light() -> np.ndarray:
    return np.rint(to_srgb(np.arange(65536) / 65535) * 255).astype(np.uint8)


def _seen(w: int, h: int, width: int, height: int) -> tuple[float, float]:
    """How much of a picture of w x h is seen in width x height: all, if the proportions are alike to a pixel."""
    scale = min(w / width, h / height)
    cut_w, cut_h = scale * width, scale * height
    alike = w - cut_w <= scale and h - cut_h <= scale
    return (w, h) if alike else (cut_w, cut_h)


@lru_cache(maxsize=64)
def _weights(size_in: int, size_out: int, seen: float) -> np.ndarray:
    """Rows of weights, float32 (size_out, size_in), each adding up to 1, over the middle `seen` of size_in.

    Source: Keys, "Cubic convolution interpolation for digital image processing" (1981), a = -1/2.
    """
    scale = seen / size_out
    centres = (np.arange(size_out) + 0.5) * scale - 0.5 + (size_in - seen) / 2
    t = np.abs(np.arange(size_in) - centres[:, None]) / max(scale, 1.0)
    near, far = 1.5 * t**3 - 2.5 * t**2 + 1, -0.5 * t**3 + 2.5 * t**2 - 4 * t + 2
    weights = np.where(t <= 1, near, np.where(t < 2, far, 0.0))
    return (weights / weights.sum(axis=1, keepdims=True)).astype(np.float32)
