"""Tiles, order and layout into one picture."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from mosaics.errors import MosaicsError
from mosaics.layouts import LAYOUTS, ORDERED_BY_THEMSELVES
from mosaics.order import ORDERS
from mosaics.placement import Look, Placement
from mosaics.resizing import resize
from mosaics.saving import save_picture
from mosaics.tiles import Tiles

_PIXELS_AT_ONCE = 2 << 20  # of tiles while they are resized: some 24 MB of floats, three times


@dataclass(frozen=True, eq=False)
class Picture:
    """A finished mosaic and how it was made.

    Attributes:
        pixels: uint8 (H, W, 3), sRGB.
        provenance: what is written into the file.
        source_type: a name of `SOURCE_TYPES`.
    """

    pixels: np.ndarray
    provenance: dict[str, Any]
    source_type: str

    def save(self, path: str | Path, *, force: bool = False) -> Path:
        """Write it with its provenance; see `save_picture`."""
        return save_picture(self.pixels, path, provenance=self.provenance, source_type=self.source_type, force=force)


def compose(
    tiles: Tiles,
    *,
    layout: str = "grid",
    order: str | None = None,
    size_px: int | tuple[int, int] | None = None,
    seed: int = 0,
    look: Look | None = None,
) -> Picture:
    """One picture of many tiles.

    Args:
        tiles: what to place.
        layout: a name of `LAYOUTS`.
        order: a name of `ORDERS`; None keeps the sequence of the tiles.
        size_px: width and height of the picture, or one number for a square; None keeps the tiles' own size.
        seed: for layouts and orders that leave something to chance.
        look: gutter, margin and background.

    Raises:
        MosaicsError: an unknown name, a missing column, or a size that does not fit.
    """
    look = look or Look()
    canvas = _canvas(size_px)
    placements = arrange(tiles, layout=layout, order=order, canvas=canvas, seed=seed, look=look)
    size = canvas or _natural_size(placements)
    facts: dict[str, Any] = {"kind": "mosaic", "layout": layout, "order": order, "size_px": list(size), "seed": seed}
    facts |= {"look": asdict(look), "tiles": len(tiles), "source": dict(tiles.source)}
    pixels = _blank(size)
    draw_band(pixels, 0, tiles, placements, look)
    return Picture(pixels, facts, tiles.source_type)


def arrange(
    tiles: Tiles, *, layout: str, order: str | None, canvas: tuple[int, int] | None, seed: int, look: Look
) -> list[Placement]:
    """Where each tile goes; arguments as for `compose`."""
    place = _row(LAYOUTS, layout, "layout")
    if order is None:
        return place(tiles, canvas, seed=seed, look=look)
    sort = _row(ORDERS, order, "order")
    if layout in ORDERED_BY_THEMSELVES:
        raise MosaicsError(f'expected no order for the layout "{layout}", received "{order}"; leave it out')
    placements = place(tiles, canvas, seed=seed, look=look)
    slots = np.array([(p.x + p.w / 2, p.y + p.h / 2) for p in placements])
    chosen = sort(tiles, seed=seed, slots=slots).tolist()
    return [Placement(tile, p.x, p.y, p.w, p.h) for tile, p in zip(chosen, placements, strict=True)]


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
    table = np.array([(p.tile, p.x, p.y - top, p.w, p.h) for p in placements])
    table = table[(table[:, 2] < len(band)) & (table[:, 2] + table[:, 4] > 0)]
    for w, h in np.unique(table[:, 3:], axis=0).tolist():
        same = table[(table[:, 3] == w) & (table[:, 4] == h)]
        step = max(1, _PIXELS_AT_ONCE // max(w * h, tiles.images[0].size // 3))
        for at in range(0, len(same), step):
            _paste(band, tiles.images, same[at : at + step])


def _paste(band: np.ndarray, images: np.ndarray, table: np.ndarray) -> None:
    """Draw rows of (tile, x, y, w, h), all of one size; what lies above or below the band is cut off."""
    w, h = table[0, 3:].tolist()
    pictures = resize(images[table[:, 0]], w, h)
    for picture, x, y in zip(pictures, table[:, 1].tolist(), table[:, 2].tolist(), strict=True):
        band[max(y, 0) : y + h, x : x + w] = picture[max(-y, 0) : len(band) - y]


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


def _row(table: dict[str, Callable[..., Any]], name: str, kind: str) -> Callable[..., Any]:
    if name not in table:
        raise MosaicsError(f'expected a {kind} among {", ".join(table)}, received "{name}"; choose one of these')
    return table[name]
