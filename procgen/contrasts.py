"""What a palette plays with: keys of lightness, purities of colour, and contrasts.

The contrasts are Itten's seven ("The Art of Color", 1961) and three effects of Albers' ("Interaction of Color",
1963). Each one bends a sketch, made from a harmony, a key and a purity, as far as it must and no farther.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from .gamut import luminous

Range = tuple[float, float]

FIGURE_GROUND_MIN = 0.15  # least difference of any figure from the ground, in OKLab
TINT = 0.03  # chroma of a grey that still has a temperature
WARM_DEG, COLD_DEG = 60.0, 240.0  # orange and blue, the poles of cold and warm


@dataclass(frozen=True)
class Ladder:
    """The lightness of ground, figures and accent, OKLab."""

    ground: Range
    figures: Range
    accent: Range


@dataclass(frozen=True)
class Purity:
    """The chroma of ground, figures and accent, as a share of what the gamut allows."""

    ground: Range
    figures: Range
    accent: Range


KEYS: dict[str, tuple[Ladder, ...]] = {
    "high": (Ladder((0.92, 0.97), (0.60, 0.85), (0.38, 0.52)),),
    "middle": (
        Ladder((0.72, 0.80), (0.38, 0.64), (0.91, 0.95)),
        Ladder((0.30, 0.40), (0.50, 0.78), (0.86, 0.93)),
    ),
    "low": (Ladder((0.11, 0.20), (0.34, 0.60), (0.80, 0.90)),),
}

PURITIES: dict[str, Purity] = {
    "vivid": Purity((0.25, 0.75), (0.85, 1.0), (0.9, 1.0)),
    "muted": Purity((0.1, 0.4), (0.3, 0.55), (0.5, 0.75)),
}


@dataclass
class Sketch:
    """A palette in the making: a list of each, the ground first, then the figures, the accent last.

    Attributes:
        key: a name in KEYS.
        vivid: whether the purity is the vivid one.
        light: OKLab lightness.
        share: chroma as a share of what the gamut allows.
        cap: chroma at most.
        hue: degrees.
        apart: least difference of any figure from the ground, OKLab; figures differ by nearly half as much.
        middle: whether the second figure is the middle of the first and the third.
    """

    key: str
    vivid: bool
    light: list[float]
    share: list[float]
    cap: list[float]
    hue: list[float]
    apart: float = FIGURE_GROUND_MIN + 0.005
    middle: bool = False

    @property
    def figures(self) -> range:
        """The numbers of the figures."""
        return range(1, len(self.light) - 1)

    def by_key(self, high: float, middle: float, low: float) -> float:
        """One of three numbers, by the key."""
        return {"high": high, "middle": middle, "low": low}[self.key]

    def glow(self, i: int, how_far: float, low: float, high: float) -> None:
        """Move a colour toward the lightness at which its hue is most colourful, within bounds."""
        goal = min(max(luminous(self.hue[i]), low), high)
        self.light[i] += how_far * (goal - self.light[i])


def turn(hue: float, toward: float) -> float:
    """Degrees from one hue to another, -180..180."""
    return (toward - hue + 180.0) % 360.0 - 180.0


def nearest(hues: Sequence[float], goal: float, within: float) -> float:
    """The hue of a chord nearest to a goal, moved if it must be until it is so near."""
    off = min((turn(goal, hue) for hue in hues), key=abs)
    return (goal + min(max(off, -within), within)) % 360.0


def _spread(rng: np.random.Generator, i: int, count: int) -> float:
    return (i + rng.random()) / count


def _hue(sketch: Sketch, rng: np.random.Generator) -> None:
    """Many hues, each at the lightness where it is most itself; little contrast of light."""
    _three_hues(sketch)
    for i in sketch.figures:
        if sketch.vivid:
            sketch.share[i] = 0.92 + 0.08 * rng.random()
            sketch.glow(i, 0.75, sketch.by_key(0.55, 0.45, 0.42), sketch.by_key(0.86, 0.86, 0.74))
        else:
            middle = sketch.by_key(0.76, sketch.light[i], 0.5)
            sketch.light[i] += 0.6 * (middle - sketch.light[i])
            sketch.share[i] += 0.1


def _three_hues(sketch: Sketch) -> None:
    """Fan out a chord that lies on one side of the wheel, and turn part of a pair aside."""
    base, last = sketch.hue[0], len(sketch.hue) - 1
    away = [abs(turn(base, hue)) for hue in sketch.hue]
    if max(away) < 65.0:
        for i in range(1, last + 1):
            sketch.hue[i] = (base + 160.0 * (i - 0.5) / last - 80.0) % 360.0
    elif all(far < 20.0 or far > 160.0 for far in away):
        for i in range(2, last, 2):
            sketch.hue[i] = (sketch.hue[i] + 60.0) % 360.0


def _light_dark(sketch: Sketch, rng: np.random.Generator) -> None:
    """Figures from nearly black to nearly white; colour steps back."""
    bend = sketch.by_key(0.75, 1.0, 1.5)
    order = rng.permutation(len(sketch.figures)).tolist()
    for i in sketch.figures:
        place = _spread(rng, order[i - 1], len(order))
        sketch.light[i] = 0.2 + 0.7 * place**bend
        sketch.share[i] *= 0.7
    sketch.light[0] = sketch.by_key(0.97, sketch.light[0], 0.1)
    sketch.light[-1] = 0.14 if sketch.light[0] > 0.5 else 0.96


def _cold_warm(sketch: Sketch, rng: np.random.Generator) -> None:
    """Blues against oranges: the ground at one pole, figures at both, the accent at the other."""
    chord, start = list(sketch.hue), int(rng.integers(2))
    for i in range(len(chord)):
        side = start if i == 0 else start + 1 if i == len(chord) - 1 else start + i
        goal = (WARM_DEG, COLD_DEG)[side % 2] + 50.0 * (rng.random() - 0.5)
        sketch.hue[i] = nearest(chord, goal, 12.0)
        sketch.cap[i] = max(sketch.cap[i], 1.5 * TINT)
    sketch.share[0] = min(1.0, sketch.share[0] + 0.3)


def _complementary(sketch: Sketch, rng: np.random.Generator) -> None:
    """Two opposite hues, by turns; the chord's own where it has them."""
    chord, base = list(sketch.hue), sketch.hue[0]
    for i in range(1, len(chord)):
        goal = base + 180.0 * ((i + (i == len(chord) - 1)) % 2)
        sketch.hue[i] = nearest(chord, goal, 18.0 * rng.random())
        sketch.cap[i] = max(sketch.cap[i], 1.5 * TINT)
    sketch.share[0] = min(1.0, sketch.share[0] + 0.2)


