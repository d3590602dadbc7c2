"""Anybody's picture files as tiles of a height and width, many at a time.

What is imported here is little: processes that do nothing else begin with it.
"""

import warnings
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageOps

from .decoding import DAMAGE, RESIZES, broken, flat, too_large
from .errors import ExperimentsError


class Decoded(NamedTuple):
    """Files as tiles: pictures (N, h, w, 3), and of each file its SHA-256 and what is wrong with it, or ""."""

    pictures: np.ndarray
    digests: list[str]
    faults: list[str]


def decoded_tiles(place: Path, names: Sequence[str], size: tuple[int, int], resize: str, threads: int = 1) -> Decoded:
    """Files of a folder as tiles of a height and width; see `decoded_tile`."""
    pictures = np.zeros((len(names), *size, 3), np.uint8)
    digests, faults = [""] * len(names), [""] * len(names)

    def fill(first: int) -> None:
        for slot in range(first, len(names), threads):
            try:
                pictures[slot], digests[slot] = _decoded(place / names[slot], size, resize)
            except ExperimentsError as error:
                faults[slot] = str(error)

    # What Pillow warns of, as a profile it cannot parse, does not keep it from reading the picture.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if threads == 1:
            fill(0)
        else:
            with ThreadPoolExecutor(threads) as pool:
                list(pool.map(fill, range(threads)))
    return Decoded(pictures, digests, faults)


def decoded_tile(path: Path, size: tuple[int, int], resize: str = "crop") -> np.ndarray:
    """The picture in a file: uint8 (height, width, 3), sRGB.

    Args:
        path: of the file.
        size: height and width.
        resize: how a picture of other proportions gets there, a row of RESIZES; what is not square is always cropped.

    Raises:
        ExperimentsError: the file is no whole picture.
    """
    return _decoded(path, size, resize)[0]


def _decoded(path: Path, size: tuple[int, int], resize: str) -> tuple[np.ndarray, str]:
    """The picture and the digest of its file."""
    height, width = size
    try:
        with open(path, "rb", buffering=0) as file:  # thousands of small ones: a buffer costs a third of the time
            data = file.readall()
        digest = sha256(data).hexdigest()
        with Image.open(BytesIO(data)) as image:
            image.draft(None, (2 * max(size), 2 * max(size)))  # JPEG can be read at a half, a quarter, an eighth
            ImageOps.exif_transpose(image, in_place=True)
            rgb = flat(image)
        if rgb.size == (width, height):
            return np.asarray(rgb), digest
        if width == height:
            return np.asarray(RESIZES[resize](rgb, width)), digest
        return np.asarray(ImageOps.fit(rgb, (width, height), Image.Resampling.LANCZOS)), digest
    except Image.DecompressionBombError:
        raise too_large(path, 2 * (Image.MAX_IMAGE_PIXELS or 0)) from None
    except DAMAGE as error:
        raise broken(path, error) from None
