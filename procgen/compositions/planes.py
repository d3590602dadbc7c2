"""Rectangles and ink."""

from dataclasses import dataclass
from typing import Annotated

import numpy as np

from ..canvas import Canvas
from ..domains import Integer, Real, Seed
from ..palettes import Palette
from ..randomness import stream
from .base import Array, Composition

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Planes(Composition):
    """Rectangles divided by lines, most of them left as ground (Neoplasticism, from 1917).

    Attributes:
        splits: how often the largest rectangle is divided.
        line: width of the lines.
        filled: share of rectangles in colour.
        evenness: 0 divides anywhere, 1 in the middle.
        seed: of the divisions and colours.
    """

    splits: Annotated[int, Integer(4, 18)]
    line: Annotated[float, Real(0.006, 0.035)]
    filled: Annotated[float, Real(0.3, 0.75)]
    evenness: Annotated[float, Real(0.0, 0.8)]
    seed: Seed

    def draw(self, canvas: Canvas, palette: Palette) -> Array:
        """The rectangles, drawn over a sheet of ink a little smaller than they are."""
        rng = stream(self.seed, 0, "planes")
        ink = palette.ink
        picture = canvas.filled(palette.linear[ink])
        boxes = self._divide(rng, canvas.extent)
        colours = [k for k in range(1, len(palette.colours)) if k != ink]
        order = rng.permutation(len(boxes))
        for rank, box in zip(order, boxes, strict=True):
            number = colours[rank % len(colours)] if rank < max(2, self.filled * len(boxes)) else 0
            canvas.rectangle(picture, _inset(box, self.line / 2, canvas.extent), palette.linear[number])
        return picture

    def _divide(self, rng: np.random.Generator, extent: tuple[float, float]) -> list[Box]:
        """(left, top, right, bottom) of each rectangle."""
        boxes: list[Box] = [(-extent[0] / 2, -extent[1] / 2, extent[0] / 2, extent[1] / 2)]
        for chance in rng.random(self.splits):
            boxes.sort(key=lambda box: (box[2] - box[0]) * (box[3] - box[1]))
            left, top, right, bottom = boxes.pop()
            place = 0.5 + (chance - 0.5) * (1 - self.evenness) * 0.7
            if right - left > bottom - top:
                middle = left + (right - left) * place
                boxes += [(left, top, middle, bottom), (middle, top, right, bottom)]
            else:
                middle = top + (bottom - top) * place
                boxes += [(left, top, right, middle), (left, middle, right, bottom)]
        return boxes


def _inset(box: Box, by: float, extent: tuple[float, float]) -> Box:
    """The box less half a line on each side that is not the frame."""
    half = (extent[0] / 2, extent[1] / 2)
    left, top = (edge if edge == -h else edge + by for edge, h in zip(box[:2], half, strict=True))
    right, bottom = (edge if edge == h else edge - by for edge, h in zip(box[2:], half, strict=True))
    return left, top, right, bottom
