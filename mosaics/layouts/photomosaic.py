"""The photomosaic: from afar the target, from near its tiles."""

import numpy as np

from mosaics.assigning import apart, at_most, nearest
from mosaics.errors import MosaicsError
from mosaics.oklab import LINEAR_OF_BYTE, PATCHES, patch_colours
from mosaics.placement import Look, Options, Placement, Sheet
from mosaics.resizing import byte_of_linear, resize
from mosaics.tiles import Tiles

REACH = 2  # places within which no tile comes twice
_CHOICE = 24  # nearest tiles that a place may choose from, more than have a place within reach


def place(tiles: Tiles, sheet: Sheet) -> list[Placement]:
    """A lattice of places, each with a tile of like colours in like parts.

    Args:
        tiles: what to build from.
        sheet: see `Sheet`.

    Raises:
        MosaicsError: no target, more places than tiles may fill, or less than a pixel for a place.
    """
    canvas, look, options = sheet.canvas, sheet.look, sheet.options
    if options.target is None:
        raise MosaicsError("expected a target for a photomosaic, received none; give a picture")
    columns, rows = _lattice(tiles, canvas, options)
    found = _chosen(tiles, options, columns, rows)
    boxes = _boxes(tiles, canvas, look, columns, rows)
    shifts = _shifts(tiles, found, options, columns, rows)
    return [Placement(tile, *box, None, shift) for tile, box, shift in zip(found.tolist(), boxes, shifts, strict=True)]


def _lattice(tiles: Tiles, canvas: tuple[int, int] | None, options: Options) -> tuple[int, int]:
    """Columns and rows: about as many places as asked for, of about the proportions of a tile."""
    assert options.target is not None
    height, width = tiles.images.shape[1:3]
    wide, high = canvas or (options.target.shape[1], options.target.shape[0])
    cells = options.cells or len(tiles)
    columns = max(1, round(np.sqrt(cells * wide / high * height / width)))
    rows = max(1, round(cells / columns))
    most = len(tiles) * (options.repeats or cells)
    while columns * rows > most and max(columns, rows) > 1:  # rounding must not ask for more than there are
        columns, rows = (columns - 1, rows) if columns * high * width >= rows * wide * height else (columns, rows - 1)
    if cells > most:
        raise MosaicsError(
            f"expected at most {most} places for {len(tiles)} tiles used {options.repeats} times at most, received "
            f"{cells}; ask for fewer cells, more tiles or more repeats"
        )
    if canvas and (columns > canvas[0] or rows > canvas[1]):
        raise MosaicsError(
            f"expected a canvas with a pixel for each of {columns} x {rows} places, received {canvas[0]} x {canvas[1]}"
            "; give a larger one, or fewer cells"
        )
    return columns, rows


def _chosen(tiles: Tiles, options: Options, columns: int, rows: int) -> np.ndarray:
    assert options.target is not None
    seen = resize(options.target[None], columns * PATCHES, rows * PATCHES)[0]  # a pixel for each part of a place
    parts = seen.reshape(rows, PATCHES, columns, PATCHES, 3).swapaxes(1, 2).reshape(-1, PATCHES, PATCHES, 3)
    places = patch_colours(parts).astype(np.float64)
    if options.repeats is None:
        return apart(nearest(places, tiles.patches, min(_CHOICE, len(tiles))), columns, REACH)
    return at_most(places, tiles.patches.astype(np.float64), options.repeats)


def _boxes(
    tiles: Tiles, canvas: tuple[int, int] | None, look: Look, columns: int, rows: int
) -> list[tuple[int, int, int, int]]:
    """(x, y, w, h) of each place: together they fill the canvas but for the margin, with equal gutters between."""
    height, width = tiles.images.shape[1:3]
    gap = look.gutter * min(width, height)
    canvas = canvas or (round(columns * (width + gap) - gap), round(rows * (height + gap) - gap))
    margin = round(look.margin * min(canvas))
    xs, ys = (
        _sides(margin, side - 2 * margin, count, look.gutter)
        for side, count in zip(canvas, (columns, rows), strict=True)
    )
    return [(x, y, w, h) for y, h in ys for x, w in xs]


def _sides(start: int, length: int, count: int, gutter: float) -> list[tuple[int, int]]:
    """Where each of `count` sides begins, and how long it is, in whole pixels."""
    pitch = length / (count - gutter / (1 + gutter))
    borders = start + np.arange(count + 1) * pitch + 0.5 + 1e-6
    begins, ends = np.floor(borders[:-1]), np.floor(borders[1:] - pitch * gutter / (1 + gutter))
    return [(int(a), max(1, int(b - a))) for a, b in zip(begins, ends, strict=True)]


def _shifts(
    tiles: Tiles, found: np.ndarray, options: Options, columns: int, rows: int
) -> list[tuple[int, int, int] | None]:
    """By how much each tile's bytes move towards the colour of its place."""
    if not options.blend:
        return [None] * len(found)
    assert options.target is not None
    wanted = resize(options.target[None], columns, rows)[0].reshape(-1, 3).astype(float)
    used, back = np.unique(found, return_inverse=True)
    means = byte_of_linear(np.stack([LINEAR_OF_BYTE[tiles.images[tile]].mean((0, 1)) for tile in used]))
    shifts = np.rint(options.blend * (wanted - means[back])).astype(int)
    return [(r, g, b) for r, g, b in shifts.tolist()]
