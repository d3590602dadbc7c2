"""Marbled paper."""

from dataclasses import dataclass
from typing import Annotated

import numpy as np

from ..canvas import Canvas, Indexed, sine, turned
from ..domains import Integer, Real, Seed
from ..noise import value_noise
from ..palettes import Palette
from ..randomness import stream
from .base import Composition


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

    bands: Annotated[float, Real(5.0, 11.0)]
    stir: Annotated[float, Real(0.15, 0.3)]
    comb: Annotated[float, Real(0.03, 0.1)]
    teeth: Annotated[float, Real(1.0, 3.0)]
    uneven: Annotated[float, Real(0.4, 1.6)]
    colours: Annotated[int, Integer(3, 6)]
    seed: Seed

    def draw(self, canvas: Canvas, palette: Palette) -> Indexed:
        """Bands along one direction of coordinates that noise and two combs have moved."""
        rng = stream(self.seed, 0, "marbling")
        stir, comb, teeth = np.float32(self.stir), np.float32(self.comb), np.float32(self.teeth)
        x = canvas.x + stir * value_noise(canvas, 3, rng)
        y = canvas.y + stir * value_noise(canvas, 3, rng)
        first, second, angle = rng.random(3).astype(np.float32)
        x += comb * sine(teeth * y + first)
        y += comb * sine(teeth * x + second)
        c, s = turned(float(angle))
        phase = np.float32(self.bands) * (x * c + y * s + np.float32(4))
        phase += np.float32(self.uneven) * value_noise(canvas, 4, rng)
        order = np.resize(rng.permutation(len(palette.colours)), self.colours)
        return canvas.bands(phase, palette.linear[order])
