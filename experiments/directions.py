"""Where in a run's latents a factor grows: read from samples, and followed from one latent as far as is asked.

A linear map from latents to the measured factor (ridge regression; for a hue, to its point on the circle) is fitted to
a few hundred samples of the run, then again to neighbours of the latent at each step, held to what all samples said:
one direction for a whole network knows lightness well and hue hardly; a direction that is corrected on the way does.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

import models
from procgen.measure import measured_factors

from .errors import ExperimentsError
from .sphere import between, moved
from .trained import Trained

Report = Callable[..., object]
_SAMPLES = 384  # labelled pictures that the first map is fitted to
_NEIGHBOURS = 48  # at each step, that far away:
_AWAY = 0.2  # of a right angle
_STEPS = 24  # at most
_TURN = 0.2  # radians that a step turns a latent, at most
_PRIOR = 0.5  # how much the map of all samples weighs against that of the neighbours
_NEAR = 0.02  # of the change asked: near enough
_HALVINGS = 7  # of a step that went too far
_LEAST = 12  # pictures in which the factor is defined, to fit a map to


@dataclass(frozen=True)
class Factor:
    """What can be moved.

    Attributes:
        measure: its name in `procgen.measure.measured_factors`.
        most: the largest change that can be asked for.
        turns: whether it is an angle in degrees.
    """

    measure: str
    most: float
    turns: bool = False


FACTORS = {
    "hue": Factor("mean_hue_deg", 360, turns=True),
    "lightness": Factor("mean_lightness", 1),
    "chroma": Factor("mean_chroma", 0.4),
    "warmth": Factor("mean_warmth", 0.4),
    "contrast": Factor("lightness_spread", 0.5),
}
"""Means over a picture in OKLCH; contrast is the spread of its lightness."""


@dataclass(frozen=True)
class Along:
    """A factor of FACTORS, and by how much it is to change; a hue in degrees."""

    name: str
    change: float

    def __post_init__(self) -> None:
        most = self.factor.most
        if not 0 < abs(self.change) <= most:
            raise ExperimentsError(
                f"expected a change of {self.name} of up to +{most:g} or -{most:g}, got {self.change:g}"
            )

    @property
    def factor(self) -> Factor:
        """How it is measured."""
        return FACTORS[self.name]


@dataclass(frozen=True, eq=False)
class Followed:
    """A factor along a chain of latents.

    Attributes:
        latents: float32 (N, latent), from the first one to where the change came nearest to what was asked.
        start: the factor of the first.
        moved: by how much it had changed at the last; an angle is counted on beyond a whole turn.
    """

    latents: np.ndarray
    start: float
    moved: float


def read_along(text: str) -> Along:
    """What "hue=+30" says; ExperimentsError if it is no change of a factor."""
    name, _, number = text.partition("=")
    if name not in FACTORS or not re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)", number):
        raise ExperimentsError(f"expected a change as hue=+30 or lightness=-0.1, of {', '.join(FACTORS)}, got {text!r}")
    return Along(name, float(number))


def follow(trained: Trained, latent: np.ndarray, along: Along, *, report: Report = lambda *_: None) -> Followed:
    """A chain of latents from one of (latent,) on, along which a factor changes by what is asked, as far as it can.

    Every step turns the latent on its sphere, by no more than the map says is needed.

    Raises:
        ExperimentsError: the factor is not defined at the latent, as the hue of a grey picture.
    """
    value = _Measured(trained, along.factor)
    here = value.of(latent[None])[0]
    if not np.isfinite(here):
        raise ExperimentsError(f"expected a picture that has a {along.name} to move, got one without: choose another")
    known, rng = _map_of_all(value), np.random.default_rng(0)
    start, chain, changes = float(value.number(here)), [latent.astype(float)], [0.0]
    for step in range(_STEPS):
        report("following", step, _STEPS)
        needed = along.change - changes[-1]
        if abs(needed) < _NEAR * abs(along.change):
            break
        slopes = value.slope(_map_nearby(value, chain[-1], here, known, rng), here)
        following = _turned(chain[-1], slopes, needed)
        there = value.of(following[None])[0]
        if not np.isfinite(there):
            break
        if value.difference(here, there) / needed > 1 + _NEAR:
            following, there = _not_beyond(value, chain[-1], following, here, needed)
        changes.append(changes[-1] + value.difference(here, there))
        chain.append(following)
        here = there
    report("following", _STEPS, _STEPS)
    best = int(np.argmin(np.abs(np.array(changes) - along.change)))
    return Followed(np.stack(chain[: best + 1]).astype(np.float32), start, changes[best])


def _not_beyond(
    value: "_Measured", near: np.ndarray, far: np.ndarray, here: complex, needed: float
) -> tuple[np.ndarray, complex]:
    """(the latent between two, of which the far one goes too far, that comes nearest to what is needed; its point)."""
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        found = between(near, far, middle)
        point = value.of(found[None])[0]
        beyond = not np.isfinite(point) or value.difference(here, point) / needed > 1
        low, high = (low, middle) if beyond else (middle, high)
    found = between(near, far, low)
    return found, value.of(found[None])[0]


@dataclass(frozen=True)
class _Measured:
    """A factor of pictures as a point: of a hue that on the unit circle, so that it has no seam, else the number."""

    trained: Trained
    factor: Factor

    def of(self, latents: np.ndarray) -> np.ndarray:
        """Complex (N,) of latents (N, latent); NaN where it is not defined."""
        values = np.array([measured_factors(image)[self.factor.measure] for image in self.trained.draw(latents)])
        return np.exp(1j * np.radians(values)) if self.factor.turns else values.astype(complex)

    def number(self, point: np.ndarray) -> np.ndarray:
        """The factor of a point."""
        return np.degrees(np.angle(point)) % 360 if self.factor.turns else point.real

    def difference(self, one: complex, other: complex) -> float:
        """From one to another, of an angle the shorter way."""
        return float(np.degrees(np.angle(other / one))) if self.factor.turns else float((other - one).real)

    def slope(self, points: np.ndarray, here: complex) -> np.ndarray:
        """How the factor changes with each number of a latent, where points change by `points` (latent,)."""
        return np.degrees((points / (1j * here)).real) if self.factor.turns else points.real


def _map_of_all(value: _Measured) -> np.ndarray:
    latents = models.latents(_SAMPLES, value.trained.latent, 0, purpose="directions").astype(float)
    points = value.of(latents)
    defined = np.isfinite(points)
    if defined.sum() < _LEAST:
        return np.zeros(value.trained.latent, complex)
    return _ridge(latents[defined], points[defined] - points[defined].mean(), 1.5)


def _map_nearby(
    value: _Measured, latent: np.ndarray, here: complex, known: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    near = np.stack([moved(latent, _AWAY, rng) for _ in range(_NEIGHBOURS)])
    points = value.of(near)
    defined = np.isfinite(points)
    if defined.sum() < _LEAST:
        return known
    aside = near[defined] - latent
    return known + _ridge(aside, points[defined] - here - aside @ known, _PRIOR)


def _ridge(rows: np.ndarray, values: np.ndarray, share: float) -> np.ndarray:
    """Complex (latent,) that maps rows to values; the penalty is a share of the rows' mean squared length."""
    weight = share * np.sum(rows**2) / len(rows)
    return np.linalg.solve(rows.T @ rows + weight * np.eye(rows.shape[1]), rows.T @ values)


def _turned(latent: np.ndarray, slopes: np.ndarray, needed: float) -> np.ndarray:
    """A latent turned towards where a factor grows, until it has changed by what is needed if the slopes hold."""
    length = np.linalg.norm(latent)
    slopes = slopes - slopes @ latent / length**2 * latent
    steepest = np.linalg.norm(slopes)
    if steepest == 0:
        return latent
    angle = np.clip(needed / steepest / length, -_TURN, _TURN)
    return np.cos(angle) * latent + np.sin(angle) * length * slopes / steepest
