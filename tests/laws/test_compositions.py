"""What holds for every composition: one table, one list of laws."""

import os
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from procgen import COMPOSITIONS, Recipe, Space, render, render_strips, render_uint8, to_uint8
from procgen.canvas import Canvas
from procgen.color import encode, encode_uint16, linear_from_srgb
from procgen.domains import Choice, Integer
from procgen.measure import colour_shares
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
@pytest.mark.parametrize("size", [64, (96, 40), (41, 97), (64, 63), (8, 200)])
def test_a_picture_is_finite_and_in_range(name, size):
    width, height = (size, size) if isinstance(size, int) else size
    for recipe in recipes(name, 6):
        image = render(recipe, size)
        assert image.shape == (height, width, 3)
        assert image.dtype == np.float32
        assert image.flags.c_contiguous
        assert np.all(np.isfinite(image))
        assert image.min() >= 0
        assert image.max() <= 1


@every_composition
def test_linear_light_stays_between_black_and_white(name):
    for recipe in recipes(name, 10):
        linear = recipe.drawing.picture(Canvas(48, 48), recipe.palette)
        assert linear.dtype == np.float32
        assert linear.min() > -1e-3
        assert linear.max() < 1 + 1e-3


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
def test_same_recipe_same_bytes_in_any_order(name):
    space, size = SPACES[name], 48
    forwards = [render(space.sample(5, index), size).tobytes() for index in range(5)]
    backwards = [render(space.sample(5, index), size).tobytes() for index in reversed(range(5))]
    assert forwards == backwards[::-1]


@every_composition
def test_other_seeds_and_indices_draw_other_pictures(name):
    pictures = [render(SPACES[name].sample(seed, index), 48).tobytes() for seed in range(6) for index in range(6)]
    assert len(set(pictures)) == len(pictures)


@every_composition
def test_a_window_is_that_part_of_the_whole(name):
    for recipe in recipes(name, 4):
        for time in (0.0, 0.3):
            whole = recipe.drawing.picture(Canvas(70, 50, time), PALETTE)
            part = recipe.drawing.picture(Canvas(41, 23, time, (70, 50), (17, 20)), PALETTE)
            assert np.array_equal(part[:-1, :-1], whole[20:42, 17:57])


@every_composition
def test_strips_are_the_whole(name, monkeypatch):
    monkeypatch.setattr("procgen.rendering._STRIP_PIXELS", 60 * 7)
    for recipe in recipes(name, 2):
        for bits, whole in ((8, render_uint8(recipe, (60, 44))), (16, encode_uint16(linear(recipe, 60, 44)))):
            assert np.array_equal(np.vstack(list(render_strips(recipe, (60, 44), bits=bits))), whole)
        assert np.array_equal(render_uint8(recipe, (60, 44)), to_uint8(render(recipe, (60, 44))))


@every_composition
def test_a_loop_moves_and_closes_without_a_jump(name):
    moved = []
    for recipe in recipes(name, 6):
        assert render(recipe, 32, time=1.0).tobytes() == render(recipe, 32).tobytes()
        frames = np.stack([linear(recipe, 40, 40, k / 60) for k in range(60)])
        steps = np.abs(frames - np.roll(frames, 1, axis=0)).mean((1, 2, 3))
        assert steps.max() <= 5 * max(np.median(steps), 2e-3), "a jump"
        moved.append(steps.sum())
    assert min(moved) > 0.02, "it stands still"


@every_composition
def test_the_end_of_a_loop_is_its_start(name):
    for recipe in recipes(name, 12):
        assert np.abs(linear(recipe, 40, 40, 1 - 1e-6) - linear(recipe, 40, 40)).mean() < 0.004


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
def test_drawing_changes_nothing_it_was_given(name):
    canvas, before = Canvas(40, 40), PALETTE.linear.copy()
    for recipe in recipes(name, 5):
        recipe.drawing.picture(canvas, PALETTE)
    assert np.array_equal(PALETTE.linear, before)
    assert np.array_equal(canvas.x, Canvas(40, 40).x)


@every_composition
@pytest.mark.parametrize(("width", "height"), [(64, 64), (88, 56), (47, 96)])
def test_a_small_picture_is_the_large_one_from_afar(name, width, height):
    far = []
    for recipe in recipes(name, 40 if width == height else 12):
        large = linear_from_srgb(render(recipe, (4 * width, 4 * height)))
        boxes = large.reshape(height, 4, width, 4, 3).mean((1, 3)).astype(np.float32)
        far.append(np.abs(encode(boxes) - render(recipe, (width, height))).mean())
    assert np.quantile(far, 0.95) <= 0.03
    assert max(far) <= 0.08, "another picture at another size"


@every_composition
def test_a_picture_is_seldom_one_flat_tone(name):
    largest = [next(iter(colour_shares(to_uint8(render(recipe, 64))).values())) for recipe in recipes(name, 40)]
    assert np.quantile(largest, 0.95) <= 0.93


@every_composition
def test_every_field_is_seen_in_some_picture(name):
    kind = COMPOSITIONS[name]
    rng = np.random.default_rng(1)
    drawings = [recipe.drawing for recipe in recipes(name, 12)]
    for field, domain in kind.domains.items():
        assert any(
            not np.array_equal(
                drawing.picture(Canvas(48, 48), PALETTE),
                replace(drawing, **{field: domain.sample(rng)}).picture(Canvas(48, 48), PALETTE),
            )
            for drawing in drawings
        ), f"{name}.{field} changes nothing"


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
