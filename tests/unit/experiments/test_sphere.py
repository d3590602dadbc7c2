"""Laws of latents on their sphere: shares of a turn are kept, paths go through what they name and have no corner."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from experiments.sphere import between, closed, moved, path_through

SHARES = st.floats(0, 1)
SEEDS = st.integers(0, 2**32 - 1)


def latents(seed, count, size=24):
    return np.random.default_rng(seed).standard_normal((count, size)).astype(np.float32)


def angle(a, b):
    a, b = a.astype(float), b.astype(float)
    return np.arctan2(np.linalg.norm(a / np.linalg.norm(a) - b / np.linalg.norm(b)) / 2,
                      np.linalg.norm(a / np.linalg.norm(a) + b / np.linalg.norm(b)) / 2) * 2  # fmt: skip


@given(SEEDS, SHARES)
@settings(deadline=None)
def test_a_move_turns_by_its_share_of_a_right_angle_and_keeps_the_length(seed, amount):
    (latent,) = latents(seed, 1)
    child = moved(latent, amount, np.random.default_rng([seed, 1]))
    assert angle(latent, child) == pytest.approx(amount * np.pi / 2, abs=1e-5)
    assert np.linalg.norm(child) == pytest.approx(np.linalg.norm(latent), rel=1e-5)
    assert child.dtype == np.float32


@given(SEEDS, SHARES)
@settings(deadline=None)
def test_what_lies_between_divides_the_arc(seed, share):
    a, b = latents(seed, 2)
    found = between(a, b, share)
    assert angle(a, found) == pytest.approx(share * angle(a, b), abs=1e-5)
    assert angle(found, b) == pytest.approx((1 - share) * angle(a, b), abs=1e-5)
    assert np.array_equal(between(a, a, 0.5), a) or np.allclose(between(a, a, 0.5), a, rtol=1e-5)


@given(SEEDS, st.integers(2, 6), st.booleans())
@settings(deadline=None, max_examples=40)
def test_a_path_goes_through_its_latents_without_a_corner(seed, count, loop):
    keys = latents(seed, count)
    path = path_through(keys, loop=loop, rng=np.random.default_rng([seed, 1]))
    assert np.allclose(path(np.arange(count)), keys, atol=1e-4)
    end = count - 1 + loop
    points = path(np.linspace(0, end, 200 * end + 1)).astype(float)
    if loop:
        assert np.allclose(points[-1], points[0], atol=1e-4)
        points = np.concatenate([points, points[1:3]])
    lengths = np.linalg.norm(points, axis=1)
    assert lengths.min() > 0.9 * np.linalg.norm(keys, axis=1).min()
    steps = np.diff(points, axis=0)
    turns = np.linalg.norm(np.diff(steps, axis=0), axis=1)
    assert turns.max() < 0.1 * np.linalg.norm(steps, axis=1).max()


def test_between_two_a_loop_is_a_circle_that_comes_back_by_another_way():
    keys = latents(3, 2)
    keys[1] *= np.linalg.norm(keys[0]) / np.linalg.norm(keys[1])
    points = path_through(keys, loop=True, rng=np.random.default_rng(1))(np.linspace(0, 2, 65))
    steps = np.linalg.norm(np.diff(points, axis=0), axis=1)
    assert steps.max() < 1.001 * steps.min()
    assert angle(points[16], points[48]) == pytest.approx(angle(*keys), abs=1e-3)


@given(st.lists(st.floats(0.1, 5), min_size=2, max_size=6))
@settings(deadline=None)
def test_a_way_grows_and_goes_on_over_its_end(parts):
    ways = np.concatenate([[0], np.cumsum(parts)])
    at = closed(ways)
    count = len(parts)
    times = np.linspace(0, count, 50 * count + 1)
    assert np.allclose(at(np.arange(count + 1)), ways)
    assert (np.diff(at(times)) > 0).all()
    assert (at(1e-4) - at(0)) == pytest.approx(at(count) - at(count - 1e-4), rel=0.01)
