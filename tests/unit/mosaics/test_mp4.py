"""MP4 by ffmpeg: frames, time and origin come back; without the program one sentence says so."""

import os
import shutil
import stat
import subprocess
import sys
from io import BytesIO

import numpy as np
import pytest

from mosaics import Film, MosaicsError, save_picture
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


@needs_ffmpeg
def test_frames_and_their_time_come_back_and_so_does_the_origin(tmp_path):
    path, again = tmp_path / "a.mp4", tmp_path / "b.mp4"
    save_picture(film(), path, **KIND)
    save_picture(film(), again, **KIND)
    assert path.read_bytes() == again.read_bytes()
    with path.open("rb") as file:
        packet = read_packet(file).decode()
    assert "trainedAlgorithmicMedia" in packet
    assert "Gr\\u00f6\\u00dfe" in packet
    raw = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-"]
    done = subprocess.run([FFMPEG, "-i", path, *raw], capture_output=True, check=True)
    assert "25 fps" in done.stderr.decode()
    seen = np.frombuffer(done.stdout, np.uint8).reshape(-1, 32, 48, 3)
    assert len(seen) == 10
    assert max(np.abs(seen[k].astype(int) - film().frame(k)).mean() for k in range(10)) < 4


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
    with pytest.raises(MosaicsError, match=r"install it, or choose \.webp"):
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
    with pytest.raises(MosaicsError, match="even width and height in an MP4, received 33 x 32"):
        save_picture(film((33, 32)), tmp_path / "a.mp4", **KIND)
    assert os.listdir(tmp_path) == ["bin"]


@pytest.mark.parametrize("content", [b"", b"\0\0\0\x10ftypisom\0\0\2\0", b"\0\0\0\1ftyp\0\0\0\0\0\0\0\x10"])
def test_a_film_without_a_packet(content):
    assert read_packet(BytesIO(content)) == b""


@pytest.mark.parametrize("content", [b"abc", b"\0\0\0\x20ftyp", b"\0\0\0\4ftyp"])
def test_a_film_that_is_cut(content):
    with pytest.raises(ValueError, match="cut off"):
        read_packet(BytesIO(content))
