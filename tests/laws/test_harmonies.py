"""What holds for every harmony, every template and every contrast."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from procgen import CONTRASTS, HARMONIES, KEYS, PURITIES, SCHEMES, TEMPLATES, stream
from procgen.color import delta_e_ok, in_gamut, map_to_gamut, oklch_from_oklab
from procgen.contrasts import FIGURE_GROUND_MIN, TINT
from procgen.harmonies import distance_to_template, hues
from procgen.palettes import mix

angles = st.floats(0, 360, exclude_max=True)
every_harmony = pytest.mark.parametrize("harmony", HARMONIES)
every_scheme = pytest.mark.parametrize("scheme", SCHEMES)


def apart(one, two):
    """Degrees between hues, 0..180."""
    return np.abs((np.asarray(one) - two + 180) % 360 - 180)


def wheel(scheme, base, count=5, seed=0):
    return hues(scheme, base, count, stream(seed, 0, "hues"))


@every_scheme
@given(base=angles, turn=angles)
def test_turning_the_base_turns_all_hues(scheme, base, turn):
    assert np.all(apart(wheel(scheme, base + turn), np.array(wheel(scheme, base)) + turn) < 1e-6)


@every_harmony
def test_the_base_hue_comes_first_and_every_hue_of_a_chord_comes(harmony):
    given = wheel(harmony, 25, 7)
    assert given[0] == 25
    assert len(given) == 7
    assert len(set(np.round(given, 6))) == len(HARMONIES[harmony])


@pytest.mark.parametrize("template", TEMPLATES)
@given(base=angles, count=st.integers(5, 7), seed=st.integers(0, 2**32 - 1))
def test_hues_of_a_template_lie_in_its_sectors_and_fill_all(template, base, count, seed):
    given = np.array(wheel("template_" + template, base, count, seed))
    assert len(given) == (count if TEMPLATES[template] else 0)
    assert np.all(distance_to_template(given, template, base) < 1e-6)
    assert all(np.any(apart(given, base + centre) <= width / 2 + 1e-6) for centre, width in TEMPLATES[template])


@every_harmony
@settings(max_examples=20, deadline=None)
@given(base=angles, lightness=st.floats(0.05, 0.98), chroma=st.floats(0, 0.45))
def test_gamut_mapping_keeps_hue_and_lightness(harmony, base, lightness, chroma):
    wanted = np.array([[lightness, chroma, hue] for hue in wheel(harmony, base)])
    mapped = map_to_gamut(wanted)
    assert np.all(in_gamut(mapped))
    assert np.array_equal(mapped[:, [0, 2]], wanted[:, [0, 2]])
    assert np.all(mapped[:, 1] <= wanted[:, 1])


@pytest.mark.parametrize("contrast", CONTRASTS)
@every_scheme
@settings(max_examples=8, deadline=None)
@given(key=st.sampled_from(list(KEYS)), purity=st.sampled_from(list(PURITIES)), base=angles, seed=st.integers(0, 2**32))
def test_figures_stand_out_from_the_ground(scheme, contrast, key, purity, base, seed):
    lab = mix(scheme, contrast, key, purity, base, stream(seed, 0, "palette")).oklab
    figures_min = 0.035 if contrast == "vanishing" else FIGURE_GROUND_MIN
    assert np.all(delta_e_ok(lab[1:-1], lab[0]) >= figures_min)
    assert delta_e_ok(lab[-1], lab[0]) >= FIGURE_GROUND_MIN


@pytest.mark.parametrize("contrast", ["light_dark", "extension"])
@every_scheme
@settings(max_examples=12, deadline=None)
@given(key=st.sampled_from(list(KEYS)), purity=st.sampled_from(list(PURITIES)), base=angles, seed=st.integers(0, 2**32))
def test_contrasts_of_light_and_extent_leave_the_hues_alone(scheme, contrast, key, purity, base, seed):
    lab = mix(scheme, contrast, key, purity, base, stream(seed, 0, "palette")).oklab
    _, chroma, hue = oklch_from_oklab(lab).T
    if scheme == "template_N":
        assert np.all(chroma[:-1] < TINT + 0.0085)
    elif scheme in HARMONIES:
        far = np.min([apart(hue, wanted) for wanted in wheel(scheme, base, 7)], axis=0)
    else:
        far = distance_to_template(hue, scheme.removeprefix("template_"), base)
    if scheme != "template_N":
        # Rounding to eight bits moves a colour by less than 0.0075 in OKLab down to lightness 0.1.
        assert np.all(np.radians(far) * chroma < 0.0085)


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
        {"i": 18, "V": 93.6, "L": 97.2, "L_mirrored": 97.2, "I": 36, "T": 180, "Y": 111.6, "X": 187.2, "N": 0}
    )
