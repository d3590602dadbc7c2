"""Rounded shapes cut from paper."""

from dataclasses import dataclass
from typing import Annotated

import numpy as np

from ..canvas import Canvas, over, pixel_slope
from ..domains import Choice, Integer, Real, Seed
from ..noise import value_noise
from ..palettes import Palette
from ..randomness import stream
from .base import Array, Composition


@dataclass(frozen=True)
class Cutouts(Composition):
    """A few rounded shapes cut from coloured paper and laid over each other (after cut-outs and reliefs, 1916-1954).

    Attributes:
        layers: sheets of paper.
        scale: cells of the noise that guides the scissors, on the short side.
        cover: how much of the sheet is left, roughly.
        rim: width of a second colour along the cut; below 0.01 there is none.
        symmetric: whether the sheet was folded first.
        seed: of the shapes and colours.
    """

    layers: Annotated[int, Integer(3, 5)]
    scale: Annotated[int, Integer(3, 5)]
    cover: Annotated[float, Real(0.28, 0.45)]
    rim: Annotated[float, Real(0.0, 0.16)]
    symmetric: Annotated[str, Choice("no", "no", "upright")]
    seed: Seed

    def draw(self, canvas: Canvas, palette: Palette) -> Array:
        """Where each sheet's noise is above its level, with an even rim in the noise's own units."""
        rng = stream(self.seed, 0, "cutouts")
        picture = canvas.filled(palette.linear[0])
        order = 1 + rng.permutation(len(palette.colours) - 1)
        level = np.float32(0.5 - self.cover)
        for layer in range(self.layers):
            field = value_noise(canvas, self.scale, rng) - level
            if self.symmetric == "upright":
                field = (field + field[:, ::-1]) * np.float32(0.7)
            slope = np.maximum(pixel_slope(field), np.float32(1e-4))
            if self.rim >= 0.01:
                over(
                    picture, palette.linear[0], np.clip((field + np.float32(self.rim)) / slope + np.float32(0.5), 0, 1)
                )
            colour = palette.linear[order[layer % len(order)]]
            over(picture, colour, np.clip(field / slope + np.float32(0.5), 0, 1))
        return picture
