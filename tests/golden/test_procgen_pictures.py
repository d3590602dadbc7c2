"""Small reference pictures of every composition, compared byte for byte.

After a wanted change: raise `procgen.recipe.RENDERER`, run `pytest tests/golden --store-golden`, look at the pictures.
"""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from procgen import COMPOSITIONS, Space, render, to_uint8

FOLDER = Path(__file__).parent / "compositions"


def drawn(name):
    """Six pictures of one composition, side by side, (48, 288, 3)."""
    space = Space(compositions=[name])
    return np.hstack([to_uint8(render(space.sample(2, index), 48)) for index in range(6)])


def compare(got, path, report):
    """Fail with a picture of got, want and difference, one below the other, if they are not equal."""
    want = np.asarray(Image.open(path))
    if not np.array_equal(got, want):
        away = np.abs(got.astype(int) - want)
        Image.fromarray(np.vstack([got, want, np.minimum(away * 8, 255).astype(np.uint8)])).save(report)
        pytest.fail(
            f"{path.stem}: {np.mean(away.max(-1) > 0):.1%} of pixels differ, by up to {away.max()}: see {report}"
        )


@pytest.mark.parametrize("name", COMPOSITIONS)
def test_pictures_are_as_they_were(name, store_golden, tmp_path):
    path = FOLDER / f"{name}.png"
    if store_golden:
        FOLDER.mkdir(exist_ok=True)
        Image.fromarray(drawn(name)).save(path, optimize=True)
    compare(drawn(name), path, tmp_path / f"{name}.png")


def test_one_changed_level_is_found(tmp_path):
    got = drawn("bars")
    got[10, 20, 1] ^= 1
    with pytest.raises(pytest.fail.Exception, match="by up to 1"):
        compare(got, FOLDER / "bars.png", tmp_path / "report.png")
    assert np.asarray(Image.open(tmp_path / "report.png")).shape == (144, 288, 3)


def test_every_reference_picture_has_its_composition():
    assert {path.stem for path in FOLDER.glob("*.png")} == set(COMPOSITIONS)
