"""Textures that CPPNs bend: how they are looked up, what is shown, in files and films."""

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image
from scipy.ndimage import map_coordinates

from experiments import ExperimentsError
from experiments.cppn.asking import find_cppn
from experiments.cppn.filming import Seam
from experiments.cppn.motion import Motion, stations_of
from experiments.cppn.remapping import (
    SPREADS,
    RemapAsked,
    film_of_remap,
    plan_remap,
    plan_remap_film,
    remapped,
    save_remap,
    save_remap_film,
)
from experiments.cppn.texels import BORDERS, Texels
from experiments.cppn.textures import Texture, read_texture
from experiments.rebuilding import rebuild
from experiments.sizes import Measure
from procgen.color import linear_from_srgb

SCIPY = {"mirror": "reflect", "wrap": "grid-wrap"}
CALM = find_cppn("warp", {"depth": 3, "width": 6, "latent": 2, "init": "glorot", "seed": 5})


@pytest.fixture(scope="module")
def pixels():
    return np.random.default_rng(0).integers(0, 256, (7, 11, 3), np.uint8)


@pytest.fixture
def asked(pixels):
    return RemapAsked(Texture(pixels, {"file": "a.png", "sha256": ""}), CALM)


@pytest.mark.parametrize("border", BORDERS)
def test_a_box_of_one_texel_is_bilinear_interpolation_everywhere(pixels, border):
    rng = np.random.default_rng(1)
    x, y = rng.uniform(-30, 40, (2, 500))
    found = Texels(pixels, border).means(x, y, np.ones(500), np.ones(500))
    light = linear_from_srgb(pixels / 255)
    expected = [map_coordinates(light[..., k], (y - 0.5, x - 0.5), order=1, mode=SCIPY[border]) for k in range(3)]
    assert np.abs(found - np.stack(expected, -1)).max() < 1e-5


@pytest.mark.parametrize("border", BORDERS)
def test_a_larger_box_is_the_mean_of_what_it_covers(pixels, border):
    light = linear_from_srgb(pixels / 255)
    wide = np.pad(light, ((21, 21), (33, 33), (0, 0)), mode="symmetric" if border == "mirror" else "wrap")
    for left, top, right, bottom in ((0, 0, 11, 7), (-4, -3, 2, 5), (-20, -9, 30, 25), (9, 5, 13, 6)):
        expected = wide[top + 21 : bottom + 21, left + 33 : right + 33].mean(axis=(0, 1))
        middle = [np.array([each]) for each in ((left + right) / 2, (top + bottom) / 2, right - left, bottom - top)]
        assert np.abs(Texels(pixels, border).means(*map(np.asarray, middle))[0] - expected).max() < 1e-5


@pytest.mark.parametrize("spread", SPREADS)
def test_each_output_goes_from_one_border_of_the_texture_to_the_other(spread):
    ramp = np.zeros((64, 64, 3), np.uint8)
    ramp[..., 0], ramp[..., 1] = np.arange(64), np.arange(64)[:, None]
    shown = np.concatenate(list(remapped(RemapAsked(Texture(ramp, {}), CALM, spread=spread), (256, 256))))
    for channel in (0, 1):
        assert shown[..., channel].min() <= 1
        assert shown[..., channel].max() >= 62


def test_a_network_that_says_the_place_itself_shows_the_texture():
    """Its outputs are nearly straight: the texture comes back, as large as it was."""
    y, x = np.mgrid[:64, :64]
    pixels = np.stack([2 * x + 40, 2 * y + 60, 100 + x + y], -1).astype(np.uint8)
    straight = np.array([[0.01, 0.0], [0.0, 0.01]], np.float32)
    recipe = replace(find_cppn("warp", {"depth": 1, "grid": "centres"}), origin=None)
    fitted = replace(recipe, origin={"fitted": _packed(straight, np.zeros(2, np.float32))})
    shown = np.concatenate(list(remapped(RemapAsked(Texture(pixels, {}), fitted, spread="post"), (64, 64))))
    assert np.abs(shown.astype(int) - pixels).max() <= 2


def _packed(*parts):
    from base64 import b64encode

    return b64encode(np.concatenate([part.ravel() for part in parts]).astype("<f4").tobytes()).decode()


