"""Pictures that are not in memory are read as an array would be."""

import tempfile

import numpy as np
import pytest

from mosaics import MosaicsError, Tiles, compose
from mosaics.lazy_pictures import Chosen, Joined, Spool

IMAGES = np.random.default_rng(1).integers(0, 256, (23, 6, 5, 3), dtype=np.uint8)


def spooled(images):
    spool = Spool(images.shape[1:3])
    for at in range(0, len(images), 4):
        spool.append(images[at : at + 4])
    return spool


KINDS = {
    "spool": lambda: spooled(IMAGES),
    "joined": lambda: Joined([IMAGES[:3], spooled(IMAGES[3:4]), IMAGES[4:]]),
    "chosen": lambda: Chosen(spooled(IMAGES[::-1]), np.arange(len(IMAGES))[::-1]),
}
ASKED = [
    0,
    22,
    -1,
    np.int64(5),
    slice(None),
    slice(3, 9),
    slice(20, None, -3),
    slice(5, 5),
    [2],
    [7, 7, 0, 22],
    [-1, 3],
]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("asked", ASKED, ids=str)
def test_they_are_read_as_an_array_is(kind, asked):
    pictures = KINDS[kind]()
    assert (pictures.shape, pictures.dtype, len(pictures)) == (IMAGES.shape, np.uint8, len(IMAGES))
    assert np.array_equal(pictures[asked], IMAGES[asked])


@pytest.mark.parametrize("kind", KINDS)
def test_a_mosaic_of_them_is_that_of_the_array(kind):
    tiles = Tiles(KINDS[kind]()).take([5, 3, 3, 22])
    assert not isinstance(tiles.images, np.ndarray)
    whole = compose(Tiles(IMAGES[[5, 3, 3, 22]]), order="hue").pixels
    assert np.array_equal(compose(tiles, order="hue").pixels, whole)


def test_a_number_beyond_the_end_is_an_error():
    with pytest.raises(IndexError):
        spooled(IMAGES)[23]


def test_a_full_disk_is_one_sentence(monkeypatch):
    with open("/dev/full", "wb", buffering=0) as full:
        monkeypatch.setattr(tempfile, "TemporaryFile", lambda **_: full)
        with pytest.raises(MosaicsError, match=r"could not keep 23 tiles in .*no space left.*TMPDIR"):
            Spool((6, 5)).append(IMAGES)
