"""The kinds of files: how each is written, by the ending of its name, and what it can hold."""

import zlib
from collections.abc import Callable
from io import BytesIO
from typing import BinaryIO

import numpy as np

from mosaics.errors import MosaicsError
from mosaics.icc import find_profile, profile_bytes
from mosaics.png import Chunk, write_png
from mosaics.provenance import KEYWORD, software, xmp_packet
from mosaics.raster import Facts, Film, Raster

# Pixels that a format can count.
WIDEST = {".webp": 16383, ".jpg": 65500, ".jpeg": 65500}
WIDEST |= {".gif": 65535, ".avif": 65535, ".mp4": 16384, ".webm": 16383}  # moving ones
_JPEG_QUALITY = 95
_JPEG_TEXT = 65_000  # bytes of XMP that one segment holds
_MM = 25.4  # an inch


def _png(file: BinaryIO, picture: Raster, facts: Facts) -> None:
    chunks = _png_chunks(facts, picture.dpi, picture.profile)
    write_png(file, picture.size_px, picture.bits, [picture.strips], chunks)


def _moving_png(file: BinaryIO, film: Film, facts: Facts) -> None:
    frames = ([film.frame(number)] for number in range(film.count))
    write_png(file, film.size_px, 8, frames, _png_chunks(facts), (film.count, film.seconds))


def _png_chunks(facts: Facts, dpi: float | None = None, profile: str = "srgb") -> list[Chunk]:
    per_metre = b"" if dpi is None else round(dpi / _MM * 1000).to_bytes(4, "big")
    name = find_profile(profile).name.encode()
    colour = (b"iCCP", name + b"\0\0" + zlib.compress(profile_bytes(profile)))
    xmp = b"XML:com.adobe.xmp\0\0\0\0\0" + xmp_packet(facts.source_type).encode()
    return [
        (b"sRGB", b"\0") if profile == "srgb" else colour,  # 0: perceptual intent
        *([(b"pHYs", per_metre + per_metre + b"\1")] if per_metre else []),
        (b"tEXt", f"{KEYWORD}\0{facts.record}".encode()),
        (b"iTXt", xmp),
    ]


def _tiff(file: BinaryIO, picture: Raster, facts: Facts) -> None:
    from mosaics.tiff import write_tiff

    texts = {"description": facts.record, "software": software(), "xmp": xmp_packet(facts.source_type)}
    page = {**texts, "profile": profile_bytes(picture.profile), "dpi": picture.dpi, "bits": picture.bits}
    write_tiff(file, picture.size_px, picture.strips, page, picture.pyramid)


def _pdf(file: BinaryIO, picture: Raster, facts: Facts) -> None:
    from mosaics.pdf import DPI, Page, write_pdf

    xmp = xmp_packet(facts.source_type, facts.record)
    page = Page(picture.size_px, picture.bits, picture.dpi or DPI, picture.bleed_px, profile_bytes(picture.profile))
    write_pdf(file, picture.strips, page, xmp)


def _jpeg(file: BinaryIO, picture: Raster, facts: Facts) -> None:
    xmp = xmp_packet(facts.source_type, facts.record).encode()
    if len(xmp) > _JPEG_TEXT:
        raise MosaicsError(
            f"expected a record of up to {_JPEG_TEXT:,} bytes in a JPEG, received {len(xmp):,}; choose .png or .webp"
        )
    from mosaics.jpeg import write_jpeg

    dpi = round(picture.dpi or 0)  # 0: not known
    told = {"xmp": xmp, "icc_profile": profile_bytes(picture.profile), "dpi": (dpi, dpi)}
    write_jpeg(file, picture.size_px, picture.strips, quality=_JPEG_QUALITY, **told)


def _webp(file: BinaryIO, picture: Raster, facts: Facts) -> None:
    from PIL import Image

    xmp, held = xmp_packet(facts.source_type, facts.record).encode(), BytesIO()
    options = {"quality": 98, "method": 4, "xmp": xmp, "icc_profile": profile_bytes(picture.profile)}
    Image.fromarray(_whole(picture)).save(held, "WEBP", **options)
    file.write(held.getbuffer())  # a full disk speaks more clearly to us than through Pillow


def _whole(picture: Raster) -> np.ndarray:
    pixels = np.empty((picture.size_px[1], picture.size_px[0], 3), np.uint8)
    top = 0
    for strip in picture.strips:
        pixels[top : top + len(strip)] = strip
        top += len(strip)
    return pixels


def _moving_webp(file: BinaryIO, film: Film, facts: Facts) -> None:
    from mosaics.animation import write_webp

    text = xmp_packet(facts.source_type, facts.record)
    write_webp(file, film.frame, film.size_px, (film.count, film.seconds), text)


def _moving_avif(file: BinaryIO, film: Film, facts: Facts) -> None:
    from mosaics.animation import write_avif

    write_avif(file, film.frame, (film.count, film.seconds), xmp_packet(facts.source_type, facts.record))


def _gif(file: BinaryIO, film: Film, facts: Facts) -> None:
    from mosaics.gif import write_gif

    write_gif(file, film.frame, film.size_px, (film.count, film.seconds), facts.record)


def _video(ending: str) -> Callable[[BinaryIO, Film, Facts], None]:
    def write(file: BinaryIO, film: Film, facts: Facts) -> None:
        from mosaics.mp4 import write_mp4
        from mosaics.webm import write_webm

        packet = xmp_packet(facts.source_type, facts.record).encode()
        frames = (film.frame(number) for number in range(film.count))
        writer = write_mp4 if ending == ".mp4" else write_webm
        writer(file, frames, film.size_px, film.count / film.seconds, packet, full_colour=film.full_colour)

    return write


ENDINGS: dict[str, Callable[[BinaryIO, Raster, Facts], None]] = {
    ".png": _png,
    ".tif": _tiff,
    ".tiff": _tiff,
    ".jpg": _jpeg,
    ".jpeg": _jpeg,
    ".webp": _webp,
    ".pdf": _pdf,
}
"""How a still is written, by the ending of its name."""

MOVING: dict[str, Callable[[BinaryIO, Film, Facts], None]] = {
    ".webp": _moving_webp,
    ".avif": _moving_avif,
    ".gif": _gif,
    ".png": _moving_png,
    ".apng": _moving_png,
    ".mp4": _video(".mp4"),
    ".webm": _video(".webm"),
}
"""How a loop is written, by the ending of its name."""

DEEP = (".png", ".tif", ".tiff", ".pdf")
"""Endings of stills that hold 16 bits a channel."""

VIDEOS = (".mp4", ".webm")
"""Endings of loops that ffmpeg writes, of even sides."""

PYRAMIDS = (".tif", ".tiff")
"""Endings of stills that hold smaller copies of themselves."""
