"""A world of CPPNs, of which picture `index` of a seed is a network of one of its modes with weights of its own."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import sha256
from importlib.metadata import version
from typing import Any

import keras
import numpy as np

from procgen import stream
from procgen.measure import measured_factors

from ..errors import ExperimentsError
from .asking import changed, find_cppn
from .drawing import picture_of
from .recipe import CPPNRecipe, check_drawable
from .sheets import Axis, word_of

MODES = Axis("activation", (("tanh",), ("tanh", "sign"), ("sign", "tanh"), ("gauss", "tanh", "tanh")))
"""What a world varies from mode to mode where nobody says it: of silk, silk, curved facets, straight ones, marble."""

RENDERER = 1  # a change that draws other pictures of the same recipe raises it
_MEASURED_SIDE = 128  # pixels, at which the factors of a world's pictures are measured, too
_SEEDS = 2**53  # JSON keeps whole numbers below it


@dataclass(frozen=True)
class CPPNDrawing:
    """One picture of a world of CPPNs."""

    mode: str
    recipe: CPPNRecipe

    def factors(self) -> dict[str, str | float]:
        """Its mode, and the colours of its pixels: those of `procgen.measured_factors` of the square of 128 px."""
        numbers = measured_factors(self.pixels((_MEASURED_SIDE, _MEASURED_SIDE)))
        return {"mode": self.mode, **{name: round(number, 4) for name, number in numbers.items()}}

    def to_json(self) -> str:
        """The recipe as one line of JSON."""
        return json.dumps(self.recipe.to_json())

    def pixels(self, size: tuple[int, int]) -> np.ndarray:
        """uint8 (height, width, 3)."""
        return picture_of(self.recipe, size)


@dataclass(frozen=True)
class CPPNWorld:
    """What a dataset of CPPNs is drawn from; see `procgen.World`.

    Attributes:
        recipes: what each mode is a picture of, by its name; its seed is not used.

    Raises:
        ExperimentsError: no mode, or one whose pictures would all be the same.
    """

    recipes: dict[str, CPPNRecipe]

    def __post_init__(self) -> None:
        if not self.recipes:
            raise ExperimentsError("expected a world of one kind of CPPN or more, got none")
        for name, recipe in self.recipes.items():
            check_drawable(recipe.config)
            if recipe.origin and not recipe.config.latent:
                raise ExperimentsError(
                    f"expected kinds of CPPNs with many pictures, got {name}, whose weights are bred and which has no "
                    "latent: it is one picture"
                )

    kind = "cppn"
    renderer = RENDERER

    @property
    def name(self) -> str:
        """Its modes."""
        return ", ".join(self.recipes)

    @property
    def digest(self) -> str:
        """sha256 of the text."""
        return sha256(self.to_toml().encode()).hexdigest()

    @cached_property
    def versions(self) -> Mapping[str, str]:
        """Keras and what it runs on: their roundings are in the pixels."""
        backend = keras.backend.backend()
        return {"keras": keras.__version__, backend: version(backend)}

    def names(self, factor: str) -> list[str]:
        """The modes."""
        return list(self.recipes)

    def sample(self, seed: int, index: int) -> CPPNDrawing:
        """Picture `index` of a seed: each mode is as likely as the others, and so is each network of it."""
        rng = stream(seed, index, "cppn world")
        mode = list(self.recipes)[int(rng.integers(len(self.recipes)))]
        recipe, own = self.recipes[mode], int(rng.integers(_SEEDS))
        if not recipe.origin:
            return CPPNDrawing(mode, replace(recipe, seed=own, latent=None))
        low, high = recipe.config.latent_low, recipe.config.latent_high
        return CPPNDrawing(mode, recipe.at(rng.uniform(low, high, recipe.config.latent)))

    def to_toml(self) -> str:
        """The world as text, JSON; `from_text` gives it back."""
        return json.dumps({name: recipe.to_json() for name, recipe in self.recipes.items()}, indent=1) + "\n"

    @classmethod
    def from_text(cls, text: str) -> "CPPNWorld":
        """The world of `to_toml`; ExperimentsError if it is none."""
        try:
            found = json.loads(text)
            return cls({name: CPPNRecipe.from_json(made) for name, made in found.items()})
        except (ValueError, AttributeError) as error:
            raise ExperimentsError(f"expected a world of CPPNs, got something else ({error})") from None

    def command(self, count: int, size: str, seed: int) -> str:
        """The command that makes a dataset of it; world.json holds the text."""
        return f"synchromy cppn dataset DATA --world world.json --count {count} --size {size} --seed {seed}"


def world_of(whats: Sequence[str], changes: Mapping[str, Any], axis: Axis | None) -> CPPNWorld:
    """A world with a mode for each of several CPPNs and each value of one of their parameters.

    Args:
        whats: what `find_cppn` finds.
        changes: in all of them.
        axis: a parameter and its values, or None to vary nothing.

    Raises:
        ExperimentsError or ModelsError: there is no such CPPN, two have one name, or a value cannot be.
    """
    found: dict[str, CPPNRecipe] = {}
    for what in whats:
        recipe = find_cppn(what, changes)
        for name, one in _varied(recipe, axis).items():
            called = " ".join(part for part in (what if len(whats) > 1 or not name else "", name) if part)
            if called in found:
                raise ExperimentsError(f"expected kinds of CPPNs that differ, got {called} twice")
            found[called] = one
    return CPPNWorld(found)


def _varied(recipe: CPPNRecipe, axis: Axis | None) -> dict[str, CPPNRecipe]:
    if axis is None:
        return {"": recipe}
    if axis.name == "seed":
        raise ExperimentsError("expected a parameter that tells kinds apart, got seed, which each picture has its own")
    shown = "" if axis.name == "activation" else f"{axis.name} "
    return {f"{shown}{word_of(value)}".replace("/", "-"): changed(recipe, {axis.name: value}) for value in axis.values}
