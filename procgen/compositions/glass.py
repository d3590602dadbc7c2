"""Panes of coloured glass."""

from dataclasses import dataclass
from typing import Annotated

import numpy as np

from ..canvas import Canvas, covering, lookup, pixel_slope
from ..domains import Integer, Real, Seed
from ..palettes import Palette
from ..randomness import stream
from .base import Array, Composition


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

    def draw(self, canvas: Canvas, palette: Palette) -> Array:
        """The nearest and the second nearest centre of every pixel; where they tie, there is lead."""
        rng = stream(self.seed, 0, "glass")
        u = (canvas.x + np.float32(canvas.extent[0] / 2)) * np.float32(self.cells)
        v = (canvas.y + np.float32(canvas.extent[1] / 2)) * np.float32(self.cells / self.stretch)
        shape = (
            covering(canvas.extent[1] * self.cells / self.stretch) + 3,
            covering(canvas.extent[0] * self.cells) + 3,
        )
        strays = (rng.random((2, *shape), np.float32) - np.float32(0.5)) * np.float32(self.jitter)
        near, second, pane = _two_nearest(u, v, strays + np.float32(0.5))
        between = np.sqrt(second) - np.sqrt(near)
        slope = np.maximum(pixel_slope(between), np.float32(self.cells * canvas.pixel))
        middle, half = between / slope, np.float32(self.lead) / slope
        # A lead is two-sided: where it is thinner than a pixel, the far side cuts into the near one.
        lead = np.clip(half - middle + np.float32(0.5), 0, 1) - np.clip(np.float32(0.5) - half - middle, 0, 1)
        alpha = 1 - lead
        numbers = 1 + rng.integers(0, len(palette.colours) - 1, shape)
        picture = lookup(palette.linear[numbers.ravel()], pane)
        shade = 1 - np.float32(self.glow) * np.minimum(near * np.float32(1.4), 1)
        picture *= shade[..., None]
        picture -= palette.linear[0]
        picture *= alpha[..., None]
        picture += palette.linear[0]
        return picture


def _two_nearest(u: Array, v: Array, strays: Array) -> tuple[Array, Array, Array]:
    """Squared distances to the nearest and second nearest centre, and the nearest one's number, (H, W) each.

    Nine neighbours are enough while a centre strays less than half a cell.
    """
    column, row = np.floor(u[0]).astype(np.int32), np.floor(v[:, 0]).astype(np.int32)
    near = np.full((len(row), len(column)), 99, np.float32)
    second, pane = near.copy(), np.zeros(near.shape, np.int32)
    for i in range(3):
        for j in range(3):
            # Both parts are small tables, (cell rows, W) and (H, cell columns), before they meet at full size.
            dx = strays[0][:, column + j] + (column - u[0] + (j - 1)).astype(np.float32)
            dy = strays[1][row + i] + (row - v[:, 0] + (i - 1)).astype(np.float32)[:, None]
            square = (dx * dx)[row + i] + np.take(dy * dy, column + j, axis=1)
            number = (row + i)[:, None] * strays.shape[2] + (column + j)[None, :]
            np.copyto(pane, number, where=square < near)
            second = np.minimum(second, np.maximum(near, square))
            near = np.minimum(near, square)
    return near, second, pane
