"""A mosaic as a folder to zoom into: a page that opens from the disk, offline, and says of each tile what it is."""

import json
import os
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from importlib.resources import files
from itertools import chain, groupby
from pathlib import Path
from typing import Any

import numpy as np

from mosaics.composing import Picture
from mosaics.errors import MosaicsError
from mosaics.placement import Outline, Placement
from mosaics.provenance import record_text
from mosaics.pyramid import OVERLAP_PX, PIECE_PX, Put, descriptor, jpeg, put_below, write_pyramid
from mosaics.resizing import resize
from mosaics.threads import products_alone, side_by_side
from mosaics.tiles import Tiles
from mosaics.whole_folder import clear_leftovers, write_folder_whole

PAGE = "index.html"
CHUNK = 100  # tiles whose facts are one script: a click fetches some 100 kB, and there are not too many files
_SIDE_PX = 256  # longer side, at most, of the picture of a tile beside its facts
_BATCH_BYTES = 32 << 20  # of tiles that are read at a time
_FACTS = "mosaic.js"  # what is told of the mosaic as a whole
_BEGINS = "const MOSAIC = "
_WHOLE = 10_000  # parts of a rectangle in which its outline is told

Report = Callable[..., None]


@products_alone()
def save_deepzoom(
    picture: Picture, folder: str | Path, *, force: bool = False, report: Report = lambda *_: None
) -> Path:
    """Write a folder whose index.html shows the mosaic at any scale; it appears whole or not at all.

    A click on a tile tells its columns: "nimg" or "step", "latent", "mode", "index", "recipe" (JSON), "file", "source"
    and others; "command" can be copied. The page fetches nothing from elsewhere and needs no server. mosaic.dzi is for
    other viewers of Deep Zoom. The same picture gives the same bytes. Memory does not grow with the height of the
    picture.

    Args:
        picture: as `compose` makes it.
        folder: a new one, in a folder that exists.
        force: replace a folder that this has written before.
        report: report(stage, done, of), now and then.

    Returns:
        The page.

    Raises:
        MosaicsError: the folder exists, or the disk refuses.
    """
    clear_leftovers(Path(folder))
    check_folder(folder, force=force)

    def written(new: Path) -> None:
        _write(picture, _into(new), report)
        check_folder(folder, force=force)  # another may have been quicker

    write_folder_whole(Path(folder), written)
    return Path(folder) / PAGE


def check_folder(folder: str | Path, *, force: bool = False) -> None:
    """Raise MosaicsError if there is such a folder, unless it may be replaced; to know before a long drawing."""
    folder = Path(folder)
    if not os.path.lexists(folder):
        if not Path(os.path.abspath(folder)).parent.is_dir():
            raise MosaicsError(f"expected a folder to make {folder} in, but there is none; make it first")
        return
    if not force:
        raise MosaicsError(f"expected a new folder, but {folder} exists; choose another name or --force")
    if folder.is_symlink() or not (folder / _FACTS).is_file():
        raise MosaicsError(
            f"expected a mosaic to replace, but {folder} is something else and stays as it is; choose another name"
        )


def read_deepzoom(folder: str | Path) -> dict[str, Any]:
    """How a mosaic in such a folder was made, as `read_provenance` tells it of a picture.

    Raises:
        MosaicsError: it is no such folder.
    """
    try:
        text = (Path(folder) / _FACTS).read_text()
        record = json.loads(text.removeprefix(_BEGINS).rstrip(";\n"))["record"]
    except (OSError, ValueError, KeyError, TypeError):
        raise MosaicsError(
            f"expected a folder that a mosaic was saved in, but {folder} is none; check the name"
        ) from None
    return dict(record)


def _into(folder: Path) -> Put:
    def put(name: str, data: bytes) -> None:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)

    return put


