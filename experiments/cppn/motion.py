"""CPPNs that move: the latent along a path, parameters over time, and where each frame stands on the way."""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from models import cppn_latent
from procgen.color import delta_e_ok, linear_from_srgb, oklab_from_linear

from ..errors import ExperimentsError
from .asking import changed, read_parameter
from .courses import COURSES, Course
from .drawing import draw_strips
from .recipe import CPPNRecipe, weights_of

Draw = Callable[..., Iterator[np.ndarray]]
"""(recipe, weights, (width, height)) to rows, as `draw_strips`."""

_MEASURED = 96  # places between two stations at which pictures are compared
_SIDE = 64  # pixels a side of the pictures that are compared
_LINEAR = 0.1  # share of the way that goes evenly in time whatever the pictures do, so that nothing stops
_CALM = 0.35  # deltaEOK a second, the mean over a picture: what flows, and does not flicker
_TRIED = 8  # pairs of neighbouring frames that tell how calm a motion is
_LEAST_REACH = 2.0**-20
_TURN = 360.0


@dataclass(frozen=True)
class Motion:
    """How a recipe moves.

    Attributes:
        stations: latents that are gone through; none where only parameters move.
        path: a name of `COURSES`.
        loop: whether it ends where it began.
        over: parameters to the values they go through: numbers glide, all others change at even times.
        seconds: the whole.
        fps: frames a second.
        even: whether frames stand where pictures change evenly, not where latents do.

    Raises:
        ExperimentsError: a value that is none of these.
    """

    stations: tuple[tuple[float, ...], ...]
    path: str = "spline"
    loop: bool = False
    over: tuple[tuple[str, tuple[Any, ...]], ...] = ()
    seconds: float = 6.0
    fps: float = 25.0
    even: bool = True

    def __post_init__(self) -> None:
        if self.path not in COURSES:
            raise ExperimentsError(f"expected a path of {', '.join(COURSES)}, got {self.path}")
        if not (0.1 <= self.seconds <= 600 and 1 <= self.fps <= 60):
            raise ExperimentsError(
                "expected a film of 0.1 to 600 seconds with 1 to 60 frames a second, "
                f"got {self.seconds:g} s with {self.fps:g}"
            )
        if len(self.stations) == 1:
            raise ExperimentsError("expected two stations of the latent or more, got one: name another one")
        for name, values in self.over:
            if len(values) < 2:
                raise ExperimentsError(f"expected {name} over time as {name}=FROM:TO, got one value")

    @property
    def frames(self) -> int:
        """How many frames there are; a loop does not show its first one again."""
        return max(2, round(self.seconds * self.fps))

    @property
    def times(self) -> np.ndarray:
        """When each frame is, (frames,): from 0, up to 1, or one step short of it in a loop."""
        return np.arange(self.frames) / (self.frames - (not self.loop))

    def to_json(self) -> dict[str, Any]:
        """The motion as JSON holds it."""
        return {**asdict(self), "over": [[name, list(values)] for name, values in self.over]}

    @classmethod
    def from_json(cls, made: dict[str, Any]) -> "Motion":
        """The motion of `to_json`."""
        stations = tuple(tuple(station) for station in made["stations"])
        over = tuple((name, tuple(map(_as_value, values))) for name, values in made["over"])
        return cls(**{**made, "stations": stations, "over": over})


@dataclass(frozen=True)
class Moving:
    """A recipe and how it moves: a recipe for each time; and what draws the pictures by which changes are measured."""

    recipe: CPPNRecipe
    motion: Motion
    draw: Draw = draw_strips

    @cached_property
    def at_frames(self) -> list[CPPNRecipe]:
        """The recipe of each frame."""
        return self.at_times(self.motion.times)

    def at_times(self, times: np.ndarray) -> list[CPPNRecipe]:
        """The recipe of each of some times in 0..1."""
        return [self._at(place, time) for place, time in zip(self._places(times), times, strict=True)]

    def _at(self, place: float, time: float) -> CPPNRecipe:
        """The recipe where the latent is at one place of its path, and parameters are at one time of theirs."""
        values = {name: self._value(name, value, time) for name, value in self.motion.over}
        recipe = changed(self.recipe, values) if values else self.recipe
        return recipe.at(self._course(np.array([place]))[0]) if self.motion.stations else recipe

    @cached_property
    def _course(self) -> Course:
        return COURSES[self.motion.path](np.array(self.motion.stations, float), self.motion.loop)

    def _value(self, name: str, values: tuple[Any, ...], time: float) -> Any:
        if not _glides(values):
            return values[min(int(time * len(values)), len(values) - 1)]
        points = np.array(values, float).reshape(len(values), -1)
        closed = self.motion.loop and not _turns(name, points)
        found = COURSES[self.motion.path if closed else "straight"](points, closed)(np.array([time]))[0]
        return tuple(found.tolist()) if isinstance(values[0], tuple) else float(found[0])

    def _places(self, times: np.ndarray) -> np.ndarray:
        """Where on the path of the latent each time is, so that pictures change evenly where that is asked for."""
        if not (self.motion.stations and self.motion.even):
            return times
        segments = len(self.motion.stations) - (not self.motion.loop)
        grid = np.linspace(0, 1, segments * _MEASURED + 1)
        steps = np.array(_changes([self._at(place, 0.0) for place in grid], self.draw))
        way = np.concatenate([[0.0], np.cumsum(steps)]) + 1e-9 * grid
        return np.interp(times, (1 - _LINEAR) * way / way[-1] + _LINEAR * grid, grid)


