import numpy as np
import pytest

from procgen import COMPOSITIONS, ProcgenError, Space, render, to_uint8
from procgen.measure import colour_shares, measured_factors

SOFT = {"soft_fields", "gradient_mesh", "glass"}


@pytest.mark.parametrize("name", sorted(set(COMPOSITIONS) - SOFT))
def test_flat_pictures_hold_the_palette_and_nothing_else(name):
    for index in range(8):
        recipe = Space(compositions=[name]).sample(4, index)
        shares = colour_shares(to_uint8(render(recipe, 384)))
        assert sum(shares.values()) == pytest.approx(1)
        assert {colour for colour, share in shares.items() if share > 0.04} <= set(recipe.palette.colours)


def test_the_base_hue_is_the_hue_of_a_picture_in_one_hue():
    space = Space(harmonies=["mono"], contrasts=["light_dark", "extension"])
    far = []
    for index in range(60):
        recipe = space.sample(6, index)
        found = measured_factors(to_uint8(render(recipe, 64)))
        far.append(abs((found["mean_hue_deg"] - recipe.base_hue_deg + 180) % 360 - 180))
    assert np.quantile(far, 0.95) < 8


def test_the_ground_s_lightness_is_that_of_its_pixels():
    for index in range(20):
        recipe = Space(compositions=["floating_shapes"]).sample(2, index)
        picture = to_uint8(render(recipe, 128))
        ground = np.all(picture == np.frombuffer(bytes.fromhex(recipe.palette.ground[1:]), np.uint8), axis=-1)
        assert ground.mean() > 0.2
        flat = np.broadcast_to(picture[ground][0], (8, 8, 3))
        found = measured_factors(flat)
        assert found["mean_lightness"] == pytest.approx(recipe.factors()["ground_lightness"], abs=1e-3)
        assert found["mean_chroma"] == pytest.approx(recipe.factors()["ground_chroma"], abs=1e-3)


def test_one_colour_has_no_spread_and_opposites_have_much():
    red, cyan = np.full((8, 8, 3), (200, 30, 40), np.uint8), np.full((8, 8, 3), (0, 150, 150), np.uint8)
    assert measured_factors(red)["hue_spread_deg"] == pytest.approx(0, abs=1e-3)
    assert measured_factors(np.hstack([red, cyan]))["hue_spread_deg"] > 60


@pytest.mark.parametrize("image", [np.zeros((8, 8, 3)), np.zeros((8, 8), np.uint8)])
def test_what_is_no_picture_is_said(image):
    with pytest.raises(ProcgenError, match="uint8"):
        measured_factors(image)