def _write(picture: Picture, put: Put, report: Report) -> None:
    write_pyramid(_told(picture, report), picture.size_px, partial(put_below, put, "mosaic_files"))
    for number, chunk in enumerate(chunks := chunks_of(picture)):
        write_tiles(picture.tiles, chunk, put)
        report("tiles", number + 1, len(chunks))
    write_rest(picture, put)


def _told(picture: Picture, report: Report) -> Iterator[np.ndarray]:
    for top, end in picture.cuts():
        yield picture.rows(top, end)
        report("drawing", end, picture.size_px[1])


def _facts(picture: Picture) -> dict[str, Any]:
    record = json.loads(record_text(picture.provenance, picture.tiles.source_type))
    return {
        "title": _title(record, len(picture.tiles)),
        "size_px": list(picture.size_px),
        "piece_px": PIECE_PX,
        "overlap_px": OVERLAP_PX,
        "tiles": len(picture.tiles),
        "chunk": CHUNK,
        "record": record,
    }


def _title(record: dict[str, Any], tiles: int) -> str:
    order = f" by {record['order']}" if record.get("order") else ""
    return f"{tiles:,} tile{'' if tiles == 1 else 's'}: {record.get('layout', 'mosaic')}{order}"


def _places(placements: Iterable[Placement]) -> str:
    """Six whole numbers a place, its outline as the number of a list of outlines; -1 is the whole rectangle."""
    outlines: dict[Outline, int] = {}
    numbers: list[int] = []
    for p in placements:
        outline = -1 if p.outline is None else outlines.setdefault(p.outline, len(outlines))
        numbers += (p.tile, p.x, p.y, p.w, p.h, outline)
    shapes = [[round(part * _WHOLE) for part in chain.from_iterable(outline)] for outline in outlines]
    return f"receivePlaces({_tight(numbers)}, {_tight(shapes)});\n"


def chunks_of(picture: Picture) -> list[list[int]]:
    """The tiles that are on a mosaic, those together whose facts are one script."""
    used = sorted({place.tile for place in picture.placements})
    return [list(own) for _, own in groupby(used, lambda tile: tile // CHUNK)]


def write_tiles(tiles: Tiles, own: list[int], put: Put) -> None:
    """Facts and pictures of the tiles of a chunk, as tiles/CHUNK/facts.js and tiles/CHUNK/TILE.jpg."""
    chunk = own[0] // CHUNK
    rows: list[Any] = [None] * CHUNK
    for tile in own:
        rows[tile % CHUNK] = {name: _plain(name, values[tile]) for name, values in tiles.columns.items()}
    put(f"tiles/{chunk}/facts.js", f"receiveTiles({chunk}, {_tight(rows)});\n".encode())
    batch = max(1, _BATCH_BYTES // tiles.images[own[0]].size)
    for at in range(0, len(own), batch):
        some = own[at : at + batch]
        pictures = side_by_side(jpeg, _small(tiles.images[np.array(some)]))
        for tile, data in zip(some, pictures, strict=True):
            put(f"tiles/{chunk}/{tile}.jpg", data)


def write_rest(picture: Picture, put: Put) -> None:
    """The page and what it needs beside pieces and tiles."""
    put("mosaic.dzi", descriptor(picture.size_px).encode())
    put("places.js", _places(picture.placements).encode())
    put(_FACTS, f"{_BEGINS}{json.dumps(_facts(picture))};\n".encode())
    for part in (files("mosaics") / "zoom").iterdir():
        put(part.name, part.read_bytes())


def _small(images: np.ndarray) -> np.ndarray:
    height, width = images.shape[1:3]
    scale = min(1.0, _SIDE_PX / max(height, width))
    return resize(images, max(1, round(width * scale)), max(1, round(height * scale)))


def _plain(name: str, value: Any) -> Any:
    """A value as JSON holds it; a recipe, which is JSON already, as what it says; what is no number as None."""
    value = value.item() if isinstance(value, np.generic) else value
    if isinstance(value, float) and not np.isfinite(value):
        return None
    if name == "recipe" and isinstance(value, str):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def _tight(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), default=str)
