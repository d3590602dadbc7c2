"""Light without edges."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated

import numpy as np

from ..canvas import Canvas
from ..domains import Choice, Integer, Real, Seed
from ..noise import net_shape, spline_field
from ..palettes import Palette
from ..randomness import stream
from .base import Array, Composition

_HUE = 3.0  # how much more hue counts than lightness, or most pictures would be black and white
_LEANING = 0.45  # of the net, that holds the far colour of its side


@dataclass(frozen=True)
class GradientMesh(Composition):
    """Colours that flow into each other without an edge (the light rooms of the 1960s and after).

    Attributes:
        cells: of the net of colours, on the short side.
        calm: how likely a colour is that of the one before it.
        colours: how many are used.
        direction: which way calm runs.
        seed: of the net.
    """

    cells: Annotated[int, Integer(3, 6)]
    calm: Annotated[float, Real(0.0, 0.5)]
    colours: Annotated[int, Integer(3, 5)]
    direction: Annotated[str, Choice("across", "down")]
    seed: Seed

    def draw(self, canvas: Canvas, palette: Palette) -> Array:
        """A net of palette colours, smoothed by cubic splines in linear light."""
        net = self._net(canvas, palette)
        picture = canvas.filled(palette.linear[0])
        surfaces = [spline_field(canvas, net[..., channel], self.cells) for channel in range(net.shape[-1])]
        for rows, part in canvas.strips():
            for channel, surface in enumerate(surfaces):
                picture[rows, :, channel] = surface(part)
        return picture

    def _net(self, canvas: Canvas, palette: Palette) -> Array:
        """The colours of the net, (rows, columns, channels); over the loop each becomes two others and comes back."""
        rng = stream(self.seed, 0, "gradient mesh")
        shape = net_shape(canvas, self.cells)
        order = np.resize(_farthest_first(rng.permutation(len(palette.colours)), palette), self.colours)
        numbers = order[rng.integers(0, self.colours, shape)]
        sides = order[self._sides(shape, int(rng.integers(2)))]
        numbers = np.where(rng.random(shape) < _LEANING, sides, numbers)
        keep = rng.random(shape) < self.calm
        still = palette.linear[self._calmed(numbers, keep)]
        if canvas.time == 0:
            return still
        stages = [still, *palette.linear[order[rng.integers(0, self.colours, (2, *shape))]], still]
        # Every colour changes at its own pace, so that the whole never rests but at the start.
        first, second = 0.25 * (rng.random((2, *shape)) - 0.5)
        when = [np.zeros(shape), 1 / 3 + first, 2 / 3 + second, np.ones(shape)]
        net = np.zeros_like(still)
        for (one, other), (start, stop) in zip(pairwise(stages), pairwise(when), strict=True):
            share = np.clip((canvas.time - start) / (stop - start), 0, 1).astype(np.float32)[..., None]
            inside = (start <= canvas.time) & (canvas.time < stop)
            net[inside] = (one + share * share * (3 - 2 * share) * (other - one))[inside]
        return net

    def _sides(self, shape: tuple[int, int], first: int) -> Array:
        """Zeros and ones, by halves of the short side: where which of the two far colours prevails."""
        axis = 1 if self.direction == "across" else 0
        sides = (np.arange(shape[axis]) * 2 // (self.cells + 3) + first) % 2
        return np.broadcast_to(sides if axis else sides[:, None], shape)

    def _calmed(self, numbers: Array, keep: Array) -> Array:
        """The colour numbers, where some are as the one before them."""
        if self.direction == "down":
            numbers, keep = numbers.T, keep.T
        for i in range(1, len(numbers)):
            numbers[i] = np.where(keep[i], numbers[i - 1], numbers[i])
        return numbers.T if self.direction == "down" else numbers


def _farthest_first(order: Array, palette: Palette) -> Array:
    """The colour numbers in the same order, but that the two farthest from each other to the eye come first."""
    lightness, a, b = (channel[:, None] - channel for channel in palette.oklab.T)
    far = lightness * lightness + _HUE * (a * a + b * b)
    two = divmod(int(np.argmax(far)), len(far))
    return np.array([*two, *(number for number in order.tolist() if number not in two)])
