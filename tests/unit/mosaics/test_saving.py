"""Files of every kind: read back by programs that are not ours, the same bytes each time, whole or absent."""

import os
import subprocess
import sys
import tracemalloc

import numpy as np
import pytest
import tifffile
from PIL import Image

from mosaics import (
    ENDINGS,
    MOVING,
    Film,
    MosaicsError,
    Raster,
    read_provenance,
    save_document,
    save_picture,
)
from mosaics.kinds import VIDEOS
from mosaics.saving import save_pictures

FACTS = {"kind": "render", "title": "Größe & <色>", "recipe": "{}"}
KIND = {"provenance": FACTS, "source_type": "algorithmicMedia"}
RAMP = np.linspace(0, 1, 60 * 90 * 3).reshape(60, 90, 3)


def raster(bits=8, dpi=None, strips=(7, 20, 20, 13), image=RAMP):
    pixels = (image * (2**bits - 1) + 0.5).astype(f"uint{bits}")
    pieces = np.split(pixels, np.cumsum(strips)[:-1])
    return Raster(iter(pieces), (90, 60), bits, dpi), pixels


def film(count=8):
    def frame(number):
        picture = np.full((24, 32, 3), 40, np.uint8)
        picture[:, 4 * number : 4 * number + 4] = (200, 30 * number, 90)
        return picture

    return Film(frame, count, 0.8, (32, 24))


def decoded(path, bits):
    if path.suffix == ".tif":
        return tifffile.imread(path)
    if bits == 8:
        return np.asarray(Image.open(path).convert("RGB"))
    import tensorflow as tf

    return tf.io.decode_png(path.read_bytes(), dtype=tf.uint16).numpy()


@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize("ending", [".png", ".tif"])
def test_what_loses_nothing_comes_back_exactly_however_it_was_cut(tmp_path, ending, bits):
    first, again = tmp_path / f"a{ending}", tmp_path / f"b{ending}"
    picture, pixels = raster(bits, 300)
    save_picture(picture, first, **KIND)
    assert np.array_equal(decoded(first, bits), pixels)
    save_picture(raster(bits, 300, strips=(60,))[0], again, **KIND)
    assert again.read_bytes() == first.read_bytes()


@pytest.mark.parametrize("ending", [ending for ending in ENDINGS if ending != ".pdf"])
def test_every_still_says_how_it_was_made_and_keeps_its_look(tmp_path, ending):
    path = tmp_path / f"a{ending.upper()}"
    picture, pixels = raster()
    save_picture(picture, path, **KIND)
    made = read_provenance(path)
    assert {key: made[key] for key in FACTS} == FACTS
    assert made["source_type"] == "algorithmicMedia"
    seen = np.asarray(Image.open(path).convert("RGB"), int)
    assert np.abs(seen - pixels).mean() < 2
    assert os.listdir(tmp_path) == [path.name]


@pytest.mark.parametrize("ending", [".png", ".tif", ".jpg"])
def test_pixels_per_inch(tmp_path, ending):
    path = tmp_path / f"a{ending}"
    save_picture(raster(dpi=240)[0], path, **KIND)
    with Image.open(path) as image:
        assert image.info["dpi"] == pytest.approx((240, 240), abs=0.02)


@pytest.mark.parametrize("ending", [ending for ending in MOVING if ending not in VIDEOS])
def test_a_loop_has_its_frames_their_time_and_its_origin(tmp_path, ending):
    path, again = tmp_path / f"a{ending}", tmp_path / f"b{ending}"
    save_picture(film(), path, **KIND)
    save_picture(film(), again, **KIND)
    assert path.read_bytes() == again.read_bytes()
    assert read_provenance(path)["title"] == FACTS["title"]
    with Image.open(path) as image:
        assert (image.n_frames, image.info.get("loop", 0)) == (8, 0)
        for number in (0, 5):
            image.seek(number)
            seen = np.asarray(image.convert("RGB"), int)
            assert np.abs(seen - film().frame(number)).mean() < 4
        if ending != ".webp":
            assert image.info["duration"] == 100


