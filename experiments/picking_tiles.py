"""The pictures of a source that are as asked for, so many of them: chosen by what is known and by how they look."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from mosaics.duplicates import Distinct
from procgen import stream

from .errors import ExperimentsError
from .selecting import Condition
from .tile_source import TileSource
from .tiles_asked import TilesAsked

_BYTES = 16 << 20  # of pictures that are looked at together
_BATCH, _BATCHES = 64, 4  # pictures that a generator draws at once, and how often before they are kept
_DRAWN = 50  # new samples that are looked at for each that is wanted, at most


@dataclass(frozen=True, eq=False)
class Picked:
    """Pictures that were taken: their numbers (N,), what was read from them, and themselves, if they were looked at."""

    numbers: np.ndarray
    columns: dict[str, np.ndarray]
    pictures: np.ndarray | None

    def where(self, fits: np.ndarray) -> "Picked":
        """Those of them."""
        columns = {name: values[fits] for name, values in self.columns.items()}
        return Picked(self.numbers[fits], columns, None if self.pictures is None else self.pictures[fits])


class Picker:
    """Takes pictures of a source that meet the conditions, none of them twice.

    Args:
        source: what it takes from.
        asked: seed, count and what to do with broken ones.
        conditions: that all have to hold; one on what the source's pictures do not have is met by none.
        gate: what keeps near-duplicates out, shared by all sources, or None.
        look: whether pictures that are slow to read are looked at now even where nothing depends on it.

    Attributes:
        looked_at: how many pictures it has tried.
    """

    def __init__(
        self,
        source: TileSource,
        asked: TilesAsked,
        conditions: tuple[Condition, ...] = (),
        gate: Distinct | None = None,
        *,
        look: bool = True,
    ) -> None:
        self.source, self.asked, self.gate = source, asked, gate
        mine = [each for each in conditions if each.name in source.names]
        self.none = len(mine) < len(conditions)
        known = [each for each in mine if source.total is not None and not source.looked_at(each.name)]
        self.conditions = [each for each in mine if each not in known]
        self.looks = gate is not None or (look and not source.cheap)
        self.looks |= any(source.looked_at(each.name) for each in self.conditions)
        self.looked_at = 0
        self._line = self._waiting(known)

    def take(self, wanted: int) -> Iterator[Picked]:
        """Up to so many more, a few at a time."""
        size = int(3 * np.prod(self.source.size))
        step = min(max(_BYTES // size // _BATCH, 1), _BATCHES) * _BATCH
        while wanted and len(numbers := self._next(wanted)):
            for at in range(0, len(numbers), step):
                self.source.ahead(numbers[at + step : at + 2 * step])
                picked = self._fitting(numbers[at : at + step])
                wanted -= len(picked.numbers)
                yield picked

    def _waiting(self, known: list[Condition]) -> np.ndarray:
        """The numbers there are to choose from, in the order in which they are tried: by chance, from the seed."""
        if self.none or self.source.total is None:
            return np.empty(0, int)
        pool = np.arange(self.source.total)
        for each in known:
            pool = pool[each.holds(self.source.values(each.name, pool, None))]
        return stream(self.asked.seed, 0, "tiles").permutation(pool)

    def _next(self, wanted: int) -> np.ndarray:
        """The next numbers to try, rising, not more than are wanted; none when there are no more."""
        at = self.looked_at
        if self.source.total is not None or self.none:
            found = np.sort(self._line[at : at + wanted])
        else:
            most = self.asked.count * (_DRAWN if self.conditions or self.gate else 1)
            found = np.arange(at, max(at, min(at + wanted, most)))
        self.looked_at += len(found)
        return found

    def _fitting(self, numbers: np.ndarray) -> Picked:
        picked = self._read(numbers)
        for each in self.conditions:
            values = picked.columns.get(each.name)
            if values is None:
                values = self.source.values(each.name, picked.numbers, picked.pictures)
            picked = picked.where(each.holds(values))
        if self.gate and len(picked.numbers):
            assert picked.pictures is not None
            picked = picked.where(self.gate.admit(picked.pictures))
        return picked

    def _read(self, numbers: np.ndarray) -> Picked:
        """The pictures and what they show, if they are to be looked at; ExperimentsError where one is broken."""
        if not self.looks:
            return Picked(numbers, {}, None)
        pictures = self.source.read(numbers)
        failed = [number for number in numbers.tolist() if number in self.source.broken]
        if failed and not self.asked.skip_broken:
            more = f"; {len(failed) - 1} more of them are broken" if len(failed) > 1 else ""
            raise ExperimentsError(f"{self.source.broken[failed[0]]}, or pass it over by --skip-broken{more}")
        whole = Picked(numbers, {}, pictures).where(~np.isin(numbers, failed))
        wanted = {*self.source.kept, *(each.name for each in self.conditions)}
        names = [name for name in self.source.names if name in wanted and self.source.looked_at(name)]
        columns = {name: self.source.values(name, whole.numbers, whole.pictures) for name in names}
        return Picked(whole.numbers, columns, whole.pictures)
