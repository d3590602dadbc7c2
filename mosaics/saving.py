"""Pictures into files that say how they were made: whole or not at all, and the same bytes each time."""

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from glob import escape
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from mosaics.errors import MosaicsError
from mosaics.png import write_png
from mosaics.provenance import KEYWORD, record_text, software, xmp_packet
from mosaics.whole import remove_leftovers, write_whole

# Pixels that a format can count.
_WIDEST = {".webp": 16383, ".jpg": 65500, ".jpeg": 65500, ".gif": 65535, ".mp4": 16384}
_JPEG_TEXT = 65_000  # bytes of XMP that one segment holds


@dataclass(frozen=True, eq=False)
class Raster:
    """A still picture that need not be in memory as a whole.

    Attributes:
        strips: whole rows from the top down, uint8 or uint16 (rows, width, 3), sRGB.
        size_px: width and height.
        bits: 8 for uint8, 16 for uint16.
        dpi: pixels per inch that are written into the file, or None.
    """

    strips: Iterable[np.ndarray]
    size_px: tuple[int, int]
    bits: int = 8
    dpi: float | None = None


@dataclass(frozen=True, eq=False)
class Film:
    """A loop of frames, each drawn when it is needed.

    Attributes:
        frame: the number of a frame to uint8 (height, width, 3), sRGB.
        count: how many frames.
        seconds: how long the loop takes.
        size_px: width and height.
    """

    frame: Callable[[int], np.ndarray]
    count: int
    seconds: float
    size_px: tuple[int, int]


@dataclass(frozen=True)
class _Facts:
    record: str
    source_type: str


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
    of the name says the kind of file: `ENDINGS` for stills, `MOVING` for loops. PNG and TIFF hold 16 bits and any
    size; they are written strip by strip.

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
    check_new(path, force=force)
    return write_whole(path, lambda file: file.write(text.encode()))


def _save_picture(
    picture: np.ndarray | Raster | Film, path: Path, provenance: dict[str, Any], source_type: str, force: bool
) -> Path:
    if not isinstance(picture, Raster | Film):
        _check_pixels(picture)
        picture = Raster([picture], (picture.shape[1], picture.shape[0]))
    facts = _Facts(record_text(provenance, source_type), source_type)
    write = _writer(picture, path)
    check_new(path, force=force)
    return write_whole(path, lambda file: write(file, picture, facts))


def check_new(path: Path, *, force: bool) -> None:
    """Raise MosaicsError if there is such a file, unless it may be replaced; to know before a long drawing."""
    if not force and os.path.lexists(path):
        raise MosaicsError(f"expected a new file, but {path} exists; choose another name or --force")


def check_ending(path: str | Path, *, moving: bool = False, bits: int = 8) -> None:
    """Raise MosaicsError unless a picture of that kind can have that name."""
    kind, table = ("a loop", MOVING) if moving else ("a picture", ENDINGS)
    ending = Path(path).suffix.lower()
    if ending not in table:
        raise MosaicsError(f"expected {kind} with a name that ends in {', '.join(table)}, received {path}; add .png")
    if moving and table[ending] is _mp4:
        from mosaics.mp4 import find_ffmpeg

        find_ffmpeg()
    if bits == 16 and table[ending] not in (_png, _tiff):
        raise MosaicsError(f"expected 8 bits a channel in {path}, received 16; choose .png or .tif for 16 bits")


def written_bytes(picture: Raster | Film, name: str | Path) -> int:
    """How many bytes a picture takes in a file of that name, its provenance not counted; for estimates."""
    held = BytesIO()
    _writer(picture, Path(name))(held, picture, _Facts("", "algorithmicMedia"))
    return held.tell()


def _check_pixels(pixels: np.ndarray) -> None:
    shape, dtype = np.shape(pixels), getattr(pixels, "dtype", type(pixels).__name__)
    if dtype != np.uint8 or len(shape) != 3 or shape[2] != 3 or 0 in shape:
        raise MosaicsError(f"expected pixels uint8 (H, W, 3), received {dtype} {shape}; convert them first")