@pytest.mark.parametrize("ending", [".webp", ".gif", ".avif"])
@pytest.mark.parametrize("count", [1, 33, 70])
def test_loops_of_any_length_have_all_their_frames(tmp_path, ending, count):
    path = tmp_path / f"a{ending}"
    save_picture(Film(lambda number: film().frame(number % 8), count, count / 20, (32, 24)), path, **KIND)
    assert read_provenance(path)["title"] == FACTS["title"]
    with Image.open(path) as image:
        assert getattr(image, "n_frames", 1) == count
        image.seek(count - 1)
        assert np.abs(np.asarray(image.convert("RGB"), int) - film().frame((count - 1) % 8)).mean() < 4


@pytest.mark.parametrize("ending", [".webp", ".gif", ".avif"])
def test_a_loop_that_stands_still_lasts_as_long(tmp_path, ending):
    path = tmp_path / f"a{ending}"
    save_picture(Film(lambda number: film().frame(int(number > 39)), 80, 4.0, (32, 24)), path, **KIND)
    with Image.open(path) as image:
        lasts = 0
        for number in range(image.n_frames):
            image.seek(number)
            image.load()
            lasts += image.info["duration"]
    assert lasts == 4000


def test_a_gif_has_one_palette_and_what_stands_still_does_not_flicker(tmp_path):
    noise = np.random.default_rng(0).integers(0, 256, (32, 32, 3)).astype(np.uint8)

    def frame(number):
        picture = noise.copy()
        picture[:4] = 60 * number
        return picture

    save_picture(Film(frame, 4, 0.4, (32, 32)), tmp_path / "a.gif", **KIND)
    with Image.open(tmp_path / "a.gif") as image:
        frames = []
        for number in range(4):
            image.seek(number)
            frames.append(np.asarray(image.convert("RGB"))[4:])
    assert all(np.array_equal(frames[0], frame) for frame in frames)


def test_hundredths_add_up_to_the_length_of_the_loop(tmp_path):
    save_picture(Film(film().frame, 7, 1.0, (32, 24)), tmp_path / "a.gif", **KIND)
    with Image.open(tmp_path / "a.gif") as image:
        total = 0
        for number in range(7):
            image.seek(number)
            total += image.info["duration"]
    assert total == 1000


@pytest.mark.parametrize("ending", [".png", ".tif", ".pdf"])
def test_memory_does_not_grow_with_the_picture(tmp_path, ending):
    def strips(count):
        for number in range(count):
            yield np.full((64, 512, 3), number, np.uint16)

    peaks = []
    for count in (64, 256):
        tracemalloc.start()
        save_picture(Raster(strips(count), (512, 64 * count), 16), tmp_path / f"{count}{ending}", **KIND)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] + 64 * 512 * 6 * 16
    assert peaks[1] < 256 * 64 * 512 * 6 / 2


