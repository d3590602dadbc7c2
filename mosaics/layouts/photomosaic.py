"""The photomosaic: from afar the target, from near its tiles."""

from functools import partial

import numpy as np

from mosaics.assigning import around_in_lattice
from mosaics.errors import MosaicsError
from mosaics.layouts.target import cells_asked, chosen, reduced, shifts
from mosaics.oklab import PATCHES, patch_colours
from mosaics.placement import Look, Options, Placement, Sheet
from mosaics.tiles import Tiles


def place(tiles: Tiles, sheet: Sheet) -> list[Placement]:
    """A lattice of places, each with a tile of like colours in like parts.

    Args:
        tiles: what to build from.
        sheet: see `Sheet`; its seed decides who of equals comes first.

    Raises:
        MosaicsError: no target, more places than tiles may fill, or less than a pixel for a place.
    """
    columns, rows = _lattice(tiles, sheet.canvas, sheet.options)
    target = sheet.options.target
    assert target is not None
    seen = reduced(target, columns * PATCHES, rows * PATCHES)  # a pixel for each part of a place
    parts = seen.reshape(rows, PATCHES, columns, PATCHES, 3).swapaxes(1, 2).reshape(-1, PATCHES, PATCHES, 3)
    found = chosen(tiles, patch_colours(parts), partial(around_in_lattice, rows, columns), sheet)
    wanted = reduced(target, columns, rows).reshape(-1, 3).astype(float)
    boxes = _boxes(tiles, sheet.canvas, sheet.look, columns, rows)
    moved = shifts(tiles, found, wanted, sheet.options.blend)
    return [Placement(tile, *box, None, shift) for tile, box, shift in zip(found.tolist(), boxes, moved, strict=True)]


def _lattice(tiles: Tiles, canvas: tuple[int, int] | None, options: Options) -> tuple[int, int]:
    """Columns and rows: about as many places as asked for, of about the proportions of a tile."""
    cells = cells_asked(tiles, options, "photomosaic")
    assert options.target is not None
    height, width = tiles.images.shape[1:3]
    wide, high = canvas or (options.target.shape[1], options.target.shape[0])
    columns = max(1, round(np.sqrt(cells * wide / high * height / width)))
    rows = max(1, round(cells / columns))
    most = len(tiles) * (options.repeats or cells)
    while columns * rows > most:  # rounding must not ask for more than there are
        fewer = rows == 1 or (columns > 1 and columns * high * width >= rows * wide * height)
        columns, rows = (columns - 1, rows) if fewer else (columns, rows - 1)
    return columns, rows


def _boxes(
    tiles: Tiles, canvas: tuple[int, int] | None, look: Look, columns: int, rows: int
) -> list[tuple[int, int, int, int]]:
    """(x, y, w, h) of each place: together they fill the canvas but for the margin, with equal gutters between."""
    height, width = tiles.images.shape[1:3]
    gap = look.gutter * min(width, height)
    own = round(columns * (width + gap) - gap), round(rows * (height + gap) - gap)
    margin = round(look.margin * min(canvas)) if canvas else round(look.margin / (1 - 2 * look.margin) * min(own))
    inner = tuple(side - 2 * margin for side in canvas) if canvas else own
    pitches = [
        side / (count - look.gutter / (1 + look.gutter)) for side, count in zip(inner, (columns, rows), strict=True)
    ]
    if min(pitches) < 1 + look.gutter:
        raise MosaicsError(
            f"expected a canvas with a pixel for each of {columns} x {rows} places and the space around them, received "
            f"{inner[0] + 2 * margin} x {inner[1] + 2 * margin}; give a larger one, or fewer cells"
        )
    xs, ys = (_sides(margin, pitch, count, look.gutter) for pitch, count in zip(pitches, (columns, rows), strict=True))
    return [(x, y, w, h) for y, h in ys for x, w in xs]


def _sides(start: int, pitch: float, count: int, gutter: float) -> list[tuple[int, int]]:
    """Where each of `count` sides begins, and how long it is, in whole pixels."""
    borders = start + np.arange(count + 1) * pitch + 0.5 + 1e-6
    begins, ends = np.floor(borders[:-1]), np.floor(borders[1:] - pitch * gutter / (1 + gutter))
    return [(int(a), max(1, int(b - a))) for a, b in zip(begins, ends, strict=True)]
