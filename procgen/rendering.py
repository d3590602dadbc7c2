"""From a recipe to pixels."""

from collections.abc import Callable, Iterator

import numpy as np

from .canvas import Canvas, Indexed
from .color import encode, encode_uint8, encode_uint16
from .errors import ProcgenError
from .plugins import origin_of
from .recipe import Recipe
from .sizes import Size, canvas_size

Array = np.ndarray
_STRIP_PIXELS = 2**20


def render(recipe: Recipe, size: Size, *, time: float = 0.0) -> Array:
    """The picture of a recipe: the same bytes on every machine.

    Args:
        recipe: what to draw.
        size: pixels, the side of a square or (width, height); the short side is 8 or more.
        time: the moment of its loop, in turns; 0 and 1 are the same picture.

    Returns:
        sRGB, float32 in 0..1, shape (height, width, 3).
    """
    return _encoded(_drawn(recipe, size, time), encode)


def render_uint8(recipe: Recipe, size: Size, *, time: float = 0.0) -> Array:
    """The same in 8 bits, `to_uint8(render(...))`, in less time: uint8 (height, width, 3)."""
    return _encoded(_drawn(recipe, size, time), encode_uint8)


def render_strips(recipe: Recipe, size: Size, *, time: float = 0.0, bits: int = 8) -> Iterator[Array]:
    """The same picture from the top down, a strip of whole rows at a time, in memory that does not grow with height.

    Args:
        recipe: what to draw.
        size: as for `render`.
        time: as for `render`.
        bits: 8 or 16 a channel.

    Returns:
        Strips, uint8 or uint16 (rows, width, 3), whose rows together are the picture's.
    """
    if bits not in (8, 16):
        raise ProcgenError(f"A picture has 8 or 16 bits a channel, not {bits!r}.")
    width, height = canvas_size(size)
    rows = max(1, _STRIP_PIXELS // width)
    for top in range(0, height, rows):
        kept = min(rows, height - top)
        seen = min(kept + 1, height - top)  # one row more, so that the last one sees its neighbour
        canvas = Canvas(width, seen, _moment(time), (width, height), (0, top))
        drawn = _drawn_on(canvas, recipe)
        yield _encoded(drawn, encode_uint8 if bits == 8 else encode_uint16)[:kept]


def to_uint8(image: Array) -> Array:
    """A picture of 0..1 in 8 bits: floor(255 v + 1/2), the only rounding on the way to a file."""
    levels = image * np.float32(255)
    levels += np.float32(0.5)
    return levels.astype(np.uint8)


def _encoded(drawn: Array | Indexed, encoder: Callable[[Array], Array]) -> Array:
    if isinstance(drawn, Indexed):
        return np.take(encoder(drawn.colours[None])[0], drawn.number, axis=0)
    if drawn.strides[0] == 0:
        return np.repeat(encoder(drawn[:1]), len(drawn), axis=0)
    return encoder(drawn)


def _drawn(recipe: Recipe, size: Size, time: float) -> Array | Indexed:
    width, height = canvas_size(size)
    return _drawn_on(Canvas(width, height, _moment(time)), recipe)


def _drawn_on(canvas: Canvas, recipe: Recipe) -> Array | Indexed:
    try:
        return recipe.drawing.draw(canvas, recipe.palette)
    except (MemoryError, ProcgenError):
        raise
    except Exception as error:
        origin = origin_of(type(recipe.drawing))
        if not origin:
            raise
        raise ProcgenError(
            f"The composition {recipe.composition!r} of {origin} fails to draw ({type(error).__name__}: {error}): "
            "tell its author, and choose another."
        ) from error


def _moment(time: float) -> float:
    if isinstance(time, bool) or not isinstance(time, int | float) or not np.isfinite(time):
        raise ProcgenError(f"A time must be a number of turns of the loop, not {time!r}.")
    return float(time) % 1.0
