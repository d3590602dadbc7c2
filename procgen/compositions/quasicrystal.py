"""Order without repetition."""

from dataclasses import dataclass
from typing import Annotated

import numpy as np

from ..canvas import Canvas, Indexed, sine, turned
from ..domains import Choice, Integer, Real, Seed
from ..oversampling import doubled, halved
from ..palettes import Palette
from ..randomness import stream
from .base import Array, Composition

_RAMP = 1024  # steps of the ramp, once round
_COARSE = 0.03  # periods to a pixel from which on bands are thinner than pixels


@dataclass(frozen=True)
class Quasicrystal(Composition):
    """Plane waves of one length from evenly spread directions, added: stars that never repeat (Shechtman, 1984).

    Attributes:
        waves: from how many directions: 5, 7 or 8.
        frequency: periods of a wave along the short side.
        wraps: how often the colours go round between the middle and the crest of a wave.
        edges: whether colours meet in an edge or flow into each other.
        colours: how many follow each other.
        away: of the centre of the star from the centre of the picture.
        turn: of the directions, in turns.
        seed: of the centre and the order of colours.
    """

    waves: Annotated[str, Choice("five", "seven", "eight")]
    frequency: Annotated[float, Real(3.8, 6.5)]
    wraps: Annotated[float, Real(0.3, 0.75)]
    edges: Annotated[str, Choice("hard", "hard", "soft")]
    colours: Annotated[int, Integer(2, 4)]
    away: Annotated[float, Real(0.15, 0.5)]
    turn: Annotated[float, Real(0.0, 1.0)]
    seed: Seed

    def draw(self, canvas: Canvas, palette: Palette) -> Array | Indexed:
        """The sum of the waves, wrapped: each one moves on by a whole turn, every other one the other way."""
        if canvas.pixel * self.frequency > _COARSE:
            return halved(self._drawn(doubled(canvas), palette).linear)
        return self._drawn(canvas, palette)

    def _drawn(self, canvas: Canvas, palette: Palette) -> Indexed:
        rng = stream(self.seed, 0, "quasicrystal")
        others = [k for k in (1 + rng.permutation(len(palette.colours) - 1)).tolist() if k != palette.ink]
        order = [0, palette.ink, *others][: self.colours]
        c, s = turned(float(rng.random()))
        x, y = canvas.x - c * np.float32(self.away), canvas.y - s * np.float32(self.away)
        phase = self._sum(x, y, canvas.time)
        phase += np.float32(16 * self.colours + rng.random() * self.colours)
        colours = palette.linear[order]
        return canvas.bands(phase, colours) if self.edges == "hard" else _soft(phase, colours)

    def _sum(self, x: Array, y: Array, time: float) -> Array:
        """Of the cosines of all waves; cos(a + b) = cos a cos b - sin a sin b leaves one product of lines a wave."""
        count = {"five": 5, "seven": 7, "eight": 8}[self.waves]
        total, part = np.zeros((2, y.shape[0], x.shape[1]), np.float32)
        strength = np.float32(self.wraps * self.colours / float(np.sqrt(count)))
        for k in range(count):
            c, s = turned((k / count if count % 2 else k / count / 2) + self.turn)
            across = x * (c * np.float32(self.frequency)) + np.float32(time if k % 2 else -time)
            down = y * (s * np.float32(self.frequency))
            total += np.multiply(sine(across + np.float32(0.25)) * strength, sine(down + np.float32(0.25)), out=part)
            total -= np.multiply(sine(across) * strength, sine(down), out=part)
        return total


def _soft(phase: Array, colours: Array) -> Indexed:
    """A cyclic ramp through the colours."""
    places = np.arange(_RAMP, dtype=np.float32) * np.float32(len(colours) / _RAMP)
    first = places.astype(np.int32)
    t = (places - np.floor(places))[:, None]
    before, after = colours[first], colours[(first + 1) % len(colours)]
    table = before + t * t * (3 - 2 * t) * (after - before)
    return Indexed(table, (phase * np.float32(_RAMP / len(colours))).astype(np.int32) & (_RAMP - 1))
