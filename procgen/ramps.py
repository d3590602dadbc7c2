"""Tables of colours: along one edge, and along a row of edges, so that a pixel needs only the number of its row."""

from dataclasses import dataclass

import numpy as np

Array = np.ndarray
RAMP_STEPS = 256
STEPS = 8  # places that a profile tells apart within a pixel


@dataclass(frozen=True)
class Indexed:
    """A picture as a table of colours and the row that each pixel has in it, which is far less to encode.

    Attributes:
        colours: linear light, float32, (rows, channels).
        number: whole numbers, (height, width).
    """

    colours: Array
    number: Array

    @property
    def linear(self) -> Array:
        """The picture, float32, (height, width, channels); a plane per channel in memory, for fast blending."""
        return lookup(self.colours, self.number)


def lookup(colours: Array, number: Array) -> Array:
    """colours[number], shape (..., channels), a plane per channel in memory, for fast blending."""
    return np.moveaxis(np.take(np.ascontiguousarray(colours.T), number, axis=1), 0, -1)


def edge_table(colours: Array) -> Array:
    """Rows k * 256 + t: the colour t of the way from colours[k - 1] to colours[k], (n * 256, channels)."""
    share = np.linspace(0, 1, RAMP_STEPS, dtype=np.float32)[None, :, None]
    before = np.roll(colours, 1, axis=0)[:, None]
    return (before + share * (colours[:, None] - before)).reshape(-1, colours.shape[-1]).astype(np.float32)


def blend_table(one: Array, other: Array, steps: int) -> Array:
    """The colours from one to other in so many steps, both ends among them: (..., steps, channels) float32."""
    one, other = (np.ascontiguousarray(np.moveaxis(colours, -1, 0))[..., None] for colours in (one, other))
    return np.moveaxis(one + np.linspace(0, 1, steps, dtype=np.float32) * (other - one), 0, -1)


def box_filtered(start: float, step: float, count: int, edges: Array, colours: Array) -> Array:
    """The mean of step profiles over a pixel around each of count places, (kinds * count, channels) float32.

    It is the difference of their integral at the two ends of the pixel, which spans STEPS steps.

    Args:
        start: the first place.
        step: from place to place, a pixel / STEPS.
        count: how many places.
        edges: ascending, n values.
        colours: (n + 1, channels) or (kinds, n + 1, channels).
    """
    colours = colours.reshape(-1, *colours.shape[-2:])
    places = start + step * (np.arange(count + STEPS) - STEPS // 2)
    before = np.searchsorted(edges, places)
    last = np.maximum(before - 1, 0)
    whole = np.zeros((len(colours), len(edges), colours.shape[-1]))
    np.cumsum(colours[:, 1:-1] * np.diff(edges)[:, None], axis=1, out=whole[:, 1:])
    integral = np.take(colours, before, axis=1)
    integral *= (places - edges[last])[:, None]
    integral += np.take(whole, last, axis=1)
    table = (integral[:, STEPS:] - integral[:, :-STEPS]) * (1 / (step * STEPS))
    return table.reshape(-1, colours.shape[-1]).astype(np.float32)
