"""The only place that knows how a byte becomes a number a network sees, and back."""

from typing import Any

import numpy as np
from keras import ops

from .errors import ModelsError


def to_network(images: Any) -> Any:
    """Bytes 0..255 (any shape) as float32 in [-1, 1]: 0 is -1, 255 is 1."""
    return ops.cast(images, "float32") / 127.5 - 1.0


def to_bytes(outputs: Any) -> np.ndarray:
    """Network outputs in [-1, 1] as uint8: rounded half up, clipped; the inverse of `to_network` on its image."""
    values = np.asarray(ops.convert_to_numpy(outputs), np.float32)
    if not np.isfinite(values).all():
        raise ModelsError(
            "expected finite pixels from the network, got NaN or infinity: the weights have diverged; "
            "use an earlier checkpoint or a lower learning rate"
        )
    return np.floor(np.clip(values * 127.5 + 128.0, 0.0, 255.0)).astype(np.uint8)


def check_images(images: np.ndarray, what: str = "images") -> np.ndarray:
    """`images` unchanged if they are uint8 of shape (N, H, W, C) with N >= 1, else ModelsError."""
    if images.dtype != np.uint8 or images.ndim != 4 or len(images) == 0:
        raise ModelsError(
            f"expected {what} as a non-empty uint8 array of shape (N, H, W, C), got {images.dtype} {images.shape}"
        )
    return images
