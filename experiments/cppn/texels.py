"""The mean colour of any box of a picture, in linear light, beyond its borders too.

A box of one texel is bilinear interpolation between four; a larger one is the mean of what it covers, so that nothing
aliases where a picture shrinks. Source: Crow, "Summed-area tables for texture mapping" (1984).
"""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from procgen.color import linear_from_srgb

Array = np.ndarray
_PIECE = 1 << 13  # boxes at a time: what is computed of them stays in the processor's cache
Folded = tuple[Array, Array, Array]
"""Of places along a side: how often the whole side lies before them, the sign and the length of what is left."""


@dataclass(frozen=True, eq=False)
class Texels:
    """A picture that goes on beyond its borders.

    Attributes:
        pixels: uint8 (height, width, 3), sRGB.
        border: a row of `BORDERS`.
    """

    pixels: Array
    border: str = "mirror"

    def means(self, x: Array, y: Array, across: Array, down: Array) -> Array:
        """Linear light of boxes, float32 (..., 3).

        Args:
            x: where their middles are, in texels from the left border; all of one shape.
            y: from the upper one.
            across: how wide they are, at least 1.
            down: how high.
        """
        boxes = [np.ravel(each) for each in (x, y, across, down)]
        found = np.empty((x.size, 3), np.float32)

        def piece(start: int) -> None:
            found[start : start + _PIECE] = self._means(*(each[start : start + _PIECE] for each in boxes))

        with ThreadPoolExecutor(os.cpu_count()) as pool:
            list(pool.map(piece, range(0, x.size, _PIECE)))
        return found.reshape(*x.shape, 3)

    def _means(self, x: Array, y: Array, across: Array, down: Array) -> Array:
        left, right = x - across / 2, x + across / 2
        top, bottom = y - down / 2, y + down / 2
        whole = self._until(right, bottom) - self._until(left, bottom)
        whole -= self._until(right, top) - self._until(left, top)
        whole /= (across * down)[..., None]
        return np.clip(whole, 0, 1)

    @cached_property
    def _sums(self) -> Array:
        """Of all texels above and to the left, float64 (height + 1, width + 1, 3)."""
        height, width, _ = self.pixels.shape
        light = linear_from_srgb(np.arange(256) / 255)
        sums = np.zeros((height + 1, width + 1, 3))
        np.cumsum(light[self.pixels], axis=0, out=sums[1:, 1:])
        np.cumsum(sums[1:, 1:], axis=1, out=sums[1:, 1:])
        return sums

    def _until(self, x: Array, y: Array) -> Array:
        """The sum of all from the origin to places anywhere on the plane that the picture tiles, (..., 3)."""
        sums = self._sums
        height, width = sums.shape[0] - 1, sums.shape[1] - 1
        often_x, sign_x, rest_x = BORDERS[self.border](x, width)
        often_y, sign_y, rest_y = BORDERS[self.border](y, height)
        found = (sign_x * sign_y)[..., None] * _between(sums, rest_x, rest_y)
        found += (often_x * sign_y)[..., None] * _along(sums[:, -1], rest_y)
        found += (sign_x * often_y)[..., None] * _along(sums[-1], rest_x)
        return found + (often_x * often_y)[..., None] * sums[-1, -1]


def _between(sums: Array, x: Array, y: Array) -> Array:
    """A table at places between its entries."""
    column, row = (np.minimum(place.astype(np.intp), most - 2) for place, most in ((x, sums.shape[1]), (y, len(sums))))
    flat, width = sums.reshape(-1, 3), sums.shape[1]
    first, right = row * width + column, x - column
    return _mixed(_at(flat, first, right), _at(flat, first + width, right), y - row)


def _along(line: Array, place: Array) -> Array:
    """A row of a table at places between its entries."""
    first = np.minimum(place.astype(np.intp), len(line) - 2)
    return _at(line, first, place - first)


def _at(line: Array, first: Array, share: Array) -> Array:
    """That share of the way from some rows to the next."""
    # All rows are inside: to "clip" them is faster than to look whether they are.
    one, other = (np.take(line, rows, axis=0, mode="clip") for rows in (first, first + 1))
    return _mixed(one, other, share)


def _mixed(one: Array, other: Array, share: Array) -> Array:
    """In place, as these arrays are large: `one` is changed."""
    other -= one
    other *= share[..., None]
    one += other
    return one


def _mirrored(place: Array, length: int) -> Folded:
    turns = np.floor(place / (2 * length))
    rest = place - turns * 2 * length
    back = rest > length
    return 2 * (turns + back), np.where(back, -1.0, 1.0), np.where(back, 2 * length - rest, rest)


def _wrapped(place: Array, length: int) -> Folded:
    turns = np.floor(place / length)
    return turns, np.ones_like(place), place - turns * length


BORDERS: dict[str, Callable[[Array, int], Folded]] = {"mirror": _mirrored, "wrap": _wrapped}
"""What lies beyond a border: the picture in a mirror, or the picture again."""
