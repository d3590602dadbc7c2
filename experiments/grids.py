"""Sheets of which each axis varies one factor of the world, and all else stays as it is."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from procgen import COMPOSITIONS, Palette, ProcgenError, Recipe, Space, recolour
from procgen.domains import Anchored, Choice, Domain, Real, known
from procgen.recipe import GIVEN

from .errors import ExperimentsError
from .sheets import Sheet

FACTORS = {
    "composition": "compositions",
    "harmony": "harmonies",
    "contrast": "contrasts",
    "key": "keys",
    "purity": "purities",
}
"""The factors an axis can vary, and the table of a space that each one is chosen from."""

_SHOWS = "hue"  # the contrast in which harmonies show
_STEPS = 7  # values of a field on an axis, where its domain has more


@dataclass(frozen=True)
class Axis:
    """One side of a grid.

    Attributes:
        name: a factor, a field as "bars.count", or "" for the pictures of a space one by one.
        values: of each row or column.
    """

    name: str
    values: tuple[Any, ...]

    @property
    def composition(self) -> str:
        """The composition whose field this is, or ""."""
        return self.name.partition(".")[0] if "." in self.name else ""

    @property
    def headings(self) -> tuple[str, ...]:
        """A word for each value."""
        prefix = self.name.partition(".")[2] + " " if self.composition else "" if self.name else "no. "
        return tuple(f"{prefix}{value}" for value in self.values)


def factor_grid(
    space: Space, rows: str, columns: str, *, count: int, seed: int, palette: Palette | None = None
) -> Sheet:
    """A sheet with one factor down and one across; of the factor "", pictures 0 to count - 1 of the space.

    Each picture is the one of its index and seed in all that the axes do not vary, or in a palette of one's own;
    beside an axis of harmonies the contrast is that of hues. A drifting space stands still.

    Raises:
        ExperimentsError or ProcgenError: an axis is unknown, or the two cannot go together.
    """
    down, across = (_axis(name, space, count) for name in (rows, columns))
    _check_pair(down, across)
    if (palette or space.palettes) and {rows, columns} & {*FACTORS} - {"composition"}:
        raise ExperimentsError("expected no axis of colour beside a palette of your own, which decides them all")
    _check_many(down, across, space)
    still = replace(space, keyframes=(), repeat=False, **_shown(space, {rows, columns}))
    recipes = [
        _cell(still, {down.name: one, across.name: other}, seed) for one in down.values for other in across.values
    ]
    if palette:
        recipes = [recolour(recipe, palette) for recipe in recipes]
    labels = [(str(number),) for number in range(len(recipes))]
    return Sheet(recipes, labels, len(across.values), across.headings, down.headings, _held(recipes, {rows, columns}))


def _axis(name: str, space: Space, count: int) -> Axis:
    if not name:
        return Axis("", tuple(range(count)))
    composition, dot, field = name.partition(".")
    if not dot:
        known("Axis", name, FACTORS)
        return Axis(name, tuple(space.names(name)))
    if not composition or not field:
        raise ExperimentsError(f"expected an axis as harmony or bars.count, got {name!r}")
    known("Composition of an axis", composition, COMPOSITIONS)
    domains = COMPOSITIONS[composition].domains
    known(f"Field of {composition}", field, domains)
    try:
        replace(space, compositions={composition: 1.0})
    except ProcgenError:  # what the space says of its fields or hues holds for others only
        raise ExperimentsError(
            f"expected a field of what {space.name} draws, {' or '.join(space.names('composition')[:3])}, got {name}: "
            "choose another axis or --space"
        ) from None
    asked = space.at(0).fields.get(composition, {}).get(field)
    return Axis(name, _spread(domains[field] if asked is None or isinstance(asked, Anchored) else asked))


def _check_many(down: Axis, across: Axis, space: Space) -> None:
    for axis in (down, across):
        if axis.name in FACTORS and len(axis.values) == 1:
            raise ExperimentsError(
                f"expected several {FACTORS[axis.name]} for an axis, but {space.name} has {axis.values[0]} only: "
                "choose another axis or --space"
            )


def _shown(space: Space, axes: set[str]) -> dict[str, Any]:
    """What is held for an axis to be seen: most contrasts leave little of a harmony, that of hues shows it."""
    told = "harmony" in axes and "contrast" not in axes and _SHOWS in space.names("contrast")
    return {"contrasts": {_SHOWS: 1.0}} if told else {}


def _held(recipes: list[Recipe], axes: set[str]) -> tuple[str, ...]:
    """The factors that are no axis and the same in all pictures."""
    common = {name: {getattr(recipe, name) for recipe in recipes} - {GIVEN} for name in FACTORS if name not in axes}
    return tuple(f"{name} {next(iter(values))}" for name, values in common.items() if len(values) == 1)


def _check_pair(down: Axis, across: Axis) -> None:
    if down.name == across.name:
        raise ExperimentsError(f"expected two different axes, got {down.name} twice")
    fields = {axis.composition for axis in (down, across)} - {""}
    if len(fields) > 1 or (fields and "composition" in (down.name, across.name)):
        raise ExperimentsError(
            f"expected axes that go together, got {down.name} and {across.name}: "
            f"a field like {next(iter(fields))}.… holds for its own composition only"
        )


def _spread(domain: Domain) -> tuple[Any, ...]:
    """Values from one end of a domain to the other."""
    if isinstance(domain, Choice):
        return tuple(dict.fromkeys(domain.options))
    if isinstance(domain, Real):
        ends = np.geomspace if domain.log else np.linspace
        values = [float(round(value, 4)) for value in ends(domain.low, domain.high, _STEPS)]
        return tuple(min(max(value, domain.low), domain.high) for value in values)
    steps = min(_STEPS, domain.high - domain.low + 1)
    return tuple(dict.fromkeys(np.linspace(domain.low, domain.high, steps).round().astype(int).tolist()))


def _cell(space: Space, asked: Mapping[str, Any], seed: int) -> Recipe:
    """The picture of an index, with some names and fields as they are asked for."""
    tables = {FACTORS[name]: {value: 1.0} for name, value in asked.items() if name in FACTORS}
    fields = {name: value for name, value in asked.items() if "." in name}
    for name in fields:
        tables["compositions"] = {name.partition(".")[0]: 1.0}
    recipe = replace(space, **tables).sample(seed, asked.get("", 0))  # type: ignore[arg-type]
    return replace(recipe, drawing=replace(recipe.drawing, **{k.partition(".")[2]: v for k, v in fields.items()}))
