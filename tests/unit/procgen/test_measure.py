import numpy as np
import pytest

from benchmarks.factors import errors, tolerance
from procgen import COMPOSITIONS, CONTRASTS, KEYS, TEMPLATES, ProcgenError, Space, load_space, render_uint8
from procgen.factors import realised
from procgen.measure import best_template, colour_shares, measured_contrasts, measured_factors, template_score


@pytest.mark.parametrize("name", sorted(COMPOSITIONS))
def test_pictures_whose_areas_are_defined_hold_the_palette_and_little_else(name):
    for index in range(6):
        recipe = Space(compositions=[name]).sample(4, index)
        shares = colour_shares(render_uint8(recipe, 384))
        assert sum(shares.values()) == pytest.approx(1)
        if not np.isnan(recipe.factors()["ground_share"]):
            others = [share for colour, share in shares.items() if colour not in recipe.palette.colours]
            assert sum(share for share in others if share > 0.04) < 0.15


@pytest.fixture(scope="module")
def world():
    """Recipes of the default space and what their pictures play with."""
    recipes = [load_space("default").sample(9, index) for index in range(600)]
    return recipes, [measured_contrasts(render_uint8(recipe, 64)) for recipe in recipes]


def test_recorded_factors_are_those_of_the_pixels():
    for name, far in errors(160, 160).items():
        assert np.mean(np.array(far) <= tolerance(name)) >= 0.95, name
        assert len(far) > 60, name


def above(values, others):
    """How often one of the values is larger than one of the others, 0..1; a half says nothing."""
    return np.mean(np.array(values)[:, None] > np.array(others)[None])


def test_keys_and_purities_are_told_by_means(world):
    factors = [recipe.factors() for recipe in world[0][:300]]

    def means(choice, name, number):
        return [each[number] for each in factors if each[choice] == name]

    light = {key: means("key", key, "mean_lightness") for key in KEYS}
    assert above(light["high"], light["middle"]) > 0.8
    assert above(light["middle"], light["low"]) > 0.9
    assert above(means("purity", "vivid", "mean_chroma"), means("purity", "muted", "mean_chroma")) > 0.7


@pytest.mark.parametrize("contrast", [name for name in CONTRASTS if name != "mixture"])
def test_a_contrast_is_told_by_its_number(world, contrast):
    recipes, numbers = world
    own = [each[contrast] for recipe, each in zip(recipes, numbers, strict=True) if recipe.contrast == contrast]
    rest = [each[contrast] for recipe, each in zip(recipes, numbers, strict=True) if recipe.contrast != contrast]
    assert above(own, rest) > 0.72


def test_a_mixture_is_told_where_its_three_colours_are_seen():
    def numbers(space):
        recipes = [space.sample(2, index) for index in range(40)]
        shares = [realised(recipe.drawing, recipe.palette).shares for recipe in recipes]
        seen = [recipe for recipe, share in zip(recipes, shares, strict=True) if min(share[1:4]) > 0.03]
        found = [measured_contrasts(render_uint8(recipe, 96))["mixture"] for recipe in seen]
        return [number for number in found if not np.isnan(number)]

    shown = ["targets", "nested_squares", "floating_shapes", "split_discs"]
    assert above(numbers(Space(compositions=shown, contrasts=["mixture"])), [-0.008]) > 0.9
    assert above(numbers(Space(compositions=shown, contrasts=["hue", "cold_warm"])), [-0.008]) < 0.2


@pytest.mark.parametrize("template", [name for name, sectors in TEMPLATES.items() if sectors])
def test_a_template_fits_what_was_drawn_with_it_and_little_else(template):
    space = Space(compositions=["targets"], harmonies=["template_" + template], contrasts=["light_dark"])
    for index in range(4):
        recipe = space.sample(3, index)
        image = render_uint8(recipe, 96)
        assert template_score(image, template, recipe.base_hue_deg) < 4
        angle, score = best_template(image, template)
        assert score == pytest.approx(template_score(image, template, angle), abs=1e-9)
        assert score <= template_score(image, template, round(recipe.base_hue_deg)) + 1e-9
    pentad = Space(compositions=["targets"], harmonies=["pentad"], contrasts=["hue"]).sample(3, 0)
    assert best_template(render_uint8(pentad, 96), template)[1] > 8 or template in ("X", "Y", "T")


def test_areas_are_those_of_the_marks():
    for name, defined in (("targets", True), ("floating_shapes", True), ("gradient_mesh", False)):
        factors = [Space(compositions=[name]).sample(3, index).factors() for index in range(6)]
        assert all(np.isnan(each["ground_share"]) != defined for each in factors)
        roles = [sum(each[f"{role}_share"] for role in ("ground", "figures", "accent")) for each in factors]
        assert not defined or roles == pytest.approx([1.0] * 6, abs=2e-4)


def test_what_has_no_hue_says_so():
    grey = np.full((8, 8, 3), 128, np.uint8)
    found = measured_factors(grey)
    assert np.isnan([found["base_hue_deg"], found["mean_hue_deg"], found["hue_spread_deg"]]).all()
    assert found["neutral_share"] == 1
    opposite = measured_factors(np.hstack([np.full((8, 8, 3), c, np.uint8) for c in ((200, 60, 50), (0, 150, 160))]))
    assert np.isnan(opposite["mean_hue_deg"])
    assert opposite["complementarity"] > 0.5


def test_one_colour_has_no_spread_and_opposites_have_much():
    red, cyan = np.full((8, 8, 3), (200, 30, 40), np.uint8), np.full((8, 8, 3), (0, 150, 150), np.uint8)
    assert measured_factors(red)["hue_spread_deg"] == pytest.approx(0, abs=1e-3)
    assert measured_factors(np.hstack([red, cyan]))["hue_spread_deg"] > 60


@pytest.mark.parametrize("image", [np.zeros((8, 8, 3)), np.zeros((8, 8), np.uint8)])
def test_what_is_no_picture_is_said(image):
    with pytest.raises(ProcgenError, match="uint8"):
        measured_factors(image)
