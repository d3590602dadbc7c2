"""The layouts that draw a target, under the same laws."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mosaics import LAYOUTS, Look, MosaicsError, Options, Sheet, Tiles, compose
from mosaics.layouts.target import reduced
from tests.laws.test_layouts import overlaps, table

DRAWING = [name for name, layout in LAYOUTS.items() if "target" in layout.needs]
RNG = np.random.default_rng(5)
COLOURS = RNG.integers(20, 236, (200, 1, 1, 3))
TILES = Tiles((COLOURS + RNG.integers(-20, 20, (200, 8, 8, 3))).astype(np.uint8))
Y, X = np.indices((96, 144))
TARGET = np.stack([X, Y * 2, 255 - X], 2).clip(0, 255).astype(np.uint8)
TARGET[20:60, 30:70] = (230, 30, 40)


def placed(name: str, canvas=(1200, 800), tiles: Tiles = TILES, **options):
    layout = LAYOUTS[name]
    return layout.place(tiles, Sheet(canvas, look=layout.look, options=Options(target=TARGET, **options)))


@pytest.mark.parametrize("name", DRAWING)
@given(cells=st.integers(1, 900), wide=st.integers(300, 2500), high=st.integers(300, 2500), repeats=st.integers(1, 9))
@settings(max_examples=25, deadline=None)
def test_places_fill_the_canvas_and_no_tile_comes_too_often(name, cells, wide, high, repeats):
    cells = min(cells, 200 * repeats)
    rows = table(placed(name, (wide, high), cells=cells, repeats=repeats))
    tile, x, y, w, h = rows.T
    assert not overlaps(rows[:, 1:])
    assert (w * h).sum() == wide * high
    assert (x + w).max() == wide
    assert (y + h).max() == high
    assert np.bincount(tile).max() <= repeats
    assert 0.5 * cells - 2 <= len(rows) <= 1.4 * cells + 3


@pytest.mark.slow
@pytest.mark.parametrize("name", DRAWING)
@given(
    count=st.integers(1, 5_000),
    cells=st.integers(1, 5_000),
    tile=st.tuples(st.integers(1, 40), st.integers(1, 40)),
    canvas=st.one_of(st.none(), st.tuples(st.integers(1, 4_000), st.integers(1, 4_000))),
    look=st.builds(Look, gutter=st.floats(0, 1), margin=st.floats(0, 0.3)),
    repeats=st.one_of(st.none(), st.integers(1, 9)),
)
@settings(max_examples=60)
def test_with_any_number_of_tiles_it_draws_or_says_what_is_wrong(name, count, cells, tile, canvas, look, repeats):
    tiles = Tiles(np.random.default_rng(count).integers(0, 256, (count, *tile, 3), np.uint8))
    options = Options(target=TARGET, cells=cells, repeats=repeats, blend=0.2)
    try:
        placements = LAYOUTS[name].place(tiles, Sheet(canvas, look=look, options=options))
    except MosaicsError as error:
        if "fewer cells" not in str(error):
            raise
        return
    rows = table(placements)
    assert (rows[:, 3:] > 0).all()
    assert (rows[:, 1:3] >= 0).all()
    if canvas:
        assert (rows[:, 1:3] + rows[:, 3:] <= canvas).all()
    assert not overlaps(rows[:, 1:])
    assert np.bincount(rows[:, 0], minlength=count).max() <= (repeats or cells + 3)


@pytest.mark.parametrize("name", DRAWING)
def test_the_target_is_seen_and_more_of_it_with_more_blend(name):
    def off(blend: float) -> float:
        picture = compose(
            TILES, layout=name, size_px=(1152, 768), options=Options(target=TARGET, cells=600, blend=blend)
        )
        seen = picture.pixels.reshape(96, 8, 144, 8, 3).mean((1, 3))
        blocks = (seen - TARGET).reshape(24, 4, 36, 4, 3).mean((1, 3))
        return float(np.abs(blocks).mean())

    found = [off(blend) for blend in (0.0, 0.5, 1.0)]
    assert found[0] < 30
    assert found[0] > found[1] > found[2]


@pytest.mark.parametrize("times", [7, 20])
def test_a_large_target_is_seen_as_the_small_one(times):
    large = TARGET.repeat(times, 0).repeat(times, 1)[3:, :-2]
    assert np.abs(reduced(large, 18, 12).astype(int) - reduced(TARGET, 18, 12)).mean() < 1.5


@pytest.mark.parametrize("name", DRAWING)
def test_it_is_the_same_each_time(name):
    assert placed(name, cells=150) == placed(name, cells=150)


def test_without_a_limit_no_tile_comes_twice_within_two_places():
    rows = table(placed("photomosaic", cells=600))
    lattice = rows[:, 0].reshape(len(np.unique(rows[:, 2])), -1)
    for down, right in ((0, 1), (0, 2), (1, 0), (1, 1), (2, 2), (2, 0)):
        assert (lattice[: len(lattice) - down, : lattice.shape[1] - right] != lattice[down:, right:]).all()


def test_all_tiles_exactly_once():
    rows = table(placed("photomosaic", (1000, 1000), TILES.take(range(196)), repeats=1))
    assert sorted(rows[:, 0]) == list(range(196))


def test_small_cells_lie_where_the_target_has_detail():
    """Which is at the edges of its red block, from (300, 200) to (700, 600)."""
    left, top, wide, high = table(placed("quadtree", (1440, 960), cells=300))[:, 1:].T
    ends = ((left < 300) & (left + wide > 300)) | ((left < 700) & (left + wide > 700))
    beside = ends & (top + high > 200) & (top < 600)
    within = ((top < 200) & (top + high > 200)) | ((top < 600) & (top + high > 600))
    above = within & (left + wide > 300) & (left < 700)
    assert np.median(wide[beside | above]) < 0.6 * np.median(wide[~(beside | above)])


@pytest.mark.parametrize(("wide", "high"), [(1500, 1000), (1000, 1500), (1000, 1000), (2000, 1400), (3000, 500)])
def test_cells_of_a_quadtree_are_about_square(wide, high):
    rows = table(placed("quadtree", (wide, high), cells=200))
    assert 0.8 < np.median(rows[:, 3] / rows[:, 4]) < 1.25


@pytest.mark.parametrize("name", DRAWING)
@given(count=st.integers(1, 12), cells=st.integers(1, 300))
@settings(max_examples=10)
def test_a_few_tiles_are_enough(name, count, cells):
    rows = table(placed(name, tiles=TILES.take(range(count)), cells=cells))
    assert set(rows[:, 0]) <= set(range(count))


@pytest.mark.parametrize("name", DRAWING)
@pytest.mark.parametrize("count", [1_000, 5_000])
def test_thousands_of_tiles_exactly_once(name, count):
    rng = np.random.default_rng(1)
    tiles = Tiles(rng.integers(0, 256, (count, 3, 3, 3), np.uint8))
    rows = table(placed(name, (3001, 1999), tiles, repeats=1))
    assert np.bincount(rows[:, 0]).max() == 1
    assert len(rows) > 0.95 * count
    assert not overlaps(rows[:, 1:])
    assert (rows[:, 3] * rows[:, 4]).sum() == 3001 * 1999


@pytest.mark.parametrize("name", DRAWING)
@pytest.mark.parametrize(
    ("options", "words"),
    [({"cells": 401, "repeats": 2}, "at most 400 places"), ({"cells": 90_000}, "give a larger one, or fewer cells")],
)
def test_what_cannot_be_is_said(name, options, words):
    with pytest.raises(MosaicsError, match=words):
        placed(name, (150, 100), **options)


def test_without_a_target_it_is_asked_for():
    for name in DRAWING:
        with pytest.raises(MosaicsError, match="target"):
            compose(TILES, layout=name)
