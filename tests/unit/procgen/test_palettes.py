import numpy as np
import pytest

from procgen import CONTRASTS, KEYS, PURITIES, SCHEMES, Palette, ProcgenError, stream
from procgen.color import delta_e_ok, oklch_from_oklab
from procgen.contrasts import FIGURE_GROUND_MIN
from procgen.palettes import mix


def lightness(palette):
    return palette.oklab[:, 0]


def many(contrast, count=51, key=None, purity=None):
    """Palettes of every harmony, in every key and purity, or in one."""
    schemes, keys, purities = list(SCHEMES), list(KEYS), list(PURITIES)
    return [
        mix(
            schemes[k % len(schemes)],
            contrast,
            key or keys[k // len(schemes) % len(keys)],
            purity or purities[k % len(purities)],
            37.0 * k % 360,
            stream(1, k, contrast),
        )
        for k in range(count)
    ]


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


def chroma(palette):
    return oklch_from_oklab(palette.oklab)[:, 1]


def test_light_dark_spans_far():
    assert np.quantile([np.ptp(lightness(palette)) for palette in many("light_dark")], 0.1) > 0.6


def test_vibrating_colours_have_one_lightness():
    spreads = [np.ptp(lightness(palette)[:-1]) for palette in many("vibrating", purity="vivid")]
    assert np.median(spreads) < 0.1


def test_only_vanishing_figures_are_near_their_ground():
    def nearest(contrast):
        return [delta_e_ok(palette.oklab[1:-1], palette.oklab[0]).min() for palette in many(contrast)]

    assert np.median(nearest("vanishing")) < 0.09
    assert all(min(nearest(contrast)) >= FIGURE_GROUND_MIN for contrast in CONTRASTS if contrast != "vanishing")


def test_one_figure_is_the_middle_of_its_neighbours():
    for palette in many("mixture"):
        first, middle, last = palette.oklab[1:4]
        assert delta_e_ok(middle, (first + last) / 2) < 0.012


def test_extension_keeps_the_loud_colour_for_the_accent():
    accents = [chroma(palette)[-1] / chroma(palette)[1:-1].max() for palette in many("extension")]
    assert np.quantile(accents, 0.05) > 1.5


def test_simultaneous_contrast_sets_a_grey_on_a_colour():
    for palette in many("simultaneous"):
        assert chroma(palette)[1] < 0.02
        assert chroma(palette)[0] > 0.04


def test_keys_are_of_lightness_and_purities_of_chroma():
    light = {key: np.mean([lightness(palette).mean() for palette in many("hue", key=key)]) for key in KEYS}
    assert light["low"] + 0.1 < light["middle"] < light["high"] - 0.03
    pure = {purity: np.mean([chroma(palette).mean() for palette in many("hue", purity=purity)]) for purity in PURITIES}
    assert pure["muted"] * 1.5 < pure["vivid"]


def test_greys_have_little_hue():
    for contrast in ("hue", "light_dark", "cold_warm", "complementary", "mixture"):
        palette = mix("template_N", contrast, "middle", "vivid", 40.0, stream(2, 0, contrast))
        assert chroma(palette).max() < 0.06


@pytest.mark.parametrize("contrast", CONTRASTS)
def test_figures_differ_from_each_other(contrast):
    gaps = []
    for palette in many(contrast, 102):
        lab = palette.oklab[1:]
        gaps.append((delta_e_ok(lab[:, None], lab[None]) + np.eye(len(lab))).min())
    assert np.quantile(gaps, 0.05) > (0.015 if contrast == "vanishing" else 0.05)
