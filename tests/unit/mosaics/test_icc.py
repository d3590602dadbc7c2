"""Profiles and conversions, against Little CMS and ColorAide, which share no code with them."""

import struct
from io import BytesIO

import numpy as np
import pytest
from coloraide import Color
from PIL import Image, ImageCms

from mosaics import ENDINGS, Film, MosaicsError, Raster, save_picture
from mosaics.icc import PROFILES, converted, profile_bytes

COLOURS = np.random.default_rng(5).integers(0, 256, (40, 50, 3)).astype(np.uint8)
RAMPS = np.concatenate([np.eye(3, dtype=np.uint8), [[1, 1, 1]]])[:, None] * np.arange(256, dtype=np.uint8)[:, None]
PIXELS = np.concatenate([COLOURS.reshape(-1, 3), RAMPS.reshape(-1, 3)])[None].astype(np.uint8)
KIND = {"provenance": {"kind": "test"}, "source_type": "algorithmicMedia"}


def lcms(name):
    return ImageCms.ImageCmsProfile(BytesIO(profile_bytes(name)))


def to_srgb(pixels, profile):
    image, srgb = Image.fromarray(pixels), ImageCms.createProfile("sRGB")
    return np.asarray(ImageCms.profileToProfile(image, profile, srgb, renderingIntent=1), int)


def test_our_srgb_is_that_of_little_cms():
    assert np.array_equal(to_srgb(PIXELS, lcms("srgb")), PIXELS)


@pytest.mark.parametrize("name", PROFILES)
def test_a_profile_has_the_white_and_the_primaries_of_its_standard(name):
    profile = lcms(name).profile
    assert profile.profile_description == PROFILES[name].name
    published = {
        "srgb": ((0.43607, 0.22249, 0.01392), (0.38515, 0.71687, 0.09708), (0.14307, 0.06061, 0.71410)),
        "adobe-rgb": ((0.60974, 0.31111, 0.01947), (0.20528, 0.62567, 0.06087), (0.14919, 0.06322, 0.74457)),
    }[name]
    ours = [profile.red_colorant[0], profile.green_colorant[0], profile.blue_colorant[0]]
    assert np.abs(np.subtract(ours, published)).max() < 3e-4
    assert np.abs(np.sum(ours, axis=0) - (0.9642, 1, 0.8249)).max() < 1e-4


def test_colours_in_adobe_rgb_are_those_of_coloraide():
    ours = next(iter(converted([PIXELS], "adobe-rgb")))[0].astype(float)
    theirs = [Color("srgb", list(colour / 255)).convert("a98-rgb").coords() for colour in PIXELS[0]]
    assert np.abs(ours - np.array(theirs) * 255).max() < 0.56


def test_sixteen_bits_are_the_same_colours_more_finely():
    fine = next(iter(converted([PIXELS.astype(np.uint16) * 257], "adobe-rgb")))
    assert fine.dtype == np.uint16
    theirs = [Color("srgb", list(colour / 255)).convert("a98-rgb").coords() for colour in PIXELS[0]]
    assert np.abs(fine[0] - np.array(theirs) * 65535).max() < 3


def test_strips_are_converted_one_by_one():
    parts = [*converted([PIXELS[:, :100], PIXELS[:, 100:]], "adobe-rgb")]
    assert np.array_equal(np.concatenate(parts, 1), next(iter(converted([PIXELS], "adobe-rgb"))))


@pytest.mark.parametrize("ending", [ending for ending in ENDINGS if ending != ".pdf"])
@pytest.mark.parametrize("name", PROFILES)
def test_a_reader_that_heeds_the_profile_sees_the_same_colours(tmp_path, ending, name):
    smooth = np.linspace((20, 60, 230), (240, 200, 30), 4000).reshape(40, 100, 3).round().astype(np.uint8)
    path = save_picture(Raster([smooth], (100, 40), profile=name), tmp_path / f"a{ending}", **KIND)
    with Image.open(path) as image:
        embedded, seen = image.info.get("icc_profile"), np.asarray(image.convert("RGB"))
    if (ending, name) == (".png", "srgb"):
        assert b"sRGB\0" in path.read_bytes()[:64]
        assert np.array_equal(seen, smooth)
        return
    assert embedded == profile_bytes(name)
    assert (np.abs(seen.astype(int) - smooth).max() > 8) == (name != "srgb"), "converted, not relabelled"
    assert np.abs(to_srgb(seen, lcms(name)) - smooth).max() <= (2 if ending in (".png", ".tif", ".tiff") else 8)


@pytest.mark.parametrize("ending", [".webp", ".png", ".avif"])  # videos: test_videos.py; a GIF has no room for it
def test_a_loop_says_that_it_is_srgb(tmp_path, ending):
    frames = np.random.default_rng(1).integers(0, 256, (3, 24, 32, 3)).astype(np.uint8)
    film = Film(lambda number: frames[number], 3, 0.5, (32, 24))
    path = save_picture(film, tmp_path / f"a{ending}", **KIND)
    said = {".webp": profile_bytes("srgb"), ".png": b"sRGB\0", ".avif": b"colrnclx" + struct.pack(">HH", 1, 13)}
    assert said[ending] in path.read_bytes()
    with Image.open(path) as image:
        assert image.n_frames == 3
        assert image.info.get("icc_profile") == (said[ending] if ending == ".webp" else None)


def test_an_unknown_profile(tmp_path):
    with pytest.raises(MosaicsError, match='profile among srgb, adobe-rgb, received "cmyk"'):
        save_picture(Raster([PIXELS], (3, 1), profile="cmyk"), tmp_path / "a.png", **KIND)
