import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from mosaics.assigning import apart, around_in_lattice, around_points, at_most, nearest, prices


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


def of_a_picture(side: int) -> np.ndarray:
    """The patches of a lattice over a smooth picture of few colours: nothing like those of tiles."""
    y, x = np.indices((side, side)) / side
    lab = np.stack([0.3 + 0.5 * (x * x + y) / 2, 0.1 * np.sin(5 * x), 0.12 * np.cos(4 * y)], axis=2).reshape(-1, 1, 3)
    return np.repeat(lab, 9, axis=1).reshape(-1, 27)


@pytest.mark.parametrize("drawn", [False, True])
@pytest.mark.parametrize(("count", "repeats"), [(784, 1), (850, 1), (392, 2), (160, 5)])
def test_it_is_within_a_hundredth_of_the_best(drawn, count, repeats):
    a, b = of_a_picture(28) if drawn else patches(784, 0), patches(count, 1)
    found = at_most(a, b, repeats)
    assert np.bincount(found, minlength=count).max() <= repeats
    slots = np.repeat(np.arange(count), repeats)
    best = slots[linear_sum_assignment((b[slots] ** 2).sum(1) - 2 * a @ b[slots].T)[1]]
    assert cost(a, b, found) <= 1.01 * cost(a, b, best)


def test_prices_bound_the_best_from_below():
    """The dual of the assignment: what pairs cost at least, when each tile is used as often as may be."""
    a, b = of_a_picture(30), patches(900, 2)
    _, worth = prices(a, b, 1)
    far = ((a[:, None] - b) ** 2).sum(2)
    least = (far - worth).min(1).sum() + worth.sum()
    best = far[np.arange(900), linear_sum_assignment(far)[1]].sum()
    assert 0.95 * best <= least <= best


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


def lattice(count: int) -> np.ndarray:
    return around_in_lattice(10, 20, count)


def alike(found, down: int, right: int) -> float:
    """The part of the places of a lattice whose tile comes again so far below and to the right."""
    here = found[: 10 - down, max(0, -right) : 20 - max(0, right)]
    return float((here == found[down:, max(0, right) : 20 - max(0, -right)]).mean())


def test_a_plain_does_not_become_a_band():
    """All places want the same tiles: none comes again nearby, and none at regular distances."""
    found = apart(np.tile(np.arange(49), (200, 1)), lattice(48), 0).reshape(10, 20)
    for down in range(10):
        for right in range(-9, 10):
            if (down, right) > (0, 0):
                assert alike(found, down, right) < (1e-9 if np.hypot(down, right) < 3 else 0.3)


def test_with_few_tiles_the_farthest_comes_again():
    found = apart(np.tile(np.arange(3), (200, 1)), lattice(8), 0).reshape(10, 20)
    assert alike(found, 0, 1) < 0.25  # a third by chance
    assert alike(found, 1, 0) < 0.25
    assert apart(np.zeros((1, 1), int), around_in_lattice(1, 1, 8), 0).tolist() == [0]


def test_the_sequence_of_places_is_that_of_the_seed():
    same = np.tile(np.arange(49), (200, 1))
    first, again, other = (apart(same, lattice(48), seed) for seed in (0, 0, 1))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_many_tiles_of_one_colour_take_no_more_memory():
    found = nearest(np.zeros((300, 27)), np.zeros((4_000, 27)), 24)
    assert found.shape == (300, 24)
    assert all(len(set(row)) == 24 for row in found.tolist())


def test_places_around_are_the_nearest():
    points = np.stack(np.divmod(np.arange(200), 20), axis=1)
    for place, (row, points_near) in enumerate(zip(lattice(12), around_points(points, 12), strict=True)):
        there = row[row >= 0]
        assert place not in there
        far = np.hypot(*(points - points[place]).T)
        assert (np.diff(far[there]) >= 0).all()
        assert (far[there] <= 2).all()
        assert far[points_near] == pytest.approx(np.sort(far)[1:13])
    assert lattice(4)[0].tolist().count(-1) == 2
    assert around_points(points[:1], 5).shape == (1, 0)
