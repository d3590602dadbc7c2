import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from procgen.canvas import Canvas, over, pixel_slope, sine, swing
from procgen.layers import Layers

WHITE, BLACK = np.ones(3, np.float32), np.zeros(3, np.float32)
sides = st.integers(8, 120)


@given(sides, sides)
def test_the_short_side_spans_one_and_the_centre_is_the_origin(width, height):
    canvas = Canvas(width, height)
    assert min(canvas.extent) == pytest.approx(1)
    assert canvas.x.shape == (1, width)
    assert canvas.y.shape == (height, 1)
    assert float(canvas.x.mean()) == pytest.approx(0, abs=1e-6)
    assert canvas.x[0, -1] + canvas.pixel / 2 == pytest.approx(canvas.extent[0] / 2, rel=1e-5)


@given(sides, sides, *[st.floats(-0.5, 0.5)] * 2, *[st.floats(0.01, 0.5)] * 2)
def test_a_rectangle_covers_its_area(width, height, left, top, across, down):
    canvas = Canvas(width, height)
    right, bottom = min(left + across, canvas.extent[0] / 2), min(top + down, canvas.extent[1] / 2)
    across, down = right - left, bottom - top
    if across < canvas.pixel or down < canvas.pixel:  # thinner than a pixel, coverage is only approximate
        return
    picture = canvas.filled(BLACK)
    canvas.rectangle(picture, (left, top, right, bottom), WHITE)
    assert picture[..., 0].sum() * canvas.pixel**2 == pytest.approx(across * down, abs=3e-3 * max(canvas.extent))


def test_a_disc_covers_its_area():
    canvas = Canvas(64, 64)
    distance = np.sqrt(canvas.x * canvas.x + canvas.y * canvas.y) - np.float32(0.3)
    assert canvas.coverage(distance).mean() == pytest.approx(np.pi * 0.09, rel=2e-3)


@given(st.lists(st.floats(0.02, 0.98), min_size=1, max_size=6, unique=True))
def test_a_profile_has_the_mean_of_its_bands(edges):
    canvas, edges = Canvas(50, 50), np.sort(edges)
    shades = np.repeat(np.linspace(0, 1, len(edges) + 1)[:, None], 3, axis=1)
    widths = np.diff([0, *edges, 1])
    line = canvas.profile(canvas.x + np.float32(0.5), edges, shades)
    assert line.linear[..., 0].mean() == pytest.approx(widths @ shades[:, 0], abs=0.004)


@given(st.floats(1, 20), st.integers(2, 5))
def test_bands_have_the_mean_of_their_colours(count, colours):
    canvas = Canvas(200, 20)
    shades = np.repeat(np.linspace(0, 1, colours, dtype=np.float32)[:, None], 3, axis=1)
    whole = round(count) * colours
    phase = (canvas.x + np.float32(5)) * np.float32(whole / 10) + np.zeros_like(canvas.y)
    assert canvas.bands(phase, shades).linear[..., 0].mean() == pytest.approx(shades[:, 0].mean(), abs=0.01)


def test_cells_keep_every_cell_s_share():
    colours = np.random.default_rng(0).random((7, 5, 3)).astype(np.float32)
    for side in (8, 35, 64):
        picture = Canvas(side, side).cells(colours, 5, 7)
        assert picture.mean((0, 1)) == pytest.approx(colours.mean((0, 1)), abs=1e-5)


def test_the_sine_table_is_a_sine():
    turns = np.linspace(-3, 3, 1001, dtype=np.float32)
    assert np.abs(sine(turns) - np.sin(2 * np.pi * turns.astype(float))).max() < 1e-4


def test_the_slope_of_a_plane_is_its_gradient():
    canvas = Canvas(30, 20)
    slope = pixel_slope(3 * canvas.x + 4 * canvas.y)
    assert slope == pytest.approx(np.full((20, 30), 5 * canvas.pixel), rel=1e-3)


def test_over_blends_in_linear_light():
    picture = Canvas(8, 8).filled(BLACK)
    over(picture, WHITE, np.full((8, 8), 0.25, np.float32))
    assert np.all(picture == 0.25)


def test_cells_moved_by_a_part_of_a_cell_come_round_again():
    colours = np.random.default_rng(0).random((7, 5, 3)).astype(np.float32)
    canvas = Canvas(35, 35)
    assert np.array_equal(canvas.cells(colours, 5, 7, (5.0, 14.0)), canvas.cells(colours, 5, 7))
    assert canvas.cells(colours, 5, 7, (2, -3)) == pytest.approx(canvas.cells(np.roll(colours, (3, -2), (0, 1)), 5, 7))
    assert canvas.cells(colours, 5, 7, (0.3, 0)).mean((0, 1)) == pytest.approx(colours.mean((0, 1)), abs=1e-5)


@pytest.mark.parametrize(
    "make", [lambda c, f: c.bands(f, np.eye(3)), lambda c, f: c.profile(f, [-3, 0.2, 5], np.eye(4))]
)
def test_a_picture_drawn_strip_by_strip_is_the_same(make, monkeypatch):
    def field(canvas):
        return (canvas.x * canvas.x + 3 * canvas.y) * np.float32(4)

    monkeypatch.setattr("procgen.canvas._STRIP", 50 * 7)
    canvas = Canvas(50, 40)
    assert np.array_equal(make(canvas, field).linear, make(canvas, field(canvas)).linear)


def test_a_swing_starts_where_it_was_and_comes_back():
    starts = np.linspace(0, 1, 7)
    assert np.all(swing(0.0, starts) == 0)
    assert swing(0.5, starts) == pytest.approx(-2 * np.sin(2 * np.pi * starts), abs=1e-3)


def test_layers_are_what_over_makes_of_them():
    canvas = Canvas(64, 48)
    layers, picture = Layers(canvas, np.stack([BLACK, WHITE, WHITE / 2])), canvas.filled(BLACK)
    for x, y, radius, number in ((-0.1, 0.0, 0.3, 1), (0.2, 0.1, 0.25, 2), (0.6, 0.4, 0.3, 1)):

        def disc(dx, dy, radius=radius, number=number):
            return canvas.coverage(np.sqrt(dx * dx + dy * dy) - np.float32(radius)), number

        layers.lay(x, y, (radius, radius), disc)
        over(picture, (BLACK, WHITE, WHITE / 2)[number], disc(canvas.x - np.float32(x), canvas.y - np.float32(y))[0])
    assert layers.picture.linear == pytest.approx(picture, abs=1e-6)
