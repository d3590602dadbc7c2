"""Palettes with roles, and how a harmony, a contrast, a key and a purity become colours."""

from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np

from .color import linear_from_srgb, oklab_from_linear, srgb_from_hex
from .contrasts import CONTRASTS, FIGURE_GROUND_MIN, KEYS, PURITIES, TINT, Sketch
from .errors import ProcgenError
from .gamut import Lab, difference, hex_of, lab
from .harmonies import hues

Array = np.ndarray
_DARKEST, _LIGHTEST = 0.1, 0.98  # darker colours lose their hue in eight bits


@dataclass(frozen=True)
class Palette:
    """The colours of one picture by role; the 8-bit '#rrggbb' values are the truth, all else is derived.

    Attributes:
        ground: what lies behind.
        figures: what stands before it, two colours or more, in order of area.
        accent: for small areas.
    """

    ground: str
    figures: tuple[str, ...]
    accent: str

    def __post_init__(self) -> None:
        if isinstance(self.figures, str) or len(self.figures) < 2:
            raise ProcgenError(f"A palette needs two figure colours or more, not {self.figures!r}.")
        for colour in self.colours:
            srgb_from_hex(colour)

    @property
    def colours(self) -> tuple[str, ...]:
        """All colours: the ground, the figures, the accent."""
        return (self.ground, *self.figures, self.accent)

    @cached_property
    def linear(self) -> Array:
        """All colours in linear light, float32, shape (number of colours, 3), in the order of `colours`."""
        levels = np.frombuffer(bytes.fromhex("".join(self.colours).replace("#", "")), np.uint8)
        return _linear_table()[levels].reshape(-1, 3)

    @cached_property
    def oklab(self) -> Array:
        """All colours in OKLab, float64, shape (number of colours, 3)."""
        return oklab_from_linear(self.linear)

    @property
    def marked(self) -> "Palette":
        """The same palette, whose `linear` holds beside red, green and blue one channel for each colour.

        Drawing is linear in the colours, so a picture drawn with it says how much of each colour every pixel holds.
        """
        return self._drawn_as(np.hstack([self.linear, np.eye(len(self.colours), dtype=np.float32)]))

    @property
    def marks(self) -> "Palette":
        """The same palette, whose `linear` holds the channels of `marked` that say how much, and no others."""
        return self._drawn_as(np.eye(len(self.colours), dtype=np.float32))

    def _drawn_as(self, channels: Array) -> "Palette":
        other = copy(self)
        other.__dict__.update(oklab=self.oklab, linear=channels)
        return other

    @property
    def ink(self) -> int:
        """The number of the colour, the ground excepted, whose lightness is farthest from the ground's."""
        lightness = self.oklab[:, 0]
        return 1 + int(np.argmax(np.abs(lightness[1:] - lightness[0])))


def mix(harmony: str, contrast: str, key: str, purity: str, base_hue_deg: float, rng: np.random.Generator) -> Palette:
    """A palette of a harmony, in a key of lightness and a purity of colour, that plays with one contrast.

    The four are independent: the contrast bends hues, lightness and chroma as far as it must. Every figure differs
    from the ground by FIGURE_GROUND_MIN or more, unless the contrast is of vanishing boundaries.

    Args:
        harmony: a name in SCHEMES.
        contrast: a name in CONTRASTS.
        key: a name in KEYS.
        purity: a name in PURITIES.
        base_hue_deg: the hue that the harmony starts from, OKLCH.
        rng: of all that is left open.
    """
    size = 5 + int(rng.integers(3))
    sketch = _sketch(size, hues(harmony, base_hue_deg, size, rng), key, purity, rng)
    CONTRASTS[contrast](sketch, rng)
    colours = [hex_of(colour) for colour in _settled(sketch)]
    return Palette(colours[0], tuple(colours[1:-1]), colours[-1])


def _sketch(size: int, wheel: list[float], key: str, purity: str, rng: np.random.Generator) -> Sketch:
    """A palette without a contrast: figures evenly spread over the ladder of the key, in random order."""
    ladders, shares = KEYS[key], PURITIES[purity]
    ladder = ladders[int(rng.random() * len(ladders))]
    order, chance = rng.permutation(size - 2).tolist(), rng.random(2 * size).tolist()
    places = [chance[0], *((order[i] + chance[1 + i]) / (size - 2) for i in range(size - 2)), chance[size - 1]]
    lights = [ladder.ground, *[ladder.figures] * (size - 2), ladder.accent]
    chromas = [shares.ground, *[shares.figures] * (size - 2), shares.accent]
    return Sketch(
        key=key,
        vivid=purity == "vivid",
        light=[low + (high - low) * place for (low, high), place in zip(lights, places, strict=True)],
        share=[low + (high - low) * place for (low, high), place in zip(chromas, chance[size:], strict=True)],
        cap=[1.0 if wheel else TINT] * size,
        hue=wheel or [360.0 * rng.random()] * size,
    )


def _settled(sketch: Sketch) -> list[Lab]:
    """The colours, each as near to its own lightness as it can be told from those before it."""
    settled = [_colour(sketch, 0, sketch.light[0])]
    for i in range(1, len(sketch.light)):
        settled.append(_told_apart(sketch, i, settled))
        if sketch.middle and i == 3:
            one, other = settled[1], settled[3]
            settled[2] = ((one[0] + other[0]) / 2, (one[1] + other[1]) / 2, (one[2] + other[2]) / 2)
    return settled


def _told_apart(sketch: Sketch, i: int, settled: list[Lab]) -> Lab:
    """A colour that differs enough from the ground, and from the figures before it as far as there is room."""
    from_ground = sketch.apart if i in sketch.figures else FIGURE_GROUND_MIN + 0.005
    for part in (0.46, 0.2, 0.0):
        for tried in _nearby(sketch, i):
            if difference(tried, settled[0]) >= from_ground and all(
                difference(tried, other) >= part * from_ground for other in settled[1:]
            ):
                return tried
    raise AssertionError("some lightness differs enough from any ground")


def _colour(sketch: Sketch, i: int, lightness: float) -> Lab:
    return lab(lightness, sketch.share[i], sketch.hue[i], sketch.cap[i])


def _nearby(sketch: Sketch, i: int) -> Iterator[Lab]:
    """A colour at its own lightness, then lighter and darker in growing steps."""
    own = min(max(sketch.light[i], _DARKEST), _LIGHTEST)
    yield _colour(sketch, i, own)
    for step in range(1, 30):
        for lightness in (own + 0.03 * step, own - 0.03 * step):
            if _DARKEST <= lightness <= _LIGHTEST:
                yield _colour(sketch, i, lightness)


@cache
def _linear_table() -> Array:
    return (np.round(linear_from_srgb(np.arange(256) / 255) * 2**20) / 2**20).astype(np.float32)
