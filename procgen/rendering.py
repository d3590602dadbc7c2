"""From a recipe to pixels."""

import numpy as np

from .canvas import Canvas
from .color import encode
from .errors import ProcgenError
from .recipe import Recipe

Array = np.ndarray
Size = int | tuple[int, int]


def render(recipe: Recipe, size: Size) -> Array:
    """The picture of a recipe: the same bytes on every machine.

    Args:
        recipe: what to draw.
        size: pixels, the side of a square or (width, height); the short side is 8 or more.

    Returns:
        sRGB, float32 in 0..1, shape (height, width, 3).
    """
    width, height = canvas_size(size)
    return encode(recipe.drawing.draw(Canvas(width, height), recipe.palette))


def to_uint8(image: Array) -> Array:
    """A picture of 0..1 in 8 bits: floor(255 v + 1/2), the only rounding on the way to a file."""
    levels = image * np.float32(255)
    levels += np.float32(0.5)
    return levels.astype(np.uint8)


def canvas_size(size: Size) -> tuple[int, int]:
    """(width, height) of a size as users give it.

    Raises:
        ProcgenError: unless it is a whole number or two, 8 to 32768 pixels each.
    """
    sides = size if isinstance(size, tuple | list) else (size, size)
    good = len(sides) == 2 and all(
        isinstance(side, int | np.integer) and not isinstance(side, bool) and 8 <= side <= 32768 for side in sides
    )
    if not good:
        raise ProcgenError(f"A size must be a whole number of pixels from 8 to 32768, or two, not {size!r}.")
    return int(sides[0]), int(sides[1])
