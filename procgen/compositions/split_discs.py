"""Discs cut into slices."""

from dataclasses import dataclass
from functools import partial
from typing import Annotated

import numpy as np

from ..canvas import Canvas, Indexed, turned
from ..domains import Integer, Real, Seed
from ..layers import Layers
from ..palettes import Palette
from ..ramps import blend_table
from ..randomness import stream
from ..shapes import Shape, sheet, split_disc
from .base import Array, Composition

_LEVELS = 8  # shades of an edge
_Axis = tuple[np.float32, np.float32]  # the cosine and sine of how a line is turned


@dataclass(frozen=True)
class SplitDiscs(Composition):
    """Ringed discs cut through the middle, each ring changing colour at the cuts (Orphism, about 1912).

    Attributes:
        discs: how many, the largest first.
        rings: of each disc.
        cuts: 2 make quarters, 3 sixths, 4 eighths.
        turn_deg: how the cuts of the first disc are turned.
        size: radius of the largest disc.
        seed: of places, sizes and colours.
    """

    discs: Annotated[int, Integer(2, 5)]
    rings: Annotated[int, Integer(2, 5)]
    cuts: Annotated[int, Integer(2, 4)]
    turn_deg: Annotated[float, Real(0.0, 90.0)]
    size: Annotated[float, Real(0.34, 0.6)]
    seed: Seed

    def draw(self, canvas: Canvas, palette: Palette) -> Indexed:
        """The discs over the ground; over the loop each one turns once, its neighbour the other way."""
        layers = Layers(canvas, palette.linear)
        for k, (circle, turn, numbers) in enumerate(self._discs(canvas.extent, len(palette.colours))):
            first = layers.add(_edges(palette.linear[numbers]))
            turn += canvas.time if k % 2 == 0 else -canvas.time
            cuts = [turned(turn + cut * 0.5 / self.cuts) for cut in range(self.cuts)]
            x, y, radius = circle
            layers.lay(x, y, (radius, radius), partial(self._painted, canvas, (radius, cuts, first)))
        return layers.picture

    def vectors(self, extent: tuple[float, float], palette: Palette) -> list[Shape]:
        """Each ring of each disc, from the outermost inward, as sectors over one another."""
        shapes: list[Shape] = [sheet(palette.ground, extent)]
        for (x, y, radius), turn, numbers in self._discs(extent, len(palette.colours)):
            for ring in range(self.rings, 0, -1):
                fills = [palette.colours[number] for number in numbers[:, ring - 1]]
                shapes += split_disc(fills * self.cuts, x, y, radius * ring / self.rings, turn)
        return shapes

    def _discs(self, extent: tuple[float, float], colours: int) -> list[tuple[tuple[float, ...], float, Array]]:
        """((x, y, radius), turn of the first cut, colour numbers (2, rings)), the largest first."""
        rng = stream(self.seed, 0, "split discs")
        discs: list[tuple[tuple[float, ...], float, Array]] = []
        for disc in range(self.discs):
            radius = self.size * (1.0, 0.7, 0.55, 0.45, 0.4)[disc]
            reach = 0.2 if disc == 0 else 0.9
            x, y = ((rng.random(2) - 0.5) * reach * extent).tolist()
            turn = round(rng.random() * 4) / 8 + self.turn_deg / 360
            discs.append(((x, y, radius), turn, self._numbers(rng, colours)))
        return discs

    def _numbers(self, rng: np.random.Generator, colours: int) -> Array:
        """Colour numbers of the slices in turn, (2, rings): neighbours along and across the rings differ."""
        order = 1 + rng.permutation(colours - 1)
        return order[(2 * np.arange(self.rings) + np.arange(2)[:, None]) % len(order)]

    def _painted(
        self, canvas: Canvas, disc: tuple[float, list[_Axis], int], dx: Array, dy: Array
    ) -> tuple[Array, Array]:
        """How much of each pixel a disc of (radius, cuts, first row of `_edges`) covers, and the row it has."""
        radius, cuts, first = disc
        distance = dx * dx + dy * dy
        np.sqrt(distance, out=distance)
        ring = distance * np.float32(self.rings / radius)
        nearest = np.floor(ring + np.float32(0.5))
        ring -= nearest
        number = np.minimum(nearest, self.rings, out=nearest)
        number *= np.float32(_LEVELS)
        number += _level(ring, radius / self.rings / canvas.pixel)
        number *= np.float32(_LEVELS)
        number += _level(_cut(dx, dy, cuts), 1 / canvas.pixel)
        number += np.float32(first)
        distance -= np.float32(radius)
        return canvas.coverage(distance), number.astype(np.int32)


def _cut(dx: Array, dy: Array, cuts: list[_Axis]) -> Array:
    """The distance to the nearest cut, negative within every other slice, the first after the first cut."""
    (c, s), *others = cuts
    sides = dx * s - dy * c if len(cuts) % 2 else dy * c - dx * s
    near = np.abs(sides)
    for c, s in others:
        side = dy * c - dx * s
        sides *= side
        np.minimum(near, np.abs(side, out=side), out=near)
    return np.copysign(near, sides, out=near)


def _edges(colours: Array) -> Array:
    """The colours of a disc's pixels, from those of its slices, (2, rings, channels).

    By which edge of a ring is nearest, how far the pixel lies beyond it, and how far on the one slice's side:
    ((rings + 1) * levels * levels, channels).
    """
    before = np.concatenate([colours[:, :1], colours], axis=1)
    after = np.concatenate([colours, colours[:, -1:]], axis=1)
    one, other = blend_table(before, after, _LEVELS)
    return blend_table(one, other, _LEVELS).reshape(-1, colours.shape[-1])


def _level(distance: Array, scale: float) -> Array:
    """The number of the shade at a distance beyond an edge, whole."""
    level = distance * np.float32(scale * (_LEVELS - 1))
    level += np.float32(0.5 * _LEVELS)
    np.clip(level, 0, _LEVELS - 1, out=level)
    return np.floor(level, out=level)
