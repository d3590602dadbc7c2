"""Rings by an unsteady hand, in a grid."""

from dataclasses import dataclass
from typing import Annotated

import numpy as np

from ..canvas import Canvas, Indexed, sine
from ..domains import Integer, Real, Seed
from ..noise import value_noise
from ..palettes import Palette
from ..randomness import stream
from .base import Array, Composition


@dataclass(frozen=True)
class RingCells(Composition):
    """Cells of colour that each hold rings of their own, painted by hand (Wassily Kandinsky, Color Study, 1913).

    Attributes:
        cells: along the short side.
        aspect: height of a cell, as a share of its width.
        rings: the most a cell holds.
        size: of the largest ring, as a share of its cell.
        wobble: how unsteady the hand is, as a share of a cell.
        strokes: how many turns the hand takes in a cell.
        stray: how far the rings lie from the middle of the cell, and how unlike each other their widths are.
        seed: of widths and colours.
    """

    cells: Annotated[int, Integer(2, 4)]
    aspect: Annotated[float, Real(0.7, 1.4)]
    rings: Annotated[int, Integer(4, 7)]
    size: Annotated[float, Real(0.8, 1.1)]
    wobble: Annotated[float, Real(0.02, 0.075)]
    strokes: Annotated[int, Integer(2, 3)]
    stray: Annotated[float, Real(0.2, 1.0)]
    seed: Seed

    def draw(self, canvas: Canvas, palette: Palette) -> Indexed:
        """The wobbling radius in each cell, as a row of that cell's own table of rings."""
        rng = stream(self.seed, 0, "ring cells")
        wide, tall = canvas.extent
        columns, rows = max(2, round(self.cells * wide)), max(2, round(self.cells * tall / self.aspect))
        count = columns * rows
        edges = self._edges(rng, count, canvas.time)
        colours = palette.linear[self._numbers(rng, count, len(palette.colours))]
        lean, rise = (
            (rng.random(number, np.float32) - np.float32(0.5)) * np.float32(0.14 * self.stray)
            for number in (columns, rows)
        )
        column, u = _cell(canvas.x, wide, columns)
        row, v = _cell(canvas.y, tall, rows)
        u, v = u + np.take(lean, column), v + np.take(rise, row)
        radius = value_noise(canvas, self.cells * self.strokes, rng) * np.float32(self.wobble)
        radius += np.sqrt(u * u + v * v)
        pixel = canvas.pixel / float(np.sqrt(wide / columns * tall / rows))
        return _rings(radius, row * np.int32(columns) + column, edges, colours, pixel)

    def _edges(self, rng: np.random.Generator, count: int, time: float) -> Array:
        """The radius where each ring ends, in cells, (count, rings): swelling and shrinking from the middle out."""
        chance, start = rng.random((count, self.rings)), rng.random((count, 1))
        own = 3 + np.floor(rng.random((count, 1)) * (self.rings - 2))
        place = np.arange(self.rings)
        wave = sine((start + place / self.rings - time).astype(np.float32)).astype(np.float64)
        widths = (1 - 0.85 * self.stray * chance) * (1 + 0.4 * wave) * (place < own)
        ends = np.cumsum(widths, axis=1)
        return ends / ends[:, -1:] * (0.5 * self.size * (0.8 + 0.2 * rng.random((count, 1))))

    def _numbers(self, rng: np.random.Generator, count: int, colours: int) -> Array:
        """The number of each ring's colour from the middle out, and of the cell's own, (count, rings + 1)."""
        steps = rng.integers(1, colours, (count, self.rings + 1))
        return np.cumsum(steps, axis=1) % colours


def _rings(radius: Array, cell: Array, edges: Array, colours: Array, pixel: float) -> Indexed:
    """Colour by radius and cell: colours[c, k] within edges[c, k], antialiased.

    Args:
        radius: in cells, (height, width).
        cell: whole numbers, (height, width).
        edges: in cells, ascending, (cells, n).
        colours: linear light, (cells, n + 1, channels).
        pixel: the side of a pixel, in cells.
    """
    step = pixel / 4
    places = step * np.arange(int(float(edges.max()) / step) + 6)
    table = np.repeat(colours[:, :1], len(places), axis=1)
    for k in range(edges.shape[1]):
        share = np.clip((places - edges[:, k, None]) / pixel + 0.5, 0, 1).astype(np.float32)
        table += share[..., None] * (colours[:, k + 1] - colours[:, k])[:, None]
    index = radius * np.float32(1 / step)
    index += np.float32(0.5)
    row = np.clip(index, 0, len(places) - 1, out=index).astype(np.int32)
    row += cell * np.int32(len(places))
    return Indexed(table.reshape(-1, table.shape[-1]), row)


def _cell(places: Array, extent: float, cells: int) -> tuple[Array, Array]:
    """The number of the cell at each place, and the distance from its centre, in cells."""
    position = (places + np.float32(extent / 2)) * np.float32(cells / extent)
    number = np.clip(np.floor(position), 0, cells - 1)
    return number.astype(np.int32), position - number - np.float32(0.5)
