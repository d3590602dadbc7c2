"""A quadtree of the target: small tiles where it has detail, large ones where it is calm."""

import heapq
import itertools

import numpy as np

from mosaics.assigning import at_most, nearest
from mosaics.errors import MosaicsError
from mosaics.layouts.splitting import Rect, in_pixels
from mosaics.oklab import patch_colours, to_oklab
from mosaics.placement import Options, Placement, Sheet
from mosaics.resizing import resize
from mosaics.tiles import Tiles

_FINEST = 9  # pixels of the looked-at target a side: what is smaller has no parts to compare
_LOOKED_AT = 1024  # pixels of the target's longer side
_CALM = 0.6  # power of a cell's area in its worth: a large calm cell is cut before a small busy one of like variance


def place(tiles: Tiles, sheet: Sheet) -> list[Placement]:
    """Cells cut in four, the one with most detail first, until there are as many as asked for.

    Arguments are as for the photomosaic.

    Raises:
        MosaicsError: no target, more places than tiles may fill, or a canvas with too few pixels for a place.
    """
    canvas, look, options = sheet.canvas, sheet.look, sheet.options
    if options.target is None:
        raise MosaicsError("expected a target for a quadtree, received none; give a picture")
    cells = options.cells or len(tiles)
    if cells > len(tiles) * (options.repeats or cells):
        raise MosaicsError(
            f"expected at most {len(tiles) * (options.repeats or 1)} places for {len(tiles)} tiles used "
            f"{options.repeats} times at most, received {cells}; ask for fewer cells, more tiles or more repeats"
        )
    wide, high = canvas or _own_canvas(tiles, options.target, cells)
    seen = _looked_at(options.target, wide / high)
    rects = _cut(to_oklab(seen / 255), cells)
    found = _chosen(tiles, seen, rects, options)
    margin = round(look.margin * min(wide, high))
    scale = ((wide - 2 * margin) / seen.shape[1], (high - 2 * margin) / seen.shape[0])
    gutter = look.gutter * min(r.w for r in rects) * min(scale)
    if min(min(r.w * scale[0], r.h * scale[1]) for r in rects) < 2:
        raise MosaicsError(
            f"expected a canvas with a few pixels for each of {len(rects)} places, received {wide} x {high}; "
            "give a larger one, or fewer cells"
        )
    placed = []
    for tile, r in zip(found.tolist(), rects, strict=True):
        on_canvas = Rect(margin + r.x * scale[0], margin + r.y * scale[1], r.w * scale[0], r.h * scale[1])
        placed.append(Placement(tile, *in_pixels(on_canvas, gutter), None, _shift(tiles, tile, seen, r, options.blend)))
    return placed


def _own_canvas(tiles: Tiles, target: np.ndarray, cells: int) -> tuple[int, int]:
    area = cells * tiles.images.shape[1] * tiles.images.shape[2]
    high = np.sqrt(area * target.shape[0] / target.shape[1])
    return max(1, round(area / high)), max(1, round(high))


def _looked_at(target: np.ndarray, aspect: float) -> np.ndarray:
    """The middle of the target in the canvas' proportions, _LOOKED_AT on its longer side."""
    wide, high = (_LOOKED_AT, _LOOKED_AT / aspect) if aspect >= 1 else (_LOOKED_AT * aspect, _LOOKED_AT)
    return resize(target[None], max(_FINEST, round(wide)), max(_FINEST, round(high)))[0]


def _cut(lab: np.ndarray, cells: int) -> list[Rect]:
    """As many cells as asked for, or up to three less, in whole pixels of the picture, in reading order."""
    sums = np.stack([_integral(lab[..., k]) for k in range(3)] + [_integral((lab**2).sum(-1))])
    first = _squares(lab.shape[1], lab.shape[0])
    heap = [(-_detail(sums, box), box) for box in first]
    heapq.heapify(heap)
    done: list[tuple[int, int, int, int]] = []
    while heap and len(heap) + len(done) + 3 <= cells:
        _, (x, y, w, h) = heapq.heappop(heap)
        if min(w, h) < 2 * _FINEST:
            done.append((x, y, w, h))
            continue
        a, b = w // 2, h // 2
        for box in ((x, y, a, b), (x + a, y, w - a, b), (x, y + b, a, h - b), (x + a, y + b, w - a, h - b)):
            heapq.heappush(heap, (-_detail(sums, box), box))
    return [Rect(*box) for box in sorted([*done, *(box for _, box in heap)], key=lambda box: (box[1], box[0]))]


def _squares(wide: int, high: int) -> list[tuple[int, int, int, int]]:
    """The picture in a row of about square cells along its longer side."""
    count = max(1, round(max(wide, high) / min(wide, high)))
    borders = [round(k * max(wide, high) / count) for k in range(count + 1)]
    pairs = list(itertools.pairwise(borders))
    return [(a, 0, b - a, high) for a, b in pairs] if wide >= high else [(0, a, wide, b - a) for a, b in pairs]


def _integral(plane: np.ndarray) -> np.ndarray:
    return np.pad(plane.cumsum(0).cumsum(1), ((1, 0), (1, 0)))


def _detail(sums: np.ndarray, box: tuple[int, int, int, int]) -> float:
    """Variance of the colours in a box, weighed with its area."""
    x, y, w, h = box
    total = sums[:, y + h, x + w] - sums[:, y, x + w] - sums[:, y + h, x] + sums[:, y, x]
    area = w * h
    return float((total[3] / area - ((total[:3] / area) ** 2).sum() + 1e-6) * area**_CALM)


def _chosen(tiles: Tiles, seen: np.ndarray, rects: list[Rect], options: Options) -> np.ndarray:
    parts = [_part(seen, r) for r in rects]
    places = np.concatenate([patch_colours(resize(part[None], 9, 9)) for part in parts])
    if options.repeats is None:
        near = nearest(places, tiles.patches, min(8, len(tiles)))
        return np.array([_fresh(choice, k) for k, choice in enumerate(near)])
    return at_most(places.astype(np.float64), tiles.patches.astype(np.float64), options.repeats)


def _fresh(choice: np.ndarray, place: int) -> int:
    """One of the two nearest in turn, so that neighbours of one colour are not all the same tile."""
    return int(choice[place % min(2, len(choice))])


def _part(seen: np.ndarray, r: Rect) -> np.ndarray:
    return seen[int(r.y) : int(r.y + r.h), int(r.x) : int(r.x + r.w)]


def _shift(tiles: Tiles, tile: int, seen: np.ndarray, r: Rect, blend: float) -> tuple[int, int, int] | None:
    if not blend:
        return None
    wanted = _part(seen, r).mean((0, 1), dtype=float)
    red, green, blue = np.rint(blend * (wanted - tiles.images[tile].mean((0, 1), dtype=float))).astype(int).tolist()
    return red, green, blue
