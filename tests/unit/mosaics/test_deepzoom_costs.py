"""What a folder to zoom into is said to cost, beside what it does cost."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from mosaics import Look, Tiles, compose
from mosaics.deepzoom import save_deepzoom
from mosaics.deepzoom_costs import deepzoom_cost

SAVED = """
import json, sys
import numpy as np
from mosaics import Tiles, compose
from mosaics.costs import peak_memory
from mosaics.deepzoom import save_deepzoom
from mosaics.deepzoom_costs import deepzoom_cost
count, side, what = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
corners = np.random.default_rng(0).integers(0, 256, (count, 4, 4, 3), np.uint8)
picture = compose(Tiles(corners.repeat(side // 4, 1).repeat(side // 4, 2)))
if what == "told":
    print(deepzoom_cost(picture).memory)
else:
    save_deepzoom(picture, what)
    print(peak_memory())
"""


def bytes_in(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize(
    ("layout", "count", "side", "size"),
    [("grid", 1, 8, None), ("grid", 900, 64, None), ("mondrian", 250, 64, (900, 2600)), ("grid", 60, 300, (500, 400))],
)
def test_bytes_are_foretold(layout, count, side, size, tmp_path):
    rng = np.random.default_rng(1)
    coarse = rng.integers(0, 256, (count, -(-side // 8), -(-side // 8), 3), np.uint8)
    images = coarse.repeat(8, 1).repeat(8, 2)[:, :side, :side]
    recipes = np.array(["x" * int(length) for length in rng.integers(500, 1500, count)], object)
    picture = compose(Tiles(images, {"recipe": recipes}), layout=layout, size_px=size, look=Look())
    told = deepzoom_cost(picture)
    assert [*tmp_path.iterdir()] == []
    assert told.bytes == pytest.approx(bytes_in(save_deepzoom(picture, tmp_path / "wall").parent), rel=0.2)
    assert told.seconds > 0


@pytest.mark.parametrize(("count", "side"), [(100, 64), pytest.param(3000, 128, marks=pytest.mark.slow)])
def test_memory_is_foretold(count, side, tmp_path):
    told, had = (
        int(subprocess.run([sys.executable, "-c", SAVED, str(count), str(side), what], check=True,
                           cwd=Path(__file__).parents[3], capture_output=True, text=True).stdout)
        for what in ("told", str(tmp_path / "wall"))
    )  # fmt: skip
    assert told == pytest.approx(had, rel=0.2)
