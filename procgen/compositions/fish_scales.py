"""Rows of ringed scales."""

from dataclasses import dataclass
from typing import Annotated

import numpy as np

from ..canvas import Canvas, Indexed, covering, sine
from ..domains import Choice, Integer, Real, Seed
from ..pairs import SHARES, covered, pair, pair_table
from ..palettes import Palette
from ..randomness import stream
from ..shapes import Outline, Path, Shape
from .base import Array, Composition

_KINDS = 5
_AT_ONCE = 2**14  # pixels: few enough that arrays of them stay in the cache


@dataclass(frozen=True)
class FishScales(Composition):
    """Overlapping rows of ringed discs, each row before the one behind it: waves, scales, or clamshells.

    The Japanese pattern of the blue sea's waves (seigaiha), which clothes of clay figures bear since the sixth century.

    Attributes:
        scales: side by side along the short side.
        rings: of a scale.
        overlap: from one row to the next, in radii: little shows half discs, much narrow crescents.
        core: radius of the innermost ring, as a share of the scale's.
        edge: width of the line round each scale, in radii.
        facing: where the arches point.
        lean: how far each row is shifted against the last beside half a scale, in scales.
        colouring: all scales alike, alike in a row or along a diagonal, or each its own.
        seed: of the colours.
    """

    scales: Annotated[int, Integer(2, 5)]
    rings: Annotated[int, Integer(2, 4)]
    overlap: Annotated[float, Real(0.5, 0.95)]
    core: Annotated[float, Real(0.2, 0.5)]
    edge: Annotated[float, Real(0.1, 0.2)]
    facing: Annotated[str, Choice("up", "up", "down", "left", "right")]
    lean: Annotated[float, Real(-0.25, 0.25)]
    colouring: Annotated[str, Choice("alike", "rows", "diagonals", "chance")]
    seed: Seed

    def draw(self, canvas: Canvas, palette: Palette) -> Indexed:
        """The rings of the scale that covers each pixel, and the rims of those that only touch it."""
        rng = stream(self.seed, 0, "fish scales")
        upright = self.facing in ("up", "down")
        along, ahead = (canvas.x[0], canvas.y[:, 0]) if upright else (canvas.y[:, 0], canvas.x[0])
        if self.facing in ("down", "right"):
            ahead = -ahead
        (length, depth), step, shape = self._lattice(canvas.extent)
        kinds, colours = self._kinds(rng, shape), self._colours(rng, palette)
        square, scale = self._rows(along + np.float32(length / 2), shape, canvas.time)
        kinds = np.take(kinds, scale)
        ahead = ahead + np.float32(depth / 2 + 3 * step)
        strip = max(1, _AT_ONCE // len(along))
        number = np.concatenate(
            [
                self._numbers(canvas, self._covering(canvas, ahead[k : k + strip], square, kinds), colours)
                for k in range(0, len(ahead), strip)
            ]
        )
        return Indexed(
            pair_table(palette.linear[: int(colours.max()) + 1]), number if upright else np.ascontiguousarray(number.T)
        )

    def _numbers(self, canvas: Canvas, found: tuple[Array, ...], colours: Array) -> Array:
        """The pair of colours of every pixel, from what `_covering` found."""
        square, kind, touched, rim = found
        count = int(colours.max()) + 1
        ring, number = self._ringed(canvas, np.sqrt(square, out=square))
        outside = np.take(ring, touched) + (np.take(number, touched) >= SHARES // 2)
        seen = colours[np.take(kind, touched), outside]
        kind *= np.int32(self.rings)
        kind += ring
        number += np.take(pair(colours[:, :-1], colours[:, 1:], count), kind)
        np.put(number, touched, pair(seen, colours[0, -1], count) + covered(rim))
        return number

    def vectors(self, extent: tuple[float, float], palette: Palette) -> list[Shape]:
        """Each scale as arches over one another, on a strip that joins those of its row; from the back row on."""
        rng = stream(self.seed, 0, "fish scales")
        (length, depth), step, shape = self._lattice(extent)
        kinds, colours = self._kinds(rng, shape), self._colours(rng, palette)
        fills, shifts = [[palette.colours[k] for k in kind] for kind in colours], self._shifts(shape[0], 0.0)
        shapes: list[Shape] = []
        for i, shift in enumerate(shifts.tolist()):
            ahead = (i - 3) * step - depth / 2
            strip = ((-length, ahead), (length, ahead), (length, ahead + 2 * step), (-length, ahead + 2 * step))
            shapes.append(self._faced(fills[0][-1], strip))
            for j in range(shape[1]):
                along = (j + 0.5 - shift) / self.scales - length / 2
                for radius, fill in zip(self._radii(), fills[kinds[i, j]][::-1], strict=True):
                    near, far = along - radius, along + radius
                    arch = ((near, ahead + 2 * step), (near, ahead), (far, ahead, radius), (far, ahead + 2 * step))
                    shapes.append(self._faced(fill, arch))
        return shapes

    def _radii(self) -> list[float]:
        """Of a scale, then of the edges of its rings, from the rim inward."""
        radius = 0.5 / self.scales
        width = radius * (1 - self.core - self.edge) / (self.rings - 1)
        return [radius, *(self.core * radius + k * width for k in reversed(range(self.rings)))]

    def _faced(self, fill: str, outline: Outline) -> Shape:
        """An outline given along the rows and ahead of them, where the arches point."""
        sign = -1 if self.facing in ("down", "right") else 1
        upright = self.facing in ("up", "down")
        round_by = sign if upright else -sign
        nodes = [(along, sign * ahead, *(round_by * r for r in radius)) for along, ahead, *radius in outline]
        return Path(fill, (tuple(node if upright else (node[1], node[0], *node[2:]) for node in nodes),))

    def _lattice(self, extent: tuple[float, float]) -> tuple[tuple[float, float], float, tuple[int, int]]:
        """The picture's length along the rows and across them, the step between rows, and how many rows and columns."""
        length, depth = extent if self.facing in ("up", "down") else extent[::-1]
        step = self.overlap / 2 / self.scales
        return (
            (length, depth),
            step,
            (covering((depth + 0.5 / self.scales) / step) + 5, covering(length * self.scales) + 3),
        )

    def _shifts(self, rows: int, time: float) -> Array:
        """How far each row is shifted, in scales, (rows,); over time the rows sway, one after the other."""
        j = np.arange(rows, dtype=np.float32)
        shift = j * np.float32(0.5 + self.lean)
        return shift + (1 - np.floor(shift) + np.float32(0.22) * sine(np.float32(time) + j * np.float32(0.09)))

    def _rows(self, along: Array, shape: tuple[int, int], time: float) -> tuple[Array, Array]:
        """For each row and place, the square of the distance to the middle of its scale, and the scale's number."""
        position = along * np.float32(self.scales) + self._shifts(shape[0], time)[:, None]
        column = np.floor(position)
        away = (position - column - np.float32(0.5)) * np.float32(1 / self.scales)
        return away * away, column.astype(np.int32) + np.arange(shape[0], dtype=np.int32)[:, None] * shape[1]

    def _covering(self, canvas: Canvas, ahead: Array, square: Array, kinds: Array) -> tuple[Array, ...]:
        """From the back row to the front one, of the three that reach a pixel, the scale that covers it.

        Returns:
            The squared distance to its middle and its kind, for every pixel; the flat places of the pixels that the
            rim of another scale in front touches, and how much of them it covers.
        """
        radius, step, half = 0.5 / self.scales, self.overlap / 2 / self.scales, canvas.pixel / 2
        front = np.floor((ahead + np.float32(radius + half)) * np.float32(1 / step)).astype(np.int32)
        near, far = np.float32((radius - half) * (radius - half)), np.float32((radius + half) * (radius + half))
        rims = np.zeros((len(ahead), square.shape[1]), np.float32)
        for back in (2, 1, 0):
            row = front - back
            above = np.minimum(ahead - row.astype(np.float32) * np.float32(step), 0)
            other = square[row]
            other += (above * above)[:, None]
            if back == 2:
                chosen, kind = other, kinds[row]
                continue
            covers = other <= near
            np.copyto(chosen, other, where=covers)
            np.copyto(kind, kinds[row], where=covers)
            np.copyto(rims, other, where=other < far)
        touched = np.flatnonzero(rims > near)
        share = canvas.coverage(np.sqrt(np.take(rims, touched)) - np.float32(radius))
        return chosen, kind, touched, share

    def _ringed(self, canvas: Canvas, distance: Array) -> tuple[Array, Array]:
        """Which edge of a ring is nearest, counted from the middle, and `covered` by the colour outside of it."""
        radius = 0.5 / self.scales
        width = radius * (1 - self.core - self.edge) / (self.rings - 1)
        distance *= np.float32(1 / width)
        distance += np.float32(0.5 - self.core * radius / width)
        ring = np.clip(np.floor(distance), 0, self.rings - 1)
        distance -= ring
        distance *= np.float32(width / canvas.pixel)
        distance += np.float32(0.5 - width / canvas.pixel / 2)
        return ring.astype(np.int32), covered(np.clip(distance, 0, 1, out=distance))

    def _kinds(self, rng: np.random.Generator, shape: tuple[int, int]) -> Array:
        """Which of the _KINDS each scale is of, int32, (rows, columns)."""
        i, j = np.indices(shape)
        if self.colouring == "alike":
            return np.zeros(shape, np.int32)
        if self.colouring == "chance":
            return rng.integers(0, _KINDS, shape).astype(np.int32)
        return ((i if self.colouring == "rows" else i // 2 + j) % _KINDS).astype(np.int32)

    def _colours(self, rng: np.random.Generator, palette: Palette) -> Array:
        """The colours of each kind from the middle out, the last one that of all rims, (_KINDS, rings + 1)."""
        line = int(rng.choice([0, palette.ink]))
        others = rng.permutation([k for k in range(len(palette.colours)) if k != line])
        steps = rng.integers(1, len(others), (_KINDS, self.rings))
        colours = others[np.cumsum(steps, axis=1) % len(others)]
        return np.concatenate([colours, np.full((_KINDS, 1), line)], axis=1)
