import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from mosaics.assigning import apart, at_most, nearest


def patches(count: int, seed: int) -> np.ndarray:
    """Nine colours each, much alike, as the parts of a picture are."""
    rng = np.random.default_rng(seed)
    return (rng.normal(0, 0.15, (count, 1, 3)) + rng.normal(0, 0.05, (count, 9, 3))).reshape(count, 27)


def cost(places, tiles, found) -> float:
    return float(((places - tiles[found]) ** 2).sum())


@given(places=st.integers(1, 30), tiles=st.integers(1, 30), repeats=st.integers(1, 40), seed=st.integers(0, 99))
@settings(max_examples=80, deadline=None)
def test_no_tile_is_used_too_often_and_nothing_is_better(places, tiles, repeats, seed):
    places = min(places, tiles * repeats)
    a, b = patches(places, seed), patches(tiles, seed + 1)
    found = at_most(a, b, repeats)
    assert found.shape == (places,)
    assert np.bincount(found, minlength=tiles).max() <= repeats
    slots = np.repeat(np.arange(tiles), repeats)
    best = slots[linear_sum_assignment(((a[:, None] - b[slots][None]) ** 2).sum(2))[1]]
    assert cost(a, b, found) <= cost(a, b, best) * 1.0001 + 1e-9


def test_exactly_once_is_within_a_hundredth_of_the_best():
    a, b = patches(1_500, 0), patches(1_500, 1)
    found = at_most(a, b, 1)
    assert np.array_equal(np.sort(found), np.arange(1_500))
    best = linear_sum_assignment((b**2).sum(1) - 2 * a @ b.T)[1]
    assert cost(a, b, found) <= 1.01 * cost(a, b, best)


def test_alike_places_and_alike_tiles_are_assigned_too():
    same = np.zeros((300, 27))
    assert np.array_equal(np.sort(at_most(same, same, 1)), np.arange(300))
    assert np.array_equal(np.bincount(at_most(same, patches(100, 3), 3)), [3] * 100)


@pytest.mark.parametrize("count", [1, 5, 40])
def test_nearest_are_the_nearest(count):
    a, b = patches(70, 4), patches(40, 5)
    far = ((a[:, None] - b[None]) ** 2).sum(2)
    expected = np.take_along_axis(far, np.argsort(far, 1), 1)[:, :count]
    assert np.take_along_axis(far, nearest(a, b, count), 1) == pytest.approx(expected, abs=1e-6)


def test_a_plain_does_not_become_a_band():
    candidates = np.tile(np.arange(24), (200, 1))  # all places want the same tiles
    found = apart(candidates, 20, 2).reshape(10, 20)
    for down in range(3):
        for right in range(-2, 3):
            if (down, right) > (0, 0):
                here = found[: 10 - down, max(0, -right) : 20 - max(0, right)]
                there = found[down:, max(0, right) : 20 - max(0, -right)]
                assert (here != there).all()
