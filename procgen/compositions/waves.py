"""Bent stripes that seem to move."""

from dataclasses import dataclass
from typing import Annotated

import numpy as np

from ..canvas import Canvas, Indexed, sine
from ..domains import Choice, Integer, Real, Seed
from ..palettes import Palette
from ..randomness import stream
from .base import Composition


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
        """Bands of the phase: stripes times (x + amplitude sin(waves y + pinch sin(y) + shear x))."""
        rng = stream(self.seed, 0, "waves")
        start, slow = rng.random(2).astype(np.float32)
        across, along = (canvas.x, canvas.y) if self.direction == "vertical" else (canvas.y, canvas.x)
        bent = np.float32(self.waves) * along + np.float32(self.pinch) * sine(along + slow) + start
        bend = np.float32(self.amplitude) * sine(bent + np.float32(self.shear) * across)
        phase = (across + bend + np.float32(2)) * np.float32(self.stripes)
        order = np.resize([0, *(1 + rng.permutation(len(palette.colours) - 1))], self.colours)
        return canvas.bands(phase, palette.linear[order])
