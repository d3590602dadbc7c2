"""A quadtree of the target: small tiles where it has detail, large ones where it is calm."""

import heapq
import itertools
from functools import partial

import numpy as np

from mosaics.assigning import around_points
from mosaics.errors import MosaicsError
from mosaics.layouts.splitting import Rect, in_pixels
from mosaics.layouts.target import cells_asked, chosen, reduced, shifts
from mosaics.oklab import LINEAR_OF_BYTE, oklab_of_light, patch_colours
from mosaics.placement import Placement, Sheet
from mosaics.resizing import byte_of_linear
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
    canvas, look, target = sheet.canvas, sheet.look, sheet.options.target
    cells = cells_asked(tiles, sheet.options, "quadtree")
    assert target is not None
    wide, high = canvas or _own_canvas(tiles, target, cells)
    seen = _looked_at(target, wide / high)
    rects = _cut(oklab_of_light(LINEAR_OF_BYTE[seen]), cells)
    margin = round(look.margin * min(wide, high))
    scale = ((wide - 2 * margin) / seen.shape[1], (high - 2 * margin) / seen.shape[0])
    if min(min(r.w * scale[0], r.h * scale[1]) for r in rects) < 2:
        raise MosaicsError(
            f"expected a canvas with a few pixels for each of {len(rects)} places, received {wide} x {high}; "
            "give a larger one, or fewer cells"
        )
    parts = [_part(seen, r) for r in rects]
    centres = np.array([(r.x + r.w / 2, r.y + r.h / 2) for r in rects])
    colours = np.concatenate([patch_colours(part[None]) for part in parts])
    found = chosen(tiles, colours, partial(around_points, centres), sheet)
    wanted = byte_of_linear(np.stack([LINEAR_OF_BYTE[part].mean((0, 1), dtype=float) for part in parts])).astype(float)
    moved = shifts(tiles, found, wanted, sheet.options.blend)
    gutter = look.gutter * min(r.w for r in rects) * min(scale)
    on_canvas = [Rect(margin + r.x * scale[0], margin + r.y * scale[1], r.w * scale[0], r.h * scale[1]) for r in rects]
    return [
        Placement(tile, *in_pixels(rect, gutter), None, shift)
        for tile, rect, shift in zip(found.tolist(), on_canvas, moved, strict=True)
    ]


def _own_canvas(tiles: Tiles, target: np.ndarray, cells: int) -> tuple[int, int]:
    area = cells * tiles.images.shape[1] * tiles.images.shape[2]
    high = np.sqrt(area * target.shape[0] / target.shape[1])
    return max(1, round(area / high)), max(1, round(high))


def _looked_at(target: np.ndarray, aspect: float) -> np.ndarray:
    """The middle of the target in the canvas' proportions, _LOOKED_AT on its longer side."""
    wide, high = (_LOOKED_AT, _LOOKED_AT / aspect) if aspect >= 1 else (_LOOKED_AT * aspect, _LOOKED_AT)
    return reduced(target, max(_FINEST, round(wide)), max(_FINEST, round(high)))


def _cut(lab: np.ndarray, cells: int) -> list[Rect]:
    """As many cells as asked for, or up to three less, in whole pixels of the picture, in reading order."""
    sums = np.stack([_integral(lab[..., k]) for k in range(3)] + [_integral((lab**2).sum(-1))])
    first = _squares(lab.shape[1], lab.shape[0], cells)
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


def _squares(wide: int, high: int, cells: int) -> list[tuple[int, int, int, int]]:
    """The picture in the few rows and columns of cells that are most nearly square; one more must be worth it."""
    pairs = [(a, b) for a in range(1, 65) for b in range(1, 65) if a * b <= max(1, cells // 4)]
    columns, rows = min(pairs, key=lambda pair: abs(np.log(wide / pair[0] / (high / pair[1]))) + 0.02 * sum(pair))
    xs, ys = ([round(k * side / n) for k in range(n + 1)] for side, n in ((wide, columns), (high, rows)))
    return [(x, y, end - x, low - y) for y, low in itertools.pairwise(ys) for x, end in itertools.pairwise(xs)]


def _integral(plane: np.ndarray) -> np.ndarray:
    return np.pad(plane.cumsum(0, dtype=np.float64).cumsum(1), ((1, 0), (1, 0)))


def _detail(sums: np.ndarray, box: tuple[int, int, int, int]) -> float:
    """Variance of the colours in a box, weighed with its area."""
    x, y, w, h = box
    total = sums[:, y + h, x + w] - sums[:, y, x + w] - sums[:, y + h, x] + sums[:, y, x]
    area = w * h
    return float((total[3] / area - ((total[:3] / area) ** 2).sum() + 1e-6) * area**_CALM)


def _part(seen: np.ndarray, r: Rect) -> np.ndarray:
    return seen[int(r.y) : int(r.y + r.h), int(r.x) : int(r.x + r.w)]