def test_where_a_texture_shrinks_it_is_averaged():
    checks = (np.indices((512, 512)).sum(axis=0) % 2 * 255).astype(np.uint8)
    texture = Texture(np.repeat(checks[..., None], 3, -1), {})
    shown = np.concatenate(list(remapped(RemapAsked(texture, CALM), (48, 48))))
    grey = 188  # sRGB of half the light of white
    assert np.median(np.abs(shown.astype(int) - grey)) <= 12
    assert shown.std() < 40 < checks.std()


@pytest.mark.parametrize("fine", [1, 2, 3])
@pytest.mark.parametrize("size", [(40, 30), (1, 1), (1, 9), (7, 1)])
def test_any_size_and_fineness(asked, size, fine):
    shown = np.concatenate(list(remapped(replace(asked, fine=fine), size)))
    assert shown.shape == (size[1], size[0], 3)


@pytest.mark.parametrize("fine", [1, 3])
def test_strips_are_the_whole(asked, monkeypatch, fine):
    asked = replace(asked, fine=fine)
    whole = np.concatenate(list(remapped(asked, (50, 41))))
    monkeypatch.setattr("models.cppn_places.STRIP_POINTS", 50 * fine * 7)
    strips = list(remapped(asked, (50, 41)))
    assert len(strips) > 3
    assert np.abs(np.concatenate(strips).astype(int) - whole).max() <= 1


def test_a_larger_picture_shows_the_same(asked):
    texture = read_texture("default:27")
    small, large = (
        np.concatenate(list(remapped(RemapAsked(texture, CALM), (side, side)))).astype(float) for side in (64, 256)
    )
    shrunk = large.reshape(64, 4, 64, 4, 3).mean(axis=(1, 3))
    assert np.median(np.abs(shrunk - small)) < 6


@pytest.fixture
def photo(tmp_path, pixels):
    path = tmp_path / "photo.png"
    Image.fromarray(pixels).save(path)
    return path


@pytest.mark.parametrize("border", BORDERS)
def test_a_file_is_made_again_from_its_record(photo, tmp_path, border):
    out, again = tmp_path / "a.png", tmp_path / "b.png"
    asked = RemapAsked(read_texture(str(photo)), CALM, border, "post", 2)
    plan = plan_remap(asked, out, Measure((30, 20)))
    save_remap(asked, out, Measure((30, 20)))
    assert plan["bytes"] < 3 * out.stat().st_size
    rebuild(out, again, report=lambda *_: None)
    assert out.read_bytes() == again.read_bytes()


@pytest.mark.parametrize("border", BORDERS)
def test_a_loop_ends_where_it_begins_and_is_made_again(photo, tmp_path, border):
    out, again = tmp_path / "a.webp", tmp_path / "b.webp"
    asked = RemapAsked(read_texture(str(photo)), CALM, border)
    motion = Motion(stations_of(CALM, "0,1,2"), "spline", True, (), 1.0, 16, even=False)
    assert plan_remap_film(asked, motion, out, (32, 32))["frames"] == 16
    facts = save_remap_film(asked, motion, out, (32, 32))
    assert facts["step_last_to_first"] < 2 * facts["step_mean"]
    rebuild(out, again, report=lambda *_: None)
    assert out.read_bytes() == again.read_bytes()


def test_the_first_frame_is_the_still(asked):
    motion = Motion(stations_of(CALM, "0,1"), "spline", True, (), 1.0, 4)
    film = film_of_remap(asked, motion, (24, 20), lambda *_: None, Seam())
    assert np.array_equal(film.frame(0), np.concatenate(list(remapped(asked, (24, 20)))))


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"border": "torn"}, "expected a border of mirror, wrap"),
        ({"spread": "odd"}, "expected a spread of even, post"),
        ({"fine": 0}, "expected a fineness from 1 to 8"),
        ({"recipe": find_cppn("silk")}, "expected a network with 2 outputs"),
    ],
)
def test_what_cannot_be_is_one_sentence(asked, settings, words):
    with pytest.raises(ExperimentsError, match=words):
        replace(asked, **settings)
