"""Strokes that follow a stream."""

from dataclasses import dataclass
from typing import Annotated

import numpy as np

from ..canvas import Canvas, Indexed, pixel_slope, turned
from ..domains import Choice, Integer, Real, Seed
from ..noise import noise_field
from ..pairs import SHARES, covered, pair_table
from ..palettes import Palette
from ..randomness import stream
from .base import Array, Composition

_LINES = 64  # a power of two; after so many, the lines repeat
_STROKES = 4  # to a line before it repeats; a power of two


@dataclass(frozen=True)
class FlowLines(Composition):
    """Round-ended strokes on open ground, side by side along the lines of a stream, as hair is combed.

    The lines are those of equal value of a smooth stream function, so they never cross (as in drawings by plotters
    since A. M. Noll and F. Nake, 1965).

    Attributes:
        lines: across the short side.
        length: of a stroke, in units.
        stir: how far the stream strays from straight.
        eddies: along the short side.
        axis_deg: where the stream runs.
        width: of a stroke, as a share of its line.
        uneven: how much widths differ.
        colouring: by chance, in bands of lines, or one colour for all but a few.
        seed: of the stream, the strokes and the colours.
    """

    lines: Annotated[int, Integer(8, 17)]
    length: Annotated[float, Real(0.12, 0.45)]
    stir: Annotated[float, Real(0.1, 0.3)]
    eddies: Annotated[int, Integer(2, 3)]
    axis_deg: Annotated[float, Real(0.0, 180.0)]
    width: Annotated[float, Real(0.42, 0.75)]
    uneven: Annotated[float, Real(0.0, 0.6)]
    colouring: Annotated[str, Choice("chance", "bands", "accents")]
    seed: Seed

    def draw(self, canvas: Canvas, palette: Palette) -> Indexed:
        """Every line's start, width and colours, and then strip by strip the strokes."""
        rng = stream(self.seed, 0, "flow lines")
        noise = noise_field(canvas, self.eddies, rng)
        pace = 1 + rng.integers(0, 2, _LINES)
        start = (rng.random(_LINES) + canvas.time * pace).astype(np.float32) * _STROKES
        width = (self.width / 2 * (1 - self.uneven * rng.random(_LINES))).astype(np.float32)
        numbers = self._numbers(rng, len(palette.colours))
        table = pair_table(palette.linear)[SHARES:]
        return Indexed(
            table, canvas.numbers(lambda part: self._strokes(part, noise(part), (start, width, numbers)), len(table))
        )

    def _strokes(self, part: Canvas, noise: Array, lines: tuple[Array, Array, Array]) -> Array:
        """For each pixel the stroke it is nearest to, and how much of it that covers, as a number of pairs."""
        start, width, numbers = lines
        along, across = self._stirred(part, noise)
        density = 1 / np.maximum(pixel_slope(across), np.float32(1e-3))
        line = np.floor(across)
        across -= line
        across -= np.float32(0.5)
        across *= density
        line = line.astype(np.int32) & (_LINES - 1)
        along += np.take(start, line)
        density *= np.take(width, line)
        stroke = np.floor(along)
        along -= stroke
        line *= _STROKES
        line += stroke.astype(np.int32) & (_STROKES - 1)
        number = np.take(numbers, line)
        number += covered(self._share(part, along, across, density))
        return number

    def _share(self, part: Canvas, along: Array, across: Array, radius: Array) -> Array:
        """How much of each pixel its stroke covers; where it is in the stroke, 0..1, and pixels of the other two."""
        along -= np.float32(0.5)
        ahead = np.abs(along, out=along)
        ahead -= np.float32(0.5)
        ahead *= np.float32(self.length / part.pixel)
        ahead += radius * np.float32(1.3)
        np.maximum(ahead, 0, out=ahead)
        ahead *= ahead
        across *= across
        ahead += across
        radius -= np.sqrt(ahead, out=ahead)
        radius += np.float32(0.5)
        return np.clip(radius, 0, 1, out=radius)

    def _stirred(self, part: Canvas, noise: Array) -> tuple[Array, Array]:
        """Where each pixel lies along the stream, in strokes, and across it, in lines."""
        c, s = turned(self.axis_deg / 360)
        noise *= np.float32(self.stir * self.lines)
        noise += part.y * (c * np.float32(self.lines)) - part.x * (s * np.float32(self.lines))
        return (part.x * c + part.y * s) * np.float32(1 / self.length), noise

    def _numbers(self, rng: np.random.Generator, colours: int) -> Array:
        """The number of pairs of each stroke's colour, of all but the ground, int32, (_LINES * _STROKES,)."""
        chance = rng.integers(0, colours - 1, (_LINES, _STROKES))
        if self.colouring == "accents":
            chance[rng.random(chance.shape) < 0.85] = rng.integers(0, colours - 2)
        if self.colouring == "bands":
            chance[:] = np.cumsum(rng.random((_LINES, 1)) < 0.4, axis=0) % (colours - 1)
        return chance.astype(np.int32).ravel() * SHARES
