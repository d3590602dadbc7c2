"""Small reference pictures of every layout, compared byte for byte.

After a wanted change: run `pytest tests/golden --store-golden` and look at the pictures.
"""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mosaics import LAYOUTS, Options, Tiles, compose
from tests.golden.test_procgen_pictures import compare

FOLDER = Path(__file__).parent / "mosaics"
COUNT = 60
TALL, WIDE = np.indices((60, 80)) / np.array([60, 80])[:, None, None]
RING = (np.hypot(TALL - 0.5, WIDE - 0.5) < 0.5) & (np.hypot(TALL - 0.5, WIDE - 0.5) > 0.2)
TARGET = (np.stack([WIDE, 1 - TALL, np.where(RING, 0.9, 0.1)], 2) * 255).astype(np.uint8)
# Every layout, and of those that draw a target both ways to choose.
PICTURES = {name: (name, Options(shape=RING if "shape" in row.needs else None)) for name, row in LAYOUTS.items()} | {
    "photomosaic": ("photomosaic", Options(target=TARGET, cells=300, blend=0.3)),
    "photomosaic_once": ("photomosaic", Options(target=TARGET, repeats=1)),
    "quadtree": ("quadtree", Options(target=TARGET, cells=150)),
    "quadtree_twice": ("quadtree", Options(target=TARGET, cells=110, repeats=2)),
}


def tiles() -> Tiles:
    """Squares in squares, 12 x 12, of colours all round the circle, light and dark, in 4 modes over 6 moments."""
    number = np.arange(COUNT)
    turn = number[:, None] * 0.381966 + np.array([0, 1, 2]) / 3
    colours = (127.5 + 127.5 * np.cos(2 * np.pi * turn)) * (0.35 + 0.65 * (number[:, None] % 7) / 6)
    images = np.repeat(np.repeat(colours[:, None, None], 12, 1), 12, 2)
    images[:, 4:8, 4:8] = 255 - images[:, 4:8, 4:8]
    moment = number // 10
    mode = (number % 10 * 4 // 10 + moment // 3) % 4
    return Tiles(
        images.astype(np.uint8), {"nimg": moment * 1000, "latent": number % 10, "mode": mode, "weight": 1 + number % 5}
    )


def drawn(name: str) -> np.ndarray:
    """One layout, in order of lightness where it leaves that free, (144, 192, 3)."""
    layout, options = PICTURES[name]
    row = LAYOUTS[layout]
    order = None if row.sorts or row.repeats else "lightness"
    return compose(tiles(), layout=layout, order=order, size_px=(192, 144), seed=4, options=options).pixels


@pytest.mark.parametrize("name", PICTURES)
def test_pictures_are_as_they_were(name, store_golden, tmp_path):
    path = FOLDER / f"{name}.png"
    if store_golden:
        FOLDER.mkdir(exist_ok=True)
        Image.fromarray(drawn(name)).save(path, optimize=True)
    compare(drawn(name), path, tmp_path / f"{name}.png")


def test_one_changed_level_is_found(tmp_path):
    got = drawn("grid").copy()
    got[70, 90, 2] ^= 1
    with pytest.raises(pytest.fail.Exception, match="by up to 1"):
        compare(got, FOLDER / "grid.png", tmp_path / "report.png")
    assert np.asarray(Image.open(tmp_path / "report.png")).shape == (432, 192, 3)


def test_every_layout_has_its_reference_picture():
    assert {path.stem for path in FOLDER.glob("*.png")} == set(PICTURES)
    assert {layout for layout, _ in PICTURES.values()} == set(LAYOUTS)
