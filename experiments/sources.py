"""Tiles from whatever holds pictures: runs, datasets and folders of pictures, one or several."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from mosaics import Tiles
from mosaics.duplicates import Distinct
from mosaics.lazy_pictures import Joined, Spool
from mosaics.resizing import resize
from mosaics.tiles import Pictures

from .errors import ExperimentsError
from .named_steps import name_steps
from .picking_tiles import Picked, Picker
from .selecting import Condition, read_conditions
from .tile_source import TileSource
from .tiles_asked import FIXED, TilesAsked

if TYPE_CHECKING:
    from .run import Run

HELD_BYTES = 256 << 20
"""Of pictures that are held in memory; more than these lie in a temporary file, or are read when they are drawn."""

_PIXELS_AT_ONCE = 1 << 20  # of pictures while they are resized
_LEARNED = "trainedAlgorithmicMedia"
_WANTED = "expected a run, a dataset or a folder of pictures"


def tiles_of(
    asked: TilesAsked,
    *,
    places: Mapping[str, str | Path] | None = None,
    look: bool = True,
    report: Callable[..., object] | None = None,
) -> Tiles:
    """The tiles that are asked for, source by source, each in its own order.

    Columns: source, and command where there is one that makes the tile again alone; of runs mode (as the probe sees
    it), nimg, step and latent; of datasets mode, index and recipe; of folders file, and mode where every picture lies
    in a subfolder; and all that was selected by. What a source does not have is NaN or "" on its tiles.

    Args:
        asked: which tiles. `tiles.source["asked"]` holds it with its steps by number, so that it means the same later.
        places: where a source is now, by its name, if it has moved.
        look: whether all pictures are read now, and those that cannot be are found; otherwise they are read when drawn,
            and columns are left out that have to be read from pixels.
        report: called as (stage, done, of) while they are read.

    Raises:
        ExperimentsError, ProcgenError or MosaicsError: a source that is none or is broken, or nothing that is as asked.
    """
    opened = [_open(asked, number, (places or {}).get(name, name)) for number, name in enumerate(asked.sources)]
    resolved = replace(asked, steps=tuple(steps for _, steps in opened))
    size = _size([source for source, _ in opened], asked.tile)
    sources = [source.scaled(size) if source.scaled else source for source, _ in opened]
    conditions = read_conditions(asked.select)
    _check_conditions(conditions, sources)
    gate = None if asked.distinct is None else Distinct(asked.distinct)
    pickers = [Picker(source, asked, conditions, gate, look=look) for source in sources]
    parts = [_Part(picker, _Store(size, asked.count, keep=look)) for picker in pickers]
    _fill(parts, asked.count, report or (lambda *_: None))
    found = [part for part in parts if part.numbers]
    if not found:
        tried = sum(part.picker.looked_at for part in parts)
        if not asked.select:
            raise ExperimentsError(f"expected whole pictures, got {tried:,} broken ones: name another source")
        raise ExperimentsError(
            f"expected tiles with {asked.select}, got none of {tried:,} pictures tried: ask for less"
        )
    facts = {"asked": resolved.to_dict(), "sources": [part.facts for part in parts]}
    return _joined([part.tiles([each.name for each in conditions]) for part in found], facts)


def sample_tiles(run: "Run", count: int, seed: int) -> Tiles:
    """New samples of the newest checkpoint of a run."""
    return tiles_of(TilesAsked((str(run.folder),), count, seed))


# --- what a source is ------------------------------------------------------------------------------------------------


def check_sources(asked: TilesAsked) -> None:
    """Say what is wrong with the words, before anything is read.

    Raises:
        ExperimentsError: a source that is none, steps where there is no run, a condition that is none.
    """
    kinds = [_kind(place) for place in asked.sources]
    if "run" not in kinds and (asked.latents == FIXED or any(asked.steps)):
        raise ExperimentsError(
            f"expected a run to take steps and fixed latents of, got {', '.join(asked.sources)}: "
            "--steps, --latents, the order step and the layouts filmstrip and tapestry are for runs"
        )
    read_conditions(asked.select)


def holds_runs(asked: TilesAsked) -> bool:
    """Whether any source is a run."""
    return any(_kind(place) == "run" for place in asked.sources)


def _kind(place: str | Path) -> str:
    folder = Path(place)
    if "://" in str(place) or (folder / "manifest.json").is_file() or any(folder.glob("data/*.parquet")):
        return "dataset"
    if (folder / "config.json").is_file():
        return "run"
    if folder.is_file():
        raise ExperimentsError(f"{_WANTED}, got the file {folder}: give the folder it lies in")
    if not folder.is_dir():
        raise ExperimentsError(f"{_WANTED}, got {folder}, which does not exist: check the name")
    return "folder"


def _open(asked: TilesAsked, number: int, place: str | Path) -> tuple[TileSource, str]:
    """(a source, the steps that are taken of it, by number)."""
    kind = _kind(place)
    if kind == "dataset":
        from .source_dataset import dataset_source

        return dataset_source(str(place), asked.sources[number]), ""
    if kind == "folder":
        from .source_folder import folder_source

        return folder_source(Path(place), asked.sources[number], asked), ""
    from .run import Run
    from .source_run import sample_source, snapshot_source

    make = snapshot_source if asked.latents == FIXED else sample_source
    source, chosen, there = make(Run(Path(place)), asked, number)
    return source, name_steps(chosen, there)


def _size(sources: Sequence[TileSource], side: int | None) -> tuple[int, int]:
    """Height and width of all tiles: as asked for, or those of the largest."""
    return (side, side) if side else max((each.size for each in sources), key=lambda size: size[0] * size[1])


def _check_conditions(conditions: Sequence[Condition], sources: Sequence[TileSource]) -> None:
    names = list(dict.fromkeys(name for source in sources for name in source.names))
    for each in conditions:
        if each.name not in names:
            raise ExperimentsError(f"expected a condition on {', '.join(names)}, got one on {each.name}: name another")
        known = [word for source in sources for word in source.words.get(each.name, ())]
        if known:
            each.check_word(list(dict.fromkeys(known)))


# --- how they become tiles -------------------------------------------------------------------------------------------


class _Store:
    """Where the pictures of one source go: memory, a temporary file, or nowhere, where they can be read again."""

    def __init__(self, size: tuple[int, int], most: int, *, keep: bool) -> None:
        self.size, self.most, self.keep = size, most, keep
        self.large = most * 3 * size[0] * size[1] > HELD_BYTES
        self.count = 0
        self.held: np.ndarray | Spool | None = None

    def add(self, source: TileSource, picked: Picked) -> None:
        """Keep these pictures, unless reading them again costs little or they are not to be read yet."""
        if not self.keep or (self.large and source.cheap):
            return
        pictures = source.read(picked.numbers) if picked.pictures is None else picked.pictures
        pictures = _fitted(pictures, self.size)
        if self.held is None:
            self.held = Spool(self.size) if self.large else np.empty((self.most, *self.size, 3), np.uint8)
        if isinstance(self.held, Spool):
            self.held.append(pictures)
        else:
            self.held[self.count : self.count + len(pictures)] = pictures
        self.count += len(pictures)

    def pictures(self, source: TileSource, numbers: np.ndarray) -> Pictures:
        """Those that were added, in that order."""
        if self.held is None:
            return _ByNumber(source, numbers, self.size)
        return self.held if isinstance(self.held, Spool) else self.held[: self.count]


class _ByNumber:
    """Pictures of a source, read each time they are asked for; see `mosaics.tiles.Pictures`."""

    dtype = np.dtype(np.uint8)

    def __init__(self, source: TileSource, numbers: np.ndarray, size: tuple[int, int]) -> None:
        self._source, self._numbers, self._size = source, numbers, size
        self.shape: tuple[int, ...] = (len(numbers), *size, 3)

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, chosen: Any) -> np.ndarray:
        numbers = self._numbers[chosen]
        pictures = _fitted(self._source.read(np.atleast_1d(numbers)), self._size)
        return pictures if np.ndim(numbers) else pictures[0]


def _fitted(pictures: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Pictures of this height and width; a few at a time, for they are floats in between."""
    if pictures.shape[1:3] == size:
        return pictures
    images = np.empty((len(pictures), *size, 3), np.uint8)
    step = max(1, _PIXELS_AT_ONCE // max(size[0] * size[1], pictures[0].size // 3))
    for at in range(0, len(pictures), step):
        images[at : at + step] = resize(pictures[at : at + step], size[1], size[0])
    return images


@dataclass(eq=False)
class _Part:
    """What has been taken of one source so far."""

    picker: Picker
    store: _Store
    numbers: list[np.ndarray] = field(default_factory=list)
    columns: list[dict[str, np.ndarray]] = field(default_factory=list)

    def take(self, wanted: int, tell: Callable[[int], object]) -> int:
        """Take up to so many more; how many there were."""
        taken = 0
        for picked in self.picker.take(wanted):
            if len(picked.numbers):
                self.store.add(self.picker.source, picked)
                self.numbers.append(picked.numbers)
                self.columns.append(picked.columns)
            taken += len(picked.numbers)
            tell(taken)
        return taken

    @property
    def facts(self) -> dict[str, Any]:
        """What the picture says of the source, and how many tiles are of it."""
        source = self.picker.source
        numbers = np.sort(np.concatenate([np.empty(0, int), *self.numbers]))
        return {"name": source.name, **source.facts(numbers), "tiles": len(numbers)}

    def tiles(self, selected: Sequence[str]) -> Tiles:
        """All of them, in the order of the source."""
        source, numbers = self.picker.source, np.concatenate(self.numbers)
        kept = [name for name in dict.fromkeys((*source.kept, *selected)) if name in source.columns]
        columns: dict[str, np.ndarray] = {"source": np.full(len(numbers), source.name)}
        columns |= {name: np.concatenate([each[name] for each in self.columns]) for name in self.columns[0]}
        order = np.argsort(numbers, kind="stable")
        line = numbers[order]
        tiles = Tiles(self.store.pictures(source, numbers), columns, {}, source.source_type)
        tiles = tiles if np.array_equal(line, numbers) else tiles.take(order)
        known = {name: source.columns[name](line) for name in kept}
        commands = np.array([source.command(number) for number in line.tolist()], dtype=object)
        return replace(tiles, columns={**tiles.columns, **known, "command": commands})


def _fill(parts: Sequence[_Part], count: int, report: Callable[..., object]) -> None:
    """Take as many of each source as of the others, and what some have not got from those that have more."""
    wanted, active = count, list(parts)
    while wanted and active:
        shares = [wanted // len(active) + (place < wanted % len(active)) for place in range(len(active))]
        full = []
        for part, share in zip(active, shares, strict=True):
            done = count - wanted
            taken = part.take(share, lambda taken, done=done: report("tiles", done + taken, count))  # type: ignore[misc]
            wanted -= taken
            if taken == share:
                full.append(part)
        active = full


def _joined(parts: Sequence[Tiles], facts: dict[str, Any]) -> Tiles:
    """One collection of several, with all their columns."""
    names = list(dict.fromkeys(name for part in parts for name in part.columns))
    columns = {name: _column(name, parts) for name in names}
    if all(command == "" for command in columns["command"]):
        del columns["command"]
    images = parts[0].images if len(parts) == 1 else Joined([part.images for part in parts])
    return Tiles(images, columns, facts, _source_type([part.source_type for part in parts]))


def _column(name: str, parts: Sequence[Tiles]) -> np.ndarray:
    """A column of all parts; where a part has none, NaN among numbers and "" among words."""
    there = [part.columns[name] for part in parts if name in part.columns]
    missing: Any = np.nan if all(np.issubdtype(values.dtype, np.number) for values in there) else ""
    return np.concatenate([part.columns.get(name, np.full(len(part), missing)) for part in parts])


def _source_type(kinds: Sequence[str]) -> str:
    """How pictures were made that were made in these ways."""
    if len({*kinds}) == 1:
        return kinds[0]
    return "compositeSynthetic" if _LEARNED in kinds else "composite"
