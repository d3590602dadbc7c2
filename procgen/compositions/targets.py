"""Concentric rings."""

from dataclasses import dataclass
from typing import Annotated

import numpy as np

from ..canvas import Canvas, Indexed, turned
from ..domains import Choice, Integer, Real, Seed
from ..palettes import Palette
from ..randomness import stream
from .base import Array, Composition


@dataclass(frozen=True)
class Targets(Composition):
    """Rings about one centre or a few, whole or cut off by the frame (after the targets of the 1950s and 1960s).

    Attributes:
        centres: how many; each point belongs to the nearest.
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
        """The distance to the nearest centre, looked up in a table of ring colours."""
        rng = stream(self.seed, 0, "targets")
        shares = self._shares(rng)
        order = _unequal_walk(rng, self.rings, len(palette.colours))
        start, reach = rng.random(), self.spread * (0.5 if self.centres == 1 else 1)
        square = np.full((canvas.height, canvas.width), 99, np.float32)
        for k in range(self.centres):
            c, s = turned(start + k / self.centres)
            dx, dy = canvas.x - c * np.float32(reach), canvas.y - s * np.float32(reach)
            square = np.minimum(square, dx * dx + dy * dy)
        edges = np.cumsum(shares) * self.radius
        return canvas.profile(np.sqrt(square), edges, palette.linear[[*order[::-1], 0]])

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
