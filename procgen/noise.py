"""Slow, smooth randomness over the canvas."""

from collections.abc import Callable

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
    return spline_field(canvas, net, cells)(canvas)


def spline_field(canvas: Canvas, net: Array, cells: int) -> Callable[[Canvas], Array]:
    """The surface of `spline`, as a function that gives some rows of the canvas at a time."""
    first, t = _places(canvas.x[0], canvas.extent[0], cells)
    s = 1 - t
    weights = s * s * s, 4 - 3 * t * t * (2 - t), 4 - 3 * s * s * (2 - s), t * t * t
    wide = sum(w * np.take(net, first + k, axis=1) for k, w in enumerate(weights))
    wide *= np.float32(1 / 36)
    before, here, after, later = (wide[k : len(wide) - 3 + k] for k in range(4))
    # Down the columns each cell is a cubic of the place within it, whose highest power comes first.
    third, second = later - before + 3 * (here - after), 3 * (before + after) - 6 * here
    lower = second, 3 * (after - before), before + 4 * here + after

    def surface(part: Canvas) -> Array:
        first, t = _places(part.y[:, 0], part.extent[1], cells)
        total = np.take(third, first, axis=0)
        term = np.empty_like(total)
        for coefficients in lower:
            total *= t[:, None]
            total += np.take(coefficients, first, axis=0, out=term, mode="clip")
        return total

    return surface


def value_noise(canvas: Canvas, cells: int, rng: np.random.Generator) -> Array:
    """Smooth noise, float32, (height, width), mean about 0, mostly within -1..1.

    The control values do not depend on the number of pixels, so every size shows the same picture. Over the
    canvas's time each one goes round an ellipse, so that the noise comes back to itself.
    """
    return noise_field(canvas, cells, rng)(canvas)


def noise_field(canvas: Canvas, cells: int, rng: np.random.Generator) -> Callable[[Canvas], Array]:
    """The noise of `value_noise`, as a function that gives some rows of the canvas at a time."""
    first, second = (rng.random((2, *net_shape(canvas, cells)), np.float32) * 2 - 1) * np.float32(SPREAD)
    c, s = turned(canvas.time)
    return spline_field(canvas, first * c + second * s, cells)


def _places(places: Array, extent: float, cells: int) -> tuple[Array, Array]:
    """The first of four control values for each place, and how far from it towards the next one the place lies."""
    position = (places + np.float32(extent / 2)) * np.float32(cells)
    first = np.floor(position)
    return first.astype(np.int32), position - first
