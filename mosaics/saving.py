"""Pictures into files that say how they were made: whole or not at all, and the same bytes each time."""

import errno
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from glob import escape
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, BinaryIO, cast

import numpy as np

from mosaics.errors import MosaicsError
from mosaics.ffmpeg import check_even
from mosaics.icc import converted, find_profile
from mosaics.kinds import DEEP, ENDINGS, MOVING, PYRAMIDS, VIDEOS, WIDEST
from mosaics.provenance import record_text
from mosaics.raster import Facts, Film, Raster
from mosaics.whole import remove_leftovers, said_plainly, write_whole


def save_picture(
    picture: np.ndarray | Raster | Film,
    path: str | Path,
    *,
    provenance: dict[str, Any],
    source_type: str,
    force: bool = False,
) -> Path:
    """Write a picture that says how it was made; the file appears whole or not at all.

    The same arguments give the same bytes. Software, version and source type are added to the provenance. The ending
    of the name says the kind of file: `ENDINGS` for stills, `MOVING` for loops. PNG, TIFF and PDF hold 16 bits and any
    size. All stills but WebP are written strip by strip, in little memory. Stills hold the profile of their colours.

    Args:
        picture: uint8 (H, W, 3), sRGB, or a Raster, or a Film.
        path: its folder exists.
        provenance: anything JSON can hold; numpy numbers and arrays become plain ones.
        source_type: a name of `SOURCE_TYPES`.
        force: replace a file that exists.

    Returns:
        The path written.

    Raises:
        MosaicsError: wrong pixels, path or provenance, an existing file without `force`, or a disk that refuses.
    """
    path = Path(path)
    remove_leftovers(path.parent, escape(path.name))
    return _save_picture(picture, path, provenance, source_type, force)


def save_pictures(
    pictures: Iterable[tuple[str, np.ndarray, dict[str, Any]]], folder: str | Path, *, source_type: str
) -> Iterator[Path]:
    """Write many small pictures into one folder, each with the care of `save_picture`, and yield each one written.

    What killed writers have left is looked for once, not once a picture: folders of 100,000 are read slowly.

    Args:
        pictures: name, pixels and provenance of each, taken when its turn comes.
        folder: it exists.
        source_type: a name of `SOURCE_TYPES`.
    """
    remove_leftovers(Path(folder), "*")
    for name, pixels, provenance in pictures:
        yield _save_picture(pixels, Path(folder) / name, provenance, source_type, False)


def save_document(text: str, path: str | Path, *, force: bool = False) -> Path:
    """Write a text that says itself how it was made, as an SVG document, with the care of `save_picture`."""
    path = Path(path)
    remove_leftovers(path.parent, escape(path.name))
    return _write_new(path, lambda file: file.write(text.encode()), force)


def _save_picture(
    picture: np.ndarray | Raster | Film, path: Path, provenance: dict[str, Any], source_type: str, force: bool
) -> Path:
    if not isinstance(picture, Raster | Film):
        _check_pixels(picture)
        picture = Raster([picture], (picture.shape[1], picture.shape[0]))
    facts = Facts(record_text(provenance, source_type), source_type)
    write = _writer(picture, path)
    return _write_new(path, lambda file: write(file, _in_profile(picture), facts), force)


def _write_new(path: Path, write: Callable[[BinaryIO], object], force: bool) -> Path:
    """Write a file whole where there is none, neither before nor, by another's work, at its end."""
    check_new(path, force=force)

    def written(file: BinaryIO) -> None:
        write(file)
        check_new(path, force=force)

    return write_whole(path, written)


def _in_profile(picture: Raster | Film) -> Raster | Film:
    if isinstance(picture, Film):
        return picture
    return replace(picture, strips=converted(picture.strips, picture.profile))


def check_new(path: Path, *, force: bool) -> None:
    """Raise MosaicsError if there is such a file, unless it may be replaced, or no folder that may be written to.

    To know before a long drawing.
    """
    if not force and os.path.lexists(path):
        raise MosaicsError(f"expected a new file, but {path} exists; choose another name or --force")
    if os.path.isdir(path):
        raise MosaicsError(f"expected the name of a file, but {path} is a folder; choose another name")
    with said_plainly(path):
        _check_writable(path.parent)


def _check_writable(folder: Path) -> None:
    """Raise what the system would raise at the first byte."""
    if not folder.is_dir():
        raise OSError(errno.ENOENT, os.strerror(errno.ENOENT))
    if not os.access(folder, os.W_OK):
        code = errno.EROFS if os.statvfs(folder).f_flag & os.ST_RDONLY else errno.EACCES
        raise OSError(code, os.strerror(code))


def check_ending(path: str | Path, *, moving: bool = False, bits: int = 8, pyramid: bool = False) -> None:
    """Raise MosaicsError unless a picture of that kind can have that name."""
    kind, table = ("a loop", MOVING) if moving else ("a picture", ENDINGS)
    ending = Path(path).suffix.lower()
    if ending not in table:
        raise MosaicsError(f"expected {kind} with a name that ends in {', '.join(table)}, received {path}; add .png")
    if ending in VIDEOS:
        from mosaics.ffmpeg import find_ffmpeg

        find_ffmpeg()
    if bits == 16 and ending not in DEEP:
        raise MosaicsError(f"expected 8 bits a channel in {path}, received 16; choose .png, .tif or .pdf for 16 bits")
    if pyramid and ending not in PYRAMIDS:
        raise MosaicsError(f"expected a pyramid in a file that ends in .tif, received {path}; choose .tif")


def written_bytes(picture: Raster | Film, name: str | Path) -> int:
    """How many bytes a picture takes in a file of that name, its provenance not counted; for estimates."""
    with NamedTemporaryFile() as file:
        _writer(picture, Path(name))(cast(BinaryIO, file), _in_profile(picture), Facts("", "algorithmicMedia"))
        return file.tell()


def _check_pixels(pixels: np.ndarray) -> None:
    shape, dtype = np.shape(pixels), getattr(pixels, "dtype", type(pixels).__name__)
    if dtype != np.uint8 or len(shape) != 3 or shape[2] != 3 or 0 in shape:
        raise MosaicsError(f"expected pixels uint8 (H, W, 3), received {dtype} {shape}; convert them first")


def _writer(picture: Raster | Film, path: Path) -> Callable[[BinaryIO, Any, Facts], None]:
    moving = isinstance(picture, Film)
    if isinstance(picture, Film):
        check_ending(path, moving=True)
    else:
        find_profile(picture.profile)
        check_ending(path, bits=picture.bits, pyramid=picture.pyramid)
    ending = path.suffix.lower()
    check_sides(picture.size_px, ending)
    return (MOVING if moving else ENDINGS)[ending]


def check_sides(size_px: tuple[int, int], ending: str) -> None:
    """Raise MosaicsError unless a file of that ending can count so many pixels; to know before a long drawing."""
    if ending in VIDEOS:
        check_even(size_px, f"a video that ends in {ending}")
    widest = WIDEST.get(ending, 2**31 - 1)
    if max(size_px) > widest:
        raise MosaicsError(
            f"expected sides up to {widest} pixels in a file that ends in {ending}, "
            f"received {size_px[0]} x {size_px[1]}; choose .png or .tif"
        )
