"""Tiles of anybody's pictures: photographs, scans, drawings, whatever their sizes, colours and kinds."""

import warnings
from collections.abc import Collection, Sequence
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from PIL import Image

from mosaics.threads import cores

from .decoding import DAMAGE
from .decoding_tiles import decoded_tiles
from .errors import ExperimentsError
from .files import said_plainly
from .picture_files import SUFFIXES, digest_of, files_below
from .tile_source import Column, TileSource, measured
from .tiles_asked import TilesAsked
from .workers import Worker

KINDS = (*SUFFIXES, ".gif", ".apng", ".avif", ".jfif", ".jp2", ".ppm")
SIDE = 256
"""Pixels of a tile's side where the pictures have several sizes, unless they are smaller."""
_LEAST = 16
_LOOKED_AT = 64  # files whose sizes decide that of the tiles
_THREADS = 4
_SMALL = 64 << 10  # bytes of a file that is decoded in less time than threads take to wait for each other
_MANY = 2000  # small files, from which on a process more is soon worth its start


def folder_source(place: Path, name: str, asked: TilesAsked) -> TileSource:
    """The pictures in a folder and below it, in the order of their names; of several in a file, the first.

    They are turned as their cameras say, brought to sRGB and 8 bits, and laid on white where one can see through.
    Where all have one size of at most 512 pixels a side it is kept, else they become squares as `asked.resize` says.

    Raises:
        ExperimentsError: there are none.
    """
    with said_plainly(place, "read"):
        names = sorted(each for each in files_below(place) if each.lower().endswith(KINDS))
    if not names:
        kinds = ", ".join(kind[1:] for kind in KINDS)
        raise ExperimentsError(f"expected a run, a dataset or pictures ({kinds}) in {place}, got none: name another")
    some = [names[i] for i in np.unique(np.linspace(0, len(names) - 1, _LOOKED_AT).astype(int))]
    small = sum(_bytes_of(place / each) for each in some) <= _SMALL * len(some)
    reader = _Reader(place, tuple(names), small, min(len(names), asked.count))
    return _of_size(_own_size(place, some), reader, name, asked)


def _of_size(size: tuple[int, int], reader: "_Reader", name: str, asked: TilesAsked) -> TileSource:
    names, failed = reader.names, dict[int, str]()
    files = np.array(names, dtype=object)
    columns: dict[str, Column] = {"file": lambda numbers: files[numbers]}
    if all("/" in each for each in names):
        modes = np.array([each.split("/")[0] for each in names])
        columns["mode"] = lambda numbers: modes[numbers]
    return TileSource(
        name=name,
        total=len(names),
        size=size,
        read=lambda numbers: reader.read(numbers, size, asked.resize, failed),
        ahead=reader.ahead,
        facts=lambda numbers: reader.facts(numbers, failed),
        source_type="composite",
        columns=columns,
        seen=(measured(),),
        kept=tuple(columns),
        words={"mode": sorted({each.split("/")[0] for each in names})} if "mode" in columns else {},
        scaled=partial(_of_size, reader=reader, name=name, asked=asked),
        broken=failed,
    )


class _Shared(NamedTuple):
    """Pictures that several processes read: their numbers, how, which are this one's, and who reads the others."""

    numbers: np.ndarray
    how: tuple[tuple[int, int], str]
    mine: np.ndarray
    helpers: list[Worker]


class _Reader:
    """Reads files by number; many small ones by other processes, too, which begin with what will be read next."""

    def __init__(self, place: Path, names: tuple[str, ...], small: bool, count: int) -> None:
        self.place, self.names = place, names
        self._threads = 1 if small else _THREADS
        helpers = min(cores(), _THREADS) - 1 if small and count >= _MANY else 0
        self._workers = [Worker(decoded_tiles) for _ in range(helpers)]
        self._begun: _Shared | None = None
        self._next = np.empty(0, int)
        self._digests: dict[int, str] = {}

    def ahead(self, numbers: np.ndarray) -> None:
        """What will be read after the next ones."""
        self._next = numbers

    def read(self, numbers: np.ndarray, size: tuple[int, int], resize: str, failed: dict[int, str]) -> np.ndarray:
        """The pictures; one that cannot be read is noted and left black, for whoever reads to pass it over."""
        shared = self._begun
        if shared is None or shared.how != (size, resize) or not np.array_equal(shared.numbers, numbers):
            self._finish()
            shared = self._share(numbers, size, resize)
        mine = decoded_tiles(self.place, self._named(shared.mine), size, resize, self._threads)
        self._begun = None
        found = [mine, *(worker.answer() for worker in shared.helpers)]
        if len(self._next) and shared.helpers:
            self._begun, self._next = self._share(self._next, size, resize), self._next[:0]
        self._digests |= zip(numbers.tolist(), (each for part in found for each in part.digests), strict=True)
        faults = zip(numbers.tolist(), (each for part in found for each in part.faults), strict=True)
        failed |= {number: fault for number, fault in faults if fault}
        return np.concatenate([each.pictures for each in found])

    def _share(self, numbers: np.ndarray, size: tuple[int, int], resize: str) -> "_Shared":
        """Let the other processes begin with their parts."""
        helpers = [worker for worker in self._workers if worker.begun()]
        mine, *others = np.array_split(numbers, 1 + len(helpers))
        for worker, part in zip(helpers, others, strict=True):
            worker.ask(self.place, self._named(part), size, resize)
        return _Shared(numbers, (size, resize), mine, helpers)

    def _finish(self) -> None:
        """What was begun for nobody is not asked for again."""
        for worker in self._begun.helpers if self._begun else ():
            worker.answer()
        self._begun = None

    def _named(self, numbers: np.ndarray) -> list[str]:
        return [self.names[i] for i in numbers]

    def facts(self, numbers: np.ndarray, failed: Collection[int]) -> dict[str, Any]:
        """How many pictures were chosen, and a digest of what they were when they were read."""
        lines = ""
        with said_plainly(self.place, "read"):
            for number in numbers.tolist():
                digest = self._digests.get(number) or digest_of(self.place / self.names[number])
                lines += f"{digest} {self.names[number]}\n"
        together = sha256(lines.encode("utf-8", "surrogateescape")).hexdigest()
        passed = {"passed_over": [self.names[i] for i in sorted(failed)]} if failed else {}
        return {"kind": "pictures", "pictures": len(numbers), "sha256": together, **passed}


def _own_size(place: Path, some: Sequence[str]) -> tuple[int, int]:
    """Height and width of the tiles, from some of the files."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = [size for each in some if (size := _size_in(place / each))]
    if found and len({*found}) == 1 and min(found[0]) >= _LEAST and max(found[0]) <= 2 * SIDE:
        return found[0]
    side = int(np.median([min(each) for each in found])) if found else SIDE
    return (min(max(side, _LEAST), SIDE),) * 2


def _size_in(path: Path) -> tuple[int, int] | None:
    """Height and width that a file claims, as its camera turns it; None where it does not."""
    try:
        with Image.open(path) as image:
            turned = image.getexif().get(0x0112, 1) in (5, 6, 7, 8)
            return image.size if turned else (image.height, image.width)
    except DAMAGE:
        return None  # what is wrong with it is said when it is read


def _bytes_of(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0  # what is wrong with it is said when it is read
