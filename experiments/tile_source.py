"""What holds pictures for tiles, said once for runs, datasets and folders."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np

from procgen.measure import measured_factors

Column = Callable[[np.ndarray], np.ndarray]
"""Numbers of pictures, int (N,), to what is known of each, (N,)."""

_MEASURED_SIDE = 64  # pixels of a picture of which its colours are measured, as procgen does of its own


@dataclass(frozen=True)
class Seen:
    """Columns that are read from pixels: uint8 (N, h, w, 3) to each of them, (N,)."""

    names: tuple[str, ...]
    read: Callable[[np.ndarray], Mapping[str, np.ndarray]]


@dataclass(frozen=True, eq=False)
class TileSource:
    """Pictures by number, read when they are asked for.

    Attributes:
        name: as it was named by the user.
        total: how many there are; None where there is no end of them.
        size: their height and width in pixels.
        read: numbers to uint8 (N, height, width, 3).
        ahead: told the numbers that will be read after the next, so that some of it can begin meanwhile.
        facts: what it is, with digests of what the chosen pictures depend on: numbers to a dictionary.
        source_type: a name of `mosaics.SOURCE_TYPES`.
        columns: what is known of a picture without looking at it.
        seen: what is known after a look, of pictures as `read` gives them.
        kept: the columns that every tile carries.
        command: a number to the command that makes that picture again alone, or "" where there is none.
        words: for a column of words, those there can be.
        scaled: the same source with pictures of another height and width, or None: they are resized after reading.
        cheap: whether reading a picture again costs little.
        broken: what could not be read so far, number to reason; only a folder may have such.
    """

    name: str
    total: int | None
    size: tuple[int, int]
    read: Callable[[np.ndarray], np.ndarray]
    facts: Callable[[np.ndarray], dict[str, Any]]
    source_type: str
    columns: Mapping[str, Column]
    seen: tuple[Seen, ...] = ()
    kept: tuple[str, ...] = ()
    command: Callable[[int], str] = lambda number: ""
    words: Mapping[str, Sequence[str]] = field(default_factory=dict)
    scaled: Callable[[tuple[int, int]], "TileSource"] | None = None
    cheap: bool = False
    broken: dict[int, str] = field(default_factory=dict)
    ahead: Callable[[np.ndarray], None] = lambda numbers: None

    @property
    def names(self) -> list[str]:
        """What its pictures can be chosen by."""
        return [*self.columns, *(name for seen in self.seen for name in seen.names if name not in self.columns)]

    def looked_at(self, name: str) -> bool:
        """Whether a column is read from pixels."""
        return name not in self.columns

    def values(self, name: str, numbers: np.ndarray, pictures: np.ndarray | None) -> np.ndarray:
        """A column of these pictures; `pictures` are theirs, needed where it is read from pixels."""
        if name in self.columns:
            return self.columns[name](numbers)
        assert pictures is not None
        return next(seen for seen in self.seen if name in seen.names).read(pictures)[name]


def measured() -> Seen:
    """The factors of colour, measured from pixels under the names that datasets record them by."""
    names = tuple(measured_factors(np.zeros((1, 1, 3), np.uint8)))
    return Seen(names, partial(_measure, names))


def _measure(names: tuple[str, ...], pictures: np.ndarray) -> dict[str, np.ndarray]:
    step = max(1, min(pictures.shape[1:3]) // _MEASURED_SIDE)
    rows = [measured_factors(picture[::step, ::step]) for picture in pictures]
    return {name: np.array([row[name] for row in rows]) for name in names}
