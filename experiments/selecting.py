"""Which pictures to take, in words: "mode=rings|waves,hybridity<0.3,base_hue_deg=330..30"."""

import difflib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

import numpy as np

from .errors import ExperimentsError

_CONDITION = re.compile(r"\s*([A-Za-z_][A-Za-z0-9_.]*)\s*(<=|>=|!=|==|=|<|>)\s*(.+?)\s*")
_NUMBER = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)(kimg)?")
_AS = "mode=rings, mode=rings|waves, score>0.9 or base_hue_deg=330..30"
_LISTED = 12  # names that a sentence lists

_COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
}


@dataclass(frozen=True)
class Condition:
    """What one column has to be.

    Attributes:
        name: of the column.
        sign: "=", "!=", "<", "<=", ">" or ">=".
        value: a number, in kimg too; a name, with * for any letters; several of them with | between; or for "=" a
            range as "0.2..0.5", which for degrees may go over 360 as "330..30".
    """

    name: str
    sign: str
    value: str

    def holds(self, values: np.ndarray) -> np.ndarray:
        """For which of N values, numbers or words, it holds, bool (N,); what is not defined is no match.

        Raises:
            ExperimentsError: the value does not go with the column.
        """
        if not np.issubdtype(values.dtype, np.number):
            return self._of_words(values.astype(str))
        numbers = values.astype(np.float64)
        if self.sign in _COMPARE:
            return _COMPARE[self.sign](numbers, self._number(self.value))
        found = np.logical_or.reduce([self._near(numbers, each) for each in self.value.split("|")])
        return (found if self.sign == "=" else ~found) & ~np.isnan(numbers)

    def _near(self, numbers: np.ndarray, text: str) -> np.ndarray:
        low, dots, high = text.partition("..")
        if not dots:
            return np.isclose(numbers, self._number(text), rtol=1e-9, atol=0)
        first, last = self._number(low), self._number(high)
        if first <= last:
            return (numbers >= first) & (numbers <= last)
        if not self.name.endswith("_deg"):
            raise ExperimentsError(f"expected a range from less to more, got {self.name}={text}: turn it round")
        return (numbers >= first) | (numbers <= last)

    def _number(self, text: str) -> float:
        found = _NUMBER.fullmatch(text.strip())
        if found is None:
            raise ExperimentsError(f"expected a number for {self.name}, got {text!r}: write {self.name}>0.5, say")
        return float(found[1]) * (1000 if found[2] else 1)

    def _of_words(self, words: np.ndarray) -> np.ndarray:
        if self.sign in _COMPARE:
            raise ExperimentsError(f"expected = or != for {self.name}, which is a word, got {self.name}{self.sign}")
        wanted = [each.strip() for each in self.value.split("|")]
        there, place = np.unique(words, return_inverse=True)
        fits = np.array([any(fnmatchcase(name, each) for each in wanted) for name in there], bool)
        return (fits if self.sign == "=" else ~fits)[place]

    def check_word(self, known: Sequence[str]) -> None:
        """Raise ExperimentsError where a word that is asked for is none of those there can be."""
        for each in (text.strip() for text in self.value.split("|")):
            if not any(fnmatchcase(name, each) for name in known):
                near = [name for name in known if each in name][:1] or difflib.get_close_matches(each, known, n=1)
                hint = f"did you mean {near[0]}?" if near else "choose one of these"
                raise ExperimentsError(f"expected {self.name} among {listed(known)}, got {each!r}: {hint}")


def read_conditions(text: str) -> tuple[Condition, ...]:
    """The conditions of a text, with commas between; all have to hold.

    Raises:
        ExperimentsError: a part is no condition.
    """
    parts = [part for part in text.split(",") if part.strip()]
    found = [_CONDITION.fullmatch(part) for part in parts]
    for part, match in zip(parts, found, strict=True):
        if match is None:
            raise ExperimentsError(f"expected a condition as {_AS}, got {part.strip()!r}")
    return tuple(Condition(m[1], m[2].replace("==", "="), m[3]) for m in found if m)


def listed(names: Sequence[str]) -> str:
    """Names with commas, not more than a sentence bears."""
    more = len(names) - _LISTED
    return ", ".join(names[:_LISTED]) + (f" and {more} more" if more > 0 else "")
