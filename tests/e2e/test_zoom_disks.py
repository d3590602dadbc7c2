"""`synchromy mosaic SOURCE FOLDER` as a user runs it: the page, mistakes, disks that refuse, signals that stop."""

import os
import signal
import subprocess
import sys

import pytest

from experiments.inspecting import inspect_path
from mosaics.deepzoom import read_deepzoom
from tests.support.folders import digests

COMMAND = [sys.executable, "-c", "from experiments.cli.app import main; main()", "mosaic"]
DISKS = {"full": ("size=900k", "no space left on device"), "read-only": ("ro", "read-only file system")}


def said(arguments: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*COMMAND, *arguments], capture_output=True, text=True)


def test_a_name_without_an_ending_is_a_folder(plain, tmp_path):
    arguments = [str(plain), str(tmp_path / "wall"), "--count", "9"]
    told = said([*arguments, "--dry-run"])
    assert (told.returncode, [*tmp_path.iterdir()]) == (0, [])
    assert "of memory" in told.stdout
    made = said(arguments)
    assert made.stdout.startswith(f"{tmp_path}/wall/index.html: 9 tiles")
    record = read_deepzoom(tmp_path / "wall")
    assert (record["kind"], record["tiles"], record["software"][:9]) == ("mosaic", 9, "synchromy")
    assert inspect_path(tmp_path / "wall") == record
    before = digests(tmp_path / "wall")
    again = said(arguments)
    assert (again.returncode, "--force" in again.stderr) == (1, True)
    assert digests(tmp_path / "wall") == before
    assert said([*arguments, "--force"]).returncode == 0
    assert digests(tmp_path / "wall") == before


@pytest.mark.parametrize(
    ("name", "words"), [("wall.html", "without an ending"), ("wall.dzi", "without an ending"), ("no/wall", "make it")]
)
def test_names_that_cannot_be(name, words, plain, tmp_path):
    done = said([str(plain), str(tmp_path / name), "--count", "9"])
    assert done.returncode in (1, 2)
    assert words in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr
    assert [*tmp_path.iterdir()] == []


@pytest.mark.parametrize("kind", DISKS)
def test_a_disk_that_refuses(kind, namespace, plain, tmp_path):
    (options, words), disk = DISKS[kind], tmp_path / "disk"
    disk.mkdir()
    script = f'mount -t tmpfs -o {options} tmpfs {disk} && shift && "$@"; code=$?; ls -A {disk}; exit $code'
    arguments = [*COMMAND, str(plain), f"{disk}/wall", "--size", "3000"]
    done = subprocess.run([*namespace, "sh", "-c", script, "sh", "-", *arguments], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (1, ""), done.stderr
    assert words in done.stderr.lower().splitlines()[-1]
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(("kind", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)], ids=["ended", "interrupted"])
def test_what_is_stopped_leaves_nothing_and_says_so(kind, code, plain, tmp_path):
    arguments = [str(plain), str(tmp_path / "wall"), "--size", "30000"]
    process = subprocess.Popen([*COMMAND, *arguments], stderr=subprocess.PIPE, text=True, env=dict(os.environ))
    process.stderr.readline()  # of its progress: the folder is begun
    assert [path.suffix for path in tmp_path.iterdir()] == [".tmp"]
    process.send_signal(kind)
    _, told = process.communicate(timeout=60)
    assert (process.returncode, [*tmp_path.iterdir()]) == (code, [])
    assert told.splitlines()[-1].endswith("; nothing was written")
