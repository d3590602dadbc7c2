"""Concentric rings."""

from dataclasses import dataclass
from typing import Annotated

import numpy as np

from ..canvas import Canvas, Indexed, turned
from ..domains import Choice, Integer, Real, Seed
from ..palettes import Palette
from ..randomness import stream
from ..shapes import Disc, Shape, middles, sheet
from .base import Array, Composition


@dataclass(frozen=True)
class Targets(Composition):
    """Rings about one centre or a few, whole or cut off by the frame (after the targets of the 1950s and 1960s).

    Attributes:
        centres: how many, repeated along a long picture; each point belongs to the nearest.
        spread: how far the centres lie from the middle; a single one half as far.
        radius: of the outermost ring.
        rings: how many.
        widths: the law of the widths.
        seed: of centres, widths and colours.
    """

    centres: Annotated[int, Integer(1, 3)]
    spread: Annotated[float, Real(0.14, 0.42)]
    radius: Annotated[float, Real(0.36, 0.75)]
    rings: Annotated[int, Integer(4, 12)]
    widths: Annotated[str, Choice("even", "random", "inward")]
    seed: Seed

    def draw(self, canvas: Canvas, palette: Palette) -> Indexed:
        """The distance to the nearest centre, looked up in a table of ring colours; over the loop the rings widen."""
        centres, edges, order = self._rings(canvas.extent, len(palette.colours))
        colours = palette.linear[order[::-1]]
        if canvas.time:
            moved = edges / self.radius + canvas.time
            first = int(np.searchsorted(moved, 1))  # the ring that the frame of the target cuts
            edges = np.concatenate([moved[first:] - 1, moved[:first], [1]]) * self.radius
            colours = np.concatenate([colours[first:], colours[:first], colours[first : first + 1]])

        def distance(part: Canvas) -> Array:
            square = np.full((part.height, part.width), 99, np.float32)
            for x, y in centres:
                dx, dy = part.x - x, part.y - y
                np.minimum(square, dx * dx + dy * dy, out=square)
            return np.sqrt(square, out=square)

        return canvas.profile(distance, edges, np.concatenate([colours, palette.linear[:1]]))

    def vectors(self, extent: tuple[float, float], palette: Palette) -> list[Shape]:
        """Whole discs from the outermost ring inward, those of one ring together."""
        centres, edges, order = self._rings(extent, len(palette.colours))
        discs = [
            Disc(palette.colours[number], float(x), float(y), radius)
            for number, radius in zip(order, edges[::-1].tolist(), strict=True)
            for x, y in centres
        ]
        return [sheet(palette.ground, extent), *discs]

    def _rings(
        self, extent: tuple[float, float], colours: int
    ) -> tuple[list[tuple[np.float32, np.float32]], Array, list[int]]:
        """The centres, the radii from the middle out, and the colour numbers from the outside in."""
        rng = stream(self.seed, 0, "targets")
        shares = self._shares(rng)
        order = _unequal_walk(rng, self.rings, colours)
        start, reach = rng.random(), np.float32(self.spread * (0.5 if self.centres == 1 else 1))
        turns = [turned(start + k / self.centres) for k in range(self.centres)]
        centres = [(c * reach + np.float32(x), s * reach + np.float32(y)) for x, y in middles(extent) for c, s in turns]
        return centres, np.cumsum(shares) * self.radius, order

    def _shares(self, rng: np.random.Generator) -> Array:
        raw = {
            "even": np.ones(self.rings),
            "random": 0.3 + rng.random(self.rings) * 1.5,
            "inward": 1.0 + np.arange(self.rings) * 0.5,
        }[self.widths]
        return raw / np.cumsum(raw)[-1]


def _unequal_walk(rng: np.random.Generator, count: int, colours: int) -> list[int]:
    """Colour numbers from the outside in, never the same twice in a row, not starting with the ground, 0."""
    order = [int(rng.integers(1, colours))]
    for step in rng.integers(1, colours, count - 1):
        order.append((order[-1] + int(step)) % colours)
    return order
