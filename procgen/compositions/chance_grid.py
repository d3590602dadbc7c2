"""Patches in a grid, between chance and order."""

from dataclasses import dataclass
from typing import Annotated

import numpy as np

from ..canvas import Canvas, Indexed, covering, sine, turned
from ..domains import Choice, Integer, Real, Seed
from ..palettes import Palette
from ..randomness import stream
from ..shapes import Disc, Rectangle, Shape, sheet
from .base import Array, Composition

_PUPIL = 0.58  # the disc in an eye, as a share of its square
_DISCS = {"squares": 0.0, "discs": 1.0, "mixed": 0.5, "eyes": 0.0}  # share of the patches that are round


@dataclass(frozen=True)
class ChanceGrid(Composition):
    """Patches on a ground whose colours lie between chance and a gradation (Ellsworth Kelly, 1951; Paul Klee, 1930).

    Attributes:
        cells: along the short side.
        order: 0 gives every patch a colour by chance, 1 gives a gradation by lightness.
        figure: what stands in a cell; "eyes" are discs within squares.
        size: of the largest patch, as a share of its cell.
        swell: by how much of that the patches differ.
        kept: share of the patches that are not shrunk to a small one.
        slope_deg: the direction of the gradation.
        seed: of chance.
    """

    cells: Annotated[int, Integer(4, 13)]
    order: Annotated[float, Real(0.0, 1.0)]
    figure: Annotated[str, Choice("squares", "discs", "eyes", "mixed")]
    size: Annotated[float, Real(0.7, 0.92)]
    swell: Annotated[float, Real(0.1, 0.5)]
    kept: Annotated[float, Real(0.75, 1.0)]
    slope_deg: Annotated[float, Real(0.0, 360.0)]
    seed: Seed

    def draw(self, canvas: Canvas, palette: Palette) -> Indexed:
        """The distance to the border of each cell's patch, as a row of the colours on its two sides."""
        half, number, chance = self._patches(canvas.extent, palette, canvas.time)
        column, u = _cell(canvas.x, canvas.extent[0], self.cells)
        row, v = _cell(canvas.y, canvas.extent[1], self.cells)
        cell = row * number.shape[1] + column
        if self.figure == "eyes":
            pupil = _pupils(number, chance, len(palette.colours))
            return _eyes(canvas, palette.linear, (u, v), cell, (half, number, pupil))
        discs = chance < _DISCS[self.figure]
        distance = np.where(np.take(discs, cell), np.sqrt(u * u + v * v), np.maximum(np.abs(u), np.abs(v)))
        return canvas.profile(distance - np.take(half, cell), [0.0], _sides(palette.linear), np.take(number, cell))

    def vectors(self, extent: tuple[float, float], palette: Palette) -> list[Shape]:
        """The patches over the ground."""
        halves, numbers, chance = self._patches(extent, palette)
        pupils, discs = _pupils(numbers, chance, len(palette.colours)), chance < _DISCS[self.figure]
        shapes: list[Shape] = [sheet(palette.ground, extent)]
        for (i, j), half in np.ndenumerate(halves.astype(float)):
            x, y = (j + 0.5) / self.cells - extent[0] / 2, (i + 0.5) / self.cells - extent[1] / 2
            fill = palette.colours[numbers[i, j]]
            shapes.append(
                Disc(fill, x, y, half) if discs[i, j] else Rectangle(fill, (x - half, y - half, x + half, y + half))
            )
            if self.figure == "eyes":
                shapes.append(Disc(palette.colours[pupils[i, j]], x, y, half * _PUPIL))
        return shapes

    def _patches(self, extent: tuple[float, float], palette: Palette, time: float = 0.0) -> tuple[Array, Array, Array]:
        """Half the side of each patch, in units, the number of its colour, and a chance of its own, (rows, columns)."""
        rng = stream(self.seed, 0, "chance grid")
        shape = (covering(extent[1] * self.cells), covering(extent[0] * self.cells))
        chance, place = rng.random((3, *shape)), self._place(shape)
        mixed = place * self.order + chance[0] * (1 - self.order)
        return self._halves(mixed + time, chance[1]), self._numbers(mixed, palette), chance[2]

    def _place(self, shape: tuple[int, int]) -> Array:
        """Where each cell lies along the gradation, 0..1."""
        c, s = (float(part) for part in turned(self.slope_deg / 360))
        down, right = (np.arange(count) + 0.5 - count / 2 for count in shape)
        return (down[:, None] * s + right * c) / (abs(s) * shape[0] + abs(c) * shape[1]) + 0.5

    def _numbers(self, mixed: Array, palette: Palette) -> Array:
        """The number of each patch's colour: every one about as often as the others, from dark to light."""
        ladder = 1 + np.argsort(palette.oklab[1:, 0], kind="stable")
        rank = np.argsort(np.argsort(mixed.ravel(), kind="stable"), kind="stable").reshape(mixed.shape)
        return ladder[rank * len(ladder) // mixed.size].astype(np.int32)

    def _halves(self, turns: Array, chance: Array) -> Array:
        """Half the side of each patch, in units: a wave that goes along the gradation."""
        wave = np.float32(0.5) + np.float32(0.5) * sine(turns.astype(np.float32))
        half = (np.float32(0.5 * self.size) - np.float32(0.5 * self.size * self.swell) * wave) / np.float32(self.cells)
        return np.where(chance < self.kept, half, half * np.float32(0.4))


def _pupils(number: Array, chance: Array, colours: int) -> Array:
    """The number of the colour of the disc in each eye: any but the ground's and the eye's own."""
    steps = np.floor(chance * (colours - 2)).astype(np.int32)
    return 1 + (number + steps) % (colours - 1)


def _eyes(canvas: Canvas, colours: Array, at: tuple[Array, Array], cell: Array, eyes: tuple[Array, ...]) -> Indexed:
    """Squares that hold discs; eyes are the half side, the colour and the colour of the disc, of each cell."""
    (u, v), (half, number, other) = at, eyes
    seen = np.take(half, cell)
    square = np.maximum(np.abs(u), np.abs(v)) - seen
    disc = np.sqrt(u * u + v * v) - seen * np.float32(_PUPIL)
    within = disc < np.float32(0.5 * canvas.pixel)
    inner = len(colours) + number * len(colours) + other
    kinds = np.where(within, np.take(inner, cell), np.take(number, cell))
    pairs = np.stack([np.tile(colours, (len(colours), 1)), np.repeat(colours, len(colours), 0)], 1)
    return canvas.profile(np.where(within, disc, square), [0.0], np.concatenate([_sides(colours), pairs]), kinds)


def _sides(colours: Array) -> Array:
    """Each colour before the ground, (n, 2, channels)."""
    return np.stack([colours, np.broadcast_to(colours[0], colours.shape)], 1)


def _cell(places: Array, extent: float, cells: int) -> tuple[Array, Array]:
    """The number of the cell at each place, and the distance from its centre, in units."""
    position = (places + np.float32(extent / 2)) * np.float32(cells)
    number = np.floor(position)
    return number.astype(np.int32), (position - number - np.float32(0.5)) * np.float32(1 / cells)