def _writer(picture: Raster | Film, path: Path) -> Callable[[BinaryIO, Any, _Facts], None]:
    moving = isinstance(picture, Film)
    check_ending(path, moving=moving, bits=8 if isinstance(picture, Film) else picture.bits)
    ending = path.suffix.lower()
    widest = _WIDEST.get(ending, 2**31 - 1)
    if max(picture.size_px) > widest:
        raise MosaicsError(
            f"expected sides up to {widest} pixels in a file that ends in {ending}, "
            f"received {picture.size_px[0]} x {picture.size_px[1]}; choose .png or .tif"
        )
    return (MOVING if moving else ENDINGS)[ending]


def _png(file: BinaryIO, picture: Raster, facts: _Facts) -> None:
    write_png(file, picture.size_px, picture.bits, [picture.strips], _png_chunks(facts, picture.dpi))


def _moving_png(file: BinaryIO, film: Film, facts: _Facts) -> None:
    frames = ([film.frame(number)] for number in range(film.count))
    write_png(file, film.size_px, 8, frames, _png_chunks(facts, None), (film.count, film.seconds))


def _png_chunks(facts: _Facts, dpi: float | None) -> list[tuple[bytes, bytes]]:
    per_metre = b"" if dpi is None else round(dpi / 0.0254).to_bytes(4, "big")
    xmp = b"XML:com.adobe.xmp\0\0\0\0\0" + xmp_packet(facts.source_type).encode()
    return [
        (b"sRGB", b"\0"),  # 0: perceptual intent
        *([(b"pHYs", per_metre + per_metre + b"\1")] if per_metre else []),
        (b"tEXt", f"{KEYWORD}\0{facts.record}".encode()),
        (b"iTXt", xmp),
    ]


def _tiff(file: BinaryIO, picture: Raster, facts: _Facts) -> None:
    from mosaics.tiff import write_tiff

    texts = {"description": facts.record, "software": software(), "xmp": xmp_packet(facts.source_type)}
    write_tiff(file, picture.size_px, picture.strips, picture.dpi, texts)


def _by_pillow(kind: str) -> Callable[[BinaryIO, Raster, _Facts], None]:
    options = {"JPEG": {"quality": 95, "subsampling": 0}, "WEBP": {"quality": 98, "method": 4}}[kind]

    def write(file: BinaryIO, picture: Raster, facts: _Facts) -> None:
        from PIL import Image

        pixels = np.concatenate([np.asarray(strip) for strip in picture.strips])
        resolution = {"dpi": (picture.dpi, picture.dpi)} if picture.dpi and kind == "JPEG" else {}
        xmp = xmp_packet(facts.source_type, facts.record).encode()
        if kind == "JPEG" and len(xmp) > _JPEG_TEXT:
            raise MosaicsError(
                f"expected a record of up to {_JPEG_TEXT:,} bytes in a JPEG, received {len(xmp):,}; "
                "choose .png or .webp"
            )
        held = BytesIO()  # a full disk speaks more clearly to us than through Pillow
        Image.fromarray(pixels).save(held, kind, xmp=xmp, **options, **resolution)
        file.write(held.getbuffer())

    return write


def _loop_by_pillow(kind: str) -> Callable[[BinaryIO, Film, _Facts], None]:
    def write(file: BinaryIO, film: Film, facts: _Facts) -> None:
        from mosaics.animation import encoded

        text = xmp_packet(facts.source_type, facts.record) if kind == "WEBP" else facts.record
        file.write(encoded(kind, film.frame, film.count, film.seconds, text).getbuffer())

    return write


def _mp4(file: BinaryIO, film: Film, facts: _Facts) -> None:
    from mosaics.mp4 import write_mp4

    packet = xmp_packet(facts.source_type, facts.record).encode()
    frames = (film.frame(number) for number in range(film.count))
    write_mp4(file, frames, film.size_px, film.count / film.seconds, packet)


ENDINGS: dict[str, Callable[[BinaryIO, Raster, _Facts], None]] = {
    ".png": _png,
    ".tif": _tiff,
    ".tiff": _tiff,
    ".jpg": _by_pillow("JPEG"),
    ".jpeg": _by_pillow("JPEG"),
    ".webp": _by_pillow("WEBP"),
}
"""How a still is written, by the ending of its name."""

MOVING: dict[str, Callable[[BinaryIO, Film, _Facts], None]] = {
    ".webp": _loop_by_pillow("WEBP"),
    ".gif": _loop_by_pillow("GIF"),
    ".png": _moving_png,
    ".apng": _moving_png,
    ".mp4": _mp4,
}
"""How a loop is written, by the ending of its name."""
