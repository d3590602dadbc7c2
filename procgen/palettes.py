"""Palettes with roles, and how a harmony, a contrast and a base hue become colours."""

from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np

from .color import (
    delta_e_ok,
    hex_from_srgb,
    linear_from_oklab,
    linear_from_srgb,
    max_chroma,
    oklab_from_linear,
    oklab_from_oklch,
    srgb_from_hex,
    srgb_from_linear,
)
from .errors import ProcgenError
from .harmonies import hues

Array = np.ndarray

FIGURE_GROUND_MIN = 0.15  # least difference of any figure from the ground, in OKLab
FIGURES_MIN = 0.07  # least difference of neighbouring figures, in OKLab


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
        srgb = np.stack([srgb_from_hex(colour) for colour in self.colours])
        return (np.round(linear_from_srgb(srgb) * 2**20) / 2**20).astype(np.float32)

    @property
    def marked(self) -> "Palette":
        """The same palette, whose `linear` holds beside red, green and blue one channel for each colour.

        Drawing is linear in the colours, so a picture drawn with it says how much of each colour every pixel holds.
        """
        marked = Palette(self.ground, self.figures, self.accent)
        marked.__dict__["linear"] = np.hstack([self.linear, np.eye(len(self.colours), dtype=np.float32)])
        return marked

    @property
    def oklab(self) -> Array:
        """All colours in OKLab, float64, shape (number of colours, 3)."""
        return oklab_from_linear(self.linear[:, :3])

    @property
    def ink(self) -> int:
        """The number of the colour, the ground excepted, whose lightness is farthest from the ground's."""
        lightness = self.oklab[:, 0]
        return 1 + int(np.argmax(np.abs(lightness[1:] - lightness[0])))


@dataclass(frozen=True)
class Tone:
    """A range of lightness, and a range of chroma as a share of what the gamut allows there."""

    lightness: tuple[float, float]
    chroma: tuple[float, float]


@dataclass(frozen=True)
class Contrast:
    """The light and the saturation of a palette: what is left of a colour when its hue is open.

    Figures are spread evenly over their tone's lightness, so a narrow range means contrast of hue alone.

    Attributes:
        grounds: tones of the ground, one is chosen.
        figures: tone of the figures.
        accent: tone of the accent.
        count: fewest and most figures.
        glow: how far figures move to the lightness at which their hue is most colourful: 0 not, 1 all the way.
    """

    grounds: tuple[Tone, ...]
    figures: Tone
    accent: Tone
    count: tuple[int, int] = (3, 5)
    glow: float = 0.0


def _tone(low: float, high: float, chroma_low: float, chroma_high: float) -> Tone:
    return Tone((low, high), (chroma_low, chroma_high))


PAPER, INK = _tone(0.93, 0.97, 0.1, 0.4), _tone(0.14, 0.22, 0.2, 0.7)

# After Itten's seven contrasts ("The Art of Color", 1961) and Albers' "Interaction of Color" (1963).
CONTRASTS: dict[str, Contrast] = {
    "light_dark": Contrast((PAPER, INK), _tone(0.28, 0.88, 0.55, 0.95), _tone(0.62, 0.7, 0.9, 1.0)),
    "hue": Contrast((PAPER,), _tone(0.5, 0.8, 0.92, 1.0), _tone(0.16, 0.24, 0.2, 0.6), glow=0.75),
    "equal_light": Contrast((INK, PAPER), _tone(0.71, 0.74, 0.8, 1.0), _tone(0.88, 0.94, 0.3, 0.9)),
    "signal": Contrast((_tone(0.1, 0.17, 0.2, 0.8),), _tone(0.6, 0.85, 0.95, 1.0), PAPER, glow=0.8),
    "vibrating": Contrast(
        (_tone(0.62, 0.68, 0.95, 1.0),), _tone(0.64, 0.68, 0.95, 1.0), _tone(0.16, 0.3, 0.5, 1.0), (2, 3)
    ),
    "night_lamp": Contrast((_tone(0.17, 0.26, 0.6, 1.0),), _tone(0.36, 0.58, 0.8, 1.0), _tone(0.82, 0.9, 0.85, 1.0)),
    "chalk": Contrast((_tone(0.34, 0.45, 0.15, 0.45),), _tone(0.78, 0.9, 0.35, 0.65), PAPER),
    "pastel": Contrast((_tone(0.94, 0.97, 0.2, 0.5),), _tone(0.7, 0.83, 0.4, 0.75), _tone(0.4, 0.5, 0.5, 0.9)),
    "earth": Contrast(
        (_tone(0.88, 0.93, 0.2, 0.4), _tone(0.24, 0.32, 0.3, 0.6)),
        _tone(0.4, 0.8, 0.35, 0.7),
        _tone(0.62, 0.7, 0.8, 1.0),
    ),
}


