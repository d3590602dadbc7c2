"""Discs as the florets of a sunflower lie."""

import math
from dataclasses import dataclass
from typing import Annotated

import numpy as np

from ..canvas import Canvas, Indexed, sine
from ..domains import Choice, Integer, Real, Seed
from ..pairs import SHARES, pair, pair_table
from ..palettes import Palette
from ..randomness import stream
from ..shapes import Oval, Shape, ring, sheet
from .base import Array, Composition

_GOLDEN = 0.3819660112501051  # of a turn: the smaller part of the golden section
_LONG = 1.6  # a petal's length in its widths
_HOLE = 0.45  # of a ring, as a share of its radius
_FIBONACCI = (1, 2, 3, 5, 8, 13, 21, 34, 55)
_ROOM = 0.2  # the most that a floret takes
_RIM = 0.5  # of its size, that a floret loses with each place near the rim
_AT_ONCE = 15000  # pixels of florets laid at once


@dataclass(frozen=True)
class Phyllotaxis(Composition):
    """Discs, each a golden angle on from the last and a little farther out, whose spirals the eye counts.

    H. Vogel, "A better way to construct the sunflower head" (1979).

    Attributes:
        discs: within half the short side of the middle.
        slip: how far the angle is off the golden one, in thousandths of a turn.
        growth: 0 spaces the discs evenly, 1 lets them grow from the middle out.
        shape: of a floret.
        size: of a floret, as a share of its room.
        cover: round heads side by side, or one that fills the picture.
        colouring: by spirals (the disc's number modulo a Fibonacci number), or by bands of the radius.
        spirals: which Fibonacci number; over time, so many discs are born.
        seed: of the middle, the turn and the colours.
    """

    discs: Annotated[int, Integer(40, 150)]
    slip: Annotated[float, Real(-1.2, 1.2)]
    growth: Annotated[float, Real(0.0, 0.8)]
    shape: Annotated[str, Choice("disc", "disc", "ring", "petal")]
    size: Annotated[float, Real(0.8, 0.97)]
    cover: Annotated[str, Choice("head", "field")]
    colouring: Annotated[str, Choice("spirals", "bands")]
    spirals: Annotated[str, Choice("5", "8", "13", "21")]
    seed: Seed

    def draw(self, canvas: Canvas, palette: Palette) -> Indexed:
        """The florets, each in its small square of pixels, all at once."""
        rng = stream(self.seed, 0, "phyllotaxis")
        order = 1 + rng.permutation(len(palette.colours) - 1)
        number = np.zeros(canvas.width * canvas.height + 1, np.int16)  # the last one takes what falls outside
        for x, y, reach in self._heads(canvas.extent, rng):
            florets = self._florets(reach, rng.random(), canvas.time)
            florets = self._seen(canvas, florets + np.array([x, y, 0, 0, 0, 0], np.float32)[:, None])
            base = pair(0, order[florets[5].astype(int) % len(order)], len(palette.colours))
            self._lay_all(canvas, number, florets, base)
        return Indexed(pair_table(palette.linear), number[:-1].reshape(canvas.height, canvas.width))

    def vectors(self, extent: tuple[float, float], palette: Palette) -> list[Shape]:
        """The florets over the ground, from the rim inward."""
        rng = stream(self.seed, 0, "phyllotaxis")
        order = 1 + rng.permutation(len(palette.colours) - 1)
        shapes: list[Shape] = [sheet(palette.ground, extent)]
        for x, y, reach in self._heads(extent, rng):
            for u, v, radius, c, s, kind in self._florets(reach, rng.random(), 0.0).T.tolist():
                fill = palette.colours[order[int(kind) % len(order)]]
                if self.shape == "petal":
                    shapes.append(Oval(fill, x + u, y + v, _LONG * radius, radius, math.atan2(s, c) / math.tau))
                else:
                    shapes.append(ring(fill, x + u, y + v, (_HOLE * radius if self.shape == "ring" else 0.0, radius)))
        return shapes

    def _heads(self, extent: tuple[float, float], rng: np.random.Generator) -> list[tuple[float, float, float]]:
        """The middle and the radius of each head: one that covers all, or as many as stand side by side."""
        width, height = extent
        stray = (rng.random(2) - 0.5) * 0.6
        if self.cover == "field":
            x, y = (stray * extent).tolist()
            return [(x, y, ((abs(x) + width / 2) ** 2 + (abs(y) + height / 2) ** 2) ** 0.5)]
        count = round(max(width, height))
        places = [(k - (count - 1) / 2) * max(width, height) / count for k in range(count)]
        return [(place, 0.0, 0.47) if width > height else (0.0, place, 0.47) for place in places]

    def _florets(self, reach: float, begin: float, time: float) -> Array:
        """x, y, radius, cosine and sine of the direction, and colour of each, float32, from the rim inward.

        Disc k is born at time k and lies k + time places from the middle; after as many births as there are spirals
        each disc lies where another one of its colour was. Those at the rim shrink away.
        """
        spirals, even = int(self.spirals), 1 - self.growth
        root = (
            reach / 0.5
            if not self.growth
            else (np.sqrt(even * even + 8 * self.growth * reach) - even) / 2 / self.growth
        )
        last = self.discs * root * root + 1
        k = np.arange(int(last), -spirals, -1)
        place = k + time * spirals
        alive = (place > 0) & (place < last)
        k, place = k[alive], place[alive]
        radius, grown = self._radius(place), np.clip(np.minimum(place, (last - place) * _RIM), 0, 1)
        step = _GOLDEN + self.slip / 1000
        back = spirals * step - np.round(spirals * step)
        turns = (k * step + begin + time * back) % 1
        c, s = sine(np.stack([turns + 0.25, turns]).astype(np.float32))
        colour, open_ = self._coloured(k, place)
        room = self._room(radius * c, radius * s, (c, s), grown) * grown * open_
        return np.stack([radius * c, radius * s, room * (self.size / 2), c, s, colour]).astype(np.float32)

    def _radius(self, place: Array) -> Array:
        """How far from the middle a disc lies."""
        share = place / self.discs
        return 0.5 * ((1 - self.growth) * np.sqrt(share) + self.growth * share)

    def _coloured(self, k: Array, place: Array) -> tuple[Array, Array]:
        """The colour number of each disc, and how far it is open: it closes where it goes from one band to the next."""
        spirals = int(self.spirals)
        if self.colouring == "spirals":
            return k % spirals, np.ones(len(k))
        below = np.floor(place)
        inner, outer = (np.floor(self._radius(whole) * (20 - spirals % 13)) for whole in (below, below + 1))
        way = place - below
        return np.where(way < 0.5, inner, outer), np.where(inner == outer, 1, np.abs(2 * way - 1))

    def _room(self, x: Array, y: Array, direction: tuple[Array, Array], grown: Array) -> Array:
        """The distance to the nearest neighbour, which is a Fibonacci number of births away; shorter along a petal.

        One that has just been born, or is about to go, takes no room yet.
        """
        (c, s), count = direction, len(x)
        nearest, away = np.full(count, _ROOM), _ROOM * (1 - grown)
        for births in _FIBONACCI:
            if births < count:
                dx, dy = x[births:] - x[:-births], y[births:] - y[:-births]
                older, younger = slice(None, -births), slice(births, None)
                for one, other in ((younger, older), (older, younger)):
                    u, v = (dx * c[one] + dy * s[one]) / self._length, dx * s[one] - dy * c[one]
                    nearest[one] = np.minimum(nearest[one], np.sqrt(u * u + v * v) + away[other])
        return nearest

    @property
    def _length(self) -> float:
        """Of a floret, in radii."""
        return _LONG if self.shape == "petal" else 1.0

    def _seen(self, canvas: Canvas, florets: Array) -> Array:
        """Those that touch the window."""
        reach = florets[2] * np.float32(self._length) + np.float32(2 * canvas.pixel)
        across = (florets[0] + reach > canvas.x[0, 0]) & (florets[0] - reach < canvas.x[0, -1])
        down = (florets[1] + reach > canvas.y[0, 0]) & (florets[1] - reach < canvas.y[-1, 0])
        return florets[:, across & down]

    def _lay_all(self, canvas: Canvas, number: Array, florets: Array, base: Array) -> None:
        """Florets into a flat picture, from the rim inward, as many at once as stay in the processor's cache."""
        start = 0
        while start < len(base):
            side = 2 * self._length * florets[2, start] / canvas.pixel + 3
            stop = start + 1 + int(_AT_ONCE / (side * side))
            self._lay(canvas, number, florets[:, start:stop], base[start:stop])
            start = stop

    def _lay(self, canvas: Canvas, number: Array, florets: Array, base: Array) -> None:
        """Florets of about one size into a flat picture, the later ones over the earlier."""
        x, y, radius, c, s, _ = florets[:, :, None]
        scale = np.float32((SHARES - 1) / canvas.pixel)  # lengths are in steps of coverage
        reach = int(self._length * radius.max() / canvas.pixel + 1.01)
        around = np.arange(-reach, reach + 1)
        dx, column = _offsets(x, around, canvas, 0)
        dy, row = _offsets(y, around, canvas, 1)
        dx, dy, radius = dx * scale, dy * scale, radius[..., None] * scale
        if self.shape == "petal":
            u = (dx * c * np.float32(1 / _LONG))[:, None] + (dy * s * np.float32(1 / _LONG))[:, :, None]
            v = (dx * s)[:, None] - (dy * c)[:, :, None]
            u *= u
            v *= v
            u += v
        else:
            u = (dx * dx)[:, None] + (dy * dy)[:, :, None]
        distance = np.sqrt(u, out=u)
        share = np.clip(radius + np.float32(SHARES / 2) - distance, 0, np.float32(SHARES - 1))
        if self.shape == "ring":
            np.minimum(share, distance - np.float32(_HOLE) * radius + np.float32(SHARES / 2), out=share)
        place = np.where(share >= 1, row[:, :, None] + column[:, None], len(number) - 1)
        number[place] = share.astype(np.int16) + base.astype(np.int16)[:, None, None]


def _offsets(centre: Array, around: Array, canvas: Canvas, axis: int) -> tuple[Array, Array]:
    """Distances of the pixels around each centre along one axis, and what they add to a flat place.

    Pixels outside of the window are as good as endlessly far.
    """
    size, corner = (canvas.width, canvas.height)[axis], canvas.corner[axis]
    half = (canvas.whole[axis] - 1) / 2
    pixel = np.floor(centre / np.float32(canvas.pixel) + np.float32(half + 0.5)).astype(np.int64) + around
    away = ((pixel - half) * canvas.pixel).astype(np.float32) - centre
    inside = (pixel >= corner) & (pixel < corner + size)
    return np.where(inside, away, np.float32(1e6)), (pixel - corner) * (1, canvas.width)[axis]
