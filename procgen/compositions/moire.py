"""Two gratings, one over the other."""

from dataclasses import dataclass
from typing import Annotated

import numpy as np

from ..canvas import Array, Canvas, Indexed, turned
from ..domains import Choice, Integer, Real, Seed
from ..oversampling import doubled, halved
from ..palettes import Palette
from ..randomness import stream
from .base import Composition

_LEVELS = 24  # of coverage, for each grating
_COARSE = 0.15  # lines to a pixel from which on the edges of both gratings meet in many pixels


@dataclass(frozen=True)
class Moire(Composition):
    """Two gratings of nearly the same pitch, laid over each other, and the beats between them.

    Where lines fall on lines the ground is seen, where they fall between it is hidden (Jesus Rafael Soto, Francois
    Morellet, Ludwig Wilding, 1950s).

    Attributes:
        lines: of the first grating, across the short side.
        family: what the gratings are made of; "crossed" has straight lines over circles.
        angle_deg: by how much the second grating is turned against the first; for circles, how far its centre is moved.
        pitch: of the second grating, as a share of the first one's.
        bend: of the second grating, in lines gained over a picture's length.
        inks: what is seen where lines cross: the "same" ink, the second grating "over" the first, the ground again or
            a colour of its own.
        line: how wide a line is, as a share of its period; where one grating lies over the other it is thinner.
        axis_deg: how the first grating runs.
        seed: of centres and colours.
    """

    lines: Annotated[int, Integer(9, 18)]
    family: Annotated[str, Choice("lines", "lines", "circles", "crossed")]
    angle_deg: Annotated[float, Real(12.0, 28.0)]
    pitch: Annotated[float, Real(0.88, 1.14)]
    bend: Annotated[float, Real(-6.0, 6.0)]
    inks: Annotated[str, Choice("same", "over", "flip", "three")]
    line: Annotated[float, Real(0.36, 0.58)]
    axis_deg: Annotated[float, Real(0.0, 180.0)]
    seed: Seed

    def draw(self, canvas: Canvas, palette: Palette) -> Array | Indexed:
        """The coverage of the second grating over that of the first, as a row of a table of all pairs of levels."""
        if canvas.pixel * self.lines > _COARSE:
            return halved(self._drawn(doubled(canvas), palette).linear)
        return self._drawn(canvas, palette)

    def _drawn(self, canvas: Canvas, palette: Palette) -> Indexed:
        rng = stream(self.seed, 0, "moire")
        starts = rng.random(2) + np.array([32 - 2 * canvas.time, 32 + 3 * canvas.time])
        place = (rng.random(2) - 0.5) * 0.7
        inks = palette.linear[self._inks(rng, palette)]
        first = self._phase(canvas, self.family == "lines", place, 0.0) + np.float32(starts[0])
        second = self._phase(canvas, self.family != "circles", place, 1.0) + np.float32(starts[1])
        thin = 0.62 if self.inks == "over" else 1.0
        level = self._level(canvas, first, self.line) * np.int32(_LEVELS)
        level += self._level(canvas, second, self.line * thin)
        return Indexed(_pairs(inks), level)

    def _inks(self, rng: np.random.Generator, palette: Palette) -> list[int]:
        """The number of the colour of the ground, of the first grating, of the second and of both."""
        one, ink = 1 + int(rng.integers(len(palette.colours) - 1)), palette.ink
        other = 1 + (ink + int(rng.integers(len(palette.colours) - 2))) % (len(palette.colours) - 1)
        return {
            "same": [0, ink, ink, ink],
            "over": [0, other, ink, ink],
            "flip": [0, one, one, 0],
            "three": [0, other, one, ink],
        }[self.inks]

    def _phase(self, canvas: Canvas, straight: bool, place: Array, second: float) -> Array:
        """Lines passed on the way to each pixel, of the first grating or, for second 1, of the other."""
        lines = self.lines / (1 + (self.pitch - 1) * second)
        if straight:
            c, s = turned(self.axis_deg / 360 + second * self.angle_deg / 360)
            phase = canvas.x * (c * np.float32(lines)) + canvas.y * (s * np.float32(lines))
            if not second:
                return phase
            bend = np.float32(self.bend / max(canvas.extent))
            return phase + (canvas.x * canvas.x * bend + canvas.y * canvas.y * bend)
        c, s = turned(self.axis_deg / 360)
        reach = second * self.angle_deg * 0.02
        x, y = canvas.x - np.float32(place[0] + float(c) * reach), canvas.y - np.float32(place[1] + float(s) * reach)
        return np.sqrt(x * x + y * y) * np.float32(lines)

    def _level(self, canvas: Canvas, phase: Array, line: float) -> Array:
        """How much of each pixel the lines cover, 0 to _LEVELS - 1."""
        away = np.abs(phase - np.floor(phase) - np.float32(0.5))
        sharp = 1 / (self.lines * canvas.pixel)
        covered = np.float32(0.5 * line * sharp + 0.5) - away * np.float32(sharp)
        return (np.clip(covered, 0, 1) * np.float32(_LEVELS - 1) + np.float32(0.5)).astype(np.int32)


def _pairs(colours: Array) -> Array:
    """Ground, first, second and both at every two levels, (_LEVELS^2, channels)."""
    share = np.linspace(0, 1, _LEVELS, dtype=np.float32)[:, None]
    below = (colours[0] + share * (colours[1] - colours[0]))[:, None]
    above = (colours[2] + share * (colours[3] - colours[2]))[:, None]
    return (below + share * (above - below)).reshape(-1, colours.shape[-1])
