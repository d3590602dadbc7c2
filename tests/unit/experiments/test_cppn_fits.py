"""Pictures learnt by CPPNs: what is learnt, how well, in files, in films."""

import json

import numpy as np
import pytest
from PIL import Image
from skimage.metrics import peak_signal_noise_ratio

import mosaics
from experiments import ExperimentsError, picture_of
from experiments.cppn.asking import find_cppn
from experiments.cppn.fitting import fit_picture, likeness, plan_fit, save_fit
from experiments.cppn.fitting_asked import FilmOfFit, FitAsked, read_crop, shape_of
from experiments.cppn.motion import Motion
from experiments.cppn.moving_sheets import GridAsked, save_grid
from experiments.cppn.sheets import read_axis
from experiments.cppn.textures import read_texture
from experiments.rebuilding import rebuild
from experiments.sizes import Measure
from models import FitConfig

QUICK = FitAsked(FitConfig(width=8, hidden=2, steps=20), learn=24)


@pytest.fixture(scope="module")
def drawn():
    return read_texture("default:27")


@pytest.fixture
def photo(tmp_path):
    """A picture of somebody's, 60 x 40."""
    path = tmp_path / "photo.png"
    y, x = np.mgrid[:40, :60]
    Image.fromarray(np.stack([4 * x, 6 * y, 2 * (x + y)], -1).astype(np.uint8)).save(path)
    return path


@pytest.mark.slow
def test_a_siren_reaches_30_db_on_a_crop_of_128(drawn):
    asked = FitAsked(FitConfig(), learn=128, crop=read_crop("128", drawn))
    fitted = fit_picture(drawn, asked)
    assert fitted.facts["learnt_px"] == [128, 128]
    assert fitted.facts["psnr_db"] > 30
    truth = asked.parts(drawn)[0]
    assert fitted.facts["psnr_db"] == pytest.approx(
        peak_signal_noise_ratio(truth, picture_of(fitted.recipe, (128, 128))), abs=0.01
    )


def test_likeness_is_that_of_others():
    rng = np.random.default_rng(0)
    one = rng.integers(0, 256, (20, 20, 3), np.uint8)
    two = np.clip(one + rng.normal(0, 9, one.shape), 0, 255).astype(np.uint8)
    assert likeness(two, one)["psnr_db"] == pytest.approx(peak_signal_noise_ratio(one, two), abs=0.005)
    assert likeness(one, one) == {"psnr_db": None, "ssim": 1.0}


def test_a_larger_picture_is_judged_beside_bicubic_interpolation(photo):
    texture = read_texture(str(photo))
    larger = fit_picture(texture, QUICK).facts["larger"]
    learnt, truth = QUICK.parts(texture)
    assert learnt.shape == (16, 24, 3)
    bicubic = np.asarray(Image.fromarray(learnt).resize((60, 40), Image.Resampling.BICUBIC))
    assert larger["bicubic"] == likeness(bicubic, truth)
    assert larger["bicubic"]["psnr_db"] > 35  # of a slope it misses the edges alone
    assert larger["size_px"] == [60, 40]


def test_what_is_learnt_whole_has_nothing_larger(photo):
    asked = FitAsked(QUICK.config, crop=(10, 4, 20, 12))
    assert "larger" not in fit_picture(read_texture(str(photo)), asked).facts


def test_the_file_carries_the_network(photo, tmp_path):
    out, large = tmp_path / "a.png", tmp_path / "b.png"
    facts = save_fit(read_texture(str(photo)), QUICK, out, Measure((60, 40)))
    assert mosaics.read_provenance(out)["source_type"] == "trainedAlgorithmicMedia"
    assert mosaics.read_provenance(out)["fitted"]["psnr_db"] == facts["psnr_db"]
    recipe = find_cppn(str(out))
    assert np.array_equal(np.asarray(Image.open(out)), picture_of(recipe, (60, 40)))
    photo.unlink()  # it is not needed any more
    rebuild(out, large, report=lambda *_: None)
    assert out.read_bytes() == large.read_bytes()
    low, colour = read_axis("low=-1,-0.5"), read_axis("colour=rgb,oklch")
    for name, motion in (("c.png", None), ("c.webp", Motion((), over=(("low", (-1.0, -0.5)),), seconds=0.2, fps=10))):
        axes = (low, colour) if motion is None else (colour, read_axis("symmetry=none,x"))
        save_grid(GridAsked(recipe, *axes, cell=16, motion=motion), tmp_path / name)
        assert mosaics.read_provenance(tmp_path / name)["source_type"] == "trainedAlgorithmicMedia"


