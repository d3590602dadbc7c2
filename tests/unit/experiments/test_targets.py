"""Targets and shapes from files as people have them, and from files larger than memory."""

import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from experiments import ExperimentsError, targets
from experiments.targets import read_shape, read_target, shape_of
from tests.unit.experiments.test_decoding import FILES, ORANGE, plain, saved

IN_STRIPS = [name for name, row in FILES.items() if row[0] != "a.bmp" and name != "LAB"]
ON_PAPER = {"CMYK": (234, 23, 133), "CMYK as JPEG": (0, 155, 228)}  # inks as libvips' profile shows them


@pytest.mark.parametrize("held", [True, False])
@pytest.mark.parametrize("name", IN_STRIPS)
def test_a_target_is_what_it_looks_like(name, held, tmp_path, monkeypatch):
    if not held:
        monkeypatch.setattr(targets, "HELD", 0)
    file, image, options, colour, tolerance = FILES[name]
    colour = colour if held else ON_PAPER.get(name, colour)
    pixels = read_target(saved(tmp_path / file, image(), **options))
    assert pixels.shape == (16, 16, 3)
    assert pixels.dtype == np.uint8
    assert np.abs(pixels.astype(int) - colour).max() <= max(tolerance, 1)


@pytest.mark.parametrize("held", [True, False])
@pytest.mark.parametrize("size", [(1, 1), (5000, 3), (3, 5000)])
def test_any_size_is_upright_and_at_most_so_large(size, held, tmp_path, monkeypatch):
    if not held:
        monkeypatch.setattr(targets, "HELD", 0)
    image = Image.new("RGB", size)
    exif = Image.Exif()
    exif[0x0112] = 6
    pixels = read_target(saved(tmp_path / "a.png", image, exif=exif))
    wanted = np.array(size) * min(1, 4096 / max(size))
    assert np.abs(np.array(pixels.shape[:2]) - wanted).max() < 1


@pytest.mark.parametrize("held", [True, False])
def test_of_a_moving_picture_the_first_frame_is_seen(held, tmp_path, monkeypatch):
    if not held:
        monkeypatch.setattr(targets, "HELD", 0)
    frames = [plain("RGB", colour) for colour in (ORANGE, "blue")]
    frames[0].save(tmp_path / "a.webp", save_all=True, append_images=frames[1:], lossless=True)
    assert (read_target(tmp_path / "a.webp") == ORANGE).all()


@pytest.mark.parametrize("held", [True, False])
def test_damage_is_said_in_a_sentence(held, tmp_path, monkeypatch):
    if not held:
        monkeypatch.setattr(targets, "HELD", 0)
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8))
    for name in ("a.png", "a.jpg", "a.tif"):
        path = saved(tmp_path / name, noise)
        path.write_bytes(path.read_bytes()[:-2_000])
        with pytest.raises(ExperimentsError, match="expected a whole picture") as caught:
            read_target(path)
        assert "\n" not in str(caught.value)
    (tmp_path / "words.png").write_text("no picture")
    with pytest.raises(ExperimentsError, match="it is no picture"):
        read_target(tmp_path / "words.png")
    with pytest.raises(ExperimentsError, match="no such file"):
        read_target(tmp_path)


def test_a_large_file_that_cannot_be_read_in_strips_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr(targets, "HELD", 0)
    monkeypatch.setattr(targets, "INTERLACED", 0)
    with pytest.raises(ExperimentsError, match="save it as TIFF, PNG or JPEG"):
        read_target(saved(tmp_path / "a.bmp", plain("RGB", ORANGE)))
    with pytest.raises(ExperimentsError, match="without interlacing"):
        read_target(saved(tmp_path / "a.jpg", plain("RGB", ORANGE), progressive=True))


@pytest.mark.parametrize("held", [True, False])
def test_a_silhouette_is_dark_on_light_or_stands_on_nothing(held, tmp_path, monkeypatch):
    if not held:
        monkeypatch.setattr(targets, "HELD", 0)
    dark, clear = Image.new("L", (20, 10), 255), Image.new("RGBA", (20, 10), (255, 255, 255, 0))
    dark.paste(0, (0, 0, 5, 10))
    clear.paste((250, 250, 250, 255), (0, 0, 5, 10))
    for image in (dark, clear):
        assert read_shape(saved(tmp_path / "a.png", image)).mean(0).tolist() == [1.0] * 5 + [0.0] * 15
    for colour, words in ((0, "all of it"), (255, "none of it")):
        with pytest.raises(ExperimentsError, match=words):
            read_shape(saved(tmp_path / "a.png", Image.new("L", (4, 4), colour)))


def test_words_are_a_shape():
    assert shape_of("A|B").shape[0] > 1.9 * shape_of("A").shape[0]
    with pytest.raises(ExperimentsError, match="letters that can be seen"):
        shape_of(" | ")


READ = """
import re, sys
from pathlib import Path
from experiments.targets import read_target
print(read_target(Path(sys.argv[1])).shape, re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells how much memory a process has had at most")
@pytest.mark.parametrize("ending", ["jpg", "png", "tif"])
def test_a_target_may_be_larger_than_memory(ending, tmp_path):
    """A picture of 660 million pixels, 2 GB of them, read by a process that may have less than half of that."""
    import pyvips

    path = tmp_path / f"huge.{ending}"
    places = pyvips.Image.xyz(30_000, 22_000)
    drawn = ((places[0] / 30_000).bandjoin([places[1] / 22_000, 0.5]) * 255).cast("uchar").copy(interpretation="srgb")
    drawn.write_to_file(str(path))
    done = subprocess.run([sys.executable, "-c", READ, str(path)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    shape, peak = done.stdout.rsplit(" ", 1)
    assert shape == "(3004, 4096, 3)"
    assert int(peak) < 600_000  # kB
