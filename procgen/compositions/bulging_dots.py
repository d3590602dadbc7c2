"""A lattice that swells."""

from dataclasses import dataclass
from typing import Annotated

import numpy as np

from ..canvas import Canvas, Indexed, covering, pixel_slope, turned
from ..domains import Choice, Integer, Real, Seed
from ..palettes import Palette
from ..ramps import blend_table
from ..randomness import stream
from .base import Array, Composition

_LEVELS = 32  # shades of an edge


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

    def draw(self, canvas: Canvas, palette: Palette) -> Indexed:
        """Dots of a lattice in moved coordinates, antialiased by their own slope; over the loop the lenses go round."""
        rng = stream(self.seed, 0, "bulging dots")
        lenses = [self._lens(rng, canvas) for _ in range(self.bulges)]
        half_width, half_height = (covering(side / 2 * self.dots) + 1 for side in canvas.extent)
        numbers = self._numbers(rng, half_height, half_width)
        order = 1 + rng.permutation(len(palette.colours) - 1)
        rows = (numbers % len(order) * _LEVELS).astype(np.float32).ravel()

        def field(part: Canvas) -> Array:
            x, y = self._moved(part, lenses)
            slope = np.maximum(pixel_slope(x), pixel_slope(y))
            u, column = self._within(x, half_width)
            v, row = self._within(y, half_height)
            row *= np.float32(2 * half_width)
            row += column
            alpha = self._inside(u, v, slope)
            alpha *= np.float32(_LEVELS - 1)
            alpha += np.float32(0.5)
            alpha += np.take(rows, row.astype(np.int32), mode="clip")
            return alpha

        colours = palette.linear[order]
        table = blend_table(np.broadcast_to(palette.linear[0], colours.shape), colours, _LEVELS)
        return Indexed(table.reshape(-1, colours.shape[-1]), canvas.numbers(field, len(order) * _LEVELS))

    def _lens(self, rng: np.random.Generator, canvas: Canvas) -> tuple[np.float32, np.float32]:
        """The centre of a lens, which goes round in a circle."""
        reach = 0.12 if self.bulges == 1 else 0.33
        x, y = ((rng.random(2) - 0.5) * 2 * reach * canvas.extent).tolist()
        start = rng.random()
        (c, s), (c0, s0) = turned(start + canvas.time), turned(start)
        return np.float32(x + 0.1 * float(c - c0)), np.float32(y + 0.1 * float(s - s0))

    def _moved(self, canvas: Canvas, lenses: list[tuple[np.float32, np.float32]]) -> tuple[Array, Array]:
        """Coordinates pulled toward each lens's centre: 1 - swell (1 - (r / radius)^2)^2 times as far."""
        x, y = canvas.x, canvas.y
        for cx, cy in lenses:
            dx, dy = x - cx, y - cy
            pull = dx * dx + dy * dy
            pull *= np.float32(-1 / self.radius / self.radius)
            pull += 1
            np.maximum(pull, 0, out=pull)
            pull *= pull
            pull *= np.float32(self.swell)
            x, y = x - dx * pull, y - dy * pull
        return x, y

    def _within(self, places: Array, half: int) -> tuple[Array, Array]:
        """Where in its cell each place lies, from the middle of it, and the number of the cell."""
        places *= np.float32(self.dots)
        places += np.float32(half)
        number = np.floor(places)
        places -= number
        places -= np.float32(0.5)
        return places, number

    def _inside(self, u: Array, v: Array, slope: Array) -> Array:
        """How much of each pixel the dot of its cell covers, from the place in the cell."""
        if self.shape == "disc":
            u *= u
            v *= v
            u += v
            np.sqrt(u, out=u)
        else:
            np.abs(u, out=u)
            np.abs(v, out=v)
            u = np.add(u, v, out=u) if self.shape == "lozenge" else np.maximum(u, v, out=u)
            u *= np.float32(0.8 if self.shape == "lozenge" else 1.1)
        slope *= np.float32(self.dots)
        np.subtract(np.float32(self.size), u, out=u)
        u /= slope
        u += np.float32(0.5)
        return np.clip(u, 0, 1, out=u)

    def _numbers(self, rng: np.random.Generator, half_height: int, half_width: int) -> Array:
        """Which colour each dot has, before wrapping, (2 half_height, 2 half_width)."""
        i, j = np.indices((2 * half_height, 2 * half_width))
        if self.gradient == "chance":
            return rng.integers(0, 64, i.shape)
        if self.gradient == "diagonal":
            return (i + j) // 3
        i, j = 2 * (i - half_height) + 1, 2 * (j - half_width) + 1
        return np.maximum(np.abs(i), np.abs(j)) // 4
