"""Squares within squares."""

from dataclasses import dataclass
from typing import Annotated

import numpy as np

from ..canvas import Canvas, swing, turned
from ..domains import Choice, Integer, Real, Seed
from ..palettes import Palette
from ..randomness import stream
from ..shapes import Box, Rectangle, Shape, middles, sheet
from .base import Array, Composition

_TURNS = {"right": 0.0, "down": 0.25, "left": 0.5, "up": 0.75}


@dataclass(frozen=True)
class NestedSquares(Composition):
    """A few squares within squares, low in the picture: what a colour does to its neighbour.

    The margins keep a fixed proportion below, beside and above, 1:2:3 in the studies they descend from (Josef
    Albers, Homage to the Square, 1950-1976).

    Attributes:
        count: squares, the ground not counted.
        size: side of the largest square, in short sides of the picture.
        core: side of the smallest, as a share of the largest.
        gravity: which way the squares are pushed.
        push: how far, 0 is centred, 1 touches.
        seed: of the order of colours.
    """

    count: Annotated[int, Integer(3, 5)]
    size: Annotated[float, Real(0.7, 0.96)]
    core: Annotated[float, Real(0.3, 0.55)]
    gravity: Annotated[str, Choice("down", "down", "down", "up", "left", "right")]
    push: Annotated[float, Real(0.0, 0.75)]
    seed: Seed

    def draw(self, canvas: Canvas, palette: Palette) -> Array:
        """The squares from the largest to the smallest, each over the last."""
        picture = canvas.filled(palette.linear[0])
        for number, box in self._squares(canvas.extent, len(palette.colours), canvas.time):
            canvas.rectangle(picture, box, palette.linear[number])
        return picture

    def vectors(self, extent: tuple[float, float], palette: Palette) -> list[Shape]:
        """The squares over the ground."""
        squares = self._squares(extent, len(palette.colours))
        return [sheet(palette.ground, extent), *(Rectangle(palette.colours[number], box) for number, box in squares)]

    def _squares(self, extent: tuple[float, float], colours: int, time: float = 0.0) -> list[tuple[int, Box]]:
        """The number of each one's colour and its box, the largest first; a long picture repeats them side by side.

        Over the loop the push goes once round the compass and the squares breathe, the smallest most.
        """
        rng = stream(self.seed, 0, "nested squares")
        order = 1 + rng.permutation(colours - 1)
        shares = np.arange(self.count) / (self.count - 1)
        sizes = self.size * (1 - (1 - self.core) * shares)
        sizes *= 1 + 0.14 * swing(time, 0.25) * shares
        dx, dy = (float(part) for part in turned(_TURNS[self.gravity] + time))
        squares = []
        for first, (middle, down) in enumerate(middles(extent)):
            # Each repetition begins one colour later, so that neighbours differ.
            numbers = order[(np.arange(self.count) % min(self.count, len(order)) + first) % len(order)]
            for number, side in zip(numbers.tolist(), sizes.tolist(), strict=True):
                shift = self.push * (1 - side) / 2
                x, y = middle + dx * shift, down + dy * shift
                squares.append((number, (x - side / 2, y - side / 2, x + side / 2, y + side / 2)))
        return squares
