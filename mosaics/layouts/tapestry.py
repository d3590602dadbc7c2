"""The oscillation as cloth: time runs from left to right, each mode is a band as wide as its share at the moment."""

from dataclasses import dataclass

import numpy as np

from mosaics.layouts.lattice import Gaps, fit, shorter_side
from mosaics.placement import Placement, Sheet
from mosaics.tiles import Tiles

_AIR = 0.5  # of the gutter: a cloth is denser than a sheet
_BETWEEN = 1  # rows at least, between one band and the next
_STEPS = 8  # rows at least, that all bands of the fullest moment have together: shares are told by rows
_LARGE_WIDE = (3 << 30, 2 << 30)  # the shape to come near to where no canvas is given


def place(tiles: Tiles, sheet: Sheet) -> list[Placement]:
    """Every tile once, at the moment of its "nimg" and in the band of its "mode", light above dark.

    A band lies about a straight line. At each moment it has as many tiles as the mode has then, in rows of as many
    tiles as suits the canvas, and so it widens and narrows with the mode's share. Modes follow one another by their
    names from the top down, as near as they come without touching.

    Raises:
        MosaicsError: a column is missing, or the canvas has less than a pixel for a tile.
    """
    canvas, look = sheet.canvas, sheet.look
    moments, moment = np.unique(tiles.column("nimg", "step"), return_inverse=True)
    modes, mode = np.unique(tiles.column("mode"), return_inverse=True)
    counts = np.zeros((len(modes), len(moments)), int)
    np.add.at(counts, (mode, moment), 1)
    height, width = tiles.images.shape[1:3]
    gaps = Gaps(look.gutter * _AIR, look.gutter * _AIR, look.margin)
    cloths = [_cloth(counts, across) for across in range(1, max(1, int(counts.sum(0).max()) // _STEPS) + 1)]
    sides = [shorter_side(c.rows, c.cols, (width, height), canvas or _LARGE_WIDE, gaps) for c in cloths]
    cloth = cloths[int(np.argmax(sides))]
    lattice = fit(cloth.rows, cloth.cols, (width, height), canvas, gaps)
    line = np.lexsort((-tiles.features[:, 0], mode, moment))
    found = []
    for tile, rank in zip(line.tolist(), _ranks(counts), strict=True):
        row, col = cloth.cell(int(mode[tile]), int(moment[tile]), rank)
        found.append(Placement(tile, *lattice.corner(row, col), lattice.w, lattice.h))
    return found


@dataclass(frozen=True, eq=False)
class _Cloth:
    """Bands on a lattice: `tops[mode, moment]` is the first row of a band there, `across` how many tiles a row has."""

    counts: np.ndarray
    tops: np.ndarray
    across: int

    @property
    def cols(self) -> int:
        return self.counts.shape[1] * self.across

    @property
    def rows(self) -> int:
        return int((self.tops + _high(self.counts, self.across)).max())

    def cell(self, mode: int, moment: int, rank: int) -> tuple[int, int]:
        """Row and column of a tile of this rank in its band at its moment; a row that is not full is in the middle."""
        row, col = divmod(rank, self.across)
        empty = self.across - min(self.across, int(self.counts[mode, moment]) - row * self.across)
        return int(self.tops[mode, moment]) + row, moment * self.across + empty // 2 + col


def _cloth(counts: np.ndarray, across: int) -> _Cloth:
    """Bands (modes, moments) of so many tiles, each about a line of its own, as near as they come."""
    high = _high(counts, across)
    above = high // 2  # the line
    below = high - above
    apart = (below[:-1] + above[1:]).max(1) + _BETWEEN
    lines = np.concatenate([[0], np.cumsum(apart)])
    tops = lines[:, None] - above
    return _Cloth(counts, tops - tops[high > 0].min(), across)


def _high(counts: np.ndarray, across: int) -> np.ndarray:
    return -(-counts // across)


def _ranks(counts: np.ndarray) -> list[int]:
    """Of tiles moment by moment and mode by mode, the place of each among those of its band there."""
    return [rank for count in counts.T.ravel().tolist() for rank in range(count)]