def test_a_jpeg_is_written_in_little_memory(tmp_path):
    script = """
import sys
import numpy as np
from mosaics import Raster, save_picture
from mosaics.costs import peak_memory
def strips(count):
    for number in range(count):
        yield np.full((100, 6000, 3), number, np.uint8)
for count in (10, 120):
    save_picture(Raster(strips(count), (6000, 100 * count)), sys.argv[1] + f"/{count}.jpg", provenance={},
                 source_type="algorithmicMedia")
    print(peak_memory() >> 20)
"""
    done = subprocess.run([sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True, check=True)
    few, many = map(int, done.stdout.split())
    assert many - few < 40  # MB; the larger one has 206 more


@pytest.mark.parametrize("ending", [".jpg", ".tif", ".png", ".pdf"])
def test_an_error_while_drawing_is_told_as_it_is(tmp_path, ending):
    def strips():
        yield np.zeros((4, 8, 3), np.uint8)
        raise MosaicsError("the third tile is gone")

    with pytest.raises(MosaicsError, match="the third tile is gone"):
        save_picture(Raster(strips(), (8, 8)), tmp_path / f"a{ending}", **KIND)
    assert os.listdir(tmp_path) == []


def test_a_drawing_that_fails_leaves_nothing(tmp_path):
    def strips():
        yield np.zeros((4, 8, 3), np.uint8)
        raise KeyboardInterrupt

    for ending in (".png", ".tif", ".jpg"):
        with pytest.raises(KeyboardInterrupt):
            save_picture(Raster(strips(), (8, 8)), tmp_path / f"a{ending}", **KIND)
    assert os.listdir(tmp_path) == []


def test_a_cut_tiff_is_noticed(tmp_path):
    save_picture(raster(16)[0], tmp_path / "a.tif", **KIND)
    whole = (tmp_path / "a.tif").read_bytes()
    for length in (9, len(whole) // 2, len(whole) - 20):
        (tmp_path / "a.tif").write_bytes(whole[:length])
        with pytest.raises(MosaicsError, match=r"cut off or damaged|says how it was made"):
            read_provenance(tmp_path / "a.tif")


@pytest.mark.parametrize(
    ("picture", "name", "words"),
    [
        (raster(16)[0], "a.jpg", r"choose \.png, \.tif or \.pdf"),
        (raster(16)[0], "a.webp", r"choose \.png, \.tif or \.pdf"),
        (raster()[0], "a.gif", "ends in .png"),
        (film(), "a.tif", "expected a loop"),
        (Raster([], (20_000, 10)), "a.webp", "up to 16383"),
    ],
)
def test_what_a_kind_of_file_cannot_hold(tmp_path, picture, name, words):
    with pytest.raises(MosaicsError, match=words):
        save_picture(picture, tmp_path / name, **KIND)
    assert os.listdir(tmp_path) == []


def test_a_record_too_long_for_a_jpeg(tmp_path):
    long = {"recipes": ["x" * 1000] * 70}
    with pytest.raises(MosaicsError, match=r"choose \.png or \.webp"):
        save_picture(raster()[0], tmp_path / "a.jpg", provenance=long, source_type="algorithmicMedia")
    save_picture(raster()[0], tmp_path / "a.webp", provenance=long, source_type="algorithmicMedia")
    assert read_provenance(tmp_path / "a.webp")["recipes"] == long["recipes"]


def test_a_document_is_whole_and_replaces_nothing(tmp_path):
    save_document("<svg/>", tmp_path / "a.svg")
    with pytest.raises(MosaicsError, match="exists"):
        save_document("<svg />", tmp_path / "a.svg")
    assert (tmp_path / "a.svg").read_text() == "<svg/>"


def test_what_a_killed_writer_left_is_removed_and_a_living_one_is_let_alone(tmp_path):
    ended = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, text=True)
    left, living = tmp_path / f".a.png.{ended.stdout.strip()}.tmp", tmp_path / f".a.png.{os.getppid()}.tmp"
    other = tmp_path / left.name.replace("a.png", "b.png")
    for path in (left, living, other):
        path.touch()
    save_picture(raster()[0], tmp_path / "a.png", **KIND)
    assert {*tmp_path.iterdir()} == {living, other, tmp_path / "a.png"}


def test_many_pictures_are_written_one_by_one_and_what_was_left_is_looked_for_once(tmp_path):
    taken = []

    def pictures():
        for number in range(3):
            taken.append(number)
            yield f"{number}.png", np.full((4, 4, 3), number, np.uint8), {"number": number}

    left = tmp_path / ".1.png.99999999999.tmp"
    left.touch()
    written = save_pictures(pictures(), tmp_path, source_type="algorithmicMedia")
    assert next(written) == tmp_path / "0.png"
    assert taken == [0]
    assert [*written] == [tmp_path / "1.png", tmp_path / "2.png"]
    assert not left.exists()
    assert read_provenance(tmp_path / "2.png")["number"] == 2
    with pytest.raises(MosaicsError, match="exists"):
        next(save_pictures(pictures(), tmp_path, source_type="algorithmicMedia"))
