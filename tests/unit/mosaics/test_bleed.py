import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mosaics import LAYOUTS, Look, Tiles, compose
from mosaics.bleed import bleeding

TILES = Tiles(np.random.default_rng(0).integers(0, 200, (60, 12, 12, 3)).astype(np.uint8))


@settings(deadline=None, max_examples=50)
@given(st.integers(40, 900), st.integers(40, 900), st.integers(0, 10), st.floats(0.01, 0.3))
def test_a_margin_is_as_wide_as_asked_for_once_the_bleed_is_cut_off(width, height, bleed, margin):
    size, look = bleeding((width, height), Look(margin=margin), bleed)
    assert size == (width + 2 * bleed, height + 2 * bleed)
    assert look.margin * min(size) - bleed == pytest.approx(margin * min(width, height))


@pytest.mark.parametrize("layout", ["grid", "voronoi", "hilbert", "mondrian", "phyllotaxis"])
def test_the_bleed_of_a_margin_is_its_colour(layout):
    size, look = bleeding((300, 200), Look(0.05, 0.1, "#ffeedd"), 15)
    pixels = compose(TILES, layout=layout, size_px=size, look=look).pixels
    outside = np.ones(pixels.shape[:2], bool)
    outside[15:-15, 15:-15] = False
    assert (pixels[outside] == (0xFF, 0xEE, 0xDD)).all()


@pytest.mark.parametrize("layout", ["voronoi", "mondrian", "treemap"])
def test_without_a_margin_tiles_run_on_into_the_bleed(layout):
    assert layout in LAYOUTS
    size, look = bleeding((300, 200), Look(0, 0, "#ffffff"), 15)
    pixels = compose(TILES, layout=layout, size_px=size, look=look).pixels
    for edge in (pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]):
        assert (edge != 255).any(1).mean() > 0.9


def test_no_bleed_changes_nothing():
    assert bleeding((300, 200), Look(), 0) == ((300, 200), Look())
