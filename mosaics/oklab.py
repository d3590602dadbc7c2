"""sRGB, linear light and OKLab: only what features and resizing need.

Sources: IEC 61966-2-1 (the sRGB curve); Björn Ottosson, "A perceptual color space for image processing" (2020),
https://bottosson.github.io/posts/oklab/ (both matrices).
"""

import numpy as np

_LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


def to_linear(srgb: np.ndarray) -> np.ndarray:
    """Linear light in [0, 1] of sRGB values in [0, 1], any shape."""
    return np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)


def to_srgb(linear: np.ndarray) -> np.ndarray:
    """sRGB values in [0, 1] of linear light in [0, 1], any shape."""
    return np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)


def to_oklab(srgb: np.ndarray) -> np.ndarray:
    """OKLab (L in [0, 1], a and b about [-0.4, 0.4]) of sRGB colours (..., 3) in [0, 1]."""
    return np.cbrt(to_linear(srgb) @ _LMS.T) @ _LAB.T


LINEAR_OF_BYTE = to_linear(np.arange(256) / 255).astype(np.float32)
"""Linear light of each 8-bit sRGB value, float32 (256,)."""


def oklab_of_light(linear: np.ndarray) -> np.ndarray:
    """OKLab, float32, of linear light (..., 3) as `LINEAR_OF_BYTE` gives it."""
    return _mixed(np.cbrt(_mixed(linear, _LMS)), _LAB)


def _mixed(colours: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    """Each colour (..., 3) by a matrix, rounded alike wherever it stands: a product of matrices does not."""
    columns = matrix.T.astype(np.float32)
    return colours[..., :1] * columns[0] + colours[..., 1:2] * columns[1] + colours[..., 2:] * columns[2]


_ENOUGH = 4096  # pixels of a picture, whose mean is that of all within a few thousandths


def mean_oklab(images: np.ndarray) -> np.ndarray:
    """The OKLab colour of each picture, averaged over its pixels: uint8 (N, h, w, 3) -> float64 (N, 3).

    Of pictures of more than 4,096 pixels that many are looked at: the same ones in each, chosen by chance, since a
    regular choice would fall in with the rhythm of stripes.
    """
    flat = images.reshape(len(images), -1, 3)
    if flat.shape[1] > _ENOUGH:
        chosen = np.random.default_rng(0).choice(flat.shape[1], _ENOUGH, replace=False, shuffle=False)
        flat = flat[:, np.sort(chosen)]
    pixels = LINEAR_OF_BYTE[flat]
    cones = np.cbrt(pixels @ _LMS.T.astype(np.float32))
    return cones.mean(axis=1, dtype=np.float64) @ _LAB.T


PATCHES = 3  # parts a side
_SEEN = 24  # pixels a side that are looked at


def patch_colours(images: np.ndarray) -> np.ndarray:
    """The OKLab colours of 3 x 3 parts of each picture: uint8 (N, h, w, 3) -> float32 (N, 27).

    Light is averaged over about 8 x 8 pixels of a part, which tells its colour and spares the rest.
    """
    height, width = images.shape[1:3]
    rows, cols = (_looked_at(side) for side in (height, width))
    light = LINEAR_OF_BYTE[images[:, rows[:, None], cols]]
    n, a, b = len(images), len(rows) // PATCHES, len(cols) // PATCHES
    mean = light.reshape(n, PATCHES, a, PATCHES, b, 3).mean((2, 4))
    return oklab_of_light(mean).reshape(n, -1)


def _looked_at(side: int) -> np.ndarray:
    """As many rows of each third as of the others, spread evenly: at most _SEEN in all."""
    each = max(1, min(_SEEN, side) // PATCHES)
    return ((np.arange(PATCHES * each) + 0.5) * side / (PATCHES * each)).astype(int)
