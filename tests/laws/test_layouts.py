"""Every row of LAYOUTS under the same laws."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mosaics import LAYOUTS, Look, MosaicsError, Tiles

USES = {"grid": 1, "filmstrip": 1}  # how often each layout promises to use each tile

counts = st.one_of(st.integers(1, 40), st.integers(1, 5_000))
sides = st.one_of(st.integers(1, 9), st.integers(10, 9_999))
looks = st.builds(Look, gutter=st.floats(0, 2), margin=st.floats(0, 0.25))


def strip_of(count: int, height: int = 4, width: int = 4) -> Tiles:
    """As many tiles as asked for, as frames of 7 latents, the last moment incomplete."""
    images = np.broadcast_to(np.uint8(0), (count, height, width, 3))
    return Tiles(images, {"latent": np.arange(count) % 7, "nimg": np.arange(count) // 7 * 1_000})


def table(placements) -> np.ndarray:
    return np.array([(p.tile, p.x, p.y, p.w, p.h) for p in placements])


def overlaps(rectangles: np.ndarray) -> bool:
    """Whether two rectangles (x, y, w, h) share a pixel: compare painted area with the sum of areas."""
    x, y, w, h = rectangles.T
    xs, ys = np.unique(np.concatenate([x, x + w])), np.unique(np.concatenate([y, y + h]))
    painted = np.zeros((len(ys), len(xs)), np.int64)
    left, right, top, bottom = (np.searchsorted(a, b) for a, b in ((xs, x), (xs, x + w), (ys, y), (ys, y + h)))
    for rows, cols, sign in ((top, left, 1), (bottom, right, 1), (top, right, -1), (bottom, left, -1)):
        np.add.at(painted, (rows, cols), sign)
    return bool((painted.cumsum(0).cumsum(1) > 1).any())


def check(placements, count: int, canvas: tuple[int, int] | None, uses: int) -> None:
    rows = table(placements)
    tile, x, y, w, h = rows.T
    assert all(type(value) is int for p in placements[:3] for value in (p.tile, p.x, p.y, p.w, p.h))
    assert (w >= 1).all()
    assert (h >= 1).all()
    assert (x >= 0).all()
    assert (y >= 0).all()
    if canvas:
        assert (x + w <= canvas[0]).all()
        assert (y + h <= canvas[1]).all()
    assert not overlaps(rows[:, 1:])
    assert np.bincount(tile, minlength=count).tolist() == [uses] * count


@pytest.mark.parametrize("name", LAYOUTS)
@given(count=counts, width=sides, height=sides, tile=st.tuples(st.integers(1, 90), st.integers(1, 90)), look=looks)
@settings(max_examples=60, deadline=None)
def test_places_every_tile_or_names_a_canvas_that_does(name, count, width, height, tile, look):
    tiles, canvas = strip_of(count, *tile), (width, height)
    try:
        placements = LAYOUTS[name].place(tiles, canvas, seed=0, look=look)
    except MosaicsError as error:
        canvas = tuple(int(side) for side in re.search(r"give (\d+) x (\d+)", str(error)).groups())
        assert canvas[0] > width
        assert canvas[1] > height
        placements = LAYOUTS[name].place(tiles, canvas, seed=0, look=look)
    check(placements, count, canvas, USES[name])


@pytest.mark.parametrize("name", LAYOUTS)
@given(count=counts, look=looks)
@settings(max_examples=30, deadline=None)
def test_without_a_canvas_tiles_keep_their_size(name, count, look):
    placements = LAYOUTS[name].place(strip_of(count, 5, 8), None, seed=0, look=look)
    check(placements, count, None, USES[name])
    assert {(p.w, p.h) for p in placements} == {(8, 5)}


@pytest.mark.parametrize("name", LAYOUTS)
@given(count=st.integers(1, 300), seed=st.integers(0, 2**32))
@settings(max_examples=15, deadline=None)
def test_same_arguments_same_places(name, count, seed):
    first, second = (LAYOUTS[name].place(strip_of(count), (997, 613), seed=seed, look=Look()) for _ in range(2))
    assert first == second


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_roomy_canvas_is_used(name):
    rows = table(LAYOUTS[name].place(strip_of(84), (1200, 800), seed=0, look=Look(gutter=0, margin=0)))
    wide, high = (rows[:, 1] + rows[:, 3]).max() - rows[:, 1].min(), (rows[:, 2] + rows[:, 4]).max() - rows[:, 2].min()
    assert wide > 1150 or high > 750


def test_overlap_is_found():
    assert overlaps(np.array([[0, 0, 2, 2], [1, 1, 2, 2]]))
    assert overlaps(np.array([[0, 0, 5, 5], [1, 1, 2, 2]]))
    assert overlaps(np.array([[3, 3, 1, 1], [3, 3, 1, 1]]))
    assert not overlaps(np.array([[0, 0, 2, 2], [2, 0, 2, 2], [0, 2, 4, 1]]))


def test_every_layout_makes_its_promise():
    assert USES.keys() == LAYOUTS.keys()
