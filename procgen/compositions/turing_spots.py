"""Spots, mazes and holes."""

from dataclasses import dataclass
from typing import Annotated

import numpy as np

from ..canvas import Canvas, Indexed, pixel_slope, sine, turned
from ..domains import Integer, Real, Seed
from ..noise import net_shape, spline_field
from ..pairs import SHARES, steps
from ..palettes import Palette
from ..randomness import stream
from .base import Array, Composition

_WAVES = 16
_FINENESS = 5  # control values in a wave's length: enough for the spline to keep its crests
_RIM = 0.5  # of the field, from the edge of one ring to the next


@dataclass(frozen=True)
class TuringSpots(Composition):
    """The coat of an animal: spots, mazes or holes all of nearly one size.

    A. M. Turing, "The chemical basis of morphogenesis" (1952), explains them by two reacting and diffusing
    substances. Here waves of nearly one length and of random directions and phases are added instead, which gives the
    same look at once (A. C. Newell and Y. Pomeau, "Turbulent crystals in macroscopic systems", 1993).

    Attributes:
        waves: lengths of a wave on the short side.
        stretch: how much longer the figures are along one axis.
        axis_deg: of the stretch.
        level: where the field is cut: spots below 0, a maze about 0, holes above.
        rings: colours of each figure, from its rim in.
        widen: how much larger the figures are on one side of the picture than on the other.
        seed: of directions, phases and colours.
    """

    waves: Annotated[float, Real(5.0, 9.5)]
    stretch: Annotated[float, Real(1.0, 2.2)]
    axis_deg: Annotated[float, Real(0.0, 180.0)]
    level: Annotated[float, Real(-0.6, 0.6)]
    rings: Annotated[int, Integer(1, 3)]
    widen: Annotated[float, Real(0.0, 0.35)]
    seed: Seed

    def draw(self, canvas: Canvas, palette: Palette) -> Indexed:
        """The field, made on a net and splined to the pixels, cut at one level or more."""
        rng = stream(self.seed, 0, "turing spots")
        cells = min(int(_FINENESS * self.waves), 64)
        field = spline_field(canvas, self._net(canvas, cells, rng) + np.float32(self.level), cells)
        order = np.concatenate([[0], 1 + rng.permutation(len(palette.colours) - 1)])[: self.rings + 1]
        table = steps(palette.linear[order])
        return Indexed(table, canvas.numbers(lambda part: self._rows(field(part)), len(table)))

    def _rows(self, field: Array) -> Array:
        """The row in the table of `steps` that each value of the field has."""
        ring = np.clip(np.floor(field * np.float32(1 / _RIM) + np.float32(0.5)), 0, self.rings - 1)
        share = (field - ring * np.float32(_RIM)) / np.maximum(pixel_slope(field), np.float32(1e-6)) + np.float32(0.5)
        return ring * np.float32(SHARES) + np.clip(share, 0, 1) * np.float32(SHARES - 1) + np.float32(0.5)

    def _net(self, canvas: Canvas, cells: int, rng: np.random.Generator) -> Array:
        """The sum of the waves at the control places, float32, with a spread of about 1."""
        rows, columns = net_shape(canvas, cells)
        x = _places(columns, cells, canvas.extent[0])
        y = _places(rows, cells, canvas.extent[1])[:, None]
        c, s = turned(self.axis_deg / 360)
        u, v = (x * c + y * s) * np.float32(1 / self.stretch), y * c - x * s
        bend = np.float32(self.widen / max(canvas.extent)) * v
        u, v = u + bend * u, v + bend * v * np.float32(0.5)
        angle = (np.arange(_WAVES) + rng.random(_WAVES)) / (2 * _WAVES)
        length = (1 + 0.16 * (rng.random(_WAVES) - 0.5)) * self.waves
        start = rng.random(_WAVES) + canvas.time * rng.choice([-1, 1], _WAVES)
        kx, ky = sine(np.stack([angle + 0.25, angle]).astype(np.float32)) * length.astype(np.float32)
        phase = kx[:, None, None] * u + ky[:, None, None] * v + start[:, None, None].astype(np.float32)
        return sum(sine(phase)) * np.float32((2 / _WAVES) ** 0.5)


def _places(count: int, cells: int, extent: float) -> Array:
    """Where the control values of a spline lie along one axis, in units."""
    return (np.arange(-1, count - 1, dtype=np.float32) * np.float32(1 / cells)) - np.float32(extent / 2)
