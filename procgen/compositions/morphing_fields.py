"""Eight variants of field on a ring, and all that lies between them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated

import numpy as np

from ..canvas import Canvas, Indexed, sine, turned
from ..domains import Anchored, Distribution, Integer, Real, Seed
from ..noise import value_noise
from ..palettes import Palette
from ..randomness import stream
from .base import Array, Composition


@dataclass(frozen=True)
class MorphingFields(Composition):
    """Bands of colour along a field that lies between two of eight neighbours on a ring.

    With its position gathered around the eight anchors a world of these has eight isolated modes; with the position
    spread evenly it is a continuum: the one knob of the studies of mode dynamics.

    Attributes:
        position: on the ring, in turns; anchor k of ANCHORS lies at k / 8.
        scale: of the fields.
        colours: how many follow each other.
        seed: of centres, directions and noise.
    """

    position: Annotated[float, Real(0.0, 1.0)]
    scale: Annotated[float, Real(0.8, 1.25, log=True)]
    colours: Annotated[int, Integer(3, 4)]
    seed: Seed

    @property
    def variant(self) -> str:
        """The nearest anchor."""
        return _nearest(self.position)

    @classmethod
    def variant_shares(cls, narrowed: Mapping[str, Distribution]) -> dict[str, float]:
        """The share of positions that lie nearest to each anchor."""
        position = narrowed.get("position", cls.domains["position"])
        if isinstance(position, Anchored):
            shares = _gathered(position)
        elif position.low == position.high:  # type: ignore[union-attr]
            return {_nearest(position.low): 1.0}  # type: ignore[union-attr]
        else:
            shares = _spread(position.low, position.high)  # type: ignore[union-attr]
        return {name: round(float(share), 9) for name, share in zip(cls.variants, shares, strict=True)}

    def draw(self, canvas: Canvas, palette: Palette) -> Indexed:
        """A convex mixture of the two neighbouring fields, as bands that move on by one round of colours."""
        place = self.position * len(ANCHORS)
        first = int(place) % len(ANCHORS)
        share = np.float32(place - int(place))
        fields = list(ANCHORS.values())
        phase = self._field(fields[first], canvas) * (1 - share)
        if share:
            phase += self._field(fields[(first + 1) % len(fields)], canvas) * share
        phase += np.float32(32 * self.colours + canvas.time * self.colours)
        order = np.resize([0, *range(1, len(palette.colours) - 1)], self.colours)
        return canvas.bands(phase, palette.linear[order])

    def _field(self, field: Callable[[Canvas, "Plane"], Array], canvas: Canvas) -> Array:
        rng = stream(self.seed, 0, "morphing fields", field.__name__)
        c, s = turned(0.04 * (rng.random() - 0.5))
        centre = (rng.random(2, np.float32) - np.float32(0.5)) * np.float32(0.3)
        x, y = canvas.x - centre[0], canvas.y - centre[1]
        scale = np.float32(self.scale)
        return field(canvas, Plane((x * c + y * s) * scale, (y * c - x * s) * scale, rng))


def _nearest(position: float) -> str:
    return MorphingFields.variants[int(np.floor(position * len(ANCHORS) + 0.5)) % len(ANCHORS)]


def _spread(low: float, high: float) -> Array:
    """What part of the positions from low to high lies nearest to each anchor."""
    inside = np.diff(np.clip((np.arange(len(ANCHORS) + 2) - 0.5) / len(ANCHORS), low, high)) / (high - low)
    return np.append(inside[0] + inside[-1], inside[1:-1])


def _gathered(position: Anchored) -> Array:
    """What part of the positions around some anchors lies nearest to each of these."""
    from scipy.stats import vonmises  # its cumulative distribution goes on past a whole turn

    gap = np.arange(len(ANCHORS))[:, None] / len(ANCHORS) - np.arange(position.anchors) / position.anchors
    ends = (2 * np.pi * (gap + side * 0.5 / len(ANCHORS)) for side in (-1, 1))
    low, high = (vonmises.cdf(end, max(position.concentration, 1e-9)) for end in ends)
    return (high - low).mean(1)


@dataclass(frozen=True)
class Plane:
    """Coordinates, moved, turned and scaled, (height, width) each, and what chance a field may draw from."""

    x: Array
    y: Array
    rng: np.random.Generator


def _f(value: float) -> np.float32:
    return np.float32(value)


def _waves(canvas: Canvas, at: Plane) -> Array:
    """Upright stripes that swing."""
    return (at.x + _f(0.05) * sine(at.y * _f(1.8) + _f(at.rng.random()))) * _f(17)


def _marble(canvas: Canvas, at: Plane) -> Array:
    """Level bands moved far by slow noise."""
    return at.y * _f(6) + value_noise(canvas, 3, at.rng) * _f(2.4)


def _spots(canvas: Canvas, at: Plane) -> Array:
    """Three waves at 120 degrees: a lattice of spots."""
    return _summed(at, 3, 4.2) * _f(0.85)


def _quasicrystal(canvas: Canvas, at: Plane) -> Array:
    """Five waves at 72 degrees, which never repeat."""
    return _summed(at, 5, 4.6) * _f(0.9)


def _fold(canvas: Canvas, at: Plane) -> Array:
    """Stripes on the plane folded into a sixth: stars."""
    x, y = at.x, at.y
    for turn in (1 / 6, 1 / 12):
        c, s = turned(turn)
        for _ in range(2):
            y = np.abs(y)
            beyond = np.maximum(x * -s + y * c, 0) * 2
            x, y = x + beyond * s, y - beyond * c
        x = x - _f(0.22)
    return (x * _f(0.8) + y * _f(0.6)) * _f(20)


def _rings(canvas: Canvas, at: Plane) -> Array:
    """Distance from a centre."""
    return np.sqrt(at.x * at.x + at.y * at.y) * _f(17)


def _interference(canvas: Canvas, at: Plane) -> Array:
    """Two rings of ripples added."""
    far = _f(0.32)
    one, two = (np.sqrt((at.x + side * far) * (at.x + side * far) + at.y * at.y) for side in (_f(-1), _f(1)))
    return (sine(one * _f(4.6)) + sine(two * _f(4.6))) * _f(1.3)


def _plaid(canvas: Canvas, at: Plane) -> Array:
    """Two gratings added at right angles."""
    return (sine(at.x * _f(3.6)) + sine(at.y * _f(3.6))) * _f(1.2) + (at.x + at.y) * _f(3)


def _summed(at: Plane, waves: int, frequency: float) -> Array:
    total = np.zeros(np.broadcast_shapes(at.x.shape, at.y.shape), np.float32)
    for k in range(waves):
        c, s = turned(k / waves)
        total += sine((at.x * c + at.y * s) * _f(frequency) + _f(0.25))
    return total


ANCHORS: dict[str, Callable[[Canvas, Plane], Array]] = {
    "waves": _waves,
    "marble": _marble,
    "spots": _spots,
    "quasicrystal": _quasicrystal,
    "fold": _fold,
    "rings": _rings,
    "interference": _interference,
    "plaid": _plaid,
}
MorphingFields.variants = tuple(f"ring_{name}" for name in ANCHORS)