def _simultaneous(sketch: Sketch, rng: np.random.Generator) -> None:
    """Greys on a saturated field of about their own lightness, which lends them its complement."""
    field = sketch.by_key(0.80, 0.62, 0.36)
    sketch.cap[0] = 1.0
    sketch.share[0] = 0.95 if sketch.vivid else 0.6
    sketch.light[0] = field
    sketch.glow(0, 0.6, field - 0.08, field + 0.08)
    for i in sketch.figures:
        sketch.light[i] = sketch.light[0] + (0.06 + 0.12 * rng.random()) * (-1 if i % 4 < 2 else 1)
        if i % 2:
            sketch.share[i] = 0.04 * rng.random()
        else:
            sketch.share[i], sketch.cap[i] = sketch.share[0], 1.0


def _saturation(sketch: Sketch, rng: np.random.Generator) -> None:
    """One lightness, from grey to the pure colour."""
    level = sketch.by_key(0.76, 0.6, 0.44) + 0.04 * (rng.random() - 0.5)
    sketch.light[0] = level + sketch.by_key(0.15, 0.15 if sketch.light[0] > 0.5 else -0.15, -0.17)
    sketch.share[0] = 0.12 + 0.1 * rng.random()
    count, pure = len(sketch.figures), 1.0 if sketch.vivid else 0.72
    for i in sketch.figures:
        sketch.light[i] = level
        sketch.hue[i] = sketch.hue[0] + 0.25 * turn(sketch.hue[0], sketch.hue[i])
        sketch.share[i] = pure * (1.0 - 0.85 * (i - 1) / (count - 1))
        sketch.cap[i] = 1.0
    sketch.light[-1], sketch.share[-1], sketch.cap[-1] = level, pure, 1.0


