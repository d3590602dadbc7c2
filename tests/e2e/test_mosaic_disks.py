"""Mosaics on disks that refuse, and writers that are killed: one sentence, no half of a file, for every kind."""

import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from mosaics import ENDINGS, Look, Tiles, compose, read_provenance

DRAW = """
import sys
import numpy as np
from mosaics import Look, MosaicsError, Tiles, compose

noise = np.random.default_rng(0).integers(0, 256, (30, 64, 64, 3)).astype(np.uint8)
path, side, pyramid = sys.argv[1], int(sys.argv[2]), sys.argv[3] == "pyramid"
try:
    compose(Tiles(noise), size_px=side, look=Look(0, 0)).save(path, pyramid=pyramid)
except MosaicsError as error:
    print(error, file=sys.stderr)
    sys.exit(1)
"""
KINDS = [(ending, "plain") for ending in ENDINGS if ending not in (".tiff", ".jpeg")] + [(".tif", "pyramid")]
DISKS = {"full": ("size=200k", "no space left on device"), "read-only": ("ro", "read-only file system")}


@pytest.mark.parametrize("disk", ["full", pytest.param("read-only", marks=pytest.mark.slow)])
@pytest.mark.parametrize(("ending", "form"), KINDS)
def test_a_disk_that_refuses(ending, form, disk, namespace, tmp_path):
    (options, words), place = DISKS[disk], tmp_path / "disk"
    place.mkdir()
    script = f'mount -t tmpfs -o {options} tmpfs {place} && shift && "$@"; code=$?; ls -A {place}; exit $code'
    drawing = [sys.executable, "-c", DRAW, f"{place}/made{ending}", "700", form]
    done = subprocess.run([*namespace, "sh", "-c", script, "sh", "-", *drawing], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (1, ""), done.stderr
    assert words in done.stderr.lower()
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(("ending", "form"), KINDS)
def test_what_is_killed_leaves_the_old_file_and_the_next_one_clears_up(ending, form, tmp_path):
    path = tmp_path / f"made{ending}"
    tiles = Tiles(np.full((4, 8, 8, 3), 90, np.uint8), {}, {"which": "old"})
    compose(tiles, size_px=64).save(path)
    old = path.read_bytes()
    killed = subprocess.Popen(
        [sys.executable, "-c", DRAW.replace("pyramid=", "force=True, pyramid="), str(path), "6000", form]
    )
    while killed.poll() is None and len(os.listdir(tmp_path)) < 2:
        time.sleep(0.01)
    killed.send_signal(signal.SIGKILL)
    assert killed.wait() == -signal.SIGKILL
    assert path.read_bytes() == old
    assert len(os.listdir(tmp_path)) == 2
    compose(Tiles(tiles.images, {}, {"which": "new"}), look=Look(0, 0)).save(path, force=True)
    assert os.listdir(tmp_path) == [path.name]
    assert read_provenance(path)["source"] == {"which": "new"}
