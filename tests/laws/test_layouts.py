"""Every row of LAYOUTS under the same laws."""

import re
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mosaics import LAYOUTS, Look, MosaicsError, Options, Placement, Sheet, Tiles
from mosaics.layouts.hilbert import curve
from mosaics.outlines import cover

ONCE = [name for name, layout in LAYOUTS.items() if not layout.repeats]
SEEN = 2_000  # pixels a side up to which outlines are painted to see whether they overlap
DISC = np.hypot(*(np.indices((90, 120)) - np.array([45, 60])[:, None, None])) < 40
OPTIONS = Options(shape=DISC)
ONE_LINE = 1.13  # a pixel, and one of the eight lines on which its cover is looked at

counts = st.one_of(st.integers(1, 40), st.integers(1, 600))
sides = st.one_of(st.integers(1, 9), st.integers(10, 9_999))
looks = st.builds(Look, gutter=st.floats(0, 2), margin=st.floats(0, 0.25))


def strip_of(count: int, height: int = 4, width: int = 4) -> Tiles:
    """As many tiles as asked for, as frames of 7 latents in 3 modes, the last moment incomplete."""
    images = np.broadcast_to(np.uint8(0), (count, height, width, 3))
    number = np.arange(count)
    return Tiles(images, {"latent": number % 7, "nimg": number // 7 * 1_000, "mode": number % 3})


def placed(name: str, tiles: Tiles, canvas: tuple[int, int] | None, seed: int = 0, look: Look | None = None):
    return LAYOUTS[name].place(tiles, Sheet(canvas, seed, look or Look(), OPTIONS))


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


def painted(placements, size: tuple[int, int]) -> np.ndarray:
    """How much of each pixel all outlines together cover."""
    canvas = np.zeros((size[1], size[0]))
    for p in placements:
        canvas[p.y : p.y + p.h, p.x : p.x + p.w] += cover(p.outline, p.w, p.h)
    return canvas


def check(placements, count: int, canvas: tuple[int, int] | None) -> None:
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
    if placements[0].outline is None:
        assert not overlaps(rows[:, 1:])
    elif max((x + w).max(), (y + h).max()) <= SEEN:
        assert painted(placements, (int((x + w).max()), int((y + h).max()))).max() < ONE_LINE
    assert np.bincount(tile, minlength=count).tolist() == [1] * count


@pytest.mark.parametrize("name", ONCE)
@given(count=counts, width=sides, height=sides, tile=st.tuples(st.integers(1, 90), st.integers(1, 90)), look=looks)
@example(count=5_000, width=3_000, height=2_000, tile=(8, 8), look=Look())
@example(count=1, width=1, height=1, tile=(3, 2), look=Look())
@settings(max_examples=30, deadline=None)
def test_places_every_tile_or_names_a_canvas_that_does(name, count, width, height, tile, look):
    check_canvas(name, count, (width, height), tile, look)


@pytest.mark.slow
@pytest.mark.parametrize("name", ONCE)
@given(
    count=st.one_of(st.integers(1, 5_000), st.integers(600, 5_000)),
    width=sides,
    height=sides,
    tile=st.tuples(st.integers(1, 90), st.integers(1, 90)),
    look=looks,
)
@example(count=4_999, width=9_999, height=61, tile=(1, 90), look=Look())
@example(count=4_999, width=61, height=9_999, tile=(90, 1), look=Look(gutter=2))
@settings(max_examples=60, deadline=None)
def test_it_does_so_with_thousands(name, count, width, height, tile, look):
    check_canvas(name, count, (width, height), tile, look)


def check_canvas(name: str, count: int, canvas: tuple[int, int], tile: tuple[int, int], look: Look) -> None:
    width, height = canvas
    tiles = strip_of(count, *tile)
    try:
        placements = placed(name, tiles, canvas, look=look)
    except MosaicsError as error:
        canvas = tuple(int(side) for side in re.search(r"give (\d+) x (\d+)", str(error)).groups())
        assert canvas[0] > width or canvas[1] > height
        assert canvas[0] >= width
        assert canvas[1] >= height
        placements = placed(name, tiles, canvas, look=look)
    check(placements, count, canvas)


@pytest.mark.parametrize("name", ONCE)
@given(count=counts, look=st.builds(Look, gutter=st.floats(0, 0.3), margin=st.floats(0, 0.25)))
@settings(max_examples=20, deadline=None)
def test_without_a_canvas_tiles_have_about_their_size(name, count, look):
    placements = placed(name, strip_of(count, 15, 24), None, look=look)
    check(placements, count, None)
    areas = np.array([p.w * p.h for p in placements])
    if name in ("grid", "filmstrip", "tapestry", "hilbert"):
        assert {(p.w, p.h) for p in placements} == {(24, 15)}
    else:
        assert 0.15 < np.median(areas) / (24 * 15) < 7


@pytest.mark.parametrize("name", ONCE)
@given(count=st.integers(1, 300), seed=st.integers(0, 2**32))
@settings(max_examples=8, deadline=None)
def test_same_arguments_same_places(name, count, seed):
    first, second = (placed(name, strip_of(count), (997, 613), seed) for _ in range(2))
    assert first == second


@pytest.mark.parametrize("name", ONCE)
def test_a_roomy_canvas_is_used(name):
    rows = table(placed(name, strip_of(84), (1200, 800), look=Look(gutter=0, margin=0)))
    wide, high = (rows[:, 1] + rows[:, 3]).max() - rows[:, 1].min(), (rows[:, 2] + rows[:, 4]).max() - rows[:, 2].min()
    assert wide > 1150 or high > 740


@pytest.mark.parametrize("name", ["hexagons", "voronoi", "concentric"])
def test_without_a_gutter_neighbours_meet(name):
    """Inside the block no background shows between them."""
    placements = placed(name, strip_of(200), (900, 900), look=Look(gutter=0, margin=0.1))
    parts = painted(placements, (900, 900))
    inner = parts[300:600, 300:600]
    assert inner.min() > 2 - ONE_LINE
    assert inner.max() < ONE_LINE


def test_seamless_has_half_a_gutter_at_each_border():
    for count in (7, 60, 211):
        rows = table(placed("seamless", strip_of(count), (1200, 800), look=Look(gutter=0.2)))
        _, x, y, w, h = rows.T
        inner = x[1] - (x[0] + w[0])
        assert x.min() + 1200 - (x + w).max() == inner
        assert y.min() + 800 - (y + h).max() == inner


@given(
    shares=st.lists(st.lists(st.integers(0, 40), min_size=3, max_size=3).filter(any), min_size=1, max_size=9),
    canvas=st.sampled_from([None, (6000, 900), (900, 6000), (3000, 2000)]),
)
@settings(max_examples=60, deadline=None)
def test_bands_of_a_tapestry_are_as_wide_as_their_shares(shares, canvas):
    """At each moment a band has a tile for each picture of its mode, about one line, and never touches the next one."""
    moment = np.repeat(np.arange(len(shares)), [sum(each) for each in shares])
    mode = np.concatenate([np.repeat(np.arange(3), each) for each in shares])
    tiles = Tiles(np.zeros((len(mode), 8, 8, 3), np.uint8), {"nimg": moment, "mode": mode})
    rows = table(placed("tapestry", tiles, canvas))
    band, when, top, high = mode[rows[:, 0]], moment[rows[:, 0]], rows[:, 2], rows[0, 4]
    assert all((rows[when == at, 1].max() < rows[when == at + 1, 1].min()) for at in range(len(shares) - 1))
    across = max(len({*rows[when == at, 1].tolist()}) for at in range(len(shares)))
    lines = []
    for each in np.unique(band):
        extents = [top[(band == each) & (when == at)] for at in range(len(shares)) if shares[at][each]]
        deep = [len({*extent.tolist()}) for extent in extents]
        assert deep == [-(-shares[at][each] // across) for at in range(len(shares)) if shares[at][each]]
        lines.append((max(extent.min() for extent in extents), min(extent.max() for extent in extents)))
        assert lines[-1][0] <= lines[-1][1] + high + 1  # all of them lie about it
    for at in range(len(shares)):
        there = [top[(band == each) & (when == at)] for each in np.unique(band) if shares[at][each]]
        assert all(lower.min() - upper.max() >= 2 * high for upper, lower in pairwise(there))


@given(count=st.integers(1, 1200), canvas=st.sampled_from([(1200, 800), (800, 800), (2400, 500)]))
@settings(max_examples=60, deadline=None)
def test_rows_and_columns_of_a_seamless_sheet_are_even(count, canvas):
    """All rows are of one height, and all places of one width but for a few that are two wide, at most one a row."""
    try:
        y, w, h = table(placed("seamless", strip_of(count), canvas, look=Look(gutter=0))).T[2:]
    except MosaicsError:
        return
    assert np.ptp(h) <= 1
    narrow = w < 1.5 * w.min()
    assert np.ptp(w[narrow]) <= 1
    assert np.abs(w[~narrow] - 2 * w[narrow].mean()).max(initial=0) <= 2 if narrow.any() else count == 1
    assert np.unique(y[~narrow], return_counts=True)[1].max(initial=1) == 1


def test_areas_of_a_treemap_are_the_weights():
    weights = np.random.default_rng(0).uniform(1, 9, 40)
    tiles = Tiles(np.zeros((40, 4, 4, 3), np.uint8), {"weight": weights, "mode": np.arange(40) % 4})
    area = np.zeros(40)
    for p in placed("treemap", tiles, (4000, 3000), look=Look(gutter=0, margin=0)):
        area[p.tile] = p.w * p.h
    assert area / area.sum() == pytest.approx(weights / weights.sum(), rel=0.01)


def test_tiles_lie_inside_the_shape():
    look = Look(gutter=0, margin=0)
    for p in placed("shape", strip_of(120), (960, 720), look=look):
        corners = np.array([(x, y) for x in (p.x, p.x + p.w) for y in (p.y, p.y + p.h)])
        assert (np.hypot(*(corners - (480, 360)).T) < 720 / 79 * 40 * 1.02).all()


@given(cols=st.integers(1, 60), rows=st.integers(1, 60))
@settings(max_examples=60, deadline=None)
def test_the_curve_passes_each_cell_once_and_never_jumps(cols, rows):
    cells = np.array(list(curve(cols, rows)))
    assert len({*map(tuple, cells.tolist())}) == len(cells) == cols * rows
    assert (cells >= 0).all()
    assert (cells < (cols, rows)).all()
    assert np.abs(np.diff(cells, axis=0)).max(initial=0) <= 1


def test_overlap_is_found():
    assert overlaps(np.array([[0, 0, 2, 2], [1, 1, 2, 2]]))
    assert overlaps(np.array([[0, 0, 5, 5], [1, 1, 2, 2]]))
    assert overlaps(np.array([[3, 3, 1, 1], [3, 3, 1, 1]]))
    assert not overlaps(np.array([[0, 0, 2, 2], [2, 0, 2, 2], [0, 2, 4, 1]]))
    square = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))
    assert painted([Placement(0, 0, 0, 4, 4, square), Placement(1, 3, 0, 4, 4, square)], (7, 4)).max() == 2


def test_what_a_layout_needs_is_asked_for():
    for name, layout in LAYOUTS.items():
        for need in layout.needs:
            with pytest.raises(MosaicsError, match=need):
                layout.place(strip_of(20), Sheet((900, 900)))
            assert name
