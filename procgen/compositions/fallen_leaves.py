"""Leaves on a forest floor."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated

import numpy as np

from ..canvas import Canvas, Indexed, sine
from ..domains import Choice, Integer, Real, Seed
from ..pairs import SHARES, covered, pair, pair_table
from ..palettes import Palette
from ..randomness import stream
from ..shapes import Path, Shape, sheet, turned_outline
from .base import Array, Composition

_AT_ONCE = 2**14  # pixels: few enough that arrays of them stay in the cache


@dataclass(frozen=True)
class FallenLeaves(Composition):
    """Leaves, slabs and discs of all sizes that cover each other and the whole ground, the largest lowest.

    The dead leaves model of G. Matheron, "Schema booleen sequentiel de partition aleatoire" (1968), whose sizes by a
    power law give the statistics of photographs (A. B. Lee, D. Mumford and J. Huang, 2001).

    Attributes:
        leaves: on a square of one unit.
        largest: half the length of the largest.
        fall: how fast sizes fall: few large leaves among many small, or all of nearly one size.
        shape: leaves, slabs, discs, or all of them.
        slender: length of a leaf or slab in widths.
        wind: how much they all point one way.
        seed: of places, turns and colours.
    """

    leaves: Annotated[int, Integer(36, 56)]
    largest: Annotated[float, Real(0.25, 0.45)]
    fall: Annotated[float, Real(0.0, 1.0)]
    shape: Annotated[str, Choice("leaf", "slab", "disc", "mixed")]
    slender: Annotated[float, Real(1.3, 2.6)]
    wind: Annotated[float, Real(0.0, 1.0)]
    seed: Seed

    def draw(self, canvas: Canvas, palette: Palette) -> Indexed:
        """Square by square, the leaves that are seen there, from the lowest up."""
        leaves, colour = self._scattered(canvas.extent, len(palette.colours), canvas.time)
        side = max(8, 1 << (min(canvas.whole) // 64 | 1).bit_length() - 1)
        across, down = _blocks(canvas.x[0], side, canvas.pixel), _blocks(canvas.y[:, 0], side, canvas.pixel)
        lowest, layers = self._layers(leaves, across, down, canvas.pixel)
        top = np.where(lowest < 0, np.int16(0), colour[lowest])[:, None, None] + np.zeros((side, side), np.int16)
        count = len(palette.colours)
        number = pair(top, top, count).astype(np.int16)
        for leaf, block in layers:
            part = leaves[:, leaf, None]
            dx, dy = across[block % len(across)] - part[0], down[block // len(across)] - part[1]
            share = canvas.coverage(self._distance(part[2:, :, :, None], dx[:, None], dy[:, :, None]))
            own, under = colour[leaf][:, None, None], top[block]
            touched = share > 0
            number[block] = np.where(touched, (under * count + own) * SHARES + covered(share), number[block])
            top[block] = np.where(share >= 0.5, own, under)
        shape = len(down) * side, len(across) * side
        number = number.reshape(len(down), len(across), side, side).swapaxes(1, 2).reshape(shape)
        return Indexed(pair_table(palette.linear), number[: canvas.height, : canvas.width])

    def vectors(self, extent: tuple[float, float], palette: Palette) -> list[Shape]:
        """The leaves, from the lowest up."""
        leaves, colour = self._scattered(extent, len(palette.colours))
        fills = [palette.colours[number] for number in colour.tolist()]
        scattered = zip(leaves.T.tolist(), fills, strict=False)
        return [sheet(palette.ground, extent), *(_shape(leaf, fill) for leaf, fill in scattered)]

    def _scattered(self, extent: tuple[float, float], colours: int, time: float = 0.0) -> tuple[Array, Array]:
        """`_leaves`, and the number of each one's colour, for as many or more."""
        rng = stream(self.seed, 0, "fallen leaves")
        leaves, others = self._leaves(rng, extent, time), np.arange(1, colours, dtype=np.int16)
        return leaves, np.concatenate([rng.permutation(others) for _ in range(leaves.shape[1] // len(others) + 1)])

    def _leaves(self, rng: np.random.Generator, extent: tuple[float, float], time: float) -> Array:
        """x, y, cosine and sine of the turn, half the length, half the width and 1 for a slab, float32, (7, count).

        Over time they stir a little.
        """
        width, height = extent
        count = round(self.leaves * width * height)
        place, turn, phase, kind = rng.random((2, count)), rng.random(count), rng.random((3, count)), rng.random(count)
        size = self.largest / np.sqrt(1 + np.arange(count) * ((0.03 + 0.3 * self.fall) / (width * height)))
        stir = sine((phase + time).astype(np.float32))
        x, y = ((place - 0.5) * np.array([[width + 0.1], [height + 0.1]])) + 0.12 * size * stir[:2]
        turn = rng.random() + (turn - 0.5) * (1 - 0.85 * self.wind) + 0.02 * stir[2]
        c, s = sine(np.stack([turn + 0.25, turn]).astype(np.float32))
        slab = kind < {"slab": 1.0, "mixed": 0.4}.get(self.shape, 0.0)
        disc = kind > {"disc": -1.0, "mixed": 0.75}.get(self.shape, 2.0)
        length = np.where(disc, size * 0.75, size)
        return np.stack([x, y, c, s, length, np.where(disc, length, size / self.slender), slab]).astype(np.float32)

    def _layers(
        self, leaves: Array, across: Array, down: Array, pixel: float
    ) -> tuple[Array, Iterator[tuple[Array, Array]]]:
        """The uppermost leaf that covers all of a block, or -1, and what lies above it and in part over the block.

        The latter in rounds of leaves and blocks, no block twice in a round, the lower leaves first.
        """
        middle = [(part[:, :1] + part[:, -1:]) / 2 for part in (across, down)]
        dx, dy = (centre[:, 0] - place[:, None] for centre, place in zip(middle, leaves[:2], strict=True))
        distance = self._distance(leaves[2:, :, None, None], dx[:, None], dy[:, :, None]).reshape(leaves.shape[1], -1)
        reach = np.float32((across.shape[1] * 0.7072 + 1) * pixel)
        order = np.arange(leaves.shape[1], dtype=np.int16)[:, None]
        lowest = np.where(distance < -reach, order, np.int16(-1)).max(axis=0)
        partly = (np.abs(distance) <= reach) & (order > lowest)
        leaf, block = np.nonzero(partly)
        by_block = np.argsort(block, kind="stable")
        layer = np.empty_like(block)
        layer[by_block] = np.arange(len(block)) - np.searchsorted(block[by_block], block[by_block])
        rounds = np.argsort(layer, kind="stable")
        at_once = max(1, _AT_ONCE // across.shape[1] ** 2)
        starts = np.searchsorted(layer[rounds], np.arange(layer.max(initial=-1) + 2)).tolist()
        parts = [
            slice(k, min(k + at_once, stop)) for start, stop in pairwise(starts) for k in range(start, stop, at_once)
        ]
        return lowest, ((leaf[rounds[part]], block[rounds[part]]) for part in parts)

    def _distance(self, leaf: Array, dx: Array, dy: Array) -> Array:
        """Signed distance to the outline: a slab's, or that of two equal arcs, which a disc is as well."""
        c, s, length, width, slab = leaf
        u, v = dx * c + dy * s, np.abs(dy * c - dx * s)
        if self.shape == "slab":
            return np.maximum(np.abs(u) - length, v - width)
        radius = (length * length + width * width) / (2 * width)
        rounded = v + (radius - width)
        rounded *= rounded
        rounded += u * u
        rounded = np.sqrt(rounded, out=rounded)
        rounded -= radius
        if self.shape == "mixed":
            np.copyto(rounded, np.maximum(np.abs(u) - length, v - width), where=slab > 0)
        return rounded


def _shape(leaf: list[float], fill: str) -> Shape:
    """The outline of one column of `_leaves`: four sides, or two equal arcs between the tips."""
    x, y, c, s, length, width, slab = leaf
    turns = math.atan2(s, c) / math.tau
    if slab:
        corners = [(length, width), (-length, width), (-length, -width), (length, -width)]
        return Path(fill, (turned_outline(corners, x, y, turns),))
    one, other = turned_outline([(-length, 0.0), (length, 0.0)], x, y, turns)
    radius = (length * length + width * width) / (2 * width)
    return Path(fill, ((one, (*other, radius), (*one, radius)),))


def _blocks(places: Array, side: int, pixel: float) -> Array:
    """The places along one axis, so many to a row; the last row goes on beyond the end."""
    count = -(-len(places) // side)
    more = places[-1] + np.arange(1, count * side - len(places) + 1, dtype=np.float32) * np.float32(pixel)
    return np.concatenate([places, more]).reshape(count, side)
