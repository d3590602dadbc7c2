"""What holds for every composition: one table, one list of laws."""

import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from procgen import COMPOSITIONS, Recipe, Space, render, render_strips, render_uint8, to_uint8
from procgen.canvas import Canvas
from procgen.checking import LAWS
from procgen.color import encode, encode_uint16, linear_from_srgb
from procgen.domains import Choice, Integer
from procgen.palettes import Palette

SPACES = {name: Space(compositions=[name]) for name in COMPOSITIONS}
PALETTE = Palette("#f4efe2", ("#1c3fb8", "#d8322a", "#f2b705", "#0f8a5f"), "#111014")
every_composition = pytest.mark.parametrize("name", COMPOSITIONS)


def recipes(name, count, seed=11):
    return [SPACES[name].sample(seed, index) for index in range(count)]


def linear(recipe, width, height, time=0.0):
    return recipe.drawing.picture(Canvas(width, height, time), recipe.palette)


def strategy(domain):
    """Values of a domain, its ends among them."""
    if isinstance(domain, Choice):
        return st.sampled_from(domain.options)
    if isinstance(domain, Integer):
        return st.integers(domain.low, domain.high)
    return st.floats(domain.low, domain.high)


@every_composition
@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.__name__)
def test_a_law_that_plugins_are_held_to_as_well(law, name):
    assert law(COMPOSITIONS[name]) == ""


@every_composition
@pytest.mark.parametrize("size", [64, (96, 40), (8, 200)])
def test_a_picture_is_contiguous_and_in_range(name, size):
    width, height = (size, size) if isinstance(size, int) else size
    for recipe in recipes(name, 6):
        image = render(recipe, size)
        assert (image.shape, image.dtype) == ((height, width, 3), np.float32)
        assert image.flags.c_contiguous
        assert 0 <= image.min() <= image.max() <= 1  # false for NaN as well


@every_composition
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_every_value_of_every_domain_draws(name, data):
    kind = COMPOSITIONS[name]
    drawing = kind(**{field: data.draw(strategy(domain), field) for field, domain in kind.domains.items()})
    picture = drawing.picture(Canvas(32, 24), PALETTE)
    assert picture.shape == (24, 32, 3)
    assert np.all(np.isfinite(picture))


@every_composition
def test_other_seeds_and_indices_draw_other_pictures(name):
    pictures = [render(SPACES[name].sample(seed, index), 48).tobytes() for seed in range(6) for index in range(6)]
    assert len(set(pictures)) == len(pictures)


@every_composition
def test_strips_are_the_whole(name, monkeypatch):
    monkeypatch.setattr("procgen.rendering._STRIP_PIXELS", 60 * 7)
    for recipe in recipes(name, 2):
        for bits, whole in ((8, render_uint8(recipe, (60, 44))), (16, encode_uint16(linear(recipe, 60, 44)))):
            assert np.array_equal(np.vstack(list(render_strips(recipe, (60, 44), bits=bits))), whole)
        assert np.array_equal(render_uint8(recipe, (60, 44)), to_uint8(render(recipe, (60, 44))))


@every_composition
def test_marks_say_how_much_of_each_colour_a_pixel_holds(name):
    for recipe in recipes(name, 4):
        marked = recipe.drawing.picture(Canvas(48, 40), recipe.palette.marked)
        assert np.allclose(marked[..., :3], recipe.drawing.picture(Canvas(48, 40), recipe.palette), atol=1e-5)
        assert np.allclose(marked[..., 3:] @ recipe.palette.linear, marked[..., :3], atol=2e-3)


@every_composition
def test_json_round_trip_draws_the_same_bytes(name):
    for recipe in recipes(name, 5):
        again = Recipe.from_json(recipe.to_json())
        assert again == recipe
        assert again.digest == recipe.digest
        assert render(again, (40, 56)).tobytes() == render(recipe, (40, 56)).tobytes()


@every_composition
@pytest.mark.parametrize(("width", "height"), [(64, 64), (88, 56), (47, 96)])
def test_a_small_picture_is_the_large_one_from_afar(name, width, height):  # beside the law: as seen, of any shape
    far = []
    for recipe in recipes(name, 40 if width == height else 12):
        large = linear_from_srgb(render(recipe, (4 * width, 4 * height)))
        boxes = large.reshape(height, 4, width, 4, 3).mean((1, 3)).astype(np.float32)
        far.append(np.abs(encode(boxes) - render(recipe, (width, height))).mean())
    assert np.quantile(far, 0.95) <= 0.03
    assert max(far) <= 0.08, "another picture at another size"


DIGEST_SCRIPT = """
from hashlib import sha256
from procgen import COMPOSITIONS, Space, render
for name in COMPOSITIONS:
    recipes = [Space(compositions=[name]).sample(3, index) for index in range(12)]
    parts = [render(each, 72).tobytes() + repr((each.to_json(), each.factors())).encode() for each in recipes]
    print(name, sha256(b"".join(parts)).hexdigest())
"""


def test_same_bytes_on_a_processor_without_wide_vectors():
    # numpy warns where a feature of the list is not of this processor: that is fine.
    narrow = {"NPY_DISABLE_CPU_FEATURES": "X86_V3 X86_V4 AVX512_ICL"}
    command = [sys.executable, "-W", "ignore", "-c", DIGEST_SCRIPT]
    here, there = (
        subprocess.run(command, env=os.environ | extra, capture_output=True, text=True, check=True).stdout
        for extra in ({}, narrow)
    )
    assert len(here.splitlines()) == len(COMPOSITIONS)
    assert here == there
