import numpy as np
import pytest

from procgen import CONTRASTS, HARMONIES, Palette, ProcgenError, stream
from procgen.color import oklch_from_oklab
from procgen.palettes import FIGURES_MIN, mix


def lightness(palette):
    return palette.oklab[:, 0]


def many(contrast, count=40):
    names = list(HARMONIES)
    return [mix(names[k % len(names)], contrast, 37.0 * k % 360, stream(1, k, contrast)) for k in range(count)]


def test_roles_come_in_one_order():
    palette = Palette("#ffffff", ("#ff0000", "#00ff00"), "#000000")
    assert palette.colours == ("#ffffff", "#ff0000", "#00ff00", "#000000")
    assert palette.linear.dtype == np.float32
    assert palette.linear[1].tolist() == [1, 0, 0]
    assert palette.ink == 3


@pytest.mark.parametrize(
    "roles",
    [
        ("white", ("#ff0000", "#00ff00"), "#000000"),
        ("#ffffff", ("#ff0000",), "#000000"),
        ("#ffffff", "#ff0000", "#000000"),
    ],
)
def test_a_palette_that_is_none_is_said(roles):
    with pytest.raises(ProcgenError, match=r"#rrggbb|two figure colours"):
        Palette(*roles)


def test_equal_light_has_figures_of_one_lightness():
    spreads = [np.ptp(lightness(palette)[1:-1]) for palette in many("equal_light")]
    assert np.median(spreads) < 0.06


def test_light_dark_spans_far():
    assert np.quantile([np.ptp(lightness(palette)) for palette in many("light_dark")], 0.1) > 0.45


def test_night_lamp_has_one_light():
    lamps = [lightness(palette)[-1] - lightness(palette)[:-1].max() for palette in many("night_lamp")]
    assert np.quantile(lamps, 0.1) > 0.1


def test_hue_contrast_is_more_colourful_than_chalk():
    chroma = {name: np.mean([oklch_from_oklab(p.oklab[1:-1])[:, 1].mean() for p in many(name)]) for name in CONTRASTS}
    assert chroma["hue"] > 2 * chroma["chalk"]
    assert chroma["signal"] > 2 * chroma["pastel"]


@pytest.mark.parametrize("contrast", CONTRASTS)
def test_figures_differ_from_each_other(contrast):
    for palette in many(contrast):
        lab = palette.oklab[1:]
        gaps = np.sqrt(((lab[:, None] - lab[None]) ** 2).sum(-1)) + np.eye(len(lab))
        assert gaps.min() > FIGURES_MIN - 0.01
