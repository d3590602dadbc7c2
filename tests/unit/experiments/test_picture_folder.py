"""A folder of anybody's pictures: what is found, what its modes are, when it is the same, what is refused."""

import os

import numpy as np
import pytest
from PIL import Image

from experiments import ExperimentsError
from experiments.batches import source_of
from experiments.config import preset
from experiments.picture_folder import PictureFolder

CONFIG = preset("quick-64").override("network.size=16", "train.batch=2")


def fill(folder, *names, size=(16, 16), mode="RGB"):
    """Pictures of these names, each of its own colour."""
    for number, name in enumerate(names):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        colour = (10 * number, 0, 90) if mode == "RGB" else 10 * number
        Image.new(mode, size, colour).save(folder / name)
    return folder


SUFFIXED = tuple(f"a.{suffix}" for suffix in ("bmp", "jpeg", "jpg", "png", "tif", "tiff", "webp"))
FOUND = {  # name: (files, pictures in their order, modes)
    "flat": (("b.png", "a.JPG", "c.webp"), ("a.JPG", "b.png", "c.webp"), ("all",)),
    "every suffix": (SUFFIXED, SUFFIXED, ("all",)),
    "two modes": (("dogs/a.png", "cats/a.png"), ("cats/a.png", "dogs/a.png"), ("cats", "dogs")),
    "deeper": (("dogs/old/a.png", "dogs/b.png"), ("dogs/b.png", "dogs/old/a.png"), ("dogs",)),
    "one outside": (("dogs/a.png", "b.png"), ("b.png", "dogs/a.png"), ("all",)),
    "hidden": (("a.png", ".b.png", ".cache/c.png", "d/.e/f.png"), ("a.png",), ("all",)),
    "in other tongues": (("été/ü.png", "冬/a b.png"), ("été/ü.png", "冬/a b.png"), ("été", "冬")),
}


@pytest.mark.parametrize("name", FOUND)
def test_what_is_found_in_which_order(name, tmp_path):
    files, pictures, modes = FOUND[name]
    fill(tmp_path, *files)
    (tmp_path / "notes.txt").write_text("no picture")
    source = PictureFolder(tmp_path, 16)
    assert source.names == pictures
    assert source.modes == modes
    assert source.count == sum(source.per_mode.values()) == len(pictures)
    assert sum(source.shares.values()) == pytest.approx(1)
    assert source.pictures(np.arange(source.count)).shape == (len(pictures), 16, 16, 3)


def same(folder, **options):
    return PictureFolder(folder, 16, **{"resize": "crop", **options}).identity


def test_the_identity_is_names_bytes_and_what_is_made_of_them(tmp_path):
    folder = fill(tmp_path / "photos", "a.png", "cats/b.png")
    first = same(folder)
    assert first == same(folder)
    os.utime(folder / "a.png", (1, 1))
    (folder / "notes.txt").write_text("not a picture")
    assert first == same(folder)
    folder.rename(tmp_path / "elsewhere")
    folder = tmp_path / "elsewhere"
    assert first == same(folder)
    others = [same(folder, resize="fit"), same(folder, channels=1), PictureFolder(folder, 32, resize="crop").identity]
    (folder / "a.png").rename(folder / "c.png")
    others.append(same(folder))
    (folder / "c.png").rename(folder / "a.png")
    assert first == same(folder)
    data = bytearray((folder / "a.png").read_bytes())
    data[-1] ^= 1
    (folder / "a.png").write_bytes(data)
    others.append(same(folder))
    fill(folder, "z.png")
    others.append(same(folder))
    assert len({str(each) for each in [first, *others]}) == 7


def test_two_names_that_share_their_pictures_are_not_mixed_up(tmp_path):
    one = fill(tmp_path / "one", "a.png", "b.png")
    other = fill(tmp_path / "other", "b.png", "a.png")
    assert same(one) != same(other)


ABOUT = {
    "as it is": ({}, {}, "3 pictures in {folder}"),
    "cropped": ({"size": (40, 30)}, {"resize": "crop"}, "3 pictures in {folder}, cropped to squares"),
    "small": ({"size": (8, 30)}, {"resize": "fit"}, "each fitted whole into a square, 3 of them enlarged"),
    "in grey": ({}, {"channels": 1}, "3 pictures in {folder}, turned grey"),
    "grey": ({"mode": "L"}, {}, "3 pictures in {folder}, all of them grey"),
    "grey in grey": ({"mode": "L"}, {"channels": 1}, "3 pictures in {folder}"),
}


@pytest.mark.parametrize("name", ABOUT)
def test_what_is_made_of_them_is_said(name, tmp_path):
    files, options, words = ABOUT[name]
    source = PictureFolder(fill(tmp_path, "a.png", "b.png", "c.png", **files), 16, **options)
    assert source.about.endswith(words.format(folder=tmp_path))
    assert source.pictures(np.array([1])).shape == (1, 16, 16, source.channels)


def test_a_link_to_a_picture_is_one(tmp_path):
    fill(tmp_path / "store", "a.png")
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "b.png").symlink_to(tmp_path / "store" / "a.png")
    assert PictureFolder(tmp_path / "photos", 16).names == ("b.png",)


def huge(folder):
    """A picture whose header promises ten thousand million pixels."""
    fill(folder, "a.bmp")
    data = bytearray((folder / "a.bmp").read_bytes())
    data[18:26] = (100_000).to_bytes(4, "little") * 2
    (folder / "a.bmp").write_bytes(data)


REFUSED = {  # name: (what is in the folder, options, words of the sentence)
    "nothing": (lambda folder: None, {}, r"expected pictures \(png, jpg, .*\) in .*photos, got none"),
    "no pictures": (lambda folder: (folder / "a.txt").write_text("a"), {}, "got none: name another folder"),
    "another size": (
        lambda folder: fill(folder, "a.png", size=(20, 16)),
        {},
        r"expected pictures of 16x16 as the network.*, got 20x16 in .*a\.png: .* --resize crop, fit or stretch",
    ),
    "no such resize": (lambda folder: fill(folder, "a.png"), {"resize": "crp"}, "crop, fit, stretch, got 'crp'"),
    "a broken header": (
        lambda folder: (folder / "a.png").write_bytes(b"no"),
        {},
        r"expected a whole picture in .*a\.png, got a broken one \(it is no picture\): mend it or take it away",
    ),
    "a broken header among resized": (
        lambda folder: (folder / "a.png").write_bytes(b"no"),
        {"resize": "crop"},
        "it is no picture",
    ),
    "a bomb": (huge, {"resize": "crop"}, r"expected pictures of at most [\d,]+ pixels, got more in .*a\.bmp"),
    "a mode with a comma": (lambda folder: fill(folder, "a,b/a.png", "c/a.png"), {}, "without commas and quotes"),
    "a link to nothing": (lambda folder: (folder / "a.png").symlink_to("b.png"), {}, r"a\.png"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_is_refused_in_one_sentence(name, tmp_path):
    make, options, words = REFUSED[name]
    folder = tmp_path / "photos"
    folder.mkdir()
    make(folder)
    with pytest.raises(ExperimentsError, match=words) as raised:
        source_of(PictureFolder(folder, 16, **options), CONFIG)
    assert "\n" not in str(raised.value)


def test_a_picture_that_goes_while_it_is_needed_is_named(tmp_path):
    source = PictureFolder(fill(tmp_path, "a.png", "b.png"), 16)
    (tmp_path / "b.png").unlink()
    with pytest.raises(ExperimentsError, match=r"b\.png"):
        source.pictures(np.array([0]))
    with pytest.raises(ExperimentsError, match="could not read"):
        _ = source.identity
