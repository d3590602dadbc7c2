"""Pyramids in TIFF as tifffile and libvips see them."""

import numpy as np
import pytest
import pyvips
import tifffile
from hypothesis import given, settings
from hypothesis import strategies as st

from mosaics import MosaicsError, Raster, read_provenance, save_picture
from mosaics.oklab import to_linear, to_srgb

KIND = {"provenance": {"kind": "test"}, "source_type": "algorithmicMedia"}
Y, X = np.mgrid[0:901, 0:1277]
WAVES = np.stack([np.sin(X / 40), np.sin(Y / 50), np.sin((X + Y) / 60)], 2) * 0.5 + 0.5


def save(path, pixels, **paper):
    height, width, _ = pixels.shape
    return save_picture(Raster([pixels], (width, height), pyramid=True, **paper), path, **KIND)


@pytest.mark.parametrize("bits", [8, 16])
def test_each_page_is_half_of_the_one_before_and_the_first_loses_nothing(tmp_path, bits):
    top = 2**bits - 1
    pixels = (WAVES * top + 0.5).astype(f"uint{bits}")
    path = save(tmp_path / "a.tif", pixels, bits=bits, dpi=300)
    with tifffile.TiffFile(path) as tiff:
        assert [page.shape for page in tiff.pages] == [(901, 1277, 3), (451, 639, 3), (226, 320, 3), (113, 160, 3)]
        assert [page.is_reduced for page in tiff.pages] == [False, True, True, True]
        assert all(page.tile == (256, 256) for page in tiff.pages)
        assert np.array_equal(tiff.pages[0].asarray(), pixels)
        light = to_linear(pixels[:900, :1276] / top).reshape(450, 2, 638, 2, 3).mean((1, 3))
        assert np.abs(tiff.pages[1].asarray()[:450, :638] / top - to_srgb(light)).max() < 0.6 / 255
    assert np.array_equal(pyvips.Image.new_from_file(str(path)).numpy(), pixels)
    assert read_provenance(path)["kind"] == "test"


def test_a_fine_pattern_keeps_its_brightness_from_afar(tmp_path):
    board = ((X + Y) % 2 * 255).astype(np.uint8)[..., None].repeat(3, 2)
    with tifffile.TiffFile(save(tmp_path / "a.tif", board)) as tiff:
        middle = tiff.pages[2].asarray()[20:-20, 20:-20]
    assert set(np.unique(middle)) == {188}  # half the light of white; the mean of code values would be 128


@settings(deadline=None, max_examples=12)
@given(st.integers(1, 700), st.integers(1, 700), st.integers(1, 400))
def test_pictures_of_any_size_however_they_are_cut(tmp_path_factory, width, height, rows):
    folder = tmp_path_factory.mktemp("any")
    pixels = np.random.default_rng(width).integers(0, 256, (height, width, 3)).astype(np.uint8)
    cut = [pixels[top : top + rows] for top in range(0, height, rows)]
    path = save_picture(Raster(cut, (width, height), pyramid=True), folder / "a.tif", **KIND)
    assert path.read_bytes() == save(folder / "b.tif", pixels).read_bytes()
    with tifffile.TiffFile(path) as tiff:
        assert np.array_equal(tiff.pages[0].asarray(), pixels)
        assert max(tiff.pages[-1].shape) <= 256


def test_a_smaller_copy_that_is_cut_off_is_noticed(tmp_path):
    path = save(tmp_path / "a.tif", (WAVES * 255).astype(np.uint8))
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(MosaicsError, match="cut off or damaged"):
        read_provenance(path)


def test_only_a_tiff_is_a_pyramid(tmp_path):
    with pytest.raises(MosaicsError, match=r"ends in \.tif"):
        save(tmp_path / "a.png", (WAVES * 255).astype(np.uint8))
