"""Tiles of anybody's pictures: photographs, scans, drawings, whatever their sizes, colours and kinds."""

import warnings
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageOps

from .decoding import DAMAGE, RESIZES, broken, flat
from .errors import ExperimentsError
from .files import said_plainly
from .picture_folder import SUFFIXES, files_below
from .tile_source import Column, TileSource, measured
from .tiles_asked import TilesAsked

KINDS = (*SUFFIXES, ".gif", ".apng", ".avif", ".jfif", ".jp2", ".ppm")
SIDE = 256
"""Pixels of a tile's side where the pictures have several sizes, unless they are smaller."""
_LEAST = 16
_LOOKED_AT = 64  # files whose sizes decide that of the tiles
_THREADS = 4


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
    return _of_size(_own_size(place, names), place, tuple(names), name, asked)


def _of_size(size: tuple[int, int], place: Path, names: tuple[str, ...], name: str, asked: TilesAsked) -> TileSource:
    failed: dict[int, str] = {}
    files = np.array(names, dtype=object)
    columns: dict[str, Column] = {"file": lambda numbers: files[numbers]}
    if all("/" in each for each in names):
        modes = np.array([each.split("/")[0] for each in names])
        columns["mode"] = lambda numbers: modes[numbers]
    return TileSource(
        name=name,
        total=len(names),
        size=size,
        read=lambda numbers: _read(place, [names[i] for i in numbers], numbers, (size, asked.resize), failed),
        facts=lambda numbers: _facts(place, [names[i] for i in numbers], [names[i] for i in sorted(failed)]),
        source_type="composite",
        columns=columns,
        seen=(measured(),),
        kept=tuple(columns),
        words={"mode": sorted({each.split("/")[0] for each in names})} if "mode" in columns else {},
        scaled=partial(_of_size, place=place, names=names, name=name, asked=asked),
        broken=failed,
    )


def decoded_tile(path: Path, size: tuple[int, int], resize: str = "crop") -> np.ndarray:
    """The picture in a file: uint8 (height, width, 3), sRGB.

    Args:
        path: of the file.
        size: height and width.
        resize: how a picture of other proportions gets there, a row of RESIZES; what is not square is always cropped.

    Raises:
        ExperimentsError: the file is no whole picture.
    """
    height, width = size
    try:
        with Image.open(path) as image:
            image.draft(None, (2 * max(size), 2 * max(size)))  # JPEG can be read at a half, a quarter, an eighth
            rgb = flat(ImageOps.exif_transpose(image))
        if rgb.size == (width, height):
            return np.asarray(rgb)
        if width == height:
            return np.asarray(RESIZES[resize](rgb, width))
        return np.asarray(ImageOps.fit(rgb, (width, height), Image.Resampling.LANCZOS))
    except Image.DecompressionBombError:
        most = f"{2 * (Image.MAX_IMAGE_PIXELS or 0):,}"
        raise ExperimentsError(
            f"expected pictures of at most {most} pixels, got more in {path}: scale it down"
        ) from None
    except DAMAGE as error:
        raise broken(path, error) from None


def _read(
    place: Path, names: Sequence[str], numbers: np.ndarray, how: tuple[tuple[int, int], str], failed: dict[int, str]
) -> np.ndarray:
    """The pictures; one that cannot be read is noted and left black, for whoever reads to pass it over."""
    images = np.zeros((len(names), *how[0], 3), np.uint8)

    def fill(first: int) -> None:
        for slot in range(first, len(names), _THREADS):
            try:
                images[slot] = decoded_tile(place / names[slot], *how)
            except ExperimentsError as error:
                failed[int(numbers[slot])] = str(error)

    # What Pillow warns of, as a profile it cannot parse, does not keep it from reading the picture.
    with warnings.catch_warnings(), ThreadPoolExecutor(_THREADS) as pool:
        warnings.simplefilter("ignore")
        for _ in pool.map(fill, range(_THREADS)):
            pass
    return images


def _own_size(place: Path, names: Sequence[str]) -> tuple[int, int]:
    """Height and width of the tiles, from some of the files."""
    some = [names[i] for i in np.unique(np.linspace(0, len(names) - 1, _LOOKED_AT).astype(int))]
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


def _facts(place: Path, chosen: Sequence[str], failed: Sequence[str]) -> dict[str, Any]:
    with said_plainly(place, "read"):
        lines = "".join(f"{_digest(place / each)} {each}\n" for each in chosen)
    together = sha256(lines.encode("utf-8", "surrogateescape")).hexdigest()
    passed = {"passed_over": list(failed)} if failed else {}
    return {"kind": "pictures", "pictures": len(chosen), "sha256": together, **passed}


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()
