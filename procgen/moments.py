"""What a space offers at one moment of its drift: weights, a range of hues, narrowed fields, and what lies between."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import Any

import numpy as np

from .compositions import COMPOSITIONS
from .domains import Distribution, Real, known
from .errors import ProcgenError

Weights = dict[str, float]
Fields = dict[str, dict[str, Distribution]]
FOLLOWS = "position"  # the word for a base hue that follows a picture's position on a ring
_WHEEL = Real(0.0, 720.0)


@dataclass(frozen=True)
class Moment:
    """What pictures are chosen from.

    Attributes:
        tables: for each table of a space, names and weights, all positive.
        hue: where the base hue is drawn from, degrees, beyond 360 where the range passes it; None where it follows.
        fields: narrowed domains, by composition and field.
    """

    tables: dict[str, Weights]
    hue: Real | None
    fields: Fields

    def pick(self, table: str, chance: float) -> str:
        """The name of a table that a number of 0..1 stands for."""
        names, steps = self._steps[table]
        return names[min(bisect_right(steps, chance * steps[-1]), len(names) - 1)]

    def toward(self, other: "Moment", share: float) -> "Moment":
        """The moment a share of the way to another one: shares of names, and ends of ranges, change evenly."""
        tables = {
            key: {
                name: weight
                for name in dict.fromkeys([*here, *other.tables[key]])
                if (weight := _lerp(_share(here, name), _share(other.tables[key], name), share)) > 0
            }
            for key, here in self.tables.items()
        }
        hue = _toward(self.hue, other.hue, share)
        return Moment(tables, hue, self._fields_toward(other.fields, share))

    def _fields_toward(self, other: Fields, share: float) -> Fields:
        fields: Fields = {}
        for composition in dict.fromkeys([*self.fields, *other]):
            whole = COMPOSITIONS[composition].domains
            here, there = self.fields.get(composition, {}), other.get(composition, {})
            fields[composition] = {
                name: _toward(here.get(name, whole[name]), there.get(name, whole[name]), share)
                for name in dict.fromkeys([*here, *there])
            }
        return fields

    @cached_property
    def _steps(self) -> dict[str, tuple[list[str], list[float]]]:
        return {key: (list(table), list(accumulate(table.values()))) for key, table in self.tables.items()}


def weights(key: str, given: Any, table: Mapping[str, Any]) -> Weights:
    """The names of positive weight, in the order of the table.

    Raises:
        ProcgenError: if a name is unknown, a weight is no number of 0 or more, or nothing is left.
    """
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise ProcgenError(f"The {key} must be names or a table of names and weights, not {given!r}.")
    pairs = list(given.items() if isinstance(given, Mapping) else ((name, 1.0) for name in given))
    for name, weight in pairs:
        known(f"Name in {key}", name, table)
        if isinstance(weight, bool) or not isinstance(weight, int | float) or not 0 <= weight < 1e9:
            raise ProcgenError(f"The weight of {name!r} in {key} must be a number, 0 or more, not {weight!r}.")
    found = dict(pairs)
    kept = {name: float(found[name]) for name in table if found.get(name, 0) > 0}
    if not kept:
        raise ProcgenError(f"The {key} of a space must hold one name of positive weight or more: add one.")
    return kept


def hue_range(given: Any) -> Real | None:
    """The range of base hues that a space asks for: one number, [low, high], or "position".

    Raises:
        ProcgenError: if it is none of these, or wider than the wheel.
    """
    if given == FOLLOWS:
        return None
    if isinstance(given, str | Mapping):
        raise ProcgenError(f'The base_hue_deg must be a number, [low, high] or "{FOLLOWS}", not {given!r}.')
    wheel = _WHEEL.narrowed("base_hue_deg", given)
    if not isinstance(wheel, Real) or wheel.high - wheel.low > 360:
        raise ProcgenError(
            "The base_hue_deg must be [low, high] with high at most a turn above low, as [330, 390] for the hues "
            f"around 0, not {given!r}."
        )
    return wheel


def narrowed_fields(given: Any) -> Fields:
    """The narrowed domains that a space asks for, by composition and field.

    Raises:
        ProcgenError: if a composition or field is unknown, or a value lies outside its domain.
    """
    if not isinstance(given, Mapping):
        raise ProcgenError(f"The fields of a space must be tables by composition, not {given!r}.")
    fields: Fields = {}
    for composition, asked in given.items():
        known("Composition in fields", composition, COMPOSITIONS)
        if not isinstance(asked, Mapping):
            raise ProcgenError(f"The fields of {composition} must be a table of names and values, not {asked!r}.")
        fields[composition] = COMPOSITIONS[composition].narrowed(composition, asked)
    return fields


def _share(table: Weights, name: str) -> float:
    return table.get(name, 0.0) / float(np.cumsum(list(table.values()))[-1])


def _lerp(one: float, other: float, share: float) -> float:
    return one + (other - one) * share


def _toward(one: Any, other: Any, share: float) -> Any:
    """Distributions of one kind have a middle; others change when the second is reached."""
    if type(one) is type(other) and one is not None:
        return one.toward(other, share)
    return other if share >= 1 else one
