"""Rectangles and ink."""

from dataclasses import dataclass
from typing import Annotated

import numpy as np

from ..canvas import Canvas, swing
from ..domains import Integer, Real, Seed
from ..palettes import Palette
from ..randomness import stream
from ..shapes import Box, Rectangle, Shape, sheet
from .base import Array, Composition


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
        picture = canvas.filled(palette.linear[palette.ink])
        for number, box in self._panes(canvas.extent, palette, canvas.time):
            canvas.rectangle(picture, box, palette.linear[number])
        return picture

    def vectors(self, extent: tuple[float, float], palette: Palette) -> list[Shape]:
        """The rectangles over the sheet of ink."""
        panes = [Rectangle(palette.colours[number], box) for number, box in self._panes(extent, palette)]
        return [sheet(palette.colours[palette.ink], extent), *panes]

    def _panes(self, extent: tuple[float, float], palette: Palette, time: float = 0.0) -> list[tuple[int, Box]]:
        """The number of each rectangle's colour, and the rectangle."""
        rng = stream(self.seed, 0, "planes")
        boxes = self._divide(rng, extent, time)
        ink = palette.ink
        colours = [k for k in range(1, len(palette.colours)) if k != ink]
        order = rng.permutation(len(boxes))
        filled = max(2, self.filled * len(boxes))
        numbers = [colours[rank % len(colours)] if rank < filled else 0 for rank in order.tolist()]
        return [(k, _inset(box, self.line / 2, extent)) for k, box in zip(numbers, boxes, strict=True)]

    def _divide(self, rng: np.random.Generator, extent: tuple[float, float], time: float) -> list[Box]:
        """(left, top, right, bottom) of each rectangle; over the loop the divisions swing, each about its own place."""
        still: Box = (-extent[0] / 2, -extent[1] / 2, extent[0] / 2, extent[1] / 2)
        boxes = [(still, still)]  # each at time 0, which decides what is divided, and now
        chances = rng.random(self.splits).tolist()
        swings = swing(time, stream(self.seed, 0, "planes", "swings").random(self.splits)).tolist()
        for chance, moved in zip(chances, swings, strict=True):
            boxes.sort(key=lambda pair: (pair[0][2] - pair[0][0]) * (pair[0][3] - pair[0][1]))
            place = 0.5 + (chance - 0.5) * (1 - self.evenness) * 0.7
            still, now = boxes.pop()
            across = still[2] - still[0] > still[3] - still[1]
            halves = _halves(still, across, place), _halves(now, across, place + 0.07 * moved)
            boxes += zip(*halves, strict=True)
        return [now for _, now in boxes]


def _halves(box: Box, across: bool, place: float) -> tuple[Box, Box]:
    """The two parts of a box, side by side or one above the other, divided at a share of its length."""
    left, top, right, bottom = box
    if across:
        middle = left + (right - left) * place
        return (left, top, middle, bottom), (middle, top, right, bottom)
    middle = top + (bottom - top) * place
    return (left, top, right, middle), (left, middle, right, bottom)


def _inset(box: Box, by: float, extent: tuple[float, float]) -> Box:
    """The box less half a line on each side that is not the frame."""
    half = (extent[0] / 2, extent[1] / 2)
    left, top = (edge if edge == -h else edge + by for edge, h in zip(box[:2], half, strict=True))
    right, bottom = (edge if edge == h else edge - by for edge, h in zip(box[2:], half, strict=True))
    return left, top, right, bottom
