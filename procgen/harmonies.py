"""Which hues go together: chords with fixed hues, and templates that leave room.

Hues are angles on the OKLCH wheel, in degrees, relative to a base hue. On that wheel equal steps look about
equally large, which the HSV wheel of the original templates does not give; names and angles are theirs all the
same.
"""

import numpy as np

Array = np.ndarray

# Offsets from the base hue. Terms and angles as in Itten, "The Art of Color" (1961), on colour chords.
HARMONIES: dict[str, tuple[float, ...]] = {
    "mono": (0.0,),
    "analogous": (-30.0, 0.0, 30.0),
    "complementary": (0.0, 180.0),
    "split": (0.0, 150.0, 210.0),
    "triad": (0.0, 120.0, 240.0),
    "square": (0.0, 90.0, 180.0, 270.0),
    "rectangle": (0.0, 30.0, 180.0, 210.0),
    "pentad": (0.0, 72.0, 144.0, 216.0, 288.0),
}

# Sectors (centre, width). Matsuda's hue templates as given by Cohen-Or, Sorkine, Gal, Leyvand and Xu,
# "Color Harmonization" (SIGGRAPH 2006), figure 3, where they lie on the HSV wheel.
TEMPLATES: dict[str, tuple[tuple[float, float], ...]] = {
    "i": ((0.0, 18.0),),
    "V": ((0.0, 93.6),),
    "L": ((0.0, 18.0), (90.0, 79.2)),
    "L_mirrored": ((0.0, 18.0), (-90.0, 79.2)),
    "I": ((0.0, 18.0), (180.0, 18.0)),
    "T": ((0.0, 180.0),),
    "Y": ((0.0, 93.6), (180.0, 18.0)),
    "X": ((0.0, 93.6), (180.0, 93.6)),
    "N": (),
}

_PREFIX = "template_"
# What a space can choose: the chords, and the templates as sources of hues.
SCHEMES: dict[str, tuple[float, ...] | tuple[tuple[float, float], ...]] = {
    **HARMONIES,
    **{_PREFIX + name: sectors for name, sectors in TEMPLATES.items()},
}


def hues(scheme: str, base_hue_deg: float, count: int, rng: np.random.Generator) -> list[float]:
    """As many hues of a scheme, in degrees 0..360, as there are colours: ground, figures, accent.

    A chord gives its own hues by turns, the base hue first. A template gives hues within its sectors by turns, each
    sector evenly filled.

    Returns:
        count hues; none at all for template_N, which asks for greys.
    """
    if scheme in HARMONIES:
        offsets = sorted(HARMONIES[scheme], key=abs)
        wheel = [(base_hue_deg + offset) % 360.0 for offset in offsets]
        return [wheel[i % len(wheel)] for i in range(count - 1)] + wheel[-1:]
    sectors = TEMPLATES[scheme.removeprefix(_PREFIX)]
    return [_inside(sectors, base_hue_deg, i, count, rng) for i in range(count)] if sectors else []


def _inside(
    sectors: tuple[tuple[float, float], ...], base_hue_deg: float, i: int, count: int, rng: np.random.Generator
) -> float:
    centre, width = sectors[i % len(sectors)]
    turns = -(-count // len(sectors))
    # Steps of the golden section fill a sector evenly whatever their number.
    place = (0.5 + 0.618 * (i // len(sectors)) + (rng.random() - 0.5) / turns) % 1.0
    return (base_hue_deg + centre + (place - 0.5) * width) % 360.0


def distance_to_template(hue_deg: Array, template: str, base_hue_deg: float) -> Array:
    """How far each hue lies outside a template's sectors, in degrees, 0 inside (Cohen-Or et al., eq. 1)."""
    hue_deg = np.asarray(hue_deg, float)
    far = np.full(hue_deg.shape, 180.0)
    for centre, width in TEMPLATES[template]:
        arc = np.abs((hue_deg - base_hue_deg - centre + 180) % 360 - 180)
        far = np.minimum(far, np.maximum(arc - width / 2, 0))
    return far
