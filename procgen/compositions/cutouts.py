"""Leaves cut from paper."""

from dataclasses import dataclass
from functools import partial
from typing import Annotated

import numpy as np

from ..canvas import Canvas, Indexed, covering, sine, swing, turned
from ..domains import Integer, Real, Seed
from ..layers import Layers
from ..palettes import Palette
from ..randomness import stream
from .base import Array, Composition

_Axis = tuple[np.float32, np.float32]  # the cosine and sine of how a stem is turned


@dataclass(frozen=True)
class Cutouts(Composition):
    """Leaves with rounded fingers, cut from coloured paper and pinned to an open ground (after cut-outs of 1943-1954).

    Attributes:
        leaves: to a square of the short side.
        size: length of the largest leaf.
        lobes: pairs of fingers.
        depth: how deep the scissors go between them.
        slant: how far the fingers point forward.
        breadth: of a leaf, as a share of its length.
        seed: of places, turns and colours.
    """

    leaves: Annotated[int, Integer(4, 8)]
    size: Annotated[float, Real(0.55, 0.75)]
    lobes: Annotated[int, Integer(3, 6)]
    depth: Annotated[float, Real(0.55, 0.85)]
    slant: Annotated[float, Real(0.2, 0.9)]
    breadth: Annotated[float, Real(0.45, 0.75)]
    seed: Seed

    def draw(self, canvas: Canvas, palette: Palette) -> Indexed:
        """The leaves one over another; over the loop they sway, and their fingers open and close."""
        rng = stream(self.seed, 0, "cutouts")
        places = self._places(rng, canvas.extent)
        chances = rng.random((4, len(places)), np.float32)
        order = 1 + rng.permutation(len(palette.colours) - 1)
        layers = Layers(canvas, palette.linear)
        bends, sways = swing(canvas.time, chances[:2])
        lengths = self.size * (1 - 0.45 * np.arange(len(places)) / len(places)) * (0.8 + 0.4 * chances[2])
        for k, (x, y) in enumerate(places.tolist()):
            leaf = self._leaf(canvas, float(lengths[k]), self.slant + 0.15 * float(bends[k]))
            axis = turned(float(chances[3, k]) + 0.03 * float(sways[k]))
            layers.lay(x, y, leaf.reach(axis), partial(_painted, canvas, leaf, axis, int(order[k % len(order)])))
        return layers.picture

    def _places(self, rng: np.random.Generator, extent: tuple[float, float]) -> Array:
        """The centres of the leaves, (n, 2), each the farthest from the others of a few by chance."""
        count = covering(self.leaves * extent[0] * extent[1])
        tried = (rng.random((count, 6, 2)) - 0.5) * 0.72 * extent
        chosen = tried[:1, 0]
        for few in tried[1:]:
            gaps = few[:, None] - chosen
            nearest = np.min(gaps[..., 0] * gaps[..., 0] + gaps[..., 1] * gaps[..., 1], axis=1)
            chosen = np.concatenate([chosen, few[np.argmax(nearest)][None]])
        return chosen

    def _leaf(self, canvas: Canvas, length: float, slant: float) -> "_Leaf":
        step = canvas.pixel / 3
        place = np.arange(int(1.1 * length / step) + 2) * (step / length) - 0.55
        slot = 0.5 - 0.5 * sine(((place + 0.5) * self.lobes + 0.25).astype(np.float32))
        half = self.breadth * length / 2 * (1 - 4 * place * place) * (1 - 0.6 * place) * (1 - self.depth * slot * slot)
        rise = np.zeros_like(half)
        rise[1:-1] = (half[2:] - half[:-2]) / (2 * step)
        across = 1 + slant * rise
        share = 1 / np.sqrt(rise * rise + across * across)
        tip = float(np.max(place * length + slant * np.maximum(half, 0)))
        return _Leaf(slant, half.astype(np.float32), share.astype(np.float32), (-0.5 * length, tip))


@dataclass(frozen=True)
class _Leaf:
    """A leaf along its stem, every third of a pixel, from the middle of the table outward.

    Attributes:
        slant: how far a place off the stem belongs to one further back, as a share of how far off it lies.
        half: half the breadth, in units; below 0 beyond the ends.
        share: how much of a step across the leaf counts as one out of it: less where the edge is steep.
        ends: from where to where the leaf reaches along the stem, in units.
    """

    slant: float
    half: Array
    share: Array
    ends: tuple[float, float]

    @property
    def middle(self) -> float:
        """Along the stem."""
        return (self.ends[0] + self.ends[1]) / 2

    def reach(self, axis: _Axis) -> tuple[float, float]:
        """How far the leaf reaches from its middle to the sides, and up and down."""
        c, s = (abs(float(part)) for part in axis)
        long, short = (self.ends[1] - self.ends[0]) / 2, float(self.half.max())
        return c * long + s * short, s * long + c * short


def _painted(canvas: Canvas, leaf: _Leaf, axis: _Axis, number: int, dx: Array, dy: Array) -> tuple[Array, int]:
    """How much of each pixel a leaf covers, and its colour."""
    c, s = axis
    across = dy * c - dx * s
    np.abs(across, out=across)
    along = dx * c + dy * s
    along -= across * np.float32(leaf.slant)
    along *= np.float32(3 / canvas.pixel)
    along += np.float32(0.5 * len(leaf.half) + leaf.middle * 3 / canvas.pixel)
    place = along.astype(np.int32)
    across -= np.take(leaf.half, place, mode="clip")
    across *= np.take(leaf.share, place, mode="clip")
    return canvas.coverage(across), number
