"""Panes of coloured glass."""

from dataclasses import dataclass
from typing import Annotated

import numpy as np

from ..canvas import Canvas, Indexed, covering, pixel_slope, sine
from ..domains import Integer, Real, Seed
from ..palettes import Palette
from ..ramps import blend_table
from ..randomness import stream
from .base import Array, Composition

_SHADES, _LEVELS = 64, 16  # of the glow, and of an edge


@dataclass(frozen=True)
class Glass(Composition):
    """Panes of coloured glass between leads: the Voronoi cells of a shaken lattice.

    Attributes:
        cells: panes along the short side.
        jitter: how far each pane's centre strays, in cells.
        stretch: how much taller than wide the panes are.
        lead: width between panes, in cells.
        glow: how much brighter a pane is in its middle.
        seed: of centres and colours.
    """

    cells: Annotated[int, Integer(3, 9)]
    jitter: Annotated[float, Real(0.5, 0.8)]
    stretch: Annotated[float, Real(0.6, 1.8, log=True)]
    lead: Annotated[float, Real(0.03, 0.12)]
    glow: Annotated[float, Real(0.0, 0.6)]
    seed: Seed

    def draw(self, canvas: Canvas, palette: Palette) -> Indexed:
        """The nearest and the second nearest centre of every pixel; where they tie, there is lead.

        Over the loop each centre goes once round, this way or that.
        """
        rng = stream(self.seed, 0, "glass")
        tall = self.cells / self.stretch
        shape = covering(canvas.extent[1] * tall) + 3, covering(canvas.extent[0] * self.cells) + 3
        far, start = rng.random((2, *shape), np.float32)
        start += np.float32(canvas.time) * (1 - 2 * rng.integers(0, 2, shape)).astype(np.float32)
        far = np.sqrt(far) * np.float32(0.6 * self.jitter)
        centres = far * sine(start + np.float32(0.25)) + np.float32(0.5), far * sine(start) + np.float32(0.5)
        panes = rng.integers(0, len(palette.colours) - 1, shape).astype(np.int32)
        u = (canvas.x[0] + np.float32(canvas.extent[0] / 2)) * np.float32(self.cells)
        neighbours = _neighbours(u, *centres, panes)

        def rows(part: Canvas) -> Array:
            v = (part.y + np.float32(part.extent[1] / 2)) * np.float32(tall)
            near, second, pane = _two_nearest(v, part.width, neighbours)
            return self._row(part.pixel, near, second, pane)

        table = self._table(palette)
        return Indexed(table, canvas.numbers(rows, len(table)))

    def _row(self, pixel: float, near: Array, second: Array, pane: Array) -> Array:
        """The row of the table: which pane, how bright, how far out of the lead."""
        shade = np.minimum(near * np.float32(1.4), 1)
        shade *= np.float32(_SHADES - 1)
        between = np.sqrt(second, out=second)
        between -= np.sqrt(near, out=near)
        slope = pixel_slope(between)
        np.maximum(slope, np.float32(self.cells * pixel), out=slope)
        np.subtract(np.float32(self.lead), between, out=between)
        between /= slope
        between += np.float32(0.5)
        # A lead thinner than a pixel covers no more than its width; there the two distances part at double speed.
        lead = np.clip(between, 0, np.float32(min(1, self.lead / (self.cells * pixel))), out=between)
        lead *= np.float32(1 - _LEVELS)
        lead += np.float32(_LEVELS - 0.5)
        row = pane.astype(np.float32)
        row *= np.float32(_SHADES)
        row += np.floor(shade, out=shade)
        row *= np.float32(_LEVELS)
        row += lead
        return row

    def _table(self, palette: Palette) -> Array:
        """The colours from lead to pane, by pane and by how far its middle is: (panes * shades * levels, channels)."""
        shade = 1 - np.float32(self.glow) * np.linspace(0, 1, _SHADES, dtype=np.float32)
        panes = palette.linear[1:, None] * shade[:, None]
        return blend_table(np.broadcast_to(palette.linear[0], panes.shape), panes, _LEVELS).reshape(-1, panes.shape[-1])


def _neighbours(u: Array, right: Array, down: Array, panes: Array) -> list[tuple[int, Array, Array]]:
    """Of the nine panes about each pixel, by rows of panes and columns of pixels.

    The squared distance from a place v down in a pixel's own pane is v^2 - 1 + base + v turn. In whole numbers, base
    in parts of 2^-22 and v in parts of 2^-14, with four bits below them for the number of the pane's colour.

    Args:
        u: the columns of pixels, in panes.
        right: of each pane, where in it its centre lies.
        down: the same, downward.
        panes: the number of each one's colour, below 16.

    Returns:
        (how many rows further down the pane is, base and number, turn) of each.
    """
    column = np.floor(u).astype(np.int32)
    nine = []
    for j in range(3):
        across = np.take(right, column + j, axis=1) + (column + np.float32(j - 1) - u).astype(np.float32)
        across *= across
        number = np.take(panes, column + j, axis=1)
        beside = np.rint((across + 1) * np.float32(2**22)).astype(np.int32) * 16 + number
        below = np.rint(np.take(down, column + j, axis=1) * np.float32(2**8)).astype(np.int32) - 2**8
        for i in range(3):
            nine.append((i, beside + below * below * 2**10, below * -32))
            below = below + 2**8
    return nine


def _two_nearest(v: Array, width: int, neighbours: list[tuple[int, Array, Array]]) -> tuple[Array, Array, Array]:
    """Squared distances to the nearest and second nearest centre, and the nearest one's colour number.

    Nine neighbours are enough while a centre strays less than half a pane.
    """
    row = np.floor(v[:, 0]).astype(np.int32)
    within = np.rint((v - row[:, None].astype(np.float32)) * np.float32(2**14))
    inside = np.repeat(within.astype(np.int32), width, axis=1)
    near, second = np.full((2, *inside.shape), 2**31 - 1, np.int32)
    square, other = np.empty_like(near), np.empty_like(near)
    for i, base, turn in neighbours:
        np.take(turn, row + i, axis=0, out=square, mode="clip")
        square *= inside
        square += np.take(base, row + i, axis=0, out=other, mode="clip")
        np.minimum(second, np.maximum(near, square, out=other), out=second)
        np.minimum(near, square, out=near)
    within *= np.float32(2**-14)
    return _distance(near, within), _distance(second, within), near & 15


def _distance(square: Array, within: Array) -> Array:
    """The squared distance, in panes, of the whole number for it."""
    distance = (square >> 4).astype(np.float32)
    distance *= np.float32(2**-22)
    distance += within * within - 1
    return np.maximum(distance, 0, out=distance)
