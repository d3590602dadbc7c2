"""Tests on paired differences: sign flips, exact where they can be, Holm, and intervals by inverting them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

Floats = np.ndarray
EXACT = 16  # pairs up to which every pattern of signs is tried
DRAWS = 20_000
LEVEL = 0.05


@dataclass(frozen=True)
class Effect:
    """What the paired differences of one effect say.

    `differences` (n,), their mean, the interval at 95% by inverting the test, p two-sided, and p adjusted by Holm among
    the effects it was tested with; `exact` whether every pattern of signs was tried.
    """

    name: str
    differences: Floats
    mean: float
    low: float
    high: float
    p_value: float
    adjusted: float
    exact: bool


def effects_of(differences: Mapping[str, Floats], *, intervals: bool = True) -> list[Effect]:
    """The effects with their p adjusted for one another; `intervals` may be left out where thousands are simulated."""
    tables = {name: np.asarray(values, float) for name, values in differences.items()}
    p_values = [sign_flip(values) for values in tables.values()]
    found = []
    for (name, d), p, adjusted in zip(tables.items(), p_values, holm(p_values), strict=True):
        low, high = interval_of(d) if intervals else (np.nan, np.nan)
        found.append(Effect(name, d, float(d.mean()), low, high, p, adjusted, len(d) <= EXACT))
    return found


@lru_cache(maxsize=4)
def signs(pairs: int) -> Floats:
    """Every pattern of signs (2^n, n) of up to EXACT pairs, else DRAWS with a fixed seed, the first all plus."""
    if pairs <= EXACT:
        return 1.0 - 2.0 * (np.arange(2**pairs)[:, None] >> np.arange(pairs) & 1)
    drawn = np.random.default_rng(0).integers(0, 2, (DRAWS, pairs)) * 2.0 - 1
    drawn[0] = 1
    return drawn


def sign_flip(differences: Floats) -> float:
    """Two-sided p that differences symmetric about 0 have so large a mean: Fisher's randomisation test of pairs."""
    return _p_value(differences, signs(len(differences)))


def _p_value(differences: Floats, flips: Floats) -> float:
    sums = np.abs(flips @ differences)
    return float(np.mean(sums >= np.abs(differences.sum()) * (1 - 1e-12)))


def holm(p_values: Sequence[float]) -> list[float]:
    """Adjusted p: the family-wise error stays below alpha if those with adjusted p < alpha are believed (Holm 1979)."""
    order = np.argsort(p_values)
    steps = np.array(p_values, float)[order] * np.arange(len(order), 0, -1)
    adjusted = np.empty(len(order))
    adjusted[order] = np.minimum(np.maximum.accumulate(steps), 1.0)
    return adjusted.tolist()


def interval_of(differences: Floats, level: float = LEVEL) -> tuple[float, float]:
    """The shifts that the sign-flip test at `level` does not reject; infinite where there are too few pairs for it."""
    flips, middle = signs(len(differences)), differences.mean()
    if 2.0 ** (1 - len(differences)) > level:
        return -np.inf, np.inf
    reach = 8 * max(np.ptp(differences), 1e-12)
    return tuple(_edge(differences, flips, middle, middle + side * reach, level) for side in (-1, 1))  # type: ignore[return-value]


def _edge(differences: Floats, flips: Floats, inside: float, outside: float, level: float) -> float:
    """Where between a shift that is not rejected and one that is the test changes its mind, by halving."""
    for _ in range(24):
        middle = (inside + outside) / 2
        if _p_value(differences - middle, flips) > level:
            inside = middle
        else:
            outside = middle
    return float((inside + outside) / 2)


def paired(table: Mapping[tuple[int, ...], Floats]) -> dict[str, Floats]:
    """Differences of two crossed factors, from {(first, second): values (n,) of the same n blocks}, levels 0 and 1.

    "first" and "second": high less low, a pair for each block and level of the other: 2n. "both": the difference of
    the differences, n.
    """
    t = {key: np.asarray(values, float) for key, values in table.items()}
    return {
        "first": np.concatenate([t[1, 0] - t[0, 0], t[1, 1] - t[0, 1]]),
        "second": np.concatenate([t[0, 1] - t[0, 0], t[1, 1] - t[1, 0]]),
        "both": (t[1, 1] - t[0, 1]) - (t[1, 0] - t[0, 0]),
    }
