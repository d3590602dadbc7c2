"""What holds for every harmony, every template and every contrast."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from procgen import CONTRASTS, HARMONIES, TEMPLATES, stream
from procgen.color import delta_e_ok, in_gamut, map_to_gamut, oklch_from_oklab
from procgen.harmonies import distance_to_template, hues
from procgen.palettes import FIGURE_GROUND_MIN, mix

angles = st.floats(0, 360, exclude_max=True)
every_harmony = pytest.mark.parametrize("harmony", HARMONIES)


def apart(one, two):
    """Degrees between hues, 0..180."""
    return np.abs((np.asarray(one) - two + 180) % 360 - 180)


@every_harmony
@given(base=angles, turn=angles)
def test_turning_the_base_turns_all_hues(harmony, base, turn):
    assert np.all(apart(hues(harmony, base + turn), hues(harmony, base) + turn) < 1e-6)


@every_harmony
def test_the_base_hue_comes_first_and_no_hue_twice(harmony):
    wheel = hues(harmony, 25)
    assert wheel[0] == 25
    assert len(set(np.round(wheel, 6))) == len(HARMONIES[harmony])


@every_harmony
@settings(max_examples=20, deadline=None)
@given(base=angles, lightness=st.floats(0.05, 0.98), chroma=st.floats(0, 0.45))
def test_gamut_mapping_keeps_hue_and_lightness(harmony, base, lightness, chroma):
    wanted = np.array([[lightness, chroma, hue] for hue in hues(harmony, base)])
    mapped = map_to_gamut(wanted)
    assert np.all(in_gamut(mapped))
    assert np.array_equal(mapped[:, [0, 2]], wanted[:, [0, 2]])
    assert np.all(mapped[:, 1] <= wanted[:, 1])


@pytest.mark.parametrize("contrast", CONTRASTS)
@every_harmony
@settings(max_examples=12, deadline=None)
@given(base=angles, seed=st.integers(0, 2**32 - 1))
def test_palettes_keep_their_hues_and_stand_out_from_the_ground(harmony, contrast, base, seed):
    palette = mix(harmony, contrast, base, stream(seed, 0, "palette"))
    lab = palette.oklab
    assert np.all(delta_e_ok(lab[1:], lab[0]) >= FIGURE_GROUND_MIN)
    _, chroma, hue = oklch_from_oklab(lab).T
    nearest = np.min([apart(hue, wanted) for wanted in hues(harmony, base)], axis=0)
    # Rounding to eight bits moves a colour by less than 0.0075 in OKLab down to lightness 0.1.
    assert np.all(np.radians(nearest) * chroma < 0.0085)


@pytest.mark.parametrize("template", [name for name, sectors in TEMPLATES.items() if sectors])
@given(base=angles, place=st.floats(-0.499, 0.499))
def test_hues_inside_a_template_are_no_distance_away(template, base, place):
    for centre, width in TEMPLATES[template]:
        assert distance_to_template(base + centre + place * width, template, base) < 1e-9
        edge = base + centre + width / 2
        assert distance_to_template(edge + 5, template, base) <= 5 + 1e-9


def test_templates_cover_the_published_shares_of_the_wheel():
    degrees = {name: sum(width for _, width in sectors) for name, sectors in TEMPLATES.items()}
    assert degrees == pytest.approx(
        {"i": 18, "V": 93.6, "L": 97.2, "L-mirrored": 97.2, "I": 36, "T": 180, "Y": 111.6, "X": 187.2, "N": 0}
    )
