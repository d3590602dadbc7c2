"""Grids of uneven cells, and fields drawn in four times as many pixels."""

import numpy as np
import pytest

from procgen.canvas import Canvas
from procgen.grids import grid, spread
from procgen.oversampling import doubled, halved

COLOURS = np.random.default_rng(1).random((5, 7, 3)).astype(np.float32)


@pytest.mark.parametrize("size", [(64, 64), (96, 40), (3, 5)])
def test_every_pixel_is_the_mean_of_what_it_covers(size):
    width, height = size
    canvas, fine = Canvas(width, height), Canvas(60 * width, 60 * height)
    columns, rows = (spread(np.arange(1, n + 1), side) for n, side in zip((7, 5), canvas.extent, strict=True))
    right, below = np.searchsorted(columns, fine.x[0]), np.searchsorted(rows, fine.y[:, 0])
    means = COLOURS[below][:, right].reshape(height, 60, width, 60, 3).mean((1, 3))
    assert np.allclose(grid(canvas, COLOURS, columns, rows).linear, means, atol=0.02)


def test_pixels_of_one_cell_share_a_row_of_the_table():
    drawn = grid(Canvas(256, 256), COLOURS, spread(np.ones(7), 1), spread(np.ones(5), 1))
    assert len(drawn.colours) <= (2 * 7 - 1) * (2 * 5 - 1)


def test_widths_are_in_proportion():
    assert np.allclose(spread(np.array([1, 2, 5]), 1.6), [-0.6, -0.2])


def test_doubled_pixels_are_halved_back_in_place():
    canvas = Canvas(9, 7, 0.4, (20, 16), (5, 3))
    finer = doubled(canvas)
    assert (finer.time, finer.extent) == (canvas.time, canvas.extent)
    picture = np.stack(np.broadcast_arrays(finer.x, finer.y), -1)
    assert np.allclose(halved(picture), np.stack(np.broadcast_arrays(canvas.x, canvas.y), -1), atol=1e-6)
