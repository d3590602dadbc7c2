"""How a picture was made, inside the picture: the one writer and reader of PNG text and XMP.

Sources: PNG (W3C, third edition, 2025) for the chunks; XMP part 3 for the keyword of the packet; IPTC Photo Metadata
and the NewsCodes at http://cv.iptc.org/newscodes/digitalsourcetype/ for the source types.
"""

import errno
import json
import os
import struct
import zlib
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from mosaics.errors import MosaicsError

SOURCE_TYPES = {
    "algorithmicMedia": "drawn by an algorithm that learned from nothing",
    "trainedAlgorithmicMedia": "made by a network that learned from pictures",
    "compositeSynthetic": "several pictures, at least one of them synthetic",
    "dataDrivenMedia": "a figure drawn from data",
}
"""IPTC digital source types that this software writes, and what each means here."""

_IPTC = "http://cv.iptc.org/newscodes/digitalsourcetype/"
_KEYWORD = "synchromy"
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_COMPRESSION = 4  # of 9: on sheets of tiles within a tenth of 6 in bytes, and faster
_REMEDIES = {
    errno.ENOSPC: "free some space",
    errno.EROFS: "choose a folder you may write to",
    errno.EACCES: "choose a folder you may write to",
    errno.ENOENT: "make the folder first",
}


def save_picture(
    pixels: np.ndarray, path: str | Path, *, provenance: dict[str, Any], source_type: str, force: bool = False
) -> Path:
    """Write a PNG that says how it was made; the file appears whole or not at all.

    The same arguments give the same bytes. Software, version and source type are added to the provenance.

    Args:
        pixels: uint8 (H, W, 3), sRGB.
        path: ends in .png; its folder exists.
        provenance: anything JSON can hold; numpy numbers and arrays become plain ones.
        source_type: a name of `SOURCE_TYPES`.
        force: replace a file that exists.

    Returns:
        The path written.

    Raises:
        MosaicsError: wrong pixels, path or provenance, an existing file without `force`, or a disk that refuses.
    """
    path = Path(path)
    _check_pixels(pixels)
    text = _record(provenance, source_type)
    if path.suffix.lower() != ".png":
        raise MosaicsError(f"expected a picture name that ends in .png, received {path}; add .png")
    try:
        if not force and os.path.lexists(path):
            raise MosaicsError(f"expected a new file, but {path} exists; choose another name or force it")
        _write_whole(pixels, path, text, source_type)
    except OSError as error:
        remedy = _REMEDIES.get(error.errno or 0, "choose another place")
        raise MosaicsError(f"could not write {path}: {error.strerror or error}; {remedy}") from error
    return path


def read_provenance(path: str | Path) -> dict[str, Any]:
    """What `save_picture` wrote: the provenance, with "software" and "source_type"; pixels are not decoded.

    Raises:
        MosaicsError: no such file, not a PNG, cut off or damaged, or without provenance.
    """
    try:
        with open(path, "rb") as file:
            texts = [data for kind, data in _chunks(file, path) if kind == b"tEXt"]
    except OSError as error:
        raise MosaicsError(f"could not read {path}: {error.strerror or error}; check the name") from error
    for data in texts:
        keyword, _, text = data.partition(b"\0")
        if keyword == _KEYWORD.encode():
            return _parse(text, path)
    raise MosaicsError(
        f"expected a picture that says how it was made, but {path} does not; "
        "give one that synchromy saved and nothing has edited since"
    )


def _record(provenance: dict[str, Any], source_type: str) -> str:
    """The JSON of a picture, in ASCII: a tEXt chunk, which every PNG reader shows, holds no other letters safely."""
    if source_type not in SOURCE_TYPES:
        raise MosaicsError(f'expected a source type among {", ".join(SOURCE_TYPES)}, received "{source_type}"')
    record = {**provenance, "software": _software(), "source_type": source_type}
    try:
        return json.dumps(record, sort_keys=True, allow_nan=False, default=_plain)
    except (TypeError, ValueError) as error:
        raise MosaicsError(f"expected provenance that JSON can hold, received {error}; make it plain") from error


def _plain(value: Any) -> Any:
    if isinstance(value, np.generic | np.ndarray):
        return value.tolist()
    raise TypeError(f"a {type(value).__name__}")


def _software() -> str:
    try:
        return f"synchromy {metadata.version('synchromy')}"
    except metadata.PackageNotFoundError:
        return "synchromy, not installed"


def _check_pixels(pixels: np.ndarray) -> None:
    shape, dtype = np.shape(pixels), getattr(pixels, "dtype", type(pixels).__name__)
    if dtype != np.uint8 or len(shape) != 3 or shape[2] != 3 or 0 in shape:
        raise MosaicsError(f"expected pixels uint8 (H, W, 3), received {dtype} {shape}; convert them first")


def _write_whole(pixels: np.ndarray, path: Path, text: str, source_type: str) -> None:
    """Write beside the target, flush to the disk, then rename: a crash leaves the old file or the new one."""
    from PIL import Image, PngImagePlugin  # late: it takes a third of this package's import time

    chunks = PngImagePlugin.PngInfo()
    chunks.add(b"sRGB", b"\0")  # 0: perceptual intent
    chunks.add_text(_KEYWORD, text)
    chunks.add_itxt("XML:com.adobe.xmp", _xmp(source_type))
    image = Image.fromarray(np.ascontiguousarray(pixels))
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with open(temporary, "wb") as file:
            image.save(file, format="PNG", pnginfo=chunks, compress_level=_COMPRESSION)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def _xmp(source_type: str) -> str:
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/"'
        ' xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/">'
        f"<xmp:CreatorTool>{_software()}</xmp:CreatorTool>"
        f"<Iptc4xmpExt:DigitalSourceType>{_IPTC}{source_type}</Iptc4xmpExt:DigitalSourceType>"
        '</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="r"?>'
    )


def _chunks(file: BinaryIO, path: str | Path) -> Iterator[tuple[bytes, bytes]]:
    """Kind and data of each chunk; picture data is passed over, so that a sheet of any size is read at once."""
    if file.read(8) != _SIGNATURE:
        raise MosaicsError(f"expected a PNG picture, but {path} is none; give a picture saved by synchromy")
    kind = b""
    while kind != b"IEND":
        head = file.read(8)
        length, kind = struct.unpack(">I4s", head) if len(head) == 8 else (0, b"cut")
        data = b"" if kind == b"IDAT" else file.read(length)
        if kind == b"IDAT":
            file.seek(length, os.SEEK_CUR)
        check = file.read(4)
        if len(check) < 4 or (kind != b"IDAT" and check != struct.pack(">I", zlib.crc32(kind + data))):
            raise MosaicsError(f"expected a whole PNG picture, but {path} is cut off or damaged; copy it again")
        yield kind, data


def _parse(text: bytes, path: str | Path) -> dict[str, Any]:
    try:
        record = json.loads(text)
    except ValueError:
        record = None
    if not isinstance(record, dict):
        raise MosaicsError(f"expected provenance as a JSON object, but {path} holds something else; make it again")
    return record
