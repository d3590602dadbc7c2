"""Discs cut into halves or quarters."""

from dataclasses import dataclass
from typing import Annotated

import numpy as np

from ..canvas import Canvas, turned
from ..domains import Integer, Real, Seed
from ..palettes import Palette
from ..randomness import stream
from ..shapes import Shape, sheet, split_disc
from .base import Array, Composition


@dataclass(frozen=True)
class SplitDiscs(Composition):
    """Ringed discs cut through the middle, each ring changing colour at the cut (Orphism, about 1912).

    Attributes:
        discs: how many, the largest first.
        rings: of each disc.
        cuts: 1 makes halves, 2 makes quarters.
        turn_deg: how the cuts of the first disc are turned.
        size: radius of the largest disc.
        seed: of places, sizes and colours.
    """

    discs: Annotated[int, Integer(1, 5)]
    rings: Annotated[int, Integer(2, 5)]
    cuts: Annotated[int, Integer(1, 2)]
    turn_deg: Annotated[float, Real(0.0, 90.0)]
    size: Annotated[float, Real(0.34, 0.6)]
    seed: Seed

    def draw(self, canvas: Canvas, palette: Palette) -> Array:
        """The discs over the ground."""
        picture = canvas.filled(palette.linear[0])
        for circle, turn, numbers in self._discs(canvas.extent, len(palette.colours)):
            self._disc(canvas, picture, circle, turn, palette.linear[numbers])
        return picture

    def vectors(self, extent: tuple[float, float], palette: Palette) -> list[Shape]:
        """Each ring of each disc, from the outermost inward, as sectors over one another."""
        shapes: list[Shape] = [sheet(palette.ground, extent)]
        for (x, y, radius), turn, numbers in self._discs(extent, len(palette.colours)):
            # Counted clockwise from the cut, as _disc sees them: its quarters follow one another against the clock.
            sectors = numbers if self.cuts == 1 else numbers[[0, 3, 2, 1]]
            start = turn - 0.25 if self.cuts == 1 else turn
            for ring in range(self.rings, 0, -1):
                fills = [palette.colours[number] for number in sectors[:, ring - 1]]
                shapes += split_disc(fills, x, y, radius * ring / self.rings, start)
        return shapes

    def _discs(self, extent: tuple[float, float], colours: int) -> list[tuple[tuple[float, ...], float, Array]]:
        """((x, y, radius), turn of the cut, colour numbers (sectors, rings)), the largest first."""
        rng = stream(self.seed, 0, "split discs")
        discs: list[tuple[tuple[float, ...], float, Array]] = []
        for disc in range(self.discs):
            radius = self.size * (1.0, 0.7, 0.55, 0.45, 0.4)[disc]
            reach = 0.2 if disc == 0 else 0.9
            x, y = ((rng.random(2) - 0.5) * reach * extent).tolist()
            turn = round(rng.random() * 4) / 8 + self.turn_deg / 360
            discs.append(((x, y, radius), turn, self._numbers(rng, colours)))
        return discs

    def _numbers(self, rng: np.random.Generator, colours: int) -> Array:
        """Colour numbers (sectors, rings): neighbours along and across the rings differ."""
        order = 1 + rng.permutation(colours - 1)
        sectors = np.array([0, 1, 2, 1])[: 2 * self.cuts, None]
        return order[(2 * np.arange(self.rings) + sectors) % len(order)]

    def _disc(self, canvas: Canvas, picture: Array, circle: tuple[float, ...], turn: float, colours: Array) -> None:
        x, y, radius = circle
        window = canvas.window(x, y, radius)
        dx, dy = canvas.x[:, window[1]] - np.float32(x), canvas.y[window[0]] - np.float32(y)
        distance = np.sqrt(dx * dx + dy * dy)
        c, s = turned(turn)
        edges = np.arange(1, self.rings) * (radius / self.rings)
        parts = [canvas.profile(distance, edges, sector).linear for sector in colours]
        across = canvas.coverage(dx * c + dy * s)[..., None]
        if self.cuts == 2:
            along = canvas.coverage(dy * c - dx * s)[..., None]
            parts = [a + along * (b - a) for a, b in (parts[:2], parts[:1:-1])]
        disc = parts[0] + across * (parts[1] - parts[0])
        part = picture[window]
        part += canvas.coverage(distance - np.float32(radius))[..., None] * (disc - part)
