"""MP4 and WebM by ffmpeg: frames, time and origin come back; without the program one sentence says so."""

import os
import shutil
import stat
import subprocess
import sys
from io import BytesIO
from types import ModuleType

import numpy as np
import pytest

from mosaics import Film, MosaicsError, check_ending, mp4, read_provenance, save_picture, webm
from mosaics.kinds import VIDEOS
from mosaics.mp4 import read_packet, write_mp4

KIND = {"provenance": {"kind": "walk", "title": "Größe"}, "source_type": "trainedAlgorithmicMedia"}
FFMPEG = shutil.which("ffmpeg")
needs_ffmpeg = pytest.mark.skipif(not FFMPEG, reason="the program ffmpeg is not installed")


def film(size=(48, 32), count=10):
    y, x = np.mgrid[: size[1], : size[0]]

    def frame(number):
        turn = 2 * np.pi * number / count
        return np.stack([128 + 100 * np.sin(x / 9 + turn), 128 + 100 * np.cos(y / 7 - turn), 90 + 0 * x], -1).astype(
            np.uint8
        )

    return Film(frame, count, 0.4, size)


def shown(path, size=(48, 32)):
    """(frames of a video, what ffmpeg says of it)."""
    raw = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-"]
    done = subprocess.run([FFMPEG, "-i", path, *raw], capture_output=True, check=True)
    return np.frombuffer(done.stdout, np.uint8).reshape(-1, size[1], size[0], 3), done.stderr.decode()


@needs_ffmpeg
@pytest.mark.parametrize("ending", VIDEOS)
def test_frames_and_their_time_come_back_and_so_does_the_origin(tmp_path, ending):
    path, again = tmp_path / f"a{ending}", tmp_path / f"b{ending}"
    save_picture(film(), path, **KIND)
    save_picture(film(), again, **KIND)
    assert path.read_bytes() == again.read_bytes()
    with path.open("rb") as file:
        packet = {".mp4": mp4, ".webm": webm}[ending].read_packet(file).decode()
    assert "trainedAlgorithmicMedia" in packet
    assert "Gr\\u00f6\\u00dfe" in packet
    assert read_provenance(path)["title"] == "Größe"
    seen, said = shown(path)
    assert "25 fps" in said
    assert "bt709" in said
    assert len(seen) == 10
    assert max(np.abs(seen[k].astype(int) - film().frame(k)).mean() for k in range(10)) < 4


@needs_ffmpeg
@pytest.mark.parametrize("ending", VIDEOS)
def test_the_colour_of_each_pixel_is_kept_on_request(tmp_path, ending):
    stripes = np.zeros((32, 48, 3), np.uint8)
    stripes[:, ::2, 0] = stripes[:, 1::2, 2] = 230
    for whole in (False, True):
        save_picture(Film(lambda _: stripes, 3, 0.4, (48, 32), whole), tmp_path / f"{whole}{ending}", **KIND)
    halved, kept = (np.abs(shown(tmp_path / f"{whole}{ending}")[0][1].astype(int) - stripes) for whole in (False, True))
    assert halved.mean() > 40
    assert kept.mean() < 8


@needs_ffmpeg
def test_a_webm_keeps_any_text_and_a_cut_one_is_told(tmp_path):
    title = "a=b;c#d\\e\nf & <g> " + "long " * 40_000
    path = tmp_path / "a.webm"
    save_picture(film(), path, provenance={"title": title}, source_type="algorithmicMedia")
    assert read_provenance(path)["title"] == title
    path.write_bytes(path.read_bytes()[:-900])
    with pytest.raises(MosaicsError, match="cut off or damaged"):
        read_provenance(path)


@needs_ffmpeg
def test_what_ffmpeg_says_is_passed_on(tmp_path):
    with pytest.raises(MosaicsError, match="ffmpeg could not write this MP4"):
        write_mp4(BytesIO(), (film((20_000, 2)).frame(k) for k in range(2)), (20_000, 2), 25.0, b"")


@needs_ffmpeg
def test_what_is_interrupted_leaves_nothing(tmp_path):
    def frame(number):
        if number == 2:
            raise KeyboardInterrupt
        return film().frame(number)

    with pytest.raises(KeyboardInterrupt):
        save_picture(Film(frame, 9, 1.0, (48, 32)), tmp_path / "a.mp4", **KIND)
    assert os.listdir(tmp_path) == []


def test_without_the_program_a_sentence_says_so(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setitem(sys.modules, "imageio_ffmpeg", None)
    with pytest.raises(MosaicsError, match=r"install it, or the extra synchromy\[video\], or choose \.webp"):
        save_picture(film(), tmp_path / "a.mp4", **KIND)
    assert os.listdir(tmp_path) == []


def test_a_program_that_fails_is_quoted_and_leaves_nothing(tmp_path, monkeypatch):
    program = tmp_path / "bin" / "ffmpeg"
    program.parent.mkdir()
    program.write_text(f"#!{sys.executable}\nimport sys\nsys.exit('Unknown encoder libx264')")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(program.parent))
    with pytest.raises(MosaicsError, match="Unknown encoder libx264; try another one"):
        save_picture(film((480, 320)), tmp_path / "a.mp4", **KIND)
    with pytest.raises(MosaicsError, match=r"even width and height .* received 33 x 32; add a pixel: 34x32"):
        save_picture(film((33, 32)), tmp_path / "a.mp4", **KIND)
    assert os.listdir(tmp_path) == ["bin"]


@needs_ffmpeg
def test_the_package_stands_in_for_the_program(tmp_path, monkeypatch):
    package = ModuleType("imageio_ffmpeg")
    package.get_ffmpeg_exe = lambda: FFMPEG
    monkeypatch.setitem(sys.modules, "imageio_ffmpeg", package)
    monkeypatch.setattr("mosaics.ffmpeg.find_spec", lambda name: name)
    monkeypatch.setenv("PATH", str(tmp_path))
    check_ending("a.mp4", moving=True)
    save_picture(film(), tmp_path / "a.mp4", **KIND)
    assert read_provenance(tmp_path / "a.mp4")["kind"] == "walk"


@pytest.mark.parametrize("content", [b"", b"\0\0\0\x10ftypisom\0\0\2\0", b"\0\0\0\1ftyp\0\0\0\0\0\0\0\x10"])
def test_a_film_without_a_packet(content):
    assert read_packet(BytesIO(content)) == b""


@pytest.mark.parametrize("content", [b"abc", b"\0\0\0\x20ftyp", b"\0\0\0\4ftyp"])
def test_a_film_that_is_cut(content):
    with pytest.raises(ValueError, match="cut off"):
        read_packet(BytesIO(content))
