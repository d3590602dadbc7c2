"""Rosettes of overlapping circles: a composition for synchromy."""

from dataclasses import dataclass
from typing import Annotated

import numpy as np

from procgen import Composition, Palette, stream
from procgen.canvas import Canvas, Indexed, sine, turned
from procgen.domains import Integer, Real, Seed

STEPS = 64  # of colour between one overlap and the next


@dataclass(frozen=True)
class Rosettes(Composition):
    """Circles around a point, coloured by how many of them overlap (compass drawing, since antiquity).

    Attributes:
        petals: circles of each ring.
        rings: of circles; each is turned half a petal against the one before.
        reach: of the outermost centres, in short sides.
        radius: of the circles, as a share of their own ring's reach.
        colours: how many follow each other as more circles overlap.
        seed: of the turn and the order of colours.
    """

    petals: Annotated[int, Integer(5, 10)]
    rings: Annotated[int, Integer(1, 2)]
    reach: Annotated[float, Real(0.26, 0.44)]
    radius: Annotated[float, Real(0.75, 1.35)]
    colours: Annotated[int, Integer(3, 5)]
    seed: Seed

    def draw(self, canvas: Canvas, palette: Palette) -> Indexed:
        """The number of circles over each pixel, looked up in a table of colours."""
        rng = stream(self.seed, 0, "rosettes")
        count = np.zeros((canvas.height, canvas.width), np.float32)
        start = rng.random()
        for ring in range(self.rings):
            # The rings turn against each other by a petal in a loop, and breathe: both come back to where they were.
            turn = start + (canvas.time * (1 - 2 * ring) + ring / 2) / self.petals
            breath = 1 + 0.06 * float(sine(np.float32(canvas.time + ring / 2)))
            self._ring(canvas, count, self.reach * breath * (1, 0.55)[ring], turn)
        order = 1 + rng.permutation(len(palette.colours) - 1)
        over = palette.linear[np.resize(order[: self.colours], self.petals * self.rings)]
        return Indexed(_ramp(np.concatenate([palette.linear[:1], over])), (count * STEPS + 0.5).astype(np.int32))

    def _ring(self, canvas: Canvas, count: np.ndarray, reach: float, turn: float) -> None:
        """Add the coverage of each circle; a wide or tall picture has a larger rosette."""
        reach = np.float32(reach * np.sqrt(canvas.extent[0] * canvas.extent[1]))
        radius = reach * np.float32(self.radius)
        # (distance^2 - radius^2) / (2 radius) is the signed distance near the edge, in pixels after the division.
        scale = 1 / (2 * radius * np.float32(canvas.pixel))
        square = (canvas.x * canvas.x + canvas.y * canvas.y + reach * reach - radius * radius) * scale
        for petal in range(self.petals):
            c, s = turned(turn + petal / self.petals)
            inside = canvas.x * (2 * scale * reach * c) + canvas.y * (2 * scale * reach * s) - square
            inside += np.float32(0.5)
            count += np.clip(inside, 0, 1, out=inside)


def _ramp(colours: np.ndarray) -> np.ndarray:
    """STEPS rows from each colour to the next, (n * STEPS + 1, channels)."""
    share = (np.arange(STEPS, dtype=np.float32) / STEPS)[None, :, None]
    between = colours[:-1, None] + share * (colours[1:, None] - colours[:-1, None])
    return np.concatenate([between.reshape(-1, colours.shape[-1]), colours[-1:]]).astype(np.float32)
