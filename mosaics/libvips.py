"""Strips into libvips: what it saves, it saves in little memory, from a picture that is drawn meanwhile."""

import os
from collections.abc import Callable, Iterable, Iterator
from threading import Thread
from typing import TYPE_CHECKING, Any

import numpy as np

from mosaics.errors import MosaicsError
from mosaics.png import write_stored

if TYPE_CHECKING:
    import pyvips

_ERRORS = ("ENOSPC", "EROFS", "EACCES", "EDQUOT", "EFBIG", "ENOENT", "EIO")  # that libvips tells only in words


def save_through_vips(
    strips: Iterable[np.ndarray], size_px: tuple[int, int], bits: int, save: "Callable[[pyvips.Image], Any]"
) -> None:
    """Let libvips save a picture while it is drawn.

    The strips go through a pipe, as a PNG that is not compressed: of what libvips reads from a stream, the one kind
    that every build of it has. They are drawn in the thread that calls, which so still hears signals; libvips works
    in another.

    Args:
        strips: whole rows from the top down, uint8 or uint16 (rows, width, 3), sRGB.
        size_px: width and height.
        bits: 8 or 16.
        save: called once with the image, to be read from the top down.

    Raises:
        OSError: the disk refuses.
        MosaicsError: libvips refuses for another reason.
    """
    reading, writing = os.pipe()
    failures: list[Exception] = []
    worker = Thread(target=_consume, args=(reading, save, failures), daemon=True)
    worker.start()
    try:
        with open(writing, "wb") as pipe:
            write_stored(pipe, size_px, bits, _until(failures, strips))
    finally:
        worker.join()
    if failures:
        _raise(failures[0])


def _until(failures: list[Exception], strips: Iterable[np.ndarray]) -> Iterator[np.ndarray]:
    """The strips, for as long as there is use for them."""
    for strip in strips:
        if failures:
            return
        yield strip
        del strip  # before the next one is drawn


def _consume(reading: int, save: "Callable[[pyvips.Image], Any]", failures: list[Exception]) -> None:
    import pyvips

    try:
        source = pyvips.Source.new_from_descriptor(reading)
        save(pyvips.Image.pngload_source(source, access="sequential", fail_on="truncated", unlimited=True))
    except Exception as error:
        failures.append(error)
    finally:
        while os.read(reading, 1 << 20):  # what is still written, so that the writer does not wait for ever
            pass
        os.close(reading)


def _raise(error: Exception) -> None:
    import errno

    import pyvips

    if not isinstance(error, pyvips.Error):
        raise error
    for name in _ERRORS:
        number = getattr(errno, name)
        if os.strerror(number) in str(error):
            raise OSError(number, os.strerror(number))
    said = " ".join(str(error).split())
    raise MosaicsError(f"expected libvips to write the picture, but it says: {said}; try another kind of file")
