"""The pixel grid, and the few ways colour reaches it: coverage, bands, profiles, cells.

Units: the short side of every canvas spans 1, the origin is its centre, x runs right and y down. All colours
are linear light, float32, and all edges are antialiased by the area a pixel shares with each side.

Same bytes on every CPU: fields are made with + - * / sqrt floor min max and table look-ups only, because
numpy chooses the code of sin, exp, power and matrix products by the machine it runs on.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from .ramps import RAMP_STEPS, STEPS, Indexed, box_filtered, edge_table
from .ramps import lookup as lookup
from .turns import sine as sine
from .turns import swing as swing
from .turns import turned as turned

Array = np.ndarray
_STRIP = 3 * 2**13  # pixels: few enough that arrays of them stay in the cache and in memory already held


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

    @cached_property
    def pixel(self) -> float:
        """The side of a pixel, in units."""
        return 1 / min(self.whole)

    @cached_property
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
        share = distance * np.float32(-1 / self.pixel)
        share += np.float32(0.5)
        return np.clip(share, 0, 1, out=share)

    def window(self, x: float, y: float, radius: float) -> tuple[slice, slice]:
        """The rows and columns of the window that a disc can touch."""
        return self._span(1, y, radius), self._span(0, x, radius)

    def rectangle(self, picture: Array, box: tuple[float, float, float, float], colour: Array) -> None:
        """Lay a rectangle (left, top, right, bottom) over a picture, in place."""
        columns, across = self._shares(0, box[0], box[2])
        rows, down = self._shares(1, box[1], box[3])
        part = picture[rows, columns]
        left, right = _whole(across)
        top, bottom = _whole(down)
        part[top:bottom, left:right] = colour
        # Only the rim is blended: its rows whole, then what is left of its columns.
        for edge, alpha in (
            (part[:top], down[:top, None] * across),
            (part[bottom:], down[bottom:, None] * across),
            (part[top:bottom, :left], across[:left]),
            (part[top:bottom, right:], across[right:]),
        ):
            if edge.size:
                edge += alpha[..., None] * (colour - edge)

    def profile(
        self, distance: "Field", edges: Sequence[float] | Array, colours: Array, kind: Array | None = None
    ) -> Indexed:
        """Colour by distance: colours[k] between edges[k-1] and edges[k], antialiased.

        Args:
            distance: a field that grows by one unit per unit of length, any shape; or a function that gives it for
                a part of this canvas, which is then drawn strip by strip, in less time.
            edges: ascending, n values.
            colours: (n + 1, 3), or (kinds, n + 1, 3) for a choice of profiles.
            kind: which profile each pixel has, whole numbers; needed only for more than one.

        Returns:
            A picture of the shape of distance.
        """
        edges, step = np.asarray(edges, np.float64), self.pixel / STEPS
        start = edges[0] - 2 * self.pixel
        count = int((edges[-1] + 2 * self.pixel - start) / step) + 2
        table = box_filtered(start, step, count, edges, np.asarray(colours, np.float64))

        def rows(distance: Array) -> Array:
            index = distance * np.float32(1 / step)
            index += np.float32(0.5 - start / step)
            return np.clip(index, 0, count - 1, out=index)

        if callable(distance):
            return Indexed(table, self.numbers(lambda part: rows(distance(part)), count))
        row = rows(distance).astype(np.int32)
        return Indexed(table, row if kind is None else row + kind * count)

    def bands(self, phase: "Field", colours: Array) -> Indexed:
        """Hard bands of colour along a field: colours[k mod n] between k and k + 1, antialiased.

        The width of an edge in phase is the phase's own change over one pixel.

        Args:
            phase: float32, (height, width); or a function that gives it for a part of this canvas, which is then
                drawn strip by strip, in less time.
            colours: (n, 3), repeated without end.
        """
        table = edge_table(np.asarray(colours))
        if callable(phase):
            return Indexed(table, self.numbers(lambda part: _band_rows(phase(part), len(colours)), len(table)))
        return Indexed(table, _band_rows(phase, len(colours)).astype(np.int32))

    def numbers(self, rows: Callable[["Canvas"], Array], count: int) -> Array:
        """Whole numbers below count, (height, width), made strip by strip: small arrays need less time.

        Args:
            rows: the numbers of a part of this canvas, of any dtype. The part reaches one row further down than what
                is kept of it, unless it is the last one, so that a slope can be measured.
            count: how many numbers there may be.
        """
        numbers = np.empty((self.height, self.width), np.uint16 if count <= 2**16 else np.int32)
        for strip, part in self.strips(1):
            kept = numbers[strip]
            np.copyto(kept, rows(part)[: len(kept)], casting="unsafe")
        return numbers

    def strips(self, more: int = 0) -> Iterator[tuple[slice, "Canvas"]]:
        """The rows of each strip of this canvas, and a canvas of them and of so many more below, if there are any."""
        rows = max(1, _STRIP // self.width)
        for top in range(0, self.height, rows):
            stop = min(top + rows, self.height)
            yield slice(top, stop), self._part(top, stop + more)

    def cells(self, colours: Array, columns: float, rows: float, offset: tuple[float, float] = (0.0, 0.0)) -> Array:
        """An array of colours as a grid of rectangles over the whole canvas, antialiased.

        Args:
            colours: (m, n, 3), repeated without end; the first cell touches the upper left corner.
            columns: how many cells the width of the whole picture spans.
            rows: how many cells its height spans.
            offset: how many cells the grid is moved to the left, and up.
        """
        wide = np.swapaxes(spread(np.swapaxes(colours, 0, 1), self.spans(0, columns, offset[0])), 0, 1)
        return spread(np.ascontiguousarray(wide), self.spans(1, rows, offset[1]))

    def spans(self, axis: int, cells: float, offset: Array | float = 0.0) -> tuple[Array, Array, Array]:
        """For each pixel along an axis: the cell it starts in, the next one, and the next one's share of the pixel.

        Args:
            axis: 0 for columns of pixels, 1 for rows.
            cells: how many cells the whole picture spans along it.
            offset: how many cells lie before the picture; several make a row each.
        """
        first = self.corner[axis]
        seen = slice(first, first + (self.width, self.height)[axis])
        one, share = _cell_spans(self.whole[axis], cells, offset)
        return one[..., seen], one[..., seen] + 1, share[..., seen]

    def _part(self, top: int, stop: int) -> "Canvas":
        """Some rows of this canvas, as a canvas."""
        stop = min(stop, self.height)
        corner = self.corner[0], self.corner[1] + top
        part = Canvas(self.width, stop - top, self.time, self.whole, corner)
        part.__dict__.update(x=self.x, y=self.y[top:stop])  # what the part would find as well, but later
        return part

    def _shares(self, axis: int, low: float, high: float) -> tuple[slice, Array]:
        """The pixels along an axis that a stretch touches, and how much of each it covers."""
        pixels = self._span(axis, (low + high) / 2, (high - low) / 2)
        places = self.x[0, pixels] if axis == 0 else self.y[pixels, 0]
        return pixels, self.coverage(np.maximum(np.float32(low) - places, places - np.float32(high)))

    def _span(self, axis: int, centre: float, radius: float) -> slice:
        start = centre + self.extent[axis] / 2 - self.corner[axis] * self.pixel
        low = math.floor((start - radius) / self.pixel) - 1
        high = math.ceil((start + radius) / self.pixel) + 1
        count = (self.width, self.height)[axis]
        return slice(min(max(low, 0), count), min(max(high, 0), count))


Field = Array | Callable[[Canvas], Array]


def spread(cells: Array, spans: tuple[Array, Array, Array]) -> Array:
    """Cells along the first axis, repeated without end, as pixels of `Canvas.spans`: (pixels, ...), antialiased."""
    first, second, share = spans
    pixels = np.take(cells, first, axis=0, mode="wrap")
    mixed = np.flatnonzero(share)
    after = np.take(cells, second[mixed], axis=0, mode="wrap")
    after -= pixels[mixed]
    after *= share[mixed].reshape(-1, *[1] * (cells.ndim - 1))
    pixels[mixed] += after
    return pixels


def pixel_slope(field: Array) -> Array:
    """How much a field changes over one pixel, same shape, from forward differences."""
    down, across = np.zeros_like(field), np.zeros_like(field)
    np.subtract(field[1:], field[:-1], out=down[:-1])
    np.subtract(field[:, 1:], field[:, :-1], out=across[:, :-1])
    if len(field) > 1:
        down[-1] = down[-2]
    if field.shape[1] > 1:
        across[:, -1] = across[:, -2]
    down *= down
    across *= across
    down += across
    return np.sqrt(down, out=down)


def over(picture: Array, colour: Array, alpha: Array | float) -> None:
    """Lay a colour over a picture, in place: picture + alpha (colour - picture), in linear light."""
    change = np.asarray(colour, np.float32) - picture
    change *= np.asarray(alpha, np.float32)[..., None]
    picture += change


def covering(cells: float) -> int:
    """How many whole cells cover a length of so many, forgiving the last bits of the length."""
    return int(np.ceil(cells - 1e-9))


def _centres(count: int, pixel: float) -> Array:
    return ((np.arange(count) - (count - 1) / 2) * pixel).astype(np.float32)


def _band_rows(phase: Array, colours: int) -> Array:
    """The row of `edge_table` for each pixel, to be rounded down."""
    nearest = phase + np.float32(0.5)
    np.floor(nearest, out=nearest)
    share = phase - nearest
    slope = pixel_slope(phase)
    share /= np.maximum(slope, np.float32(1e-6), out=slope)
    share += np.float32(0.5)
    np.clip(share, 0, 1, out=share)
    share *= np.float32(RAMP_STEPS - 1)
    # Whole rounds of the colours are left out; half a band more keeps the quotient clear of whole numbers.
    rounds = np.add(nearest, np.float32(0.5), out=slope)
    rounds *= np.float32(1 / colours)
    np.floor(rounds, out=rounds)
    rounds *= np.float32(colours)
    nearest -= rounds
    nearest *= np.float32(RAMP_STEPS)
    nearest += share
    return nearest


def _whole(shares: Array) -> tuple[int, int]:
    """Where the run of ones in a row of shares starts and stops."""
    inside = np.flatnonzero(shares == 1)
    return (int(inside[0]), int(inside[-1]) + 1) if len(inside) else (0, 0)


def _cell_spans(pixels: int, cells: float, offset: Array | float) -> tuple[Array, Array]:
    """For each pixel: the cell it starts in, and the next one's share of the pixel."""
    borders = np.arange(pixels + 1) * (cells / pixels) + np.asarray(offset)[..., None]
    first = np.floor(borders[..., :-1] + 1e-9).astype(np.int32)
    share = np.clip((borders[..., 1:] - first - 1) / (cells / pixels), 0, 1)
    share[share < 1e-6] = 0
    return first, share.astype(np.float32)
