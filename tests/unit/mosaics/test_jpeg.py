"""JPEG in parts: the picture that libjpeg makes of the whole, whatever the parts."""

import subprocess
import sys
from io import BytesIO
from itertools import pairwise

import numpy as np
import pytest
import pyvips
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from mosaics.jpeg import write_jpeg

QUALITY = 95


def drawn(width, height, seed=0):
    """Noise on a slope: all coefficients are used, and no two rows of blocks are the same."""
    rng = np.random.default_rng(seed)
    slope = np.add.outer(np.arange(height), np.arange(width))[..., None] % 256
    return ((slope + rng.integers(0, 60, (height, width, 3))) % 256).astype(np.uint8)


def written(pixels, cuts=(), **told):
    file = BytesIO()
    write_jpeg(file, (pixels.shape[1], len(pixels)), np.split(pixels, cuts), quality=QUALITY, **told)
    return file.getvalue()


def whole(pixels):
    file = BytesIO()
    Image.fromarray(pixels).save(file, "JPEG", quality=QUALITY, subsampling=0)
    return np.asarray(Image.open(file))


@given(st.integers(1, 300), st.integers(1, 300), st.data())
def test_any_size_in_any_strips_is_the_picture_of_the_whole(width, height, data):
    pixels = drawn(width, height)
    cuts = sorted(data.draw(st.sets(st.sampled_from(range(1, height)), max_size=4))) if height > 1 else []
    found = written(pixels, cuts)
    assert found == written(pixels)
    assert np.array_equal(np.asarray(Image.open(BytesIO(found))), whole(pixels))


@pytest.mark.parametrize("size", [(6000, 200), (700, 3000), (65_500, 9), (9, 65_500)])
def test_large_ones_of_many_parts(size):
    pixels = drawn(*size)
    found = written(pixels)
    assert np.array_equal(np.asarray(Image.open(BytesIO(found))), whole(pixels))
    assert np.array_equal(pyvips.Image.new_from_buffer(found, "", fail_on="warning").numpy(), whole(pixels))


def test_markers_count_to_eight_and_begin_anew():
    found = written(drawn(16, 8 * 20))
    restarts = [b for a, b in pairwise(found) if a == 0xFF and 0xD0 <= b <= 0xD7]
    assert restarts == [0xD0 + row % 8 for row in range(19)]


def test_what_is_told_stands_before_the_picture():
    with Image.open(BytesIO(written(drawn(40, 300), dpi=(300, 300), icc_profile=b"icc", xmp=b"<x/>"))) as image:
        assert image.size == (40, 300)
        assert {name: image.info[name] for name in ("dpi", "icc_profile", "xmp")} == {
            "dpi": (300, 300),
            "icc_profile": b"icc",
            "xmp": b"<x/>",
        }


def test_no_room_for_temporary_files_is_said():
    script = """
import resource, signal, numpy as np
from mosaics import MosaicsError
from mosaics.jpeg import encoded
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
try:
    encoded(np.random.default_rng(0).integers(0, 256, (200, 200, 3), dtype=np.uint8), 95)
except MosaicsError as error:
    print(error)
"""
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert "could not encode JPEG in" in told
    assert "TMPDIR" in told
