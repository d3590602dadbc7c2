"""The room a layout has on its canvas, and what is said when there is too little."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from mosaics.errors import MosaicsError
from mosaics.placement import Look
from mosaics.tiles import Tiles

LEAST = 2.0  # pixels on the shorter side of a place, on average


@dataclass(frozen=True)
class Room:
    """The canvas without its margin: left, top, width and height in pixels, and the gutter in pixels."""

    x: int
    y: int
    w: int
    h: int
    gutter: float

    @property
    def centre(self) -> tuple[float, float]:
        """x and y of its middle."""
        return self.x + self.w / 2, self.y + self.h / 2


@dataclass(frozen=True)
class Wish:
    """What a layout wants of its room.

    Attributes:
        filled: the part of the room that places fill.
        smallest: the smallest place's area, in parts of the mean one's.
        square: take the square in the middle.
        enough: whether a room will do, where more is asked than LEAST pixels a place.
    """

    filled: float = 1.0
    smallest: float = 1.0
    square: bool = False
    enough: Callable[[Room], bool] = lambda own: True


def room(tiles: Tiles, canvas: tuple[int, int] | None, look: Look, wish: Wish = Wish()) -> Room:
    """The room for tiles; without a canvas, as much as gives each tile about its own area.

    Raises:
        MosaicsError: less than a few pixels are left for a tile; it names a canvas that is large enough.
    """
    count, (height, width) = len(tiles), tiles.images.shape[1:3]
    if canvas is None:
        side = math.sqrt(count * max(width * height, 9 * LEAST**2) / wish.filled) * (1 + look.gutter)
        canvas = (math.ceil(side / (1 - 2 * look.margin)),) * 2
    found = _room(count, canvas, look, wish)
    if found is None:
        larger = canvas
        while _room(count, larger, look, wish) is None:  # a canvas like a thread is made a ribbon
            larger = tuple(math.ceil(1.15 * max(side, max(larger) // 16)) + 1 for side in larger)  # type: ignore[assignment]
        raise MosaicsError(
            f"expected a canvas with room for {count} tiles, received {canvas[0]} x {canvas[1]}; "
            f"give {larger[0]} x {larger[1]}, or fewer tiles"
        )
    return found


def _room(count: int, canvas: tuple[int, int], look: Look, wish: Wish) -> Room | None:
    margin = round(look.margin * min(canvas))
    sides = [max(0, side - 2 * margin) for side in canvas]
    w, h = [min(sides)] * 2 if wish.square else sides
    place = math.sqrt(w * h * wish.filled / count)
    if place * math.sqrt(wish.smallest) / (1 + look.gutter) < LEAST or min(w, h) < 2 * LEAST:
        return None
    found = Room((canvas[0] - w) // 2, (canvas[1] - h) // 2, w, h, look.gutter / (1 + look.gutter) * place)
    return found if wish.enough(found) else None
