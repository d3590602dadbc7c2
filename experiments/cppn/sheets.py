"""Sheets of CPPNs: several recipes on one page, which the file carries, and of which each side varies a parameter."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import ExperimentsError
from ..sheets import Sheet, columns_for
from .asking import changed, read_parameter
from .drawing import picture_of
from .origins import source_type_of
from .recipe import CPPNRecipe

_MOST_CELLS = 4096
_STEPS = 7  # values from one end to the other where nobody says how many


@dataclass(frozen=True)
class CPPNs:
    """Pictures that are drawn from recipes of CPPNs, for a sheet."""

    recipes: list[CPPNRecipe]

    @property
    def source_type(self) -> str:
        """A name of `mosaics.SOURCE_TYPES`."""
        return source_type_of(*self.recipes)

    def __len__(self) -> int:
        return len(self.recipes)

    def take(self, places: Sequence[int]) -> "CPPNs":
        """Some of them."""
        return CPPNs([self.recipes[place] for place in places])

    def drawn(self, cell: int) -> Iterator[np.ndarray]:
        """uint8 (cell, cell, 3) of each."""
        return (picture_of(recipe, (cell, cell)) for recipe in self.recipes)

    def record(self, folder: Path) -> dict[str, Any]:
        """The recipes, which are drawn alike from anywhere."""
        return {"cppns": [recipe.to_json() for recipe in self.recipes]}


@dataclass(frozen=True)
class Axis:
    """One side of a grid: a parameter, and its value in each row or column."""

    name: str
    values: tuple[Any, ...]

    @property
    def headings(self) -> tuple[str, ...]:
        """A word for each value."""
        return tuple(f"{self.name} {word_of(value)}" for value in self.values)


def read_axis(text: str) -> Axis:
    """An axis from "width=5,10,25", "activation=sin,tanh,tanh/sin", "seed=0:9" or "z1=-1:1:7".

    Whole numbers from:to are all of those between; others are so many from one to the other, both among them.

    Raises:
        ExperimentsError: it is none of these, or has no value.
    """
    name, equals, said = text.partition("=")
    name = name.strip()
    if not equals or not said.strip():
        raise ExperimentsError(f"expected an axis as width=5,10,25, activation=sin,tanh or z1=-1:1:7, got {text!r}")
    words = [word.strip() for word in said.split(",") if word.strip()]
    if len(words) == 1 and ":" in words[0]:
        return Axis(name, _between(name, words[0]))
    return Axis(name, tuple(read_parameter(name, word) for word in words))


def grid_of(recipe: CPPNRecipe, down: Axis, across: Axis) -> Sheet:
    """A sheet of a recipe with one parameter changed from row to row and another from column to column.

    Raises:
        ExperimentsError or ModelsError: one parameter on both sides, too many pictures, or a value that cannot be.
    """
    if down.name == across.name:
        raise ExperimentsError(f"expected two parameters, got {down.name} on both sides")
    if len(down.values) * len(across.values) > _MOST_CELLS:
        raise ExperimentsError(
            f"expected up to {_MOST_CELLS} pictures on a sheet, got {len(down.values)} x {len(across.values)}"
        )
    recipes = [changed(recipe, {down.name: one, across.name: two}) for one in down.values for two in across.values]
    labels = [(str(number),) for number in range(len(recipes))]
    return Sheet(CPPNs(recipes), labels, len(across.values), across.headings, down.headings)


def sheet_of_cppns(recipes: list[CPPNRecipe], labels: Sequence[tuple[str, ...]] | None = None) -> Sheet:
    """Recipes as a sheet, each with its number unless labels say more."""
    lines = labels or [(str(number),) for number in range(len(recipes))]
    return Sheet(CPPNs(recipes), lines, columns_for(len(recipes)))


def axes_to_json(axes: Mapping[str, Axis]) -> dict[str, Any]:
    """Names of sides to what is on them, as JSON holds it."""
    return {side: {"name": axis.name, "values": list(axis.values)} for side, axis in axes.items()}


def _between(name: str, text: str) -> tuple[Any, ...]:
    ends, count = text.split(":")[:2], text.split(":")[2:]
    first, last = (read_parameter(name, end) for end in ends)
    if not all(isinstance(end, int | float) for end in (first, last)) or len(count) > 1:
        raise ExperimentsError(f"expected values of {name} one by one, as {name}=a,b,c, got {text!r}")
    if isinstance(first, int) and not count:
        values: list[Any] = list(range(first, last + (1 if last >= first else -1), 1 if last >= first else -1))
        return tuple(values)
    steps = count[0] if count else str(_STEPS)
    if not steps.isdecimal() or not 1 <= int(steps) <= _MOST_CELLS:
        raise ExperimentsError(f"expected a number of values from 1 to {_MOST_CELLS}, got {steps!r} in {text!r}")
    spread = np.linspace(first, last, int(steps))
    return tuple(round(value) if isinstance(first, int) else float(value) for value in spread.tolist())


def word_of(value: Any) -> str:
    """A value of a parameter as a heading says it."""
    if isinstance(value, tuple):
        return "/".join(word_of(each) for each in value)
    return f"{value:.3g}" if isinstance(value, float) else str(value)
