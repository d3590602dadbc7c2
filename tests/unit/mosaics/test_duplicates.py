"""Near-duplicates: planted ones are found, pictures that are others are kept."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from mosaics import MosaicsError, Tiles, duplicates
from mosaics.duplicates import APART, Distinct, distance, distinct, looks
from procgen import load_space, render_uint8

SIDE, COUNT = 64, 96


@pytest.fixture(scope="module")
def pictures():
    space = load_space("default")
    return np.stack([render_uint8(space.sample(3, i), (SIDE, SIDE)) for i in range(COUNT)])


def as_jpeg(picture):
    file = BytesIO()
    Image.fromarray(picture).save(file, "JPEG", quality=75)
    return np.asarray(Image.open(file).convert("RGB"))


def through(picture, side):
    image = Image.fromarray(picture)
    return np.asarray(image.resize((side, side), Image.Resampling.LANCZOS).resize(image.size, Image.Resampling.LANCZOS))


def noisy(picture):
    noise = np.random.default_rng(int(picture.sum())).normal(0, 3, picture.shape)
    return np.clip(picture + noise, 0, 255).astype(np.uint8)


# name -> (what is done to a picture, the share of copies that have to be found)
PLANTED = {
    "the same": (lambda picture: picture, 1.0),
    "as JPEG": (as_jpeg, 0.9),
    "made smaller and larger again": (lambda picture: through(picture, 48), 0.85),
    "with noise": (noisy, 1.0),
    "brighter by 3%": (lambda picture: np.clip(picture * 1.03, 0, 255).astype(np.uint8), 1.0),
    "moved by a pixel": (lambda picture: np.roll(picture, 1, 1), 0.75),
}
OTHERS = {
    "mirrored": (lambda picture: picture[:, ::-1], 0.35),  # many are nearly symmetric
    "negative": (lambda picture: 255 - picture, 0.0),
    "channels exchanged": (lambda picture: picture[..., [1, 2, 0]], 0.1),
}


@pytest.mark.parametrize("name", PLANTED)
def test_planted_duplicates_are_found(pictures, name):
    change, share = PLANTED[name]
    gate = Distinct()
    assert gate.admit(pictures).all()
    again = gate.admit(np.stack([change(picture) for picture in pictures]))
    assert 1 - again.mean() >= share


@pytest.mark.parametrize("name", OTHERS)
def test_other_pictures_are_kept(pictures, name):
    change, share = OTHERS[name]
    far = distance(looks(pictures), looks(np.stack([change(picture) for picture in pictures])))
    assert np.mean(far <= APART) <= share


def test_stripes_of_another_direction_are_another_picture():
    stripes = np.repeat(np.where(np.arange(SIDE) % 4 < 2, 255, 0)[None, :, None], 3, axis=2)
    across = np.broadcast_to(stripes, (SIDE, SIDE, 3)).astype(np.uint8)
    assert Distinct().admit(np.stack([across, across.swapaxes(0, 1)])).all()


def test_of_those_alike_the_first_stays_whatever_the_chunks(pictures, monkeypatch):
    rng = np.random.default_rng(1)
    line = rng.permutation(np.repeat(np.arange(30), 3))
    images = np.stack([noisy(pictures[i]) for i in line])
    firsts = sorted(np.unique(line, return_index=True)[1])
    assert np.flatnonzero(Distinct().admit(images)).tolist() == firsts
    monkeypatch.setattr(duplicates, "_AT_ONCE", 7)
    assert np.flatnonzero(Distinct().admit(images)).tolist() == firsts
    assert distinct(Tiles(images, {"of": line})).columns["of"].tolist() == line[firsts].tolist()


@pytest.mark.parametrize("apart", [0.0, 0.05, 0.1, 0.3])
def test_any_two_that_pass_are_as_far_apart_as_asked(pictures, apart):
    seen = looks(pictures[Distinct(apart).admit(pictures)])
    far = distance(seen[:, None], seen[None])
    assert np.all(far[~np.eye(len(seen), dtype=bool)] > apart)
    assert len(seen) == COUNT if apart == 0 else len(seen) >= 1


@pytest.mark.parametrize("apart", [-0.1, np.inf, np.nan])
def test_a_wrong_distance_is_one_sentence(apart):
    with pytest.raises(MosaicsError, match="expected a distance of 0 or more"):
        Distinct(apart)
