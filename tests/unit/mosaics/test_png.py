"""PNG compressed side by side: readers see one stream, and nothing of how it came about shows."""

from io import BytesIO

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from mosaics.png import write_png, write_stored


def written(pixels, rows, write=write_png, bits=8):
    file, size = BytesIO(), (pixels.shape[1], pixels.shape[0])
    strips = [pixels[top : top + rows] for top in range(0, len(pixels), rows)]
    write_png(file, size, bits, [strips], []) if write is write_png else write_stored(file, size, bits, strips)
    return file.getvalue()


def read(data):
    return np.asarray(Image.open(BytesIO(data)))


@settings(deadline=None, max_examples=30)
@given(st.integers(1, 900), st.integers(1, 900), st.integers(1, 1000), st.booleans())
def test_any_size_however_it_was_cut(width, height, rows, flat):
    rng = np.random.default_rng(width * height)
    pixels = rng.integers(0, 2 if flat else 256, (height, width, 3)).astype(np.uint8)
    data = written(pixels, rows)
    assert np.array_equal(read(data), pixels)
    assert data == written(pixels, height)
    assert np.array_equal(read(written(pixels, rows, write_stored)), pixels)


@pytest.mark.parametrize("processors", [1, 2, 7])
def test_the_number_of_processors_does_not_show(monkeypatch, processors):
    pixels = np.random.default_rng(1).integers(0, 256, (3000, 800, 3)).astype(np.uint8)
    data = written(pixels, 500)
    monkeypatch.setattr("mosaics.threads.cores", lambda: processors)
    assert written(pixels, 500) == data


def test_blocks_know_of_each_other():
    row = np.random.default_rng(2).integers(0, 256, (1, 9000, 3)).astype(np.uint8)
    changes = row * np.arange(400, dtype=np.uint8)[:, None, None]  # each row the one above, and the same again
    assert len(written(changes, 400)) < 0.02 * changes.nbytes
