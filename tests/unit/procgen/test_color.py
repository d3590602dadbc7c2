import numpy as np
import pytest
from coloraide import Color
from hypothesis import given, settings
from hypothesis import strategies as st

from procgen import ProcgenError
from procgen.color import (
    contrast_ratio,
    delta_e_ok,
    encode,
    hex_from_oklch,
    hex_from_srgb,
    in_gamut,
    linear_from_oklab,
    linear_from_srgb,
    map_to_gamut,
    max_chroma,
    oklab_from_linear,
    oklab_from_oklch,
    oklch_from_oklab,
    srgb_from_hex,
    srgb_from_linear,
)

unit = st.floats(0, 1)
colours = st.tuples(unit, unit, unit)
bytes3 = st.tuples(*[st.integers(0, 255)] * 3)


@given(colours)
def test_linear_light_and_oklab_agree_with_coloraide(srgb):
    oracle = Color("srgb", srgb)
    assert linear_from_srgb(srgb) == pytest.approx(oracle.convert("srgb-linear").coords(), abs=1e-9)
    assert oklab_from_linear(linear_from_srgb(srgb)) == pytest.approx(oracle.convert("oklab").coords(), abs=2e-6)


@given(colours)
def test_every_way_has_its_way_back(srgb):
    linear = linear_from_srgb(srgb)
    assert srgb_from_linear(linear) == pytest.approx(srgb, abs=1e-7)  # the standard's two pieces meet no closer
    lab = oklab_from_linear(linear)
    assert linear_from_oklab(lab) == pytest.approx(linear, abs=1e-6)
    assert oklab_from_oklch(oklch_from_oklab(lab)) == pytest.approx(lab, abs=1e-9)


@settings(deadline=None)
@given(st.floats(0.02, 0.98), st.floats(0, 0.4), st.floats(0, 359.99))
def test_gamut_mapping_is_coloraide_s_chroma_reduction(lightness, chroma, hue):
    ours = oklab_from_oklch(map_to_gamut([lightness, chroma, hue]))
    theirs = Color("oklch", [lightness, chroma, hue]).fit("srgb", method="oklch-chroma", jnd=0)
    # Near black, the slack of 1e-6 in linear light is much in OKLab.
    assert delta_e_ok(ours, theirs.convert("oklab").coords()) < 0.005


@given(colours, colours)
def test_difference_agrees_with_coloraide(one, two):
    ours = delta_e_ok(oklab_from_linear(linear_from_srgb(one)), oklab_from_linear(linear_from_srgb(two)))
    assert ours == pytest.approx(Color("srgb", one).delta_e(Color("srgb", two), method="ok"), abs=5e-6)


@given(colours)
def test_oklch_agrees_with_coloraide(srgb):
    ours = oklch_from_oklab(oklab_from_linear(linear_from_srgb(srgb)))
    theirs = Color("srgb", srgb).convert("oklch")
    assert ours[:2] == pytest.approx(theirs.coords()[:2], abs=5e-6)
    if ours[1] > 1e-3:
        assert abs((ours[2] - theirs["hue"] + 180) % 360 - 180) < 0.1


@given(st.floats(0.02, 0.98), st.floats(0, 359.99))
def test_max_chroma_is_the_edge_of_the_gamut(lightness, hue):
    edge = float(max_chroma(lightness, hue))
    assert in_gamut([lightness, edge, hue])
    assert not in_gamut([lightness, edge + 3e-4, hue])


@given(colours, colours)
def test_contrast_ratio_agrees_with_coloraide(one, two):
    ours = contrast_ratio(linear_from_srgb(one), linear_from_srgb(two))
    assert ours == pytest.approx(Color("srgb", one).contrast(Color("srgb", two), method="wcag21"), rel=2e-3)


def test_black_on_white_is_21():
    assert contrast_ratio([0, 0, 0], [1, 1, 1]) == pytest.approx(21)


@given(bytes3)
def test_hex_is_exact(levels):
    text = "#" + bytes(levels).hex()
    assert hex_from_srgb(srgb_from_hex(text)) == text


@given(bytes3)
def test_eight_bits_survive_linear_light(levels):
    srgb = np.array(levels).reshape(1, 1, 3) / 255
    through = encode(linear_from_srgb(srgb).astype(np.float32))
    assert np.array_equal(np.floor(through * 255 + 0.5).astype(int).ravel(), levels)


def test_encode_cuts_off_what_no_screen_shows():
    assert encode(np.array([[[-0.5, 0.0, 7.0]]], np.float32)).tolist() == [[[0, 0, 1]]]


def test_a_colour_out_of_gamut_keeps_its_hue_in_hex():
    lab = oklab_from_linear(linear_from_srgb(srgb_from_hex(hex_from_oklch([0.7, 0.5, 150.0]))))
    assert oklch_from_oklab(lab)[2] == pytest.approx(150, abs=1)


@pytest.mark.parametrize("text", ["", "red", "#12345", "#1234567", "#12345g", "123456", None, 7, "#12 456"])
def test_what_is_not_hex_is_said(text):
    with pytest.raises(ProcgenError, match="#rrggbb"):
        srgb_from_hex(text)
