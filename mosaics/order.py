"""Orders: in which sequence tiles fill a sheet.

An order is `fn(tiles, *, seed, slots=None) -> permutation`: place i receives tile permutation[i]. `slots` gives the
centres (x, y) of the places, float (N, 2), where they are known: an order that looks better in two dimensions uses it.
Ties keep the order in which the tiles came. `IN_THE_PLANE` wants slots even where places follow a line, and takes the
`period` after which a sheet repeats itself.
"""

from collections.abc import Callable

import numpy as np

from mosaics.similarity import by_similarity, compared
from mosaics.tiles import Tiles

_NEUTRAL_CHROMA = 0.03  # below it a hue is hard to name, and noise decides it
_AXIS_STEPS = 4096  # of a unit of OKLab; with more, sums of 10,000 tiles would be rounded


def by_hue(tiles: Tiles, *, seed: int = 0, slots: np.ndarray | None = None) -> np.ndarray:
    """Along the OKLab hue circle from pink through yellow, green and blue to violet; greys last, light to dark.

    With slots, hue runs across the sheet and each column, of greys too, goes from light to dark.
    """
    light, hue, neutral = _light_hue_neutral(tiles)
    if slots is None:
        return np.lexsort((np.where(neutral, -light, hue), neutral))
    return _within_lines(np.lexsort((hue, neutral)), -light, _columns_of(slots))


def by_lightness(tiles: Tiles, *, seed: int = 0, slots: np.ndarray | None = None) -> np.ndarray:
    """From light to dark by mean OKLab lightness; with slots, each row of a sheet then follows the hue circle."""
    light, hue, neutral = _light_hue_neutral(tiles)
    line = np.argsort(-light, kind="stable")
    return line if slots is None else _within_lines(line, np.where(neutral, 360.0, hue), _rows_of(slots))


def by_chroma(tiles: Tiles, *, seed: int = 0, slots: np.ndarray | None = None) -> np.ndarray:
    """From vivid to grey by the chroma of the mean OKLab colour; with slots, each row follows the hue circle."""
    _, hue, neutral = _light_hue_neutral(tiles)
    line = np.argsort(-np.hypot(*tiles.features.T[1:]), kind="stable")
    return line if slots is None else _within_lines(line, np.where(neutral, 360.0, hue), _rows_of(slots))


def by_principal(tiles: Tiles, *, seed: int = 0, slots: np.ndarray | None = None) -> np.ndarray:
    """Along the line on which these tiles differ most, in colour and in where it is; with slots, each column follows
    the second such line."""
    first, second = _principal(tiles.patches)
    line = np.lexsort((second, first))
    return line if slots is None else _within_lines(line, second, _columns_of(slots))


def by_chance(tiles: Tiles, *, seed: int = 0, slots: np.ndarray | None = None) -> np.ndarray:
    """Shuffled by the seed."""
    return np.random.default_rng([seed, len(tiles)]).permutation(len(tiles))


def by_step(tiles: Tiles, *, seed: int = 0, slots: np.ndarray | None = None) -> np.ndarray:
    """From early to late in training, by the column "nimg" or else "step"."""
    return np.argsort(tiles.column("nimg", "step"), kind="stable")


def by_mode(tiles: Tiles, *, seed: int = 0, slots: np.ndarray | None = None) -> np.ndarray:
    """Mode by mode in the sequence of their names (column "mode"), each along the hue circle."""
    line = by_hue(tiles)
    return line[np.argsort(tiles.column("mode")[line], kind="stable")]


ORDERS: dict[str, Callable[..., np.ndarray]] = {
    "hue": by_hue,
    "lightness": by_lightness,
    "chroma": by_chroma,
    "step": by_step,
    "mode": by_mode,
    "principal": by_principal,
    "similarity": by_similarity,
    "random": by_chance,
}

IN_THE_PLANE = ("similarity",)
"""Orders that are maps, not sequences."""


def _light_hue_neutral(tiles: Tiles) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    light, a, b = tiles.features.T
    return light, np.degrees(np.arctan2(b, a)) % 360, np.hypot(a, b) < _NEUTRAL_CHROMA


def _principal(patches: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where each tile lies on the first two principal axes, float (N,) each, in whole steps.

    The covariance is of whole numbers, which no machine and no sequence of the tiles rounds.
    """
    colours = compared(patches, _AXIS_STEPS)
    total = colours.sum(0)
    axes = np.linalg.eigh(len(colours) * colours.T @ colours - np.outer(total, total))[1].T[:-3:-1]
    leading = np.abs(axes).round(6).argmax(1)
    axes = axes * -np.sign(axes[[0, 1], leading])[:, None]  # so that lines begin at their light or vivid end
    first, second = np.rint(colours @ axes.T * 64).T
    return first, second


def _columns_of(slots: np.ndarray) -> np.ndarray:
    """The column of each slot, counted on the first row; a centred last row falls to the column on its left.

    Where slots lie in no rows, columns are strips that hold as many slots as one another.
    """
    rows = _even_rows(slots)
    if rows is None:
        return _strips(slots[:, 0], np.ptp(slots[:, 0]), np.ptp(slots[:, 1]))
    first_row = np.unique(slots[slots[:, 1] == slots[:, 1].min(), 0])
    return np.maximum(np.searchsorted(first_row, slots[:, 0], side="right") - 1, 0)


def _rows_of(slots: np.ndarray) -> np.ndarray:
    """The row of each slot, from the top; strips of as many slots as one another where they lie in no rows."""
    rows = _even_rows(slots)
    return _strips(slots[:, 1], np.ptp(slots[:, 1]), np.ptp(slots[:, 0])) if rows is None else rows


def _even_rows(slots: np.ndarray) -> np.ndarray | None:
    """The height of each slot, where all but the last row are about as long; None where slots lie in no rows."""
    counts = np.unique(slots[:, 1], return_counts=True)[1]
    full = counts[:-1] if len(counts) > 1 else counts
    return slots[:, 1] if full.min() * 2 >= full.max() and (full.max() > 1 or len(slots) < 3) else None


def _strips(along: np.ndarray, length: float, across: float) -> np.ndarray:
    count = max(1, round(float(np.sqrt(len(along) * length / max(across, 1e-9)))))
    rank = np.empty(len(along), int)
    rank[np.argsort(along, kind="stable")] = np.arange(len(along))
    return rank * min(count, len(along)) // len(along)


def _within_lines(permutation: np.ndarray, key: np.ndarray, line_of_slot: np.ndarray) -> np.ndarray:
    """Deal a sequence of tiles to lines of slots, one line after the other, then sort each line by a key."""
    slots = np.argsort(line_of_slot, kind="stable")
    dealt = np.empty_like(permutation)
    dealt[slots] = permutation[np.lexsort((key[permutation], line_of_slot[slots]))]
    return dealt
