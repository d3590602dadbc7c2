"""What a folder to zoom into will cost before it is made, from parts of it that are made and let go."""

from collections.abc import Callable
from time import perf_counter

import numpy as np

from mosaics.composing import Picture
from mosaics.costs import Cost, memory_of_all, peak_memory
from mosaics.deepzoom import chunks_of, write_rest, write_tiles
from mosaics.pyramid import Put, write_pyramid

_BANDS = 16  # of the height that are drawn and encoded
_THICK = 96  # rows of each: together more than the rows of pieces that are held at a time
_CHUNKS = 4


def deepzoom_cost(picture: Picture) -> Cost:
    """What `save_deepzoom` will take; nothing is written.

    A strip is drawn twice and cut into pieces at every level as it will be, for the memory; bands from the whole
    height and every so many chunks of tiles, for bytes and time.

    Args:
        picture: as `compose` makes it.
    """
    cuts, chunks = list(picture.cuts()), chunks_of(picture)
    bands = cuts if len(cuts) == 1 else _bands(picture.size_px[1])
    if len(cuts) > 1:
        longest = max(cuts, key=lambda cut: cut[1] - cut[0])
        _taken(lambda put: _pieces(picture, [longest, longest], put))
    some = [chunks[i] for i in np.unique(np.linspace(0, len(chunks) - 1, _CHUNKS).round().astype(int))]

    def tiles(put: Put) -> None:
        for own in some:
            write_tiles(picture.tiles, own, put)

    parts: list[tuple[Callable[[Put], None], float]] = [
        (lambda put: _pieces(picture, bands, put), sum(end - top for top, end in bands) / picture.size_px[1]),
        (tiles, sum(map(len, some)) / sum(map(len, chunks))),
        (lambda put: write_rest(picture, put), 1.0),
    ]
    found = np.array([_taken(part) for part, _ in parts]) / np.array([[share] for _, share in parts])
    size, seconds = found.sum(0).tolist()
    return Cost(round(size), memory_of_all() if len(cuts) > 1 else peak_memory(), seconds)


def _taken(part: Callable[[Put], None]) -> tuple[int, float]:
    """Bytes and seconds."""
    sizes: list[int] = []
    start = perf_counter()
    part(lambda _, data: sizes.append(len(data)))
    return sum(sizes), perf_counter() - start


def _pieces(picture: Picture, spans: list[tuple[int, int]], put: Put) -> None:
    """Those of some rows, as if they were a picture."""
    strips = (picture.rows(top, end) for top, end in spans)
    write_pyramid(strips, (picture.size_px[0], sum(end - top for top, end in spans)), put)


def _bands(height: int) -> list[tuple[int, int]]:
    """Some rows from each part of a picture; all of them where it is low."""
    if height <= _BANDS * _THICK:
        return [(0, height)]
    tops = [int((number + 0.5) / _BANDS * (height - _THICK)) for number in range(_BANDS)]
    return [(top, top + _THICK) for top in tops]
