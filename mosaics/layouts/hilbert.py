"""A line that fills the sheet and never leaves its own neighbourhood: what is near on it is near on the sheet."""

from collections.abc import Iterator

from mosaics.layouts import grid
from mosaics.placement import Placement, Sheet
from mosaics.tiles import Tiles

Cell = tuple[int, int]


def place(tiles: Tiles, sheet: Sheet) -> list[Placement]:
    """The places of a grid, every tile once, along Hilbert's curve instead of in reading order.

    Raises:
        MosaicsError: the canvas has less than a pixel for a tile.
    """
    places = grid.place(tiles, sheet)
    cols = sum(place.y == places[0].y for place in places)
    rows = -(-len(places) // cols)
    cells = {(i % cols, i // cols): place for i, place in enumerate(places)}
    line = (cells[cell] for cell in curve(cols, rows) if cell in cells)
    return [Placement(i, p.x, p.y, p.w, p.h) for i, p in enumerate(line)]


def curve(cols: int, rows: int) -> Iterator[Cell]:
    """Each cell (column, row) of a rectangle once, each beside the one before, or, where sides are odd, at its corner.

    Hilbert's curve for any rectangle, by halving: (Cerveny 2018, "Generalized Hilbert space-filling curve").
    """
    if cols >= rows:
        return _walk((0, 0), (cols, 0), (0, rows))
    return _walk((0, 0), (0, rows), (cols, 0))


def _walk(at: Cell, a: Cell, b: Cell) -> Iterator[Cell]:
    """From `at`, mainly along the side a, across the side b."""
    wide, high = abs(a[0] + a[1]), abs(b[0] + b[1])
    along, across = _unit(a), _unit(b)
    if high == 1 or wide == 1:
        step, count = (along, wide) if high == 1 else (across, high)
        for k in range(count):
            yield at[0] + k * step[0], at[1] + k * step[1]
        return
    half_a, half_b = _half(a), _half(b)
    if 2 * wide > 3 * high:
        if abs(half_a[0] + half_a[1]) % 2 and wide > 2:
            half_a = _sum(half_a, along)
        yield from _walk(at, half_a, b)
        yield from _walk(_sum(at, half_a), _less(a, half_a), b)
        return
    if abs(half_b[0] + half_b[1]) % 2 and high > 2:
        half_b = _sum(half_b, across)
    yield from _walk(at, half_b, half_a)
    yield from _walk(_sum(at, half_b), a, _less(b, half_b))
    end = _sum(_sum(at, _less(a, along)), _less(half_b, across))
    yield from _walk(end, _negative(half_b), _negative(_less(a, half_a)))


def _unit(a: Cell) -> Cell:
    return (a[0] > 0) - (a[0] < 0), (a[1] > 0) - (a[1] < 0)


def _half(a: Cell) -> Cell:
    return a[0] // 2, a[1] // 2


def _sum(a: Cell, b: Cell) -> Cell:
    return a[0] + b[0], a[1] + b[1]


def _less(a: Cell, b: Cell) -> Cell:
    return a[0] - b[0], a[1] - b[1]


def _negative(a: Cell) -> Cell:
    return -a[0], -a[1]
