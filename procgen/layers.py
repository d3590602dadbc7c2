"""A picture painted shape over shape, kept as a table of colours: only the pixels on an edge are blended."""

from collections.abc import Callable

import numpy as np

from .canvas import Canvas, Indexed

Array = np.ndarray
# From the places right of and below a shape's centre, (1, w) and (h, 1): how much of each pixel it covers, 0..1, and
# which colour it has there, one number or (h, w) of them.
Painted = Callable[[Array, Array], tuple[Array, Array | int]]
_PIXELS = 3 * 2**13  # looked at together: few enough to stay in the cache


class Layers:
    """A sheet of one colour, and what is laid over it."""

    def __init__(self, canvas: Canvas, colours: Array) -> None:
        """A sheet in the first of some colours, (n, channels); shapes have them by number."""
        self._canvas = canvas
        self._numbers = np.zeros((canvas.height, canvas.width), np.int32)
        self._colours = np.empty((1024, colours.shape[-1]), np.float32)
        self._count = 0
        self.add(colours)

    @property
    def picture(self) -> Indexed:
        """All that has been laid so far."""
        return Indexed(self._colours[: self._count], self._numbers)

    def add(self, colours: Array) -> int:
        """More colours, (n, channels); the number of the first."""
        first, self._count = self._count, self._count + len(colours)
        if self._count > len(self._colours):
            larger = np.empty((2 * self._count, self._colours.shape[-1]), np.float32)
            larger[:first] = self._colours[:first]
            self._colours = larger
        self._colours[first : self._count] = colours
        return first

    def lay(self, x: float, y: float, reach: tuple[float, float], painted: Painted) -> None:
        """Lay a shape over the rest, that reaches so far from its centre to the sides, and up and down."""
        columns, rows = self._canvas.window(x, y, reach[0])[1], self._canvas.window(x, y, reach[1])[0]
        across = self._canvas.x[:, columns] - np.float32(x)
        step = max(1, _PIXELS // max(1, across.size))
        for top in range(rows.start, rows.stop if across.size else rows.start, step):
            strip = slice(top, min(top + step, rows.stop))
            alpha, number = painted(across, self._canvas.y[strip] - np.float32(y))
            self._blend(self._numbers[strip, columns], alpha, number)

    def _blend(self, part: Array, alpha: Array, number: Array | int) -> None:
        whole = alpha >= 1
        rim = np.flatnonzero((alpha > 0) ^ whole)
        place = np.divmod(rim, alpha.shape[1])
        below = np.take(self._colours, part[place], axis=0)
        above = self._colours[number if isinstance(number, int) else number.ravel()[rim]]
        below += alpha.ravel()[rim, None] * (above - below)
        np.copyto(part, number, where=whole)
        part[place] = self.add(below) + np.arange(len(rim))
