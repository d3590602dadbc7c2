"""Slow, smooth randomness over the canvas."""

import numpy as np

from .canvas import Array, Canvas, covering, turned

SPREAD = 1.8  # brings the standard deviation of the splined noise to about one half


def net_shape(canvas: Canvas, cells: int) -> tuple[int, int]:
    """Rows and columns of the control net of `spline`, for so many cells on the short side."""
    width, height = canvas.extent
    return covering(height * cells) + 3, covering(width * cells) + 3


def spline(canvas: Canvas, net: Array, cells: int) -> Array:
    """A uniform cubic B-spline surface over the canvas (de Boor, "A Practical Guide to Splines", 1978).

    Args:
        canvas: the pixels.
        net: control values, float32, shape `net_shape(canvas, cells)`.
        cells: on the short side.

    Returns:
        (height, width), within the range of the net.
    """
    first, weights = _taps(canvas.x[0], canvas.extent[0], cells)
    wide = sum(w * np.take(net, first + k, axis=1) for k, w in enumerate(weights))
    first, weights = _taps(canvas.y[:, 0], canvas.extent[1], cells)
    surface = np.zeros((canvas.height, canvas.width), np.float32)
    part = np.empty_like(surface)
    for k, w in enumerate(weights):  # rows last: they lie whole in memory
        np.take(wide, first + k, axis=0, out=part, mode="clip")
        part *= w[:, None]
        surface += part
    return surface


def value_noise(canvas: Canvas, cells: int, rng: np.random.Generator) -> Array:
    """Smooth noise, float32, (height, width), mean about 0, mostly within -1..1.

    The control values do not depend on the number of pixels, so every size shows the same picture. Over the
    canvas's time each one goes round an ellipse, so that the noise comes back to itself.
    """
    first, second = (rng.random((2, *net_shape(canvas, cells)), np.float32) * 2 - 1) * np.float32(SPREAD)
    c, s = turned(canvas.time)
    return spline(canvas, first * c + second * s, cells)


def _taps(places: Array, extent: float, cells: int) -> tuple[Array, list[Array]]:
    """The first of four control values for each place, and the four weights."""
    position = (places + np.float32(extent / 2)) * np.float32(cells)
    first = np.floor(position)
    t = position - first
    s = 1 - t
    weights = [s * s * s, 4 - 3 * t * t * (2 - t), 4 - 3 * s * s * (2 - s), t * t * t]
    return first.astype(np.int32), [w * np.float32(1 / 6) for w in weights]
