"""What values a field of a composition may take: sampled from, checked against and narrowed, in one place."""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Annotated, Any, Self

import numpy as np

from .errors import ProcgenError


@dataclass(frozen=True)
class Integer:
    """Whole numbers from low to high, both included, all equally likely."""

    low: int
    high: int

    def sample(self, rng: np.random.Generator) -> int:
        """One value of the domain."""
        return int(rng.integers(self.low, self.high, endpoint=True))

    def check(self, name: str, value: Any) -> None:
        """Raise ProcgenError unless value lies in the domain."""
        if isinstance(value, bool) or not isinstance(value, int) or not self.low <= value <= self.high:
            raise ProcgenError(f"{name} must be a whole number from {self.low} to {self.high}, not {value!r}.")

    def narrowed(self, name: str, given: Any) -> Self:
        """The part of the domain that a space asks for: one value, or [low, high]."""
        return type(self)(*_ends(self, name, given))

    def toward(self, other: Self, share: float) -> Self:
        """The domain a share of the way to another one."""
        low, high = (round(_between(getattr(self, end), getattr(other, end), share)) for end in ("low", "high"))
        return type(self)(low, high)

    def to_plain(self) -> Any:
        """What `narrowed` takes to give this domain."""
        return self.low if self.low == self.high else [self.low, self.high]


@dataclass(frozen=True)
class Real:
    """Real numbers from low to high, uniform, or uniform in the logarithm; sampled to four decimals."""

    low: float
    high: float
    log: bool = False

    def sample(self, rng: np.random.Generator) -> float:
        """One value of the domain."""
        share = rng.random()
        if self.log:
            return round(self.low * float(self.high / self.low) ** share, 4)
        return round(self.low + (self.high - self.low) * share, 4)

    def check(self, name: str, value: Any) -> None:
        """Raise ProcgenError unless value lies in the domain."""
        if isinstance(value, bool) or not isinstance(value, int | float) or not self.low <= value <= self.high:
            raise ProcgenError(f"{name} must be a number from {self.low} to {self.high}, not {value!r}.")

    def narrowed(self, name: str, given: Any) -> "Real | Anchored":
        """The part of the domain that a space asks for: one value, [low, high], or {anchors, concentration}."""
        if isinstance(given, Mapping):
            return Anchored.around(self, name, given)
        low, high = _ends(self, name, given)
        return Real(float(low), float(high), self.log)

    def toward(self, other: Self, share: float) -> Self:
        """The domain a share of the way to another one."""
        low, high = (_between(getattr(self, end), getattr(other, end), share) for end in ("low", "high"))
        return type(self)(low, high, self.log)

    def to_plain(self) -> Any:
        """What `narrowed` takes to give this domain."""
        return self.low if self.low == self.high else [self.low, self.high]


@dataclass(frozen=True)
class Anchored:
    """Places on a ring of one turn, gathered around evenly spaced anchors, all anchors equally likely.

    The places are a mixture of von Mises distributions (Mardia and Jupp, "Directional Statistics", 2000, ch. 3.5.4).

    Attributes:
        anchors: how many.
        concentration: kappa; at 0 every place is equally likely; when large, places stray from their anchor by
            1 / sqrt(kappa) radians.
    """

    anchors: int
    concentration: float

    @classmethod
    def around(cls, domain: "Real", name: str, given: Mapping[str, Any]) -> Self:
        """What a space asks for as {anchors, concentration}, for a field whose domain is a whole turn."""
        if (domain.low, domain.high) != (0.0, 1.0) or set(given) != {"anchors", "concentration"}:
            raise ProcgenError(
                f"{name} must be one value or [low, high], and on a ring may be {{anchors, concentration}}, "
                f"not {dict(given)!r}."
            )
        Integer(1, 64).check(f"{name}.anchors", given["anchors"])
        Real(0, 1e6).check(f"{name}.concentration", given["concentration"])
        return cls(given["anchors"], float(given["concentration"]))

    def sample(self, rng: np.random.Generator) -> float:
        """One place, in turns, to four decimals."""
        anchor = int(rng.integers(self.anchors)) / self.anchors
        stray = float(rng.vonmises(0, self.concentration)) / (2 * np.pi)
        return round((anchor + stray) % 1.0, 4) % 1.0

    def toward(self, other: Self, share: float) -> Self:
        """The distribution a share of the way to another one, with the anchors of this one."""
        return type(self)(self.anchors, _between(self.concentration, other.concentration, share))

    def to_plain(self) -> Any:
        """What `Real.narrowed` takes to give this domain."""
        return {"anchors": self.anchors, "concentration": self.concentration}


@dataclass(frozen=True, init=False)
class Choice:
    """One of some names, all equally likely; a name given twice is twice as likely."""

    options: tuple[str, ...]

    def __init__(self, *options: str) -> None:
        object.__setattr__(self, "options", options)

    def sample(self, rng: np.random.Generator) -> str:
        """One value of the domain."""
        return self.options[int(rng.integers(len(self.options)))]

    def check(self, name: str, value: Any) -> None:
        """Raise ProcgenError unless value lies in the domain."""
        known(name, value, self.options)

    def narrowed(self, name: str, given: Any) -> Self:
        """The part of the domain that a space asks for: one name, or a list of names."""
        names = given if isinstance(given, list | tuple) else [given]
        if not names:
            raise ProcgenError(f"{name} must be one of its names or a list of them, not an empty list.")
        for each in names:
            self.check(name, each)
        return type(self)(*names)

    def toward(self, other: Self, share: float) -> Self:
        """Names have no middle: this domain, until the other one is reached."""
        return other if share >= 1 else self

    def to_plain(self) -> Any:
        """What `narrowed` takes to give this domain."""
        return self.options[0] if len(self.options) == 1 else list(self.options)


Domain = Integer | Real | Choice
Distribution = Domain | Anchored
Seed = Annotated[int, Integer(0, 2**31 - 1)]


def _ends(domain: Integer | Real, name: str, given: Any) -> tuple[Any, Any]:
    ends = given if isinstance(given, list | tuple) else (given, given)
    if len(ends) != 2:
        raise ProcgenError(f"{name} must be one value or [low, high], not {given!r}.")
    for end in ends:
        domain.check(name, end)
    if ends[0] > ends[1]:
        raise ProcgenError(f"{name} must be [low, high] with the low end first, not {given!r}.")
    return ends[0], ends[1]


def _between(one: float, other: float, share: float) -> float:
    return one + (other - one) * share


def known(what: str, name: Any, table: Any) -> None:
    """Raise ProcgenError, with the nearest known names, unless name is a key of table."""
    if isinstance(name, str) and name in table:
        return
    names = sorted(set(table))
    near = get_close_matches(str(name), names, n=3)
    hint = f"did you mean {' or '.join(near)}?" if near else f"known are {', '.join(names)}."
    raise ProcgenError(f"{what} {name!r} is unknown: {hint}")
