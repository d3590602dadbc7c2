import pytest
from coloraide import Color
from hypothesis import given, settings
from hypothesis import strategies as st

from procgen.color import delta_e_ok, hex_from_oklch, max_chroma
from procgen.gamut import difference, hex_of, lab, luminous, widest

hues, lights, shares = st.floats(0, 359.99), st.floats(0.1, 0.97), st.floats(0, 1)


@given(lights, hues)
def test_the_table_is_the_edge_of_the_gamut_or_just_within(light, hue):
    assert widest(light, hue) - float(max_chroma(light, hue)) < 0.01
    assert widest(light, hue) - float(max_chroma(light, hue)) > (-0.012 if light < 0.9 else -0.05)


@settings(deadline=None)
@given(lights, shares, hues)
def test_colours_are_those_of_coloraide_in_its_gamut(light, share, hue):
    ours = lab(light, share, hue)
    theirs = Color("oklch", [light, share * widest(light, hue), hue])
    assert ours == pytest.approx(theirs.convert("oklab").coords(), abs=1e-6)
    shown = Color(hex_of(ours))
    assert shown.delta_e(theirs.fit("srgb", method="oklch-chroma"), method="ok") < 0.02
    if share < 0.95:
        assert (
            max(abs(a - b) for a, b in zip(shown.coords(), theirs.convert("srgb").coords(), strict=True)) < 0.51 / 255
        )


@given(lights, shares, hues, lights, shares, hues)
def test_difference_is_delta_e_ok(light, share, hue, other_light, other_share, other_hue):
    one, other = lab(light, share, hue), lab(other_light, other_share, other_hue)
    assert difference(one, other) == pytest.approx(float(delta_e_ok(one, other)))


@given(hues)
def test_a_hue_is_most_colourful_where_it_is_luminous(hue):
    best = float(max_chroma(luminous(hue), hue))
    assert all(float(max_chroma(light / 50, hue)) <= best + 0.02 for light in range(10, 50))


@given(lights, hues)
def test_hex_agrees_with_the_colour_module(light, hue):
    ours, theirs = (bytes.fromhex(text[1:]) for text in (hex_of(lab(light, 0.9, hue, 0.1)), _by_color(light, hue)))
    assert max(abs(a - b) for a, b in zip(ours, theirs, strict=True)) <= 1


def _by_color(light, hue):
    return hex_from_oklch([light, min(0.9 * widest(light, hue), 0.1), hue])
