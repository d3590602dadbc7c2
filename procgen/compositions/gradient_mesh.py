"""Light without edges."""

from dataclasses import dataclass
from typing import Annotated

import numpy as np

from ..canvas import Canvas
from ..domains import Choice, Integer, Real, Seed
from ..noise import net_shape, spline
from ..palettes import Palette
from ..randomness import stream
from .base import Array, Composition


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
    calm: Annotated[float, Real(0.0, 0.7)]
    colours: Annotated[int, Integer(3, 5)]
    direction: Annotated[str, Choice("across", "down")]
    seed: Seed

    def draw(self, canvas: Canvas, palette: Palette) -> Array:
        """A net of palette colours, smoothed by cubic splines in linear light."""
        rng = stream(self.seed, 0, "gradient mesh")
        shape = net_shape(canvas, self.cells)
        order = np.resize(rng.permutation(len(palette.colours)), self.colours)
        numbers = order[rng.integers(0, self.colours, shape)]
        keep = rng.random(shape) < self.calm
        if self.direction == "down":
            numbers, keep = numbers.T, keep.T
        for i in range(1, len(numbers)):
            numbers[i] = np.where(keep[i], numbers[i - 1], numbers[i])
        net = palette.linear[numbers.T if self.direction == "down" else numbers]
        picture = canvas.filled(palette.linear[0])
        for channel in range(net.shape[-1]):
            picture[..., channel] = spline(canvas, net[..., channel], self.cells)
        return picture
