"""PDF for the printer: one page, one picture without loss, its colours, and where the paper is cut.

Source: ISO 32000-1:2008 (PDF 1.7): 7.4.4 for pictures filtered as in PNG, 14.11.2 for the boxes of a page.
"""

import hashlib
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np

from mosaics.png import compressed

DPI = 300.0  # where a picture does not say
_POINTS = 72.0  # an inch
_LONGEST = 14_400.0  # units that a side may have; larger ones count in larger units
_BEGIN = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
_PACKET = rb"<< /Type /Metadata /Subtype /XML /Length (\d+) >>\nstream\n"
_HEAD = 1 << 12  # bytes in which our packet begins


@dataclass(frozen=True)
class Page:
    """What a page holds.

    Attributes:
        size_px: width and height of the picture, bleed included.
        bits: 8 or 16 a channel.
        dpi: pixels per inch.
        bleed_px: how much of each side is cut off.
        profile: the ICC profile of the pixels.
    """

    size_px: tuple[int, int]
    bits: int
    dpi: float
    bleed_px: int
    profile: bytes


def write_pdf(file: BinaryIO, strips: Iterable[np.ndarray], page: Page, xmp: str) -> None:
    """One page as large as its picture.

    Args:
        file: where to.
        strips: from the top down, uint8 or uint16 (rows, width, 3).
        page: what they make up.
        xmp: the packet; `read_packet` finds it again.
    """
    writer = _Objects(file)
    file.write(_BEGIN)
    writer.stream(b"/Type /Metadata /Subtype /XML", xmp.encode())
    writer.plain(b"<< /Type /Catalog /Pages 3 0 R /Metadata 1 0 R >>")
    writer.plain(b"<< /Type /Pages /Kids [4 0 R] /Count 1 >>")
    width, height, boxes = _boxes(page)
    writer.plain(
        b"<< /Type /Page /Parent 3 0 R /Contents 6 0 R /Resources << /XObject << /Im 7 0 R >> >> %b >>" % boxes
    )
    writer.stream(b"/N 3 /Alternate /DeviceRGB", page.profile)
    writer.stream(b"", b"q %b 0 0 %b 0 0 cm /Im Do Q" % (_number(width), _number(height)))
    writer.open(
        b"<< /Type /XObject /Subtype /Image /Width %d /Height %d /BitsPerComponent %d /ColorSpace [/ICCBased 5 0 R]"
        b" /Filter /FlateDecode /DecodeParms << /Predictor 15 /Colors 3 /BitsPerComponent %d /Columns %d >>"
        b" /Length 8 0 R >>\nstream\n" % (*page.size_px, page.bits, page.bits, page.size_px[0])
    )
    length = 0
    for piece in compressed(strips, page.size_px, page.bits):
        length += len(piece)
        file.write(piece)
    file.write(b"\nendstream\nendobj\n")
    writer.plain(b"%d" % length)
    writer.close(hashlib.sha256(xmp.encode()).hexdigest()[:32].encode())


def read_packet(file: BinaryIO) -> bytes:
    """The XMP of a PDF of ours, or b"".

    Raises:
        ValueError: it is cut off.
    """
    head = file.read(_HEAD)
    file.seek(max(0, file.seek(0, os.SEEK_END) - 1024))
    if b"%%EOF" not in file.read():
        raise ValueError("cut off")
    found = re.search(_PACKET, head)
    if found is None:
        return b""
    file.seek(found.end())
    return file.read(int(found[1]))


def _boxes(page: Page) -> tuple[float, float, bytes]:
    """Width and height of the page in its unit, and its boxes: all of it, what bleeds, what is kept."""
    points = [side * _POINTS / page.dpi for side in page.size_px]
    unit = int(-(-max(points) // _LONGEST))
    width, height = (side / unit for side in points)
    cut = page.bleed_px * _POINTS / page.dpi / unit
    whole = b"[0 0 %b %b]" % (_number(width), _number(height))
    kept = b"[%b %b %b %b]" % (_number(cut), _number(cut), _number(width - cut), _number(height - cut))
    words = b"/MediaBox %b /BleedBox %b /TrimBox %b" % (whole, whole, kept)
    return width, height, words + (b" /UserUnit %d" % unit if unit > 1 else b"")


def _number(value: float) -> bytes:
    return f"{value:.5f}".rstrip("0").rstrip(".").encode()


class _Objects:
    """The numbered objects of a PDF, and where each begins."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._begins: list[int] = []

    def open(self, head: bytes) -> None:
        self._begins.append(self._file.tell())
        self._file.write(b"%d 0 obj\n%b" % (len(self._begins), head))

    def plain(self, body: bytes) -> None:
        self.open(body + b"\nendobj\n")

    def stream(self, keys: bytes, data: bytes) -> None:
        space = b" " if keys else b""
        self.open(b"<<%b%b /Length %d >>\nstream\n%b\nendstream\nendobj\n" % (space, keys, len(data), data))

    def close(self, name: bytes) -> None:
        """The table of all objects, and where it is; object 2 is the catalog."""
        begin, count = self._file.tell(), len(self._begins) + 1
        self._file.write(b"xref\n0 %d\n0000000000 65535 f \n" % count)
        for offset in self._begins:
            self._file.write(b"%010d 00000 n \n" % offset)
        root = b"<< /Size %d /Root 2 0 R /ID [<%b> <%b>] >>" % (count, name, name)
        self._file.write(b"trailer\n%b\nstartxref\n%d\n%%%%EOF\n" % (root, begin))
