"""Tiles, order and layout into one picture."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from mosaics.errors import MosaicsError
from mosaics.layouts import LAYOUTS
from mosaics.oklab import LINEAR_OF_BYTE
from mosaics.order import IN_THE_PLANE, ORDERS
from mosaics.outlines import cover
from mosaics.placement import Look, Options, Placement, Sheet
from mosaics.raster import PAPER, Raster
from mosaics.resizing import byte_of_linear, resize
from mosaics.saving import save_picture
from mosaics.threads import products_alone
from mosaics.tiles import Pictures, Tiles

Row = TypeVar("Row")
Report = Callable[..., None]

_STRIP_BYTES = 48 << 20  # of a picture that is drawn piece by piece, at most
_CACHED_BYTES = 6 << 20  # of a strip that is encoded before processors forget it
_PIXELS_AT_ONCE = 2 << 20  # of tiles while they are resized: some 24 MB of floats, three times


def _silent(*_: object) -> None:
    """Report nothing."""


@dataclass(frozen=True, eq=False)
class Picture:
    """A finished mosaic and how it was made; it is drawn when it is asked for, whole or piece by piece.

    Attributes:
        tiles: what is on it.
        placements: where each tile is.
        size_px: width and height.
        look: its background fills what no tile covers.
        provenance: what is written into the file.
    """

    tiles: Tiles
    placements: Sequence[Placement]
    size_px: tuple[int, int]
    look: Look
    provenance: dict[str, Any]

    @cached_property
    def pixels(self) -> np.ndarray:
        """The whole picture, uint8 (H, W, 3), sRGB.

        Raises:
            MosaicsError: it does not fit into memory.
        """
        pixels = _blank(self.size_px)
        draw_band(pixels, 0, self.tiles, self.placements, self.look)
        return pixels

    def strips(self) -> Iterator[np.ndarray]:
        """Whole rows from the top down, uint8 (rows, width, 3): a picture of any size in little memory."""
        for top, end in self.cuts():
            yield self.rows(top, end)

    def cuts(self) -> Iterator[tuple[int, int]]:
        """The first row of each strip, and the one after its last."""
        width, height = self.size_px
        few, most = (max(1, size // (3 * width)) for size in (_CACHED_BYTES, _STRIP_BYTES))
        return _cuts(*self._extents, height, min(few, most), most)

    def rows(self, top: int, end: int) -> np.ndarray:
        """The rows from `top` to before `end`, uint8 (end - top, width, 3)."""
        strip = _blank((self.size_px[0], end - top))
        tops, ends = self._extents
        seen = np.flatnonzero((tops < end) & (ends > top)).tolist()
        draw_band(strip, top, self.tiles, [self.placements[i] for i in seen], self.look)
        return strip

    @cached_property
    def _extents(self) -> tuple[np.ndarray, np.ndarray]:
        """The first row of each placement, and the one after its last."""
        tops = np.array([place.y for place in self.placements])
        return tops, tops + [place.h for place in self.placements]

    @products_alone()
    def save(
        self,
        path: str | Path,
        *,
        force: bool = False,
        dpi: float | None = None,
        bleed_px: int = 0,
        profile: str = "srgb",
        pyramid: bool = False,
        report: Report = _silent,
    ) -> Path:
        """Write it with its provenance, and what is said of paper; the file appears whole or not at all.

        Args:
            path: as for `save_picture`.
            force: replace a file that exists.
            dpi: as in `Raster`, like the next three.
            bleed_px: how much of each side is cut off; see `bleeding`.
            profile: a name of `PROFILES`.
            pyramid: for TIFF.
            report: report("drawing", rows drawn, rows of all), now and then.
        """
        strips = _counted(self.strips(), self.size_px[1], report)
        raster = Raster(strips, self.size_px, 8, dpi, bleed_px, profile, pyramid)
        told = {name: getattr(raster, name) for name in PAPER if getattr(raster, name) != getattr(Raster, name)}
        facts, kind = {**self.provenance, **told}, self.tiles.source_type
        return save_picture(raster, path, provenance=facts, source_type=kind, force=force)


@products_alone()
def compose(
    tiles: Tiles,
    *,
    layout: str = "grid",
    order: str | None = None,
    size_px: int | tuple[int, int] | None = None,
    seed: int = 0,
    look: Look | None = None,
    options: Options | None = None,
) -> Picture:
    """One picture of many tiles.

    Args:
        tiles: what to place.
        layout: a name of `LAYOUTS`.
        order: a name of `ORDERS`; None keeps the sequence of the tiles.
        size_px: width and height of the picture, or one number for a square; None keeps the tiles' own size.
        seed: for layouts and orders that leave something to chance.
        look: gutter, margin and background; the layout's own when None.
        options: what the layout asks for beside these: a target, a shape.

    Raises:
        MosaicsError: an unknown name, a missing column or option, or a size that does not fit.
    """
    look, options = look or _row(LAYOUTS, layout, "layout").look, options or Options()
    canvas = _canvas(size_px)
    asked = Asked(layout, order, Sheet(canvas, seed, look, options))
    placements = arrange(tiles, asked)
    size = canvas or _natural_size(placements)
    facts: dict[str, Any] = {"kind": "mosaic", "layout": layout, "order": order, "size_px": list(size), "seed": seed}
    facts |= {"fitted": canvas is not None, "look": asdict(look), "tiles": len(tiles), "source": dict(tiles.source)}
    facts |= _asked_for(options)
    return Picture(tiles, placements, size, look, facts)


@dataclass(frozen=True, eq=False)
class Asked:
    """How tiles are to be arranged; see `compose`."""

    layout: str
    order: str | None
    sheet: Sheet


def arrange(tiles: Tiles, asked: Asked) -> list[Placement]:
    """Where each tile goes.

    Raises:
        MosaicsError: as `compose`.
    """
    row = _row(LAYOUTS, asked.layout, "layout")
    for need in row.needs:
        if getattr(asked.sheet.options, need) is None:
            raise MosaicsError(f'expected a {need} for the layout "{asked.layout}", received none; give one')
    if asked.order is not None and (row.sorts or row.repeats):
        raise MosaicsError(f'expected no order for the layout "{asked.layout}", received "{asked.order}"; leave it out')
    sort = None if asked.order is None else _row(ORDERS, asked.order, "order")
    placements = row.place(tiles, asked.sheet)
    if sort is None:
        return placements
    slots = np.array([(p.x + p.w / 2, p.y + p.h / 2) for p in placements])
    known: dict[str, Any] = {"slots": None if row.along else slots}
    if asked.order in IN_THE_PLANE:
        size = asked.sheet.canvas or _natural_size(placements)
        known = {"slots": slots, "period": size if row.wraps else None}
    chosen = sort(tiles, seed=asked.sheet.seed, **known).tolist()
    return [replace(place, tile=tile) for tile, place in zip(chosen, placements, strict=True)]


def draw_band(band: np.ndarray, top: int, tiles: Tiles, placements: Sequence[Placement], look: Look) -> None:
    """Draw the rows of a picture that begin at `top`; a picture of any size can so be made piece by piece.

    Args:
        band: uint8 (rows, width, 3), filled in place.
        top: the row of the picture that is the band's first.
        tiles: what to draw.
        placements: where, on the whole picture.
        look: its background fills what no tile covers.
    """
    band[:] = np.tile(np.array(look.background_rgb, dtype=np.uint8), (band.shape[1], 1))
    sizes: dict[tuple[int, int], list[Placement]] = {}
    for place in placements:
        if place.y < top + len(band) and place.y + place.h > top:
            sizes.setdefault((place.w, place.h), []).append(place)
    for (w, h), same in sizes.items():
        step = max(1, _PIXELS_AT_ONCE // max(w * h, tiles.images[0].size // 3))
        for at in range(0, len(same), step):
            _paste(band, top, tiles.images, same[at : at + step], look)


def _paste(band: np.ndarray, top: int, images: Pictures, places: Sequence[Placement], look: Look) -> None:
    """Draw tiles that are all of one size; what lies above or below the band is cut off."""
    w, h = places[0].w, places[0].h
    for place, picture in zip(places, resize(images[[p.tile for p in places]], w, h), strict=True):
        y = place.y - top
        there = band[max(y, 0) : y + h, place.x : place.x + w]
        seen = slice(max(-y, 0), len(band) - y)
        if place.shift is not None:
            picture = np.clip(picture.astype(np.int16) + np.array(place.shift, np.int16), 0, 255).astype(np.uint8)
        there[:] = picture[seen] if place.outline is None else _within(there, picture[seen], place, seen, look)


def _within(there: np.ndarray, picture: np.ndarray, place: Placement, seen: slice, look: Look) -> np.ndarray:
    """What is there with a picture inside an outline; where outlines meet, their parts of a pixel add up."""
    assert place.outline is not None
    part = cover(place.outline, place.w, place.h)[seen, :, None]
    bare = LINEAR_OF_BYTE[np.array(look.background_rgb)]
    light = LINEAR_OF_BYTE[there] + part * (LINEAR_OF_BYTE[picture] - bare)
    return np.where(part > 0, byte_of_linear(light), there)


def _cuts(tops: np.ndarray, ends: np.ndarray, height: int, few: int, most: int) -> Iterator[tuple[int, int]]:
    """Where strips of so many rows begin and end; if it can be, between tiles, so that each tile is read once."""
    crossed = np.zeros(height + 1, int)  # by how many tiles, above each row
    np.add.at(crossed, tops + 1, 1)
    np.add.at(crossed, ends, -1)
    free = np.flatnonzero(np.cumsum(crossed) == 0)
    top = 0
    while top < height:
        between = int(free[np.searchsorted(free, min(top + few, height))])
        end = min(top + most, height) if between > top + most else between
        yield top, end
        top = end


def _counted(strips: Iterable[np.ndarray], height: int, report: Report) -> Iterator[np.ndarray]:
    done = 0
    for strip in strips:
        done += len(strip)
        report("drawing", done, height)
        yield strip
        del strip  # before the next one is drawn


def _asked_for(options: Options) -> dict[str, Any]:
    """The options that were given; of pictures their size and digest."""
    found: dict[str, Any] = {}
    for name, value in vars(options).items():
        if isinstance(value, np.ndarray):
            digest = hashlib.sha256(value.tobytes()).hexdigest()
            found[name] = {"size_px": [value.shape[1], value.shape[0]], "sha256": digest}
        elif value not in (None, 0.0):
            found[name] = value
    return found


def _blank(size: tuple[int, int]) -> np.ndarray:
    try:
        return np.empty((size[1], size[0], 3), dtype=np.uint8)
    except (MemoryError, ValueError):
        raise MosaicsError(
            f"expected a picture that fits into memory, received {size[0]} x {size[1]} pixels; choose a smaller size"
        ) from None


def _canvas(size_px: int | tuple[int, int] | None) -> tuple[int, int] | None:
    if size_px is None:
        return None
    pair = tuple(size_px) if isinstance(size_px, Sequence) else (size_px, size_px)
    if len(pair) != 2 or not all(isinstance(n, int | np.integer) and n > 0 for n in pair):
        raise MosaicsError(f"expected a size of one or two whole numbers of pixels, received {size_px}; try 4096")
    return int(pair[0]), int(pair[1])


def _natural_size(placements: Sequence[Placement]) -> tuple[int, int]:
    """The canvas on which the space right and below equals the space left and above."""
    left, top = min(p.x for p in placements), min(p.y for p in placements)
    return max(p.x + p.w for p in placements) + left, max(p.y + p.h for p in placements) + top


def _row(table: Mapping[str, Row], name: str, kind: str) -> Row:
    if name not in table:
        raise MosaicsError(f'expected a {kind} among {", ".join(table)}, received "{name}"; choose one of these')
    return table[name]
