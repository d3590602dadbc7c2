"""Sizes of pictures as users give them."""

import numpy as np

from .errors import ProcgenError

Size = int | tuple[int, int]
"""Pixels: the side of a square, or (width, height)."""


def canvas_size(size: Size) -> tuple[int, int]:
    """(width, height) of a size as users give it.

    Raises:
        ProcgenError: unless it is a whole number or two, 8 to 65536 pixels each.
    """
    sides = size if isinstance(size, tuple | list) else (size, size)
    good = len(sides) == 2 and all(
        isinstance(side, int | np.integer) and not isinstance(side, bool) and 8 <= side <= 65536 for side in sides
    )
    if not good:
        raise ProcgenError(f"A size must be a whole number of pixels from 8 to 65536, or two, not {size!r}.")
    return int(sides[0]), int(sides[1])
