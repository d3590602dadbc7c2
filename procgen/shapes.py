"""What a picture of hard edges is made of: filled shapes, in the units of the canvas, painted back to front.

Units: the short side of the picture spans 1, the origin is its centre, x runs right and y down. A fill is the
'#rrggbb' of a palette.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

Array = np.ndarray
Box = tuple[float, float, float, float]
Node = tuple[float, ...]
Outline = tuple[Node, ...]


@dataclass(frozen=True)
class Rectangle:
    """An upright rectangle; box is (left, top, right, bottom)."""

    fill: str
    box: Box


@dataclass(frozen=True)
class Disc:
    """A whole disc."""

    fill: str
    x: float
    y: float
    radius: float


@dataclass(frozen=True)
class Oval:
    """An ellipse; its half axes are `along` the direction `turns`, in turns from the right, and `across` it."""

    fill: str
    x: float
    y: float
    along: float
    across: float
    turns: float


@dataclass(frozen=True)
class Path:
    """Outlines that are filled together; where two overlap in opposite directions there is a hole.

    Pieces of one colour that touch belong into one path: a renderer then leaves no seam between them.

    Attributes:
        fill: the colour.
        outlines: closed; each node is (x, y), reached by a straight line, or (x, y, radius), reached by an arc of at
            most half a turn: clockwise on the screen for a positive radius, else against the clock.
    """

    fill: str
    outlines: tuple[Outline, ...]


Shape = Rectangle | Disc | Oval | Path
_UNDER = 0.02  # how far a shape reaches under what is painted after it: two pixels of a hundred
_HAIR = 0.003


def sheet(fill: str, extent: tuple[float, float]) -> Rectangle:
    """The whole picture in one colour, a little beyond its edges."""
    across, down = extent[0] / 2 + 0.01, extent[1] / 2 + 0.01
    return Rectangle(fill, (-across, -down, across, down))


def split_disc(fills: Sequence[str], x: float, y: float, radius: float, start: float) -> list[Shape]:
    """A disc in equal slices, two or more, clockwise from start, in turns from the right.

    Each slice reaches a little under its neighbours that are painted after it, so that no seam shows between them.
    """
    step, hair = 1 / len(fills), 0.002
    shapes: list[Shape] = []
    for k, fill in enumerate(fills):
        first, last = start + k * step - hair * (k == 0), start + (k + 1) * step + hair * (k < len(fills) - 1)
        middle = (first + last) / 2
        nodes = [(*around(x, y, radius, turns), radius) for turns in (middle, last)]
        shapes.append(Path(fill, (((x, y), around(x, y, radius, first), *nodes),)))
    return shapes


def ring(fill: str, x: float, y: float, radii: tuple[float, float]) -> Shape:
    """What lies between an inner and an outer radius; all of the disc if the inner one is 0."""
    inner, outer = radii
    if inner <= 0:
        return Disc(fill, x, y, outer)
    rims = ((outer, outer), (inner, -inner))
    return Path(fill, tuple(((x + r, y), (x - r, y, signed), (x + r, y, signed)) for r, signed in rims))


def ring_sector(x: float, y: float, radii: tuple[float, float], start: float, stop: float) -> Outline:
    """Part of a ring between two radii, clockwise from start to stop, in turns from the right; half a turn at most."""
    inner, outer = radii
    far = (around(x, y, outer, start), (*around(x, y, outer, stop), outer))
    if inner <= 0:
        return ((x, y), *far)
    return (*far, around(x, y, inner, stop), (*around(x, y, inner, start), -inner))


def around(x: float, y: float, radius: float, turns: float) -> tuple[float, float]:
    """A place on a circle, in turns from the right, clockwise on the screen."""
    return x + radius * math.cos(math.tau * turns), y + radius * math.sin(math.tau * turns)


def turned_outline(points: Iterable[tuple[float, float]], x: float, y: float, turns: float) -> Outline:
    """A polygon given about the origin, turned clockwise on the screen and moved to (x, y)."""
    c, s = math.cos(math.tau * turns), math.sin(math.tau * turns)
    return tuple((x + c * u - s * v, y + s * u + c * v) for u, v in points)


def cell_shapes(
    numbers: Array, columns: float, rows: float, extent: tuple[float, float], colours: Sequence[str]
) -> list[Shape]:
    """The grid that `Canvas.cells` draws, as `grid_shapes`.

    Args:
        numbers: which colour each cell has, (m, n), at least as many cells as are seen.
        columns: how many cells the width of the picture spans.
        rows: how many cells its height spans.
        extent: width and height of the picture.
        colours: '#rrggbb' of each number.
    """
    lines = [
        np.arange(1, count) * (length / cells) - length / 2
        for count, cells, length in zip(numbers.shape[::-1], (columns, rows), extent, strict=True)
    ]
    return grid_shapes(numbers, lines[0], lines[1], extent, colours)


def grid_shapes(
    numbers: Array, columns: Array, rows: Array, extent: tuple[float, float], colours: Sequence[str]
) -> list[Shape]:
    """A grid with widths of its own, as `grids.grid` draws it: a shape for each run of one colour in a row.

    Each shape reaches under its neighbours to the right and below, which are painted after it, so that no seam shows
    between them; to the right only a hair below its upper edge, where two half covered pixels would show it.

    Args:
        numbers: which colour each cell has, (m, n).
        columns: where each column of cells ends but for the last, in units, ascending, (n - 1,).
        rows: where each row of cells ends, (m - 1,).
        extent: width and height of the picture.
        colours: '#rrggbb' of each number.
    """
    xs, ys = (
        np.array([-side / 2, *lines[lines < side / 2], side / 2])
        for side, lines in zip(extent, (columns, rows), strict=True)
    )
    ys[0] -= _UNDER  # where no row lies beneath the first one
    shapes: list[Shape] = []
    for row, (top, bottom) in zip(numbers, pairwise(ys.tolist()), strict=False):
        row = row[: len(xs) - 1]
        for start, stop in pairwise([0, *(np.flatnonzero(np.diff(row)) + 1).tolist(), len(row)]):
            shapes.append(_run(colours[int(row[start])], (float(xs[start]), top, float(xs[stop]), bottom)))
    return shapes


def _run(fill: str, box: Box) -> Path:
    left, top, right, bottom = box
    step, under = top + _HAIR, right + _UNDER
    foot = ((under, step), (under, bottom + _UNDER), (left, bottom + _UNDER))
    return Path(fill, (((left, top), (right, top), (right, step), *foot),))


def middles(extent: tuple[float, float]) -> list[tuple[float, float]]:
    """Where a figure of one unit stands: in the middle, or as often side by side as it fits into a long picture."""
    long = max(extent)
    count = int(long + 1e-9)
    places = [(k - (count - 1) / 2) * long / count for k in range(count)]
    return [(place, 0.0) if extent[0] > extent[1] else (0.0, place) for place in places]
