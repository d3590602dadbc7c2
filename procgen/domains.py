"""What values a field of a composition may take: sampled from, and checked against, in one place."""

from dataclasses import dataclass
from difflib import get_close_matches
from typing import Annotated, Any

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


Domain = Integer | Real | Choice
Seed = Annotated[int, Integer(0, 2**31 - 1)]


def known(what: str, name: Any, table: Any) -> None:
    """Raise ProcgenError, with the nearest known names, unless name is a key of table."""
    names = sorted(set(table))
    if isinstance(name, str) and name in names:
        return
    near = get_close_matches(str(name), names, n=3)
    hint = f"did you mean {' or '.join(near)}?" if near else f"known are {', '.join(names)}."
    raise ProcgenError(f"{what} {name!r} is unknown: {hint}")
