"""Bent stripes that seem to move."""

from dataclasses import dataclass
from typing import Annotated

import numpy as np

from ..canvas import Canvas, Indexed, sine
from ..domains import Choice, Integer, Real, Seed
from ..palettes import Palette
from ..randomness import stream
from .base import Array, Composition


@dataclass(frozen=True)
class Waves(Composition):
    """Parallel stripes bent by a wave that is itself bent, so that a flat sheet seems to ripple (Op art, 1960s).

    Attributes:
        stripes: across the short side.
        amplitude: of the bend, in short sides.
        waves: of the bend, along the short side.
        pinch: how much the waves crowd together.
        shear: how far the bend drifts from stripe to stripe.
        colours: how many follow each other.
        direction: how the stripes run.
        seed: of phases and colours.
    """

    stripes: Annotated[int, Integer(12, 26)]
    amplitude: Annotated[float, Real(0.022, 0.07)]
    waves: Annotated[float, Real(0.8, 3.0)]
    pinch: Annotated[float, Real(0.0, 0.2)]
    shear: Annotated[float, Real(-1.0, 1.0)]
    colours: Annotated[int, Integer(2, 4)]
    direction: Annotated[str, Choice("vertical", "horizontal")]
    seed: Seed

    def draw(self, canvas: Canvas, palette: Palette) -> Indexed:
        """Bands of stripes times (x + amplitude sin(waves y + pinch sin(y) + shear x)); with time the bend runs on."""
        rng = stream(self.seed, 0, "waves")
        start, slow = rng.random(2).astype(np.float32)
        start += np.float32(canvas.time)

        def phase(part: Canvas) -> Array:
            across, along = (part.x, part.y) if self.direction == "vertical" else (part.y, part.x)
            bent = np.float32(self.waves) * along + np.float32(self.pinch) * sine(along + slow) + start
            bend = sine(bent + np.float32(self.shear) * across)
            bend *= np.float32(self.amplitude)
            bend += across + np.float32(2)
            bend *= np.float32(self.stripes)
            return bend

        order = np.resize([0, *(1 + rng.permutation(len(palette.colours) - 1))], self.colours)
        return canvas.bands(phase, palette.linear[order])
