"""Steps of a training as people name them: "all", "1200", "9.6kimg", "20kimg-40kimg", or several with commas."""

import re
from collections.abc import Sequence

import numpy as np

from .errors import ExperimentsError

ALL = "all"
_NAME = re.compile(r"(\d+(?:\.\d+)?)(kimg)?")


def read_steps(text: str, steps: Sequence[int], shown: int, where: str) -> list[int]:
    """Those of `steps` that a text names, rising; the last one where it is empty.

    Args:
        text: what is asked for.
        steps: that there are, rising, at least one.
        shown: images shown a step.
        where: what has these steps, for a sentence.

    Raises:
        ExperimentsError: there is no such step.
    """
    if not text.strip():
        return [steps[-1]]
    if text.strip() == ALL:
        return list(steps)
    chosen: set[int] = set()
    for part in text.split(","):
        first, dash, last = (each.strip() for each in part.partition("-"))
        low, high = _step(first, shown, text), _step(last or first, shown, text)
        found = [step for step in steps if low <= step <= high]
        if not found or (not dash and found != [low]):
            raise ExperimentsError(f"expected steps of {where}, {_there(steps, shown, low)}, got {part.strip()!r}")
        chosen.update(found)
    return sorted(chosen)


def name_steps(chosen: Sequence[int], steps: Sequence[int]) -> str:
    """A text that names these steps whatever comes later: `read_steps` reads it back."""
    at = np.searchsorted(steps, chosen)
    if len(chosen) > 2 and np.all(np.diff(at) == 1):
        return f"{chosen[0]}-{chosen[-1]}"
    return ",".join(str(step) for step in chosen)


def _step(text: str, shown: int, whole: str) -> float:
    found = _NAME.fullmatch(text)
    if found is None:
        raise ExperimentsError(f"expected steps as all, 1200, 9.6kimg or 20kimg-40kimg, got {whole!r}")
    return round(float(found[1]) * 1000, 6) / shown if found[2] else float(found[1])


def _there(steps: Sequence[int], shown: int, wanted: float) -> str:
    """The steps there are; of many, the first, the last and those next to what was wanted."""
    near = int(np.clip(np.searchsorted(steps, wanted), 1, max(len(steps) - 1, 1)))
    some = steps if len(steps) <= 6 else sorted({steps[0], *steps[near - 1 : near + 1], steps[-1]})
    words = [f"{step} ({step * shown / 1000:g}kimg)" for step in some]
    return f"{len(steps)} of them, among which " * (len(steps) > 6) + ", ".join(words)
