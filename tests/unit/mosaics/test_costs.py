"""What a mosaic is said to cost beside what it then does."""

import json
import subprocess
import sys

import numpy as np
import pytest

from mosaics import MosaicsError, Tiles, compose
from mosaics.costs import cost, repeated

SCRIPT = """
import json, sys
from pathlib import Path
import numpy as np
from mosaics import Tiles, compose
from mosaics.costs import cost, peak_memory

what, path, side, pyramid = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4] == "pyramid"
rng = np.random.default_rng(0)
across = np.linspace(0, 1, 64)[:, None, None] * rng.random((300, 1, 1, 3))
tiles = (across * rng.random((300, 1, 64, 1)) * rng.choice([60, 255], (300, 1, 1, 1))).round().astype(np.uint8)
picture = compose(Tiles(tiles), order="lightness", size_px=side)
if what == "plan":
    planned = cost(picture, path, pyramid=pyramid)
    print(json.dumps([planned.bytes, planned.memory]))
else:
    picture.save(path, pyramid=pyramid)
    print(json.dumps([path.stat().st_size, peak_memory()]))
"""


@pytest.mark.slow
@pytest.mark.parametrize("side", [700, 4000, 9000])
@pytest.mark.parametrize("kind", [".png", ".jpg", ".tif", ".pdf", ".webp", ".tif pyramid"])
def test_bytes_and_memory_are_within_a_fifth_of_what_then_happens(tmp_path, kind, side):
    ending, _, form = kind.partition(" ")
    arguments = [str(tmp_path / f"a{ending}"), str(side), form]
    planned, done = (
        json.loads(
            subprocess.run([sys.executable, "-c", SCRIPT, what, *arguments], capture_output=True, check=True).stdout
        )
        for what in ("plan", "make")
    )
    assert planned == pytest.approx(done, rel=0.2)


def test_nothing_is_written_and_a_small_picture_is_known_to_a_few_bytes(tmp_path):
    tiles = Tiles(np.random.default_rng(1).integers(0, 256, (30, 20, 20, 3)).astype(np.uint8))
    picture = compose(tiles, size_px=400)
    planned = cost(picture, tmp_path / "a.png")
    assert [*tmp_path.iterdir()] == []
    assert planned.bytes == pytest.approx(picture.save(tmp_path / "a.png").stat().st_size, rel=0.01)
    assert planned.seconds > 0
    with pytest.raises(MosaicsError, match="up to 16383"):
        cost(compose(tiles, size_px=(20_000, 40)), tmp_path / "a.webp")


def test_a_few_tiles_stand_for_many():
    few = Tiles.from_images(np.arange(5 * 12, dtype=np.uint8).reshape(5, 2, 2, 3), mode=[*"abcde"])
    many = repeated(few, 12)
    assert len(many) == 12
    assert np.array_equal(many.images[11], few.images[1])
    assert np.array_equal(many.images[[0, 6]], few.images[[0, 1]])
    assert "".join(many.columns["mode"]) == "abcdeabcdeab"
    assert compose(many).pixels.shape[2] == 3
