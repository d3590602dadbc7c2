"""The same colour twice."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import permutations
from typing import Annotated

import numpy as np

from ..canvas import Canvas, Indexed, turned
from ..color import encode, hex_from_srgb
from ..domains import Choice, Integer, Real, Seed
from ..grids import grid
from ..palettes import Palette
from ..randomness import stream
from ..shapes import Box, Shape, grid_shapes
from .base import Array, Composition

_LIKE = 0.22  # how far two figures are moved toward their grounds, so that they look alike
_PAGE, _STRIPE, _GROUND, _FIGURE = 0, 1, 2, 4  # the last two and the numbers after them: on the one plate, on the other
_OTHER = -1  # the ground of the other plate
_THROUGH = ("band", "teeth")  # the figures that reach from side to side of a plate

Parts = list[tuple[int, Box]]


@dataclass(frozen=True)
class PairedPlates(Composition):
    """A figure on one ground and again on another, where it looks another colour (Josef Albers, Interaction of Color).

    Attributes:
        layout: where the second plate lies, or four in two pairs; they go on along a picture that is long enough.
        figure: its form; a "band" goes through all plates, "teeth" lie across the seams.
        effect: whether one colour looks like two, or two are made to look like one.
        margin: page left around the plates, in short sides; next to none leaves none.
        size: of the figure, as a share of its plate.
        slender: its width, as a share of its height.
        parts: of bars, stairs, windows and teeth.
        striped: share of the grounds under stripes of a further colour; little leaves them plain.
        seed: of the colours, and where the figure lies.
    """

    layout: Annotated[str, Choice("beside", "beside", "stacked", "stacked", "quartet")]
    figure: Annotated[str, Choice("patch", "exchange", "frame", "cross", "bars", "stairs", "window", "band", "teeth")]
    effect: Annotated[str, Choice("one_as_two", "two_as_one")]
    margin: Annotated[float, Real(0.0, 0.1)]
    size: Annotated[float, Real(0.42, 0.78)]
    slender: Annotated[float, Real(0.5, 2.0, log=True)]
    parts: Annotated[int, Integer(2, 5)]
    striped: Annotated[float, Real(0.0, 0.5)]
    seed: Seed

    def draw(self, canvas: Canvas, palette: Palette) -> Indexed:
        """The lattice as a grid."""
        colours, numbers, columns, rows = self._lattice(canvas.extent, palette, canvas.time)
        return grid(canvas, colours[numbers], columns, rows)

    def vectors(self, extent: tuple[float, float], palette: Palette) -> list[Shape]:
        """The same lattice as rectangles."""
        colours, numbers, columns, rows = self._lattice(extent, palette)
        return grid_shapes(numbers, columns, rows, extent, [hex_from_srgb(each) for each in encode(colours[:, :3])])

    def _lattice(
        self, extent: tuple[float, float], palette: Palette, time: float = 0.0
    ) -> tuple[Array, Array, Array, Array]:
        """The colours, and the boxes from back to front on the lattice of all their edges: numbers, columns, rows."""
        rng = stream(self.seed, 0, "paired plates")
        colours = self._colours(rng, palette)
        boxes = self._boxes(rng, extent, time)
        if self.layout == "stacked":
            boxes = [(number, (top, left, bottom, right)) for number, (left, top, right, bottom) in boxes]
        columns, rows = (
            np.unique(np.clip([box[side::2] for _, box in boxes], -length / 2, length / 2))
            for side, length in enumerate(extent)
        )
        lattice = np.zeros((len(rows) - 1, len(columns) - 1), int)
        for number, (left, top, right, bottom) in boxes:
            across, down = np.searchsorted(columns, [left, right]), np.searchsorted(rows, [top, bottom])
            lattice[slice(*down), slice(*across)] = number
        return colours, lattice, columns[1:-1], rows[1:-1]

    def _colours(self, rng: np.random.Generator, palette: Palette) -> Array:
        """The page, the stripes, the two grounds and the two figures, linear light, (6, channels)."""
        triples = np.array(list(permutations(range(len(palette.colours)), 3)))
        apart = np.square(palette.oklab[:, None] - palette.oklab).cumsum(-1)[..., -1]
        one, other, figure = triples.T
        least = np.minimum(np.minimum(apart[one, other], apart[one, figure]), apart[other, figure])
        best = np.argsort(-least, kind="stable")[: len(triples) // 3]
        chosen = triples[best[int(rng.integers(len(best)))]]
        rest = [k for k in rng.permutation(len(palette.colours)).tolist() if k not in chosen]
        grounds, both = palette.linear[chosen[:2]], palette.linear[chosen[2]]
        share = np.float32(_LIKE if self.effect == "two_as_one" else 0)
        return np.concatenate([palette.linear[[rest[0], rest[-1]]], grounds, both + share * (grounds - both)])

    def _boxes(self, rng: np.random.Generator, extent: tuple[float, float], time: float) -> Parts:
        """The number of each colour and a box, from back to front; the two plates take turns along the first axis."""
        long, wide = extent[::-1] if self.layout == "stacked" else extent
        margin = self.margin if self.margin > 0.025 else 0.0
        gap = margin if rng.random() < 0.6 and self.figure not in _THROUGH else 0.0
        lean = float(rng.random()) - 0.5
        count = 2 * max(1, round(long / wide / 2))
        rows = max(2 if self.layout == "quartet" else 1, round(wide / long * count / 4))
        between = gap if self.layout == "quartet" else 0.0
        width, height = (long - 2 * margin + gap) / count, (wide - 2 * margin + between) / rows
        boxes: Parts = [(_PAGE, (-long / 2, -wide / 2, long / 2, wide / 2))]
        for i in range(count):
            for j in range(rows):
                which = (i + j if self.layout == "quartet" else i) % 2
                left, top = margin - long / 2 + i * width, margin - wide / 2 + j * height
                plate = (left, top, left + width - gap, top + height - between)
                boxes += self._plate(which, plate, lean, time)
        return boxes

    def _plate(self, which: int, plate: Box, lean: float, time: float) -> Parts:
        """The ground, its stripes and the figure, which goes round slowly within the room it has."""
        left, top, right, bottom = plate
        width, height = right - left, bottom - top
        c, s = (float(part) for part in turned(time))
        boxes: Parts = [(_GROUND + which, plate)]
        stripes = 2 * self.parts + 1
        for k in range(stripes if self.striped > 0.25 else 0):
            start = top + (k + 0.5 * (1 - self.striped)) * height / stripes
            boxes.append((_STRIPE, (left, start, right, start + self.striped * height / stripes)))
        side = 0.5 * self.size * float(np.sqrt(width * height)) * (1 + 0.15 * s)
        across = min(side * float(np.sqrt(self.slender)), 0.42 * width)
        down = min(side / float(np.sqrt(self.slender)), 0.42 * height)
        x = (left + right) / 2 + (0.5 * width - across) * 0.35 * s * (1 - 2 * which)
        y = (top + bottom) / 2 + (0.5 * height - down) * (lean + 0.3 * (1 - c) * (-1 if lean > 0 else 1))
        if self.figure in _THROUGH:
            x, across = (left + right) / 2, width / 2
        for number, (start, above, stop, below) in FIGURES[self.figure](self.parts):
            part = (x + start * across, y + above * down, x + stop * across, y + below * down)
            boxes.append((_GROUND + 1 - which if number == _OTHER else number + which, part))
        return boxes


def _bars(parts: int) -> Parts:
    return [(_FIGURE, (-1, y, 1, y + 1.2 / parts)) for y in _steps(parts)]


def _stairs(parts: int) -> Parts:
    return [(_FIGURE, (-1, y, y + 2 / parts, y + 2 / parts)) for y in _steps(parts)]


def _window(parts: int) -> Parts:
    pane = 1.4 / parts
    return [(_FIGURE, (x, y, x + pane, y + pane)) for x in _steps(parts) for y in _steps(parts)]


def _teeth(parts: int) -> Parts:
    ends = [(y, y + 1 / parts) for y in _steps(parts)]
    return [(_FIGURE, (x, top, x + 0.6, bottom)) for top, bottom in ends for x in (-1, 0.4)]


def _steps(parts: int) -> list[float]:
    return [2 * k / parts - 1 for k in range(parts)]


# The parts of each figure, from back to front, in a square from -1 to 1.
FIGURES: dict[str, Callable[[int], Parts]] = {
    "patch": lambda parts: [(_FIGURE, (-1, -1, 1, 1))],
    "exchange": lambda parts: [(_FIGURE, (-1, -1, 1, 1)), (_OTHER, (-0.45, -0.45, 0.45, 0.45))],
    "frame": lambda parts: [(_FIGURE, (-1, -1, 1, 1)), (_GROUND, (-0.6, -0.6, 0.6, 0.6))],
    "cross": lambda parts: [(_FIGURE, (-1, -0.3, 1, 0.3)), (_FIGURE, (-0.3, -1, 0.3, 1))],
    "bars": _bars,
    "stairs": _stairs,
    "window": _window,
    "band": lambda parts: [(_FIGURE, (-1, -0.5, 1, 0.5))],
    "teeth": _teeth,
}