def mix(harmony: str, contrast: str, base_hue_deg: float, rng: np.random.Generator) -> Palette:
    """A palette of one harmony and one contrast, every figure visible on the ground.

    Chroma is drawn as a share of the largest that the gamut has at that lightness and hue, so no colour is
    bent later.
    """
    rule = CONTRASTS[contrast]
    count = int(rng.integers(rule.count[0], rule.count[1], endpoint=True))
    ground = rule.grounds[int(rng.integers(len(rule.grounds)))]
    wheel = hues(harmony, base_hue_deg)
    hue = np.concatenate([wheel[:1], wheel[np.arange(1, count + 1) % len(wheel)], wheel[-1:]])
    tones = [ground, *[rule.figures] * count, rule.accent]
    low, high = np.array([tone.lightness for tone in tones]).T
    chroma_low, chroma_high = np.array([tone.chroma for tone in tones]).T
    place = rng.random(count + 2)
    place[1:-1] = (rng.permutation(count) + place[1:-1]) / count
    lightness = low + (high - low) * place
    glowing = np.interp(hue[1:-1], *_most_colourful(), period=360)
    lightness[1:-1] += rule.glow * (np.clip(glowing, low[1:-1], 0.92) - lightness[1:-1])
    share = chroma_low + (chroma_high - chroma_low) * rng.random(count + 2)
    return _settle(lightness, share, hue)


@cache
def _most_colourful() -> tuple[Array, Array]:
    """Hues in degrees, and the lightness at which each has its largest chroma."""
    hue, lightness = np.arange(0.0, 360.0, 5.0), np.linspace(0.3, 0.98, 69)
    return hue, lightness[np.argmax(max_chroma(lightness[:, None], hue[None, :]), axis=0)]


def _settle(lightness: Array, share: Array, hue: Array) -> Palette:
    """Move the lightness of each figure and of the accent, as little as needed, until it can be told apart."""
    lab = _lab(lightness, share, hue)
    for i in range(1, len(lab)):
        if not _distinct(lab[: i + 1]):
            offers = np.arange(0.14, 0.98, 0.03)  # darker colours lose their hue in eight bits
            offers = offers[np.argsort(np.abs(offers - lightness[i]), kind="stable")]
            tried = _lab(offers, np.full(len(offers), share[i]), np.full(len(offers), hue[i]))
            lab[i] = next((t for t in tried if _distinct(np.vstack([lab[:i], t]))), tried[-1])
    srgb = srgb_from_linear(linear_from_oklab(lab))
    colours = [hex_from_srgb(colour) for colour in srgb]
    return Palette(colours[0], tuple(colours[1:-1]), colours[-1])


def _lab(lightness: Array, share: Array, hue: Array) -> Array:
    return oklab_from_oklch(np.stack([lightness, share * max_chroma(lightness, hue), hue], -1))


def _distinct(lab: Array) -> bool:
    """Whether the last colour differs enough from the first, the ground, and from the others."""
    difference = delta_e_ok(lab[:-1], lab[-1])
    return bool(difference[0] >= FIGURE_GROUND_MIN + 0.005 and np.all(difference[1:] >= FIGURES_MIN))
