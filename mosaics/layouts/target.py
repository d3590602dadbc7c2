"""What the layouts that draw a target share: how many places, which tile is in which, and how far it is coloured."""

from collections.abc import Callable

import numpy as np

from mosaics.assigning import apart, at_most, nearest
from mosaics.errors import MosaicsError
from mosaics.oklab import LINEAR_OF_BYTE
from mosaics.placement import Options, Sheet
from mosaics.resizing import byte_of_linear, resize
from mosaics.tiles import Tiles

NEAR = 48  # places around one in which its tile does not come again: all that are less than four places away
_FINER = 3  # times as fine as asked for, a large target is looked at
_SPARED = 8  # of so many tiles one at most is given up so: of few, the better ones come again sooner
_PIXELS_AT_ONCE = 4 << 20  # of tiles while their means are taken

Shift = tuple[int, int, int]


def cells_asked(tiles: Tiles, options: Options, layout: str) -> int:
    """About how many places there are to be.

    Raises:
        MosaicsError: no target, or more places than tiles may fill.
    """
    if options.target is None:
        raise MosaicsError(f"expected a target for a {layout}, received none; give a picture")
    cells = options.cells or len(tiles)
    most = len(tiles) * (options.repeats or cells)
    if cells > most:
        raise MosaicsError(
            f"expected at most {most} places for {len(tiles)} tiles used {options.repeats} times at most, received "
            f"{cells}; ask for fewer cells, more tiles or more repeats"
        )
    return cells


def reduced(target: np.ndarray, width: int, height: int) -> np.ndarray:
    """The middle of the target in these proportions, uint8 (height, width, 3); of a large one, not every pixel is read.

    Where a pixel of the result has dozens of the target's, nine of each block of them are averaged first, as light.
    """
    high, wide = target.shape[:2]
    side = min(high // (_FINER * height), wide // (_FINER * width))
    if side > 1:
        rows, columns = high // side, wide // side
        top, left = (high - rows * side) // 2, (wide - columns * side) // 2
        inside = target[top : top + rows * side, left : left + columns * side]
        steps = np.unique(((np.arange(3) + 0.5) * side / 3).astype(int))
        light = sum(LINEAR_OF_BYTE[inside[y::side, x::side]] for y in steps for x in steps)
        target = byte_of_linear(light / len(steps) ** 2)
    return resize(target[None], width, height)[0]


def chosen(tiles: Tiles, wanted: np.ndarray, around: Callable[[int], np.ndarray], sheet: Sheet) -> np.ndarray:
    """The tile of each place, int (P,): at most so often as asked for, or freely, but not again nearby.

    Args:
        tiles: to choose from.
        wanted: the colours of each place's parts, as `patch_colours` gives them, (P, 27).
        around: of a number of places, that many around each; see `apart`.
        sheet: its options say how often, its seed in which sequence places choose.
    """
    if sheet.options.repeats is not None:
        return at_most(wanted.astype(np.float64), tiles.patches.astype(np.float64), sheet.options.repeats)
    near = int(np.clip(len(tiles) // _SPARED, 4, NEAR))
    return apart(nearest(wanted, tiles.patches, min(near + 1, len(tiles))), around(near), sheet.seed)


def shifts(tiles: Tiles, found: np.ndarray, wanted: np.ndarray, blend: float) -> list[Shift | None]:
    """By how much each tile's bytes move towards the colour of its place, float (P, 3) in bytes."""
    if not blend:
        return [None] * len(found)
    used, back = np.unique(found, return_inverse=True)
    moved = np.rint(blend * (wanted - _mean_bytes(tiles, used)[back])).astype(int)
    return [(r, g, b) for r, g, b in moved.tolist()]


def _mean_bytes(tiles: Tiles, used: np.ndarray) -> np.ndarray:
    """The mean light of some tiles as 8-bit sRGB, uint8 (n, 3)."""
    step = max(1, _PIXELS_AT_ONCE // (tiles.images.shape[1] * tiles.images.shape[2]))
    parts = [
        LINEAR_OF_BYTE[tiles.images[used[at : at + step]]].mean((1, 2), dtype=np.float64)
        for at in range(0, len(used), step)
    ]
    return byte_of_linear(np.concatenate(parts))
