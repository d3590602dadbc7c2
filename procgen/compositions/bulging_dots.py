"""A lattice that swells."""

from dataclasses import dataclass
from typing import Annotated

import numpy as np

from ..canvas import Canvas, lookup, pixel_slope
from ..domains import Choice, Integer, Real, Seed
from ..palettes import Palette
from ..randomness import stream
from .base import Array, Composition


@dataclass(frozen=True)
class BulgingDots(Composition):
    """A lattice of dots seen through a lens or two, so that the sheet seems to swell (Op art, 1960s).

    Attributes:
        dots: along the short side, before swelling.
        bulges: how many lenses.
        swell: how strongly they magnify.
        radius: of a lens.
        shape: of a dot.
        size: of a dot, as a share of its cell.
        gradient: how colours follow each other over the lattice.
        seed: of places and colours.
    """

    dots: Annotated[int, Integer(8, 16)]
    bulges: Annotated[int, Integer(1, 2)]
    swell: Annotated[float, Real(0.45, 0.7)]
    radius: Annotated[float, Real(0.3, 0.5)]
    shape: Annotated[str, Choice("disc", "disc", "lozenge", "square")]
    size: Annotated[float, Real(0.3, 0.44)]
    gradient: Annotated[str, Choice("chance", "rings", "diagonal")]
    seed: Seed

    def draw(self, canvas: Canvas, palette: Palette) -> Array:
        """Dots of a lattice in moved coordinates, antialiased by their own slope."""
        rng = stream(self.seed, 0, "bulging dots")
        x, y = self._moved(canvas, rng)
        u, v = x * np.float32(self.dots), y * np.float32(self.dots)
        column, row = np.floor(u), np.floor(v)
        distance = self._distance(u - column - np.float32(0.5), v - row - np.float32(0.5))
        slope = np.maximum(pixel_slope(u), pixel_slope(v))
        alpha = np.clip((np.float32(self.size) - distance) / slope + np.float32(0.5), 0, 1)[..., None]
        number = self._number(rng, row.astype(np.int32), column.astype(np.int32))
        order = 1 + rng.permutation(len(palette.colours) - 1)
        picture = lookup(palette.linear[order], number % len(order))
        picture -= palette.linear[0]
        picture *= alpha
        picture += palette.linear[0]
        return picture

    def _moved(self, canvas: Canvas, rng: np.random.Generator) -> tuple[Array, Array]:
        """Coordinates pulled toward each lens's centre: 1 - swell (1 - (r / radius)^2)^2 times as far."""
        x, y = canvas.x + np.zeros_like(canvas.y), canvas.y + np.zeros_like(canvas.x)
        for _ in range(self.bulges):
            reach = 0.12 if self.bulges == 1 else 0.33
            cx, cy = ((rng.random(2) - 0.5) * 2 * reach * canvas.extent).astype(np.float32)
            dx, dy = x - cx, y - cy
            left = np.maximum(1 - (dx * dx + dy * dy) * np.float32(1 / self.radius / self.radius), 0)
            pull = np.float32(self.swell) * left * left
            x, y = x - dx * pull, y - dy * pull
        return x + np.float32(8), y + np.float32(8)

    def _distance(self, u: Array, v: Array) -> Array:
        """From the middle of a dot, in cells."""
        if self.shape == "disc":
            return np.sqrt(u * u + v * v)
        u, v = np.abs(u), np.abs(v)
        return (u + v) * np.float32(0.8) if self.shape == "lozenge" else np.maximum(u, v) * np.float32(1.1)

    def _number(self, rng: np.random.Generator, row: Array, column: Array) -> Array:
        """Which colour each dot has, before wrapping."""
        if self.gradient == "chance":
            chance = rng.integers(0, 64, (64, 64))
            return np.take(chance.ravel(), (row & 63) * 64 + (column & 63))
        middle = 8 * self.dots
        i, j = row - middle, column - middle
        return (
            (i + j + 512) // 3 if self.gradient == "diagonal" else np.maximum(np.abs(2 * i + 1), np.abs(2 * j + 1)) // 4
        )
