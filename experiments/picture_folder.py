"""A folder of anybody's pictures as a source: photographs, scans, paintings; subfolders are its modes."""

import os
import warnings
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from PIL import Image

from .decoding import DAMAGE, GREY_MODES, RESIZES, broken, decoded, grey, too_large
from .errors import ExperimentsError
from .files import said_plainly
from .picture_files import SUFFIXES, digest_of, files_below
from .world_sources import CACHE_BYTES, evenly

ALL = "all"
"""The one mode of a folder without subfolders."""
_DONE = {"crop": "cropped to squares", "fit": "each fitted whole into a square", "stretch": "stretched to squares"}


class _Header(NamedTuple):
    width: int
    height: int
    grey: bool


@dataclass(frozen=True)
class PictureFolder:
    """The pictures in a folder and below it, in the order of their names; hidden files and folders are passed over.

    The modes are the names of the folders at the top where every picture lies in one, else there is the one mode "all".

    Attributes:
        folder: where they lie.
        size: side in pixels that the network sees.
        channels: 3 for colour, 1 for grey.
        resize: "crop" (the middle square), "fit" (the whole picture on a ground of its border's mean colour) or
            "stretch", each resampled by Lanczos; or None where every picture is `size` x `size` already.

    Raises:
        ExperimentsError: there are no pictures, one is broken or has another size, a name cannot be that of a mode.
    """

    folder: Path
    size: int
    channels: int = 3
    resize: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "folder", Path(self.folder))
        if self.resize is not None and self.resize not in RESIZES:
            raise ExperimentsError(f"expected resize as {', '.join(RESIZES)}, got {self.resize!r}")
        for mode in self.modes:
            if not mode.isprintable() or set(mode) & set(',"'):
                raise ExperimentsError(
                    f"expected folders whose names can head a table, got {mode!r}: rename it without commas and quotes"
                )
        for name, header in zip(self.names, self._headers, strict=True):
            if self.resize is None and (header.width, header.height) != (self.size, self.size):
                raise ExperimentsError(
                    f"expected pictures of {self.size}x{self.size} as the network draws them, got "
                    f"{header.width}x{header.height} in {self.folder / name}: "
                    "say what to do with them by --resize crop, fit or stretch"
                )

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The files, relative to the folder, with slashes."""
        with said_plainly(self.folder, "read"):
            found = sorted(name for name in files_below(self.folder) if name.lower().endswith(SUFFIXES))
        if not found:
            kinds = ", ".join(suffix[1:] for suffix in SUFFIXES)
            raise ExperimentsError(f"expected pictures ({kinds}) in {self.folder}, got none: name another folder")
        return tuple(found)

    @property
    def count(self) -> int:
        """Number of pictures."""
        return len(self.names)

    @cached_property
    def modes(self) -> tuple[str, ...]:
        """Names of the modes."""
        return tuple(sorted(set(self._mode_of)))

    @property
    def per_mode(self) -> dict[str, int]:
        """How many pictures there are of each mode."""
        return dict(Counter(self._mode_of))

    @property
    def shares(self) -> dict[str, float]:
        """Each mode's share of the pictures."""
        return {mode: self.per_mode[mode] / self.count for mode in self.modes}

    @cached_property
    def identity(self) -> dict[str, Any]:
        """What makes two folders the same one: names and bytes of the files, and what is made of them."""
        with said_plainly(self.folder, "read"), _threads() as pool:
            digests = list(pool.map(lambda name: digest_of(self.folder / name), self.names))
        lines = "".join(f"{digest} {name}\n" for digest, name in zip(digests, self.names, strict=True))
        facts = {"kind": "pictures", "sha256": sha256(lines.encode("utf-8", "surrogateescape")).hexdigest()}
        return {**facts, "count": self.count, "size": self.size, "channels": self.channels, "resize": self.resize}

    @property
    def world(self) -> dict[str, Any]:
        """No space, no seed: the shares of the modes alone."""
        return {"space": None, "seed": None, "shares": self.shares}

    @cached_property
    def about(self) -> str:
        """One line for people: what there is, and what is made of it."""
        modes = f" in {len(self.modes)} modes" if len(self.modes) > 1 else ""
        words = [f"{self.count:,} pictures{modes} in {self.folder}"]
        words += [_DONE[self.resize]] if self.resize else []
        small = sum(min(each.width, each.height) < self.size for each in self._headers)
        greys = sum(each.grey for each in self._headers)
        words += [f"{small:,} of them enlarged"] * (small > 0)
        if self.channels == 1 and greys < self.count:
            words.append("turned grey")
        if self.channels == 3 and greys:
            words.append(f"{greys:,} grey ones among them" if greys < self.count else "all of them grey")
        return ", ".join(words)

    def pictures(self, positions: np.ndarray) -> np.ndarray:
        """uint8 (N, size, size, channels) of the pictures at `positions`."""
        return self._held[positions] if self._held is not None else self._decoded(positions)

    def labelled(self, count: int) -> tuple[np.ndarray, np.ndarray]:
        """`count` pictures spread evenly over the folder, and the index of each one's mode."""
        some = evenly(self.count, count)
        return self.pictures(some), np.array([self.modes.index(self._mode_of[i]) for i in some])

    @cached_property
    def _mode_of(self) -> list[str]:
        tops = [name.split("/")[0] if "/" in name else ALL for name in self.names]
        return tops if all("/" in name for name in self.names) else [ALL] * len(tops)

    @cached_property
    def _held(self) -> np.ndarray | None:
        fits = self.count * self.size**2 * self.channels <= CACHE_BYTES
        return self._decoded(np.arange(self.count)) if fits else None

    def _decoded(self, positions: np.ndarray) -> np.ndarray:
        images = np.empty((len(positions), self.size, self.size, self.channels), np.uint8)

        def fill(slot: int) -> None:
            picture = decoded(self.folder / self.names[positions[slot]], self.size, self.resize)
            images[slot] = grey(picture) if self.channels == 1 else picture

        with _threads() as pool:
            for _ in pool.map(fill, range(len(positions))):
                pass
        return images

    @cached_property
    def _headers(self) -> list[_Header]:
        return [_header(self.folder / name) for name in self.names]


def _header(path: Path) -> _Header:
    """What the first bytes say; more pixels than Pillow thinks safe are refused here."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path) as image:
                return _Header(*image.size, image.mode in GREY_MODES)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise too_large(path, Image.MAX_IMAGE_PIXELS or 0) from None
    except DAMAGE as error:
        raise broken(path, error) from None


def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(min(4, os.cpu_count() or 1))
