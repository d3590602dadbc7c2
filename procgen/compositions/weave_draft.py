"""Cloth, thread by thread."""

from dataclasses import dataclass
from typing import Annotated

import numpy as np

from ..canvas import Canvas, Indexed, covering, sine
from ..color import encode, hex_from_srgb
from ..domains import Choice, Integer, Real, Seed
from ..grids import grid, spread
from ..palettes import Palette
from ..randomness import stream
from ..shapes import Shape, grid_shapes
from .base import Array, Composition

_SHADE = np.float32(0.3)  # how much light comes back from between two threads


@dataclass(frozen=True)
class WeaveDraft(Composition):
    """Cloth woven from a weaver's draft: striped warp and weft, and which of them lies on top (Anni Albers, 1965).

    A threading gives each warp thread a shaft and a treadling each weft thread a treadle; the tie-up says which shafts
    a treadle lifts. Where the shaft is lifted the warp is seen, else the weft.

    Attributes:
        threads: on the short side.
        draft: the law of threading and treadling.
        shafts: of the loom.
        stripes: which of warp and weft are striped.
        stripe: the most threads in a stripe.
        gap: the dark between threads, as a share of a thread.
        pull: how far the threads are drawn apart in waves.
        seed: of the tie-up, the stripes and their colours.
    """

    threads: Annotated[int, Integer(14, 30)]
    draft: Annotated[str, Choice("twill", "chevron", "diamond", "undulating", "basket", "blocks")]
    shafts: Annotated[int, Integer(4, 8)]
    stripes: Annotated[str, Choice("none", "warp", "plaid", "plaid")]
    stripe: Annotated[int, Integer(2, 9)]
    gap: Annotated[float, Real(0.16, 0.34)]
    pull: Annotated[float, Real(0.12, 0.5)]
    seed: Seed

    def draw(self, canvas: Canvas, palette: Palette) -> Indexed:
        """Two cells a thread, its body and the gap beside it; the waves in which threads crowd travel on."""
        numbers, across, down = self._cloth(canvas.extent, len(palette.colours), canvas.time)
        return grid(canvas, _shaded(palette.linear)[numbers], across, down)

    def vectors(self, extent: tuple[float, float], palette: Palette) -> list[Shape]:
        """The same cells as rectangles."""
        fills = [hex_from_srgb(colour) for colour in encode(_shaded(palette.linear[:, :3]))]
        return grid_shapes(*self._cloth(extent, len(palette.colours)), extent, fills)

    def _cloth(self, extent: tuple[float, float], colours: int, time: float = 0.0) -> tuple[Array, Array, Array]:
        """The numbers of the cells' shaded colours, and where columns and rows end."""
        rng = stream(self.seed, 0, "weave draft")
        counts = [covering(self.threads * side) for side in extent]
        lifted = self._drawdown(rng, *counts)
        warp, weft = self._colours(rng, counts, colours)
        starts = rng.random(2).tolist()
        across, down = (
            spread(self._widths(count, time + start), count / self.threads)
            for count, start in zip(counts, starts, strict=True)
        )
        return _crossings(lifted, warp, weft, colours), across, down

    def _drawdown(self, rng: np.random.Generator, warp: int, weft: int) -> Array:
        """Which crossings show the warp, (weft, warp)."""
        chance, slow = rng.random((2, self.shafts, self.shafts)), float(rng.random())
        down, right = np.arange(weft), np.arange(warp)
        if self.draft == "basket":
            width = 1 + self.shafts // 3
            return (down // width)[:, None] % 2 == (right // width) % 2
        threading, treadling = self._path(right, slow), self._path(down, slow)
        if self.draft == "blocks":
            tie_up = np.maximum(chance[0], chance[0].T) > np.sqrt(0.5)
            tie_up[np.arange(self.shafts), np.arange(self.shafts)] = np.arange(self.shafts) % 2 == 0
            return tie_up[treadling[:, None], threading]
        lifted = self._lifted(chance[0, 0])
        straight = down % self.shafts if self.draft == "chevron" else treadling
        return lifted[(straight[:, None] + threading) % self.shafts]

    def _lifted(self, chance: Array) -> Array:
        """Which shafts the first treadle lifts: the next treadle lifts the next ones."""
        ups = 1 + np.floor(chance[:2] * (self.shafts // 2)).astype(int)
        lifted = np.arange(self.shafts) < ups[0]
        return lifted | (np.arange(self.shafts) == ups[0] + 1) if self.shafts > 5 and chance[2] < 0.6 else lifted

    def _path(self, thread: Array, slow: float) -> Array:
        """The shaft of each thread."""
        if self.draft == "twill":
            return thread % self.shafts
        if self.draft == "undulating":
            bent = sine((thread / (5.0 * self.shafts) + slow).astype(np.float32)) * np.float32(1.6 * self.shafts)
            return np.floor(bent).astype(int) % self.shafts
        place = thread // 2 if self.draft == "blocks" else thread
        turn = place % (2 * self.shafts - 2)
        return np.minimum(turn, 2 * self.shafts - 2 - turn)

    def _colours(self, rng: np.random.Generator, counts: list[int], colours: int) -> tuple[Array, Array]:
        """The number of each thread's colour, of the warp and of the weft."""
        order = 1 + rng.permutation(colours - 1)
        lengths = rng.integers(1, self.stripe + 1, 4)
        sett = np.repeat(np.append(np.resize(order[1:], 3), 0), lengths)
        sett = np.concatenate([sett, sett[::-1]])
        warp, weft = (np.resize(sett, count) for count in counts)
        if self.stripes == "plaid":
            return warp, weft
        plain = np.full(counts[1], order[0])
        if self.stripes == "warp":
            return np.resize(np.repeat(np.append(np.resize(order[1:], 3), 0), lengths), counts[0]), plain
        return np.zeros(counts[0], int), plain

    def _widths(self, count: int, start: float) -> Array:
        """Body and gap of each thread, in proportion; wide and narrow in waves, (2 count,)."""
        turns = np.arange(count) * (1.5 / self.threads) + start
        wide = 1 + self.pull * sine(turns.astype(np.float32)).astype(np.float64)
        return np.stack([wide * (1 - self.gap), wide * self.gap], 1).ravel()


def _shaded(colours: Array) -> Array:
    """The colours as they are, then in the shade of one thread, then of two, (3 n, channels)."""
    return np.concatenate([colours, colours * _SHADE, colours * (_SHADE * _SHADE)])


def _crossings(lifted: Array, warp: Array, weft: Array, colours: int) -> Array:
    """Shaded colours of bodies and gaps, by number, (2 weft, 2 warp): what lies on top goes on, all else is shade."""
    rows, columns = lifted.shape
    cloth = np.empty((2 * rows, 2 * columns), np.int32)
    beside, below = np.roll(lifted, -1, 1), np.roll(lifted, -1, 0)
    cloth[::2, ::2] = np.where(lifted, warp, weft[:, None])
    cloth[::2, 1::2] = weft[:, None] + colours * (lifted | beside)
    cloth[1::2, ::2] = warp + colours * ~(lifted & below)
    cloth[1::2, 1::2] = warp + 2 * colours
    return cloth
