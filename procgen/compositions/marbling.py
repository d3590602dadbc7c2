"""Marbled paper."""

from dataclasses import dataclass
from typing import Annotated

import numpy as np

from ..canvas import Canvas, Indexed, sine, turned
from ..domains import Integer, Real, Seed
from ..noise import noise_field
from ..palettes import Palette
from ..randomness import stream
from .base import Array, Composition


@dataclass(frozen=True)
class Marbling(Composition):
    """Bands of colour combed and stirred, as paint floats on water (ebru, suminagashi).

    Attributes:
        bands: across the short side.
        stir: how far slow noise moves the paint.
        comb: how far combs move it.
        teeth: of the combs, along the short side.
        uneven: how unequal the bands are.
        colours: how many follow each other.
        seed: of the noise, the comb and the colours.
    """

    bands: Annotated[float, Real(6.0, 11.0)]
    stir: Annotated[float, Real(0.15, 0.3)]
    comb: Annotated[float, Real(0.03, 0.1)]
    teeth: Annotated[float, Real(1.0, 3.0)]
    uneven: Annotated[float, Real(0.4, 1.6)]
    colours: Annotated[int, Integer(3, 6)]
    seed: Seed

    def draw(self, canvas: Canvas, palette: Palette) -> Indexed:
        """Bands along one direction of coordinates that noise and two combs have moved; over the loop they go on."""
        rng = stream(self.seed, 0, "marbling")
        across, down = noise_field(canvas, 3, rng), noise_field(canvas, 3, rng)
        first, second, angle = rng.random(3).astype(np.float32)
        uneven = noise_field(canvas, 4, rng)
        time, (c, s) = np.float32(canvas.time), turned(float(angle))

        def phase(part: Canvas) -> Array:
            x = self._moved(part.x, across(part))
            y = self._moved(part.y, down(part))
            x += self._combed(y, first + time)
            y += self._combed(x, second - time)
            x *= c
            y *= s
            x += y
            x += np.float32(4)
            x *= np.float32(self.bands)
            noise = uneven(part)
            noise *= np.float32(self.uneven)
            x += noise
            return x

        order = np.resize(rng.permutation(len(palette.colours)), self.colours)
        return canvas.bands(phase, palette.linear[order])

    def _moved(self, places: Array, noise: Array) -> Array:
        noise *= np.float32(self.stir)
        noise += places
        return noise

    def _combed(self, places: Array, start: np.float32) -> Array:
        wave = sine(np.float32(self.teeth) * places + start)
        wave *= np.float32(self.comb)
        return wave