def test_a_network_shows_the_same_picture_at_any_size(photo):
    recipe = fit_picture(read_texture(str(photo)), QUICK).recipe
    small, large = picture_of(recipe, (30, 20)), picture_of(recipe, (150, 100))
    assert np.abs(large[2::5, 2::5].astype(int) - small).max() <= 1  # the middle one of five by five is in its centre


def test_the_film_of_a_training_is_made_again_from_its_record(photo, tmp_path):
    out, film, again = tmp_path / "a.png", tmp_path / "film.png", tmp_path / "again.png"
    told = FilmOfFit((24, 16), 1.0, 8)
    texture = read_texture(str(photo))
    save_fit(texture, QUICK, out, Measure((24, 16)), film=(told, film))
    with Image.open(film) as frames:
        assert frames.n_frames > 4
        frames.seek(frames.n_frames - 1)
        assert np.array_equal(np.asarray(frames.convert("RGB")), np.asarray(Image.open(out)))
    rebuild(film, again, report=lambda *_: None)
    assert film.read_bytes() == again.read_bytes()
    Image.fromarray(np.zeros((40, 60, 3), np.uint8)).save(photo)
    with pytest.raises(ExperimentsError, match="got another"):
        rebuild(film, tmp_path / "c.png", report=lambda *_: None)


def test_the_steps_of_a_film():
    film = FilmOfFit((16, 16), 6.0, 25)
    steps = film.steps(1000)
    assert (len(steps), steps[0], steps[-1]) == (150, 0, 1000)
    assert steps == sorted(steps)
    assert steps.count(1000) >= 25  # a second to look at the end
    assert steps[62] - steps[0] < steps[124] - steps[62]  # early ones are shown for longer


def test_a_plan_is_of_the_right_size(photo, tmp_path):
    texture, out, film = (
        read_texture(str(photo)),
        tmp_path / "a.png",
        (FilmOfFit((24, 16), 1.0, 8), tmp_path / "a.webp"),
    )
    plan = plan_fit(texture, QUICK, out, Measure((60, 40)), film)
    assert not out.exists()
    json.dumps({**plan, "out": None, "film": None})
    save_fit(texture, QUICK, out, Measure((60, 40)), film=film)
    made = out.stat().st_size + film[1].stat().st_size
    assert made / 3 < plan["bytes"] < made * 3


@pytest.mark.parametrize(
    ("size", "expected"), [(None, (96, 64)), ("300", (300, 200)), ("50x70", (50, 70)), ("6cm", (709, 473))]
)
def test_sizes(photo, size, expected):
    assert shape_of(QUICK, read_texture(str(photo)), size).size_px == expected


@pytest.mark.parametrize("crop", ["1,2", "x", "-3", "1,2,3,4,5", "0x20"])
def test_crops_that_are_none(photo, crop):
    with pytest.raises(ExperimentsError, match="expected a crop as"):
        read_crop(crop, read_texture(str(photo)))


@pytest.mark.parametrize("crop", ["50", "50,0,20,20", "0,0,0,0", "0"])
def test_crops_outside(photo, crop):
    texture = read_texture(str(photo))
    with pytest.raises(ExperimentsError, match="expected a crop inside 60 x 40"):
        FitAsked(QUICK.config, crop=read_crop(crop, texture)).parts(texture)


@pytest.mark.parametrize(
    ("settings", "words"),
    [({"learn": 0}, "from 8 to 2048 pixels"), ({"learn": 10**6}, "from 8 to 2048"), ({"crop": (0, 0, 60, 4)}, "8 x 8")],
)
def test_what_cannot_be_learnt(photo, settings, words):
    with pytest.raises(ExperimentsError, match=words):
        FitAsked(**settings).parts(read_texture(str(photo)))


def test_what_is_no_picture(tmp_path):
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"\x89PNG no")
    with pytest.raises(ExperimentsError, match="expected a whole picture"):
        read_texture(str(broken))
    for none in ("none.png", "none", "none.jpg"):
        with pytest.raises(ExperimentsError, match="does not exist"):
            read_texture(str(tmp_path / none))


def test_a_network_that_a_file_cannot_hold_is_not_trained_first(photo, tmp_path):
    with pytest.raises(ExperimentsError, match=r"choose \.png"):
        save_fit(read_texture(str(photo)), FitAsked(), tmp_path / "a.jpg", Measure((60, 40)))
    assert not (tmp_path / "a.jpg").exists()


def test_weights_that_are_none():
    recipe = find_cppn("silk")
    for said in ("no base 64", "AAAA", None):
        damaged = type(recipe)(recipe.config, origin={"fitted": said})
        with pytest.raises(ExperimentsError, match="fitted network"):
            picture_of(damaged, (4, 4))
