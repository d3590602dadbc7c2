"""How a picture was made, inside the picture: what is written into each kind of file, and read from it again.

Sources: XMP part 3 for where each kind of file keeps the packet; IPTC Photo Metadata and the NewsCodes at
http://cv.iptc.org/newscodes/digitalsourcetype/ for the source types.
"""

import json
from html import escape
from importlib import metadata
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from mosaics import webm
from mosaics.errors import MosaicsError
from mosaics.png import SIGNATURE, read_chunks

SOURCE_TYPES = {
    "algorithmicMedia": "drawn by an algorithm that learned from nothing",
    "trainedAlgorithmicMedia": "made by a network that learned from pictures",
    "compositeSynthetic": "several pictures, at least one of them synthetic",
    "composite": "several pictures, of which it is not known how they were made",
    "dataDrivenMedia": "a figure drawn from data",
}
"""IPTC digital source types that this software writes, and what each means here."""

KEYWORD = "synchromy"  # of the text chunk of a PNG
_IPTC = "http://cv.iptc.org/newscodes/digitalsourcetype/"
_OURS = "urn:synchromy:provenance:1"
_TIFFS = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")


def read_provenance(path: str | Path) -> dict[str, Any]:
    """What `save_picture` wrote: the provenance, with "software" and "source_type"; pixels are not decoded.

    Raises:
        MosaicsError: no such file, no picture, cut off or damaged, or without provenance.
    """
    try:
        with open(path, "rb") as file:
            start = file.read(12)
            file.seek(0)
            text = _text(file, start, path)
    except MosaicsError:
        raise
    except OSError as error:
        raise MosaicsError(f"could not read {path}: {error.strerror or error}; check the name") from error
    except ValueError:
        raise MosaicsError(f"expected a whole picture, but {path} is cut off or damaged; copy it again") from None
    if not text:
        raise MosaicsError(
            f"expected a picture that says how it was made, but {path} does not; "
            "give one that synchromy saved and nothing has edited since"
        )
    return _parsed(text, path)


def record_text(provenance: dict[str, Any], source_type: str) -> str:
    """The JSON of a picture, in ASCII, which every kind of file holds safely; software and source type are added.

    Raises:
        MosaicsError: an unknown source type, or what JSON cannot hold.
    """
    if source_type not in SOURCE_TYPES:
        raise MosaicsError(f'expected a source type among {", ".join(SOURCE_TYPES)}, received "{source_type}"')
    record = {**provenance, "software": software(), "source_type": source_type}
    try:
        return json.dumps(record, sort_keys=True, allow_nan=False, default=_plain)
    except (TypeError, ValueError) as error:
        raise MosaicsError(f"expected provenance that JSON can hold, received {error}; make it plain") from error


def xmp_packet(source_type: str, record: str = "") -> str:
    """The XMP of a picture: who made it and how, and the record where the file has no better place for it."""
    ours = f'<provenance xmlns="{_OURS}">{escape(record, quote=False)}</provenance>' if record else ""
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/"'
        ' xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/">'
        f"<xmp:CreatorTool>{software()}</xmp:CreatorTool>"
        f"<Iptc4xmpExt:DigitalSourceType>{_IPTC}{source_type}</Iptc4xmpExt:DigitalSourceType>{ours}"
        '</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="r"?>'
    )


def software() -> str:
    """This software and its version."""
    try:
        return f"synchromy {metadata.version('synchromy')}"
    except metadata.PackageNotFoundError:
        return "synchromy, not installed"


def _plain(value: Any) -> Any:
    if isinstance(value, np.generic | np.ndarray):
        return value.tolist()
    raise TypeError(f"a {type(value).__name__}")


def _text(file: BinaryIO, start: bytes, path: str | Path) -> str | bytes:
    """The record inside a picture of any kind we write, or nothing; ValueError for a damaged one."""
    if start.startswith(SIGNATURE):
        texts = [data.partition(b"\0") for kind, data in read_chunks(file) if kind == b"tEXt"]
        return next((text for keyword, _, text in texts if keyword == KEYWORD.encode()), b"")
    if start[:4] in _TIFFS:
        from mosaics.tiff import read_description

        return read_description(file)
    if start.startswith(b"%PDF-"):
        from mosaics import pdf

        return _text_of_xmp(pdf.read_packet(file))
    if start[4:8] == b"ftyp" and start[8:11] != b"avi":  # an AVIF says avif or avis, and is no film to that reader
        from mosaics.mp4 import read_packet

        return _text_of_xmp(read_packet(file))
    if start.startswith(webm.SIGNATURE):
        return _text_of_xmp(webm.read_packet(file))
    return _text_of_pillow(file, path)


def _text_of_pillow(file: BinaryIO, path: str | Path) -> str | bytes:
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(file, formats=["WEBP", "AVIF", "GIF", "JPEG"]) as image:
            xmp, comment = image.info.get("xmp"), image.info.get("comment", b"")
    except UnidentifiedImageError:
        raise MosaicsError(
            f"expected a picture as PNG, TIFF, WebP, AVIF, GIF, JPEG, PDF, MP4 or WebM, but {path} is none; "
            "give one that synchromy saved"
        ) from None
    except SyntaxError as error:
        raise ValueError(str(error)) from None
    return _text_of_xmp(xmp) if xmp else comment


def _text_of_xmp(packet: bytes) -> str:
    from xml.etree import ElementTree

    try:
        found = ElementTree.fromstring(packet.decode("utf-8", "replace").strip("\ufeff \0")).find(
            f".//{{{_OURS}}}provenance"
        )
    except ElementTree.ParseError:
        return ""
    return "" if found is None else found.text or ""


def _parsed(text: str | bytes, path: str | Path) -> dict[str, Any]:
    try:
        record = json.loads(text)
    except ValueError:
        record = None
    if not isinstance(record, dict):
        raise MosaicsError(f"expected provenance as a JSON object, but {path} holds something else; make it again")
    return record
