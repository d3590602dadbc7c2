"""Many pictures of one size to another size, in linear light."""

from functools import lru_cache

import numpy as np

from mosaics.oklab import LINEAR_OF_BYTE, to_srgb


def resize(images: np.ndarray, width: int, height: int) -> np.ndarray:
    """Pictures resampled by a Catmull-Rom cubic, widened when shrinking so that nothing aliases.

    Mixing light, not code values, keeps the brightness of fine patterns.

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
    rows = _weights(h, height) @ LINEAR_OF_BYTE[images].reshape(count, h, w * 3)
    turned = rows.reshape(count, height, w, 3).transpose(0, 2, 1, 3).reshape(count, w, height * 3)
    both = (_weights(w, width) @ turned).reshape(count, width, height, 3).transpose(0, 2, 1, 3)
    return _byte_of_linear()[(np.clip(both, 0, 1) * 65535 + 0.5).astype(np.uint16)]


@lru_cache(maxsize=1)
def _byte_of_linear() -> np.ndarray:
    return np.rint(to_srgb(np.arange(65536) / 65535) * 255).astype(np.uint8)


def _weights(size_in: int, size_out: int) -> np.ndarray:
    """Rows of weights, float32 (size_out, size_in), each adding up to 1.

    Source: Keys, "Cubic convolution interpolation for digital image processing" (1981), a = -1/2.
    """
    scale = size_in / size_out
    centres = (np.arange(size_out) + 0.5) * scale - 0.5
    t = np.abs(np.arange(size_in) - centres[:, None]) / max(scale, 1.0)
    near, far = 1.5 * t**3 - 2.5 * t**2 + 1, -0.5 * t**3 + 2.5 * t**2 - 4 * t + 2
    weights = np.where(t <= 1, near, np.where(t < 2, far, 0.0))
    return (weights / weights.sum(axis=1, keepdims=True)).astype(np.float32)
