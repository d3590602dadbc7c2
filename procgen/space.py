"""A space of pictures: which choices, with what weights."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from .compositions import COMPOSITIONS
from .domains import known
from .errors import ProcgenError
from .harmonies import HARMONIES
from .palettes import CONTRASTS, mix
from .randomness import stream
from .recipe import RENDERER, Recipe

Weights = Mapping[str, float] | Iterable[str]
_TABLES: dict[str, Mapping[str, Any]] = {
    "compositions": COMPOSITIONS,
    "harmonies": HARMONIES,
    "contrasts": CONTRASTS,
}


@dataclass(frozen=True)
class Space:
    """A closed world of pictures; each one is a pure function of (space, seed, index).

    Each field but the name is given as names, all with weight 1, or as a mapping of names to weights, and is
    kept as the latter. Weights are relative; those of zero are dropped.

    Attributes:
        name: for people; two spaces that differ in name only are the same world.
        compositions: names in COMPOSITIONS.
        harmonies: names in HARMONIES.
        contrasts: names in CONTRASTS.
    """

    name: str = "custom"
    compositions: Weights = field(default_factory=lambda: dict.fromkeys(COMPOSITIONS, 1.0))
    harmonies: Weights = field(default_factory=lambda: dict.fromkeys(HARMONIES, 1.0))
    contrasts: Weights = field(default_factory=lambda: dict.fromkeys(CONTRASTS, 1.0))

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or not self.name.isprintable():
            raise ProcgenError(f"The name of a space must be one line of text, not {self.name!r}.")
        for key, table in _TABLES.items():
            object.__setattr__(self, key, _weights(key, getattr(self, key), table))

    def __hash__(self) -> int:
        return hash(self.digest)

    @cached_property
    def digest(self) -> str:
        """sha256 of everything that decides a picture: the choices, their weights, the renderer's version."""
        return sha256(f"{RENDERER}\n{self._body()}".encode()).hexdigest()

    def sample(self, seed: int, index: int) -> Recipe:
        """The recipe of picture number index: independent of every other picture.

        Raises:
            ProcgenError: if seed or index is not a whole number, 0 or more.
        """
        for name, value in {"seed": seed, "index": index}.items():
            if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < 0:
                raise ProcgenError(f"The {name} must be a whole number, 0 or more, not {value!r}.")
        choices = stream(seed, index, "choices")
        composition, harmony, contrast = (_pick(getattr(self, key), choices) for key in _TABLES)
        base_hue_deg = round(360 * choices.random(), 2) % 360
        palette = mix(harmony, contrast, base_hue_deg, stream(seed, index, "palette"))
        drawing = COMPOSITIONS[composition].sample(stream(seed, index, composition))
        return Recipe(drawing, palette, harmony, contrast, base_hue_deg)

    def to_toml(self) -> str:
        """The space as TOML; `from_toml` gives it back exactly."""
        name = self.name.replace("\\", "\\\\").replace('"', '\\"')
        return f'name = "{name}"\n{self._body()}'

    @classmethod
    def from_toml(cls, text: str) -> "Space":
        """The space of a TOML text: a name, and tables of compositions, harmonies, contrasts, if not all.

        Raises:
            ProcgenError: if the text is not such a space, saying what is wrong with it.
        """
        try:
            values = tomllib.loads(text)
        except (tomllib.TOMLDecodeError, TypeError, AttributeError) as error:
            raise ProcgenError(f"A space must be a TOML text: {error}.") from None
        for key in values:
            known("Key of a space", key, [each.name for each in fields(cls)])
        return cls(**values)

    def _body(self) -> str:
        lines = []
        for key in _TABLES:
            lines += [
                "",
                f"[{key}]",
                *(f"{name} = {weight!r}" for name, weight in getattr(self, key).items()),
            ]
        return "\n".join(lines) + "\n"


def load_space(name_or_path: str | Path) -> Space:
    """A space that is shipped, by name, or that of a TOML file, by path.

    Raises:
        ProcgenError: if there is neither, or the file is not a space.
    """
    shipped = {
        each.name[:-5]: each for each in files(__package__).joinpath("spaces").iterdir() if each.name.endswith(".toml")
    }
    path = Path(name_or_path)
    if str(name_or_path) in shipped:
        return Space.from_toml(shipped[str(name_or_path)].read_text("utf-8"))
    if path.suffix != ".toml":
        known("Space", str(name_or_path), shipped)
    try:
        return Space.from_toml(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ProcgenError(
            f"The space {str(path)!r} cannot be read ({error}): give a TOML file or a shipped name."
        ) from None


def _weights(key: str, given: Any, table: Mapping[str, Any]) -> dict[str, float]:
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise ProcgenError(f"The {key} must be names or a table of names and weights, not {given!r}.")
    pairs = list(given.items() if isinstance(given, Mapping) else ((name, 1.0) for name in given))
    for name, weight in pairs:
        known(f"Name in {key}", name, table)
        if isinstance(weight, bool) or not isinstance(weight, int | float) or not 0 <= weight < 1e9:
            raise ProcgenError(f"The weight of {name!r} in {key} must be a number, 0 or more, not {weight!r}.")
    weights = dict(pairs)
    kept = {name: float(weights[name]) for name in table if weights.get(name, 0) > 0}
    if not kept:
        raise ProcgenError(f"The {key} of a space must hold one name of positive weight or more: add one.")
    return kept


def _pick(weights: Mapping[str, float], rng: np.random.Generator) -> str:
    names = list(weights)
    steps = np.cumsum([weights[name] for name in names])
    return names[min(int(np.searchsorted(steps, rng.random() * steps[-1], side="right")), len(names) - 1)]
