"""Strokes that follow a stream."""

from dataclasses import dataclass
from typing import Annotated

import numpy as np

from ..canvas import Canvas, Indexed, pixel_slope, turned
from ..domains import Choice, Integer, Real, Seed
from ..noise import value_noise
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

    lines: Annotated[int, Integer(10, 26)]
    length: Annotated[float, Real(0.15, 0.8)]
    stir: Annotated[float, Real(0.1, 0.3)]
    eddies: Annotated[int, Integer(2, 3)]
    axis_deg: Annotated[float, Real(0.0, 180.0)]
    width: Annotated[float, Real(0.45, 0.85)]
    uneven: Annotated[float, Real(0.0, 0.6)]
    colouring: Annotated[str, Choice("chance", "bands", "accents")]
    seed: Seed

    def draw(self, canvas: Canvas, palette: Palette) -> Indexed:
        """The distance to the stroke that each pixel is nearest to, in pixels."""
        rng = stream(self.seed, 0, "flow lines")
        along, across = self._stirred(canvas, rng)
        density = 1 / np.maximum(pixel_slope(across), np.float32(1e-3))
        line = np.floor(across)
        across -= line
        across -= np.float32(0.5)
        across *= density
        line = line.astype(np.int32) & (_LINES - 1)
        pace = 1 + rng.integers(0, 2, _LINES)
        along += np.take((rng.random(_LINES) + canvas.time * pace).astype(np.float32) * _STROKES, line)
        density *= np.take((self.width / 2 * (1 - self.uneven * rng.random(_LINES))).astype(np.float32), line)
        stroke = np.floor(along)
        along -= stroke
        line *= _STROKES
        line += stroke.astype(np.int32) & (_STROKES - 1)
        number = np.take(self._numbers(rng, len(palette.colours)) * SHARES, line)
        number += covered(self._share(canvas, along, across, density))
        return Indexed(pair_table(palette.linear)[SHARES:], number)

    def _share(self, canvas: Canvas, along: Array, across: Array, radius: Array) -> Array:
        """How much of each pixel its stroke covers; where it is in the stroke, 0..1, and pixels of the other two."""
        along -= np.float32(0.5)
        ahead = np.abs(along, out=along)
        ahead -= np.float32(0.5)
        ahead *= np.float32(self.length / canvas.pixel)
        ahead += radius * np.float32(1.3)
        np.maximum(ahead, 0, out=ahead)
        ahead *= ahead
        across *= across
        ahead += across
        radius -= np.sqrt(ahead, out=ahead)
        radius += np.float32(0.5)
        return np.clip(radius, 0, 1, out=radius)

    def _stirred(self, canvas: Canvas, rng: np.random.Generator) -> tuple[Array, Array]:
        """Where each pixel lies along the stream, in strokes, and across it, in lines."""
        c, s = turned(self.axis_deg / 360)
        across = value_noise(canvas, self.eddies, rng)
        across *= np.float32(self.stir * self.lines)
        across += canvas.y * (c * np.float32(self.lines)) - canvas.x * (s * np.float32(self.lines))
        return (canvas.x * c + canvas.y * s) * np.float32(1 / self.length), across

    def _numbers(self, rng: np.random.Generator, colours: int) -> Array:
        """Which of the colours but the ground each stroke has, int32, (_LINES * _STROKES,)."""
        chance = rng.integers(0, colours - 1, (_LINES, _STROKES))
        if self.colouring == "accents":
            chance[rng.random(chance.shape) < 0.85] = rng.integers(0, colours - 2)
        if self.colouring == "bands":
            chance[:] = np.cumsum(rng.random((_LINES, 1)) < 0.4, axis=0) % (colours - 1)
        return chance.astype(np.int32).ravel()