def _extension(sketch: Sketch, rng: np.random.Generator) -> None:
    """Large and quiet against small and loud: the stronger a colour, the less room it takes (after Goethe)."""
    order = sorted(sketch.hue[1:], key=light_value)
    sketch.hue[1:] = order
    sketch.share[0] *= 0.5
    for i in sketch.figures:
        sketch.share[i] = (0.12 if sketch.vivid else 0.07) + 0.1 * rng.random()
    sketch.share[-1] = 1.0 if sketch.vivid else 0.8
    sketch.cap[-1] = 1.0
    sketch.light[-1] = luminous(sketch.hue[-1])


def _vibrating(sketch: Sketch, rng: np.random.Generator) -> None:
    """Opposite hues of one lightness, as pure as they come: edges that flicker."""
    level = sketch.by_key(0.76, 0.64, 0.48) + 0.03 * (rng.random() - 0.5)
    chord, base, last = list(sketch.hue), sketch.hue[0], len(sketch.hue) - 1
    for i in range(last + 1):
        goal = base if i == 0 else base + 180.0 + (0.0, 28.0, -28.0)[(i - 1) % 3]
        sketch.hue[i] = nearest(chord, goal, 6.0)
        sketch.light[i], sketch.cap[i] = level, 1.0
        sketch.share[i] = (0.92 if sketch.vivid else 0.68) + 0.08 * rng.random()
    sketch.light[last] = level + sketch.by_key(-0.2, 0.2, 0.2)


def _vanishing(sketch: Sketch, rng: np.random.Generator) -> None:
    """Figures that hardly leave their ground; the accent alone stands out."""
    level = sketch.by_key(0.87, 0.62, 0.34) + 0.04 * (rng.random() - 0.5)
    sketch.light[0], sketch.apart = level, 0.045
    sketch.share[0] = 0.8 if sketch.vivid else 0.4
    for i in sketch.figures:
        step = 0.05 + 0.025 * ((i - 1) // 2) + 0.012 * (i % 2) + 0.008 * rng.random()
        sketch.light[i] = level + step * (1 if i % 2 else -1)
        sketch.hue[i] = sketch.hue[0] + 0.15 * turn(sketch.hue[0], sketch.hue[i])
        sketch.share[i] = sketch.share[0]
    sketch.light[-1] = level + sketch.by_key(-0.25, 0.22, 0.25)


def _mixture(sketch: Sketch, rng: np.random.Generator) -> None:
    """Two figures and, between them, their middle: paint that seems transparent."""
    low, high = sketch.by_key(0.5, 0.0, 0.36), sketch.by_key(0.76, 0.0, 0.72)
    if sketch.key == "middle":
        low, high = (0.32, 0.58) if sketch.light[0] > 0.5 else (0.56, 0.84)
    if abs(turn(sketch.hue[1], sketch.hue[3])) < 30.0:
        sketch.hue[3] = sketch.hue[1] + (70.0 if rng.random() < 0.5 else -70.0)
    sketch.middle = True
    for i, light in ((1, high), (3, low)):
        sketch.light[i] = light
        sketch.share[i] = min(sketch.share[i], 0.85)


def light_value(hue_deg: float) -> float:
    """Goethe's light value of a hue: yellow 9, orange 8, red 6, violet 3, blue 4, green 6 (Itten, "Extension")."""
    return float(np.interp(hue_deg % 360.0, _LIGHT_VALUE_HUES, _LIGHT_VALUES))


# The OKLCH hues of Itten's yellow, orange, red, violet, blue and green, the ring closed at both ends.
_LIGHT_VALUE_HUES = (-50.0, 27.0, 60.0, 105.0, 145.0, 255.0, 310.0, 387.0)
_LIGHT_VALUES = (3.0, 6.0, 8.0, 9.0, 6.0, 4.0, 3.0, 6.0)

CONTRASTS: dict[str, Callable[[Sketch, np.random.Generator], None]] = {
    "hue": _hue,
    "light_dark": _light_dark,
    "cold_warm": _cold_warm,
    "complementary": _complementary,
    "simultaneous": _simultaneous,
    "saturation": _saturation,
    "extension": _extension,
    "vibrating": _vibrating,
    "vanishing": _vanishing,
    "mixture": _mixture,
}
