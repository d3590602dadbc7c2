import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mosaics.oklab import to_linear
from mosaics.resizing import resize

sizes = st.integers(1, 40)


@given(sizes, sizes, sizes, sizes, st.tuples(*[st.integers(0, 255)] * 3))
@settings(max_examples=60, deadline=None)
def test_a_flat_colour_stays(h, w, height, width, colour):
    images = np.full((2, h, w, 3), colour, np.uint8)
    resized = resize(images, width, height)
    assert resized.shape == (2, height, width, 3)
    assert np.abs(resized.astype(int) - colour).max() <= 1


def test_same_size_is_untouched():
    images = np.random.default_rng(0).integers(0, 256, (2, 5, 6, 3)).astype(np.uint8)
    assert resize(images, 6, 5) is images


def test_a_checkerboard_keeps_its_light():
    board = np.indices((64, 64)).sum(0) % 2 * np.uint8(255)
    small = resize(np.repeat(board[None, ..., None], 3, axis=3), 16, 16)[0, 2:-2, 2:-2]
    assert to_linear(small / 255).mean() == pytest.approx(0.5, abs=0.01)
    assert small.std() < 2  # no pattern is left


def test_a_ramp_is_not_shifted():
    ramp = np.tile(np.arange(0, 240, 4, dtype=np.uint8)[None, None, :, None], (1, 60, 1, 3))
    back = resize(resize(ramp, 120, 120), 60, 60)
    assert np.abs(back.astype(int) - ramp)[:, :, 4:-4].max() <= 2


@pytest.mark.parametrize(("width", "height"), [(20, 40), (40, 20), (7, 40), (80, 16)])
def test_other_proportions_show_the_middle(width, height):
    """What is cut off is the same on both sides, and what is left is not stretched."""
    y, x = np.indices((40, 40))
    image = np.stack([x * 6, y * 6, np.full_like(x, 90)], 2).astype(np.uint8)
    small = resize(image[None], width, height)[0].astype(float)
    scale = min(40 / width, 40 / height)
    inner = small[2:-2, 2:-2] if min(small.shape[:2]) > 8 else small
    assert inner[..., 0].mean() == pytest.approx(6 * 19.5, abs=2)
    assert inner[..., 1].mean() == pytest.approx(6 * 19.5, abs=2)
    steps = [np.diff(small[height // 2, :, 0])[2:-2], np.diff(small[:, width // 2, 1])[2:-2]]
    assert all(np.abs(step - 6 * scale).max() <= 1.5 for step in steps if len(step))
