"""The pixel grid, and the few ways colour reaches it: coverage, bands, profiles, cells.

Units: the short side of every canvas spans 1, the origin is its centre, x runs right and y down. All colours
are linear light, float32, and all edges are antialiased by the area a pixel shares with each side.

Same bytes on every CPU: fields are made with + - * / sqrt floor min max and table look-ups only, because
numpy chooses the code of sin, exp, power and matrix products by the machine it runs on.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

Array = np.ndarray
_SINE_SIZE = 65536
# Rounded to 2^-20, so that the last bits of the machine's own sine do not matter.
_SINE = (np.round(np.sin(np.arange(_SINE_SIZE) * (2 * np.pi / _SINE_SIZE)) * 2**20) / 2**20).astype(np.float32)
_RAMP_STEPS = 256


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


@dataclass(frozen=True)
class Canvas:
    """A grid of pixel centres: a whole picture, or a window of one, at a moment of its loop.

    Attributes:
        width: pixels of the window.
        height: pixels of the window.
        time: the moment, in turns: at 0 and at 1 the picture is the same.
        whole: (width, height) in pixels of the picture that this is a window of; by default this is all of it.
        corner: (left, top) in pixels of the window in the whole.
    """

    width: int
    height: int
    time: float = 0.0
    whole: tuple[int, int] = (0, 0)
    corner: tuple[int, int] = (0, 0)

    def __post_init__(self) -> None:
        if self.whole == (0, 0):
            object.__setattr__(self, "whole", (self.width, self.height))

    @property
    def pixel(self) -> float:
        """The side of a pixel, in units."""
        return 1 / min(self.whole)

    @property
    def extent(self) -> tuple[float, float]:
        """Width and height of the whole picture, in units; the smaller one is 1."""
        return self.whole[0] * self.pixel, self.whole[1] * self.pixel

    @cached_property
    def x(self) -> Array:
        """Pixel centres, float32, shape (1, width)."""
        return _centres(self.whole[0], self.pixel)[None, self.corner[0] : self.corner[0] + self.width]

    @cached_property
    def y(self) -> Array:
        """Pixel centres, float32, shape (height, 1)."""
        return _centres(self.whole[1], self.pixel)[self.corner[1] : self.corner[1] + self.height, None]

    def filled(self, colour: Array) -> Array:
        """A picture of one colour, (height, width, channels); a plane per channel in memory, for fast blending."""
        picture = np.moveaxis(np.empty((len(colour), self.height, self.width), np.float32), 0, -1)
        picture[:] = colour
        return picture

    def coverage(self, distance: Array) -> Array:
        """How much of each pixel lies inside a shape, 0..1, from the signed distance (inside negative)."""
        return np.clip(np.float32(0.5) - distance * np.float32(1 / self.pixel), 0, 1)

    def window(self, x: float, y: float, radius: float) -> tuple[slice, slice]:
        """The rows and columns of the window that a disc can touch."""
        return self._span(1, y, radius), self._span(0, x, radius)

    def rectangle(self, picture: Array, box: tuple[float, float, float, float], colour: Array) -> None:
        """Lay a rectangle (left, top, right, bottom) over a picture, in place."""
        left, top, right, bottom = box
        columns = self._span(0, (left + right) / 2, (right - left) / 2)
        rows = self._span(1, (top + bottom) / 2, (bottom - top) / 2)
        x, y = self.x[0, columns], self.y[rows, 0]
        across = np.minimum(self.coverage(np.float32(left) - x), self.coverage(x - np.float32(right)))
        down = np.minimum(self.coverage(np.float32(top) - y), self.coverage(y - np.float32(bottom)))
        part = picture[rows, columns]
        part += (down[:, None] * across)[..., None] * (colour - part)

    def profile(
        self, distance: Array, edges: Sequence[float] | Array, colours: Array, kind: Array | None = None
    ) -> Indexed:
        """Colour by distance: colours[k] between edges[k-1] and edges[k], antialiased.

        Args:
            distance: a field that grows by one unit per unit of length, any shape.
            edges: ascending, n values.
            colours: (n + 1, 3), or (kinds, n + 1, 3) for a choice of profiles.
            kind: which profile each pixel has, whole numbers; needed only for more than one.

        Returns:
            A picture of the shape of distance.
        """
        edges = np.asarray(edges, np.float64)
        start, stop = edges[0] - 2 * self.pixel, edges[-1] + 2 * self.pixel
        step = self.pixel / 8
        places = start + step * np.arange(int((stop - start) / step) + 2)
        table = _box_filtered(places, edges, np.asarray(colours), self.pixel)
        index = (distance - np.float32(start)) * np.float32(1 / step) + np.float32(0.5)
        row = np.clip(index, 0, len(places) - 1).astype(np.int32)
        return Indexed(table, row if kind is None else row + kind * len(places))

    def bands(self, phase: Array, colours: Array) -> Indexed:
        """Hard bands of colour along a field: colours[k mod n] between k and k + 1, antialiased.

        The width of an edge in phase is the phase's own change over one pixel.

        Args:
            phase: float32, (height, width).
            colours: (n, 3), repeated without end.
        """
        nearest = np.floor(phase + np.float32(0.5))
        slope = np.maximum(pixel_slope(phase), np.float32(1e-6))
        share = np.clip((phase - nearest) / slope + np.float32(0.5), 0, 1)
        table = _edge_table(np.asarray(colours))
        row = nearest.astype(np.int32) % len(colours)
        return Indexed(table, row * _RAMP_STEPS + (share * (_RAMP_STEPS - 1)).astype(np.int32))

    def cells(self, colours: Array, columns: float, rows: float) -> Array:
        """An array of colours as a grid of rectangles over the whole canvas, antialiased.

        Args:
            colours: (m, n, 3), at least as many as are seen; the first cell touches the upper left corner.
            columns: how many cells the width of the whole picture spans.
            rows: how many cells its height spans.
        """
        first, second, share = self._cells(1, rows)
        tall = colours[first] + share[:, None, None] * (colours[second] - colours[first])
        first, second, share = self._cells(0, columns)
        picture = np.take(tall, first, axis=1)
        mixed = np.flatnonzero(share)
        change = (tall[:, second[mixed]] - picture[:, mixed]) * share[mixed, None]
        picture[:, mixed] += change
        return picture

    def _span(self, axis: int, centre: float, radius: float) -> slice:
        start = centre + self.extent[axis] / 2 - self.corner[axis] * self.pixel
        low = int(np.floor((start - radius) / self.pixel)) - 1
        high = int(np.ceil((start + radius) / self.pixel)) + 1
        count = (self.width, self.height)[axis]
        return slice(min(max(low, 0), count), min(max(high, 0), count))

    def _cells(self, axis: int, cells: float) -> tuple[Array, Array, Array]:
        first = self.corner[axis]
        seen = slice(first, first + (self.width, self.height)[axis])
        one, other, share = _cell_spans(self.whole[axis], cells)
        return one[seen], other[seen], share[seen]


def lookup(colours: Array, number: Array) -> Array:
    """colours[number], shape (..., channels), a plane per channel in memory, for fast blending."""
    return np.moveaxis(np.take(np.ascontiguousarray(colours.T), number, axis=1), 0, -1)


def sine(turns: Array) -> Array:
    """The sine of an angle in turns, float32, from a table of 65,536 values; exact to 5e-5."""
    index = np.floor(turns * np.float32(_SINE_SIZE) + np.float32(0.5)).astype(np.int32)
    return np.take(_SINE, index & (_SINE_SIZE - 1))


def pixel_slope(field: Array) -> Array:
    """How much a field changes over one pixel, same shape, from forward differences."""
    total = np.zeros_like(field)
    for axis in (0, 1):
        change = np.diff(field, axis=axis)
        change *= change
        low = [slice(None), slice(None)]
        low[axis] = slice(None, -1)
        total[tuple(low)] += change
        if field.shape[axis] > 1:
            last = [slice(None), slice(None)]
            last[axis] = slice(-1, None)
            total[tuple(last)] += change[tuple(last)]
    return np.sqrt(total, out=total)


def over(picture: Array, colour: Array, alpha: Array | float) -> None:
    """Lay a colour over a picture, in place: picture + alpha (colour - picture), in linear light."""
    change = np.asarray(colour, np.float32) - picture
    change *= np.asarray(alpha, np.float32)[..., None]
    picture += change


def covering(cells: float) -> int:
    """How many whole cells cover a length of so many, forgiving the last bits of the length."""
    return int(np.ceil(cells - 1e-9))


def turned(turns: float) -> tuple[np.float32, np.float32]:
    """The cosine and sine of an angle in turns."""
    c, s = sine(np.array([turns + 0.25, turns], np.float32))
    return c, s


def _centres(count: int, pixel: float) -> Array:
    return ((np.arange(count) - (count - 1) / 2) * pixel).astype(np.float32)


def _edge_table(colours: Array) -> Array:
    """Rows k * 256 + t: the colour t of the way from colours[k - 1] to colours[k], (n * 256, channels)."""
    share = np.linspace(0, 1, _RAMP_STEPS, dtype=np.float32)[None, :, None]
    before = np.roll(colours, 1, axis=0)[:, None]
    return (before + share * (colours[:, None] - before)).reshape(-1, colours.shape[-1]).astype(np.float32)


def _box_filtered(places: Array, edges: Array, colours: Array, width: float) -> Array:
    """The mean of step profiles over a box around each place, (kinds * n, channels) float32."""
    steps = colours.reshape(-1, *colours.shape[-2:]).astype(np.float64)
    table = np.repeat(steps[:, :1], len(places), axis=1)
    for k, edge in enumerate(edges):
        share = np.clip((places - edge) / width + 0.5, 0, 1)
        table += share[:, None] * (steps[:, k + 1] - steps[:, k])[:, None]
    return table.reshape(-1, colours.shape[-1]).astype(np.float32)


def _cell_spans(pixels: int, cells: float) -> tuple[Array, Array, Array]:
    """For each pixel: the cell it starts in, the next one, and the next one's share of the pixel."""
    borders = np.arange(pixels + 1) * (cells / pixels)
    first = np.floor(borders[:-1] + 1e-9).astype(np.int32)
    second = np.minimum(first + 1, max(covering(cells) - 1, 0))
    share = np.clip((borders[1:] - first - 1) / (cells / pixels), 0, 1)
    share[share < 1e-6] = 0
    return first, second, share.astype(np.float32)