def stations_of(recipe: CPPNRecipe, text: str) -> tuple[tuple[float, ...], ...]:
    """Latents from "0,3,7", numbers of the seed's, of which 0 is the recipe's own; or from "0.1,-0.4;0.5,0.2".

    Raises:
        ExperimentsError: they are neither, or the network has none.
    """
    if recipe.config.latent == 0:
        remedy = "--over low=-1:-0.2 or another parameter" if recipe.origin else "--latent 3"
        raise ExperimentsError(f"expected a network with a latent to move through, got none: give {remedy}")
    if ";" in text:
        found = [read_parameter("z", part) for part in text.split(";")]
        if any(len(each) != recipe.config.latent for each in found):
            raise ExperimentsError(f"expected stations of {recipe.config.latent} numbers each, got {text!r}")
        return tuple(found)
    words = [word.strip() for word in text.split(",")]
    if not all(word.isdecimal() for word in words):
        raise ExperimentsError(f'expected stations as 0,3,7 or as "0.1,-0.4;0.5,0.2", got {text!r}')
    return tuple(_station(recipe, int(word)) for word in words)


def reached(motion: Motion, reach: float) -> Motion:
    """A motion whose stations are only so far from the first, as a share of the way to each."""
    first = np.array(motion.stations[0])
    moved = [first + reach * (np.array(station) - first) for station in motion.stations]
    return replace(motion, stations=tuple(tuple(each.tolist()) for each in moved))


def calm(recipe: CPPNRecipe, motion: Motion, draw: Draw = draw_strips) -> tuple[Motion, float]:
    """(a motion that stays near its first station, its reach): as far as pictures change no faster than they flow.

    A deep network with N(0, 1) weights turns a small step of its latent into another picture.
    """
    reach = 1.0
    while reach > _LEAST_REACH and _speed(recipe, reached(motion, reach), draw) > _CALM:
        reach /= 2
    return reached(motion, reach), reach


def _speed(recipe: CPPNRecipe, motion: Motion, draw: Draw) -> float:
    """How much pictures change in a second, in deltaEOK, from a few pairs of neighbouring frames."""
    moving = Moving(recipe, replace(motion, even=False), draw)
    pairs = [moving.at_times(np.array([time, time + 1 / motion.frames])) for time in np.arange(_TRIED) / _TRIED]
    return float(np.mean([_changes(pair, draw)[0] for pair in pairs])) * motion.frames / motion.seconds


def read_over(text: str) -> tuple[str, tuple[Any, ...]]:
    """A parameter over time from "low=-1:-0.2", "hues=0/60:360/420" or "width=5:10:25".

    Raises:
        ExperimentsError: it is none.
    """
    name, equals, said = text.partition("=")
    if not equals:
        raise ExperimentsError(f"expected a parameter over time as low=-1:-0.2 or z1=0:1, got {text!r}")
    return name.strip(), tuple(read_parameter(name.strip(), word.strip()) for word in said.split(":"))


def _station(recipe: CPPNRecipe, number: int) -> tuple[float, ...]:
    z = recipe.z if number == 0 else cppn_latent(recipe.config, recipe.seed, number)
    return tuple(z.tolist())


def _glides(values: tuple[Any, ...]) -> bool:
    """Whether values are numbers, or pairs of them, with something between."""
    flat = [number for value in values for number in (value if isinstance(value, tuple) else (value,))]
    return all(isinstance(number, float) for number in flat)


def _turns(name: str, points: np.ndarray) -> bool:
    """Whether hues come back by going round."""
    turns = (points[-1] - points[0]) / _TURN
    return name == "hues" and bool(np.allclose(turns, turns[0]) and turns[0] and float(turns[0]).is_integer())


def _as_value(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _changes(recipes: list[CPPNRecipe], draw: Draw) -> list[float]:
    """How much each picture differs from the one before: the mean of deltaEOK."""
    weights, changes, last = weights_of(recipes[0]), [], None
    light = linear_from_srgb(np.arange(256) / 255)
    for recipe in recipes:
        levels = np.concatenate(list(draw(recipe, weights, (_SIDE, _SIDE))))
        lab = oklab_from_linear(light[levels])
        if last is not None:
            changes.append(float(delta_e_ok(lab, last).mean()))
        last = lab
    return changes
