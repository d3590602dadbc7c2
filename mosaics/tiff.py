"""TIFF of 8 and 16 bits, written a strip at a time; past four gigabytes it becomes a BigTIFF."""

import zlib
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import BinaryIO

import numpy as np

_STRIP_BYTES = 1 << 20
_COMPRESSION = 4  # of 9, as for PNG
_XMP = 700
_DATE = bytes([7, 208, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0])  # 2000-01-01: a profile of now would be another file each time


def write_tiff(
    file: BinaryIO, size: tuple[int, int], strips: Iterable[np.ndarray], dpi: float | None, texts: dict[str, str]
) -> None:
    """A TIFF in sRGB with its profile, compressed without loss.

    Args:
        file: where to.
        size: width and height in pixels.
        strips: from the top down, uint8 or uint16 (rows, width, 3).
        dpi: pixels per inch, or None.
        texts: "description" and "software", ASCII, and "xmp".
    """
    import tifffile

    rest = iter(strips)
    first = next(rest)
    rows = max(1, _STRIP_BYTES // (size[0] * 3 * first.dtype.itemsize))
    huge = size[0] * size[1] * 3 * first.dtype.itemsize > 4_000_000_000
    xmp = texts["xmp"].encode()
    with tifffile.TiffWriter(file, byteorder="<", bigtiff=huge) as writer:
        writer.write(
            _packed(_regrouped(chain([first], rest), rows)),
            shape=(size[1], size[0], 3),
            dtype=first.dtype,
            photometric="rgb",
            compression="zlib",
            predictor=True,
            rowsperstrip=rows,
            description=texts["description"],
            software=texts["software"],
            metadata=None,
            iccprofile=_srgb_profile(),
            extratags=[(_XMP, 1, len(xmp), xmp, True)],
            resolution=None if dpi is None else (dpi, dpi),
            resolutionunit=None if dpi is None else "inch",
        )


def read_description(file: BinaryIO) -> str:
    """The text that a TIFF is described with, or "".

    Raises:
        ValueError: it is no TIFF, or cut off.
    """
    import tifffile

    try:
        with tifffile.TiffFile(file) as tiff:
            page = tiff.pages.first
            end = max(a + b for a, b in zip(page.dataoffsets, page.databytecounts, strict=True))
            if end > tiff.filehandle.size:
                raise ValueError("cut off")
            return page.description
    except (tifffile.TiffFileError, IndexError, KeyError, TypeError) as error:
        raise ValueError(str(error)) from None


def _regrouped(strips: Iterable[np.ndarray], rows: int) -> Iterator[np.ndarray]:
    """The same rows, so many at a time."""
    held: np.ndarray | None = None
    for strip in strips:
        held = strip if held is None else np.concatenate([held, strip])
        while len(held) >= rows:
            yield held[:rows]
            held = held[rows:]
    if held is not None and len(held):
        yield held


def _packed(strips: Iterator[np.ndarray]) -> Iterator[bytes]:
    """Each strip as the differences of neighbours in a row (TIFF 6.0, section 14), compressed."""
    for strip in strips:
        change = strip.astype(strip.dtype.newbyteorder("<"))
        change[:, 1:] -= strip[:, :-1]
        yield zlib.compress(change.tobytes(), _COMPRESSION)


def _srgb_profile() -> bytes:
    from PIL import ImageCms

    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return profile[:24] + _DATE + profile[36:]
