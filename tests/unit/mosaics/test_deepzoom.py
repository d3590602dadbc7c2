"""The folder that a mosaic is zoomed in: whole or not at all, the same each time, small facts in small files."""

import json
import os
import re
import signal
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mosaics import MosaicsError, Tiles, compose
from mosaics.deepzoom import CHUNK, check_folder, read_deepzoom, save_deepzoom
from tests.support.folders import digests

COUNT = 230
NASTY = 'a "quoted" </script> \u2028 \u00e4'


@pytest.fixture(scope="module")
def picture():
    number = np.arange(COUNT)
    images = np.broadcast_to((number % 250).astype(np.uint8)[:, None, None, None], (COUNT, 8, 12, 3))
    columns = {
        "nimg": number * 1000,
        "score": np.where(number == 1, np.nan, number / COUNT),
        "mode": np.array([NASTY, "waves"])[number % 2],
        "recipe": np.array([json.dumps({"seed": int(i)}) for i in number], object),
        "command": np.array([f"synchromy render data:{i} {i}.png" for i in number]),
    }
    return compose(Tiles(images, columns, {"dataset": "data"}), layout="hexagons", size_px=(900, 600))


@pytest.fixture(scope="module")
def page(picture, tmp_path_factory) -> Path:
    return save_deepzoom(picture, tmp_path_factory.mktemp("zoom") / "wall")


def called(path: Path) -> list:
    """The arguments of the one call that such a script is."""
    text = path.read_text()
    return json.loads("[" + re.fullmatch(r"\w+\((.*)\);\n", text, re.S)[1] + "]")


def test_what_is_in_the_folder(page):
    names = {path.name for path in page.parent.iterdir()}
    assert page.name == "index.html"
    assert {"mosaic.dzi", "mosaic_files", "tiles", "openseadragon.min.js", "LICENSE.openseadragon.txt"} <= names
    for wanted in re.findall(r'(?:src|href)="([^"]+)"', page.read_text()):
        assert wanted in names
    shown = [page.read_text(), *(path.read_text() for path in page.parent.glob("[!o]*.js"))]
    assert not any(re.search(r"https?://(?!schemas\.microsoft)", text) for text in shown)


def test_the_viewer_is_as_published(page):
    """OpenSeadragon 6.1.1, from its package, with its licence."""
    viewer = (page.parent / "openseadragon.min.js").read_bytes()
    assert sha256(viewer).hexdigest() == "14d587cd3ee7c4861f1a41077ce642029364a21029956ba635bd8fb1202cf9ad"
    assert "OpenSeadragon contributors" in (page.parent / "LICENSE.openseadragon.txt").read_text()


def test_places_are_the_placements(page, picture):
    flat, outlines = called(page.parent / "places.js")
    rows = np.array(flat).reshape(-1, 6)
    assert rows[:, :5].tolist() == [[p.tile, p.x, p.y, p.w, p.h] for p in picture.placements]
    for row, place in zip(rows.tolist(), picture.placements, strict=True):
        assert np.array(outlines[row[5]]).reshape(-1, 2) / 1e4 == pytest.approx(np.array(place.outline), abs=1e-4)


def test_facts_lie_in_chunks(page, picture):
    found = {}
    for chunk in range(-(-COUNT // CHUNK)):
        number, rows = called(page.parent / "tiles" / str(chunk) / "facts.js")
        assert (number, len(rows)) == (chunk, CHUNK)
        found |= {chunk * CHUNK + at: row for at, row in enumerate(rows) if row is not None}
    assert sorted(found) == list(range(COUNT))
    assert found[7] == {
        "nimg": 7000,
        "score": 7 / COUNT,
        "mode": "waves",
        "recipe": {"seed": 7},
        "command": "synchromy render data:7 7.png",
    }
    assert found[1]["score"] is None
    assert found[2]["mode"] == NASTY


def test_each_tile_has_its_picture(page):
    for tile in (0, 99, 100, 229):
        with Image.open(page.parent / "tiles" / str(tile // CHUNK) / f"{tile}.jpg") as image:
            picture = np.asarray(image)
        assert picture.shape == (8, 12, 3)
        assert np.abs(picture.astype(int) - tile % 250).max() <= 1


def test_large_tiles_are_shown_smaller(tmp_path):
    tiles = Tiles(np.zeros((2, 300, 600, 3), np.uint8))
    page = save_deepzoom(compose(tiles, size_px=200), tmp_path / "wall")
    with Image.open(page.parent / "tiles/0/1.jpg") as image:
        assert image.size == (256, 128)


def test_tiles_that_are_not_on_the_mosaic_are_not_in_the_folder(tmp_path):
    from dataclasses import replace

    whole = compose(Tiles(np.zeros((150, 4, 4, 3), np.uint8)))
    page = save_deepzoom(replace(whole, placements=[p for p in whole.placements if p.tile == 120]), tmp_path / "wall")
    assert [path.name for path in (page.parent / "tiles").iterdir()] == ["1"]
    _, rows = called(page.parent / "tiles/1/facts.js")
    assert [at for at, row in enumerate(rows) if row is not None] == [20]


def test_the_record_is_read_back(page, picture, tmp_path):
    record = read_deepzoom(page.parent)
    assert picture.provenance.items() <= record.items()
    assert record["source_type"] == "compositeSynthetic"
    (tmp_path / "mosaic.js").write_text("const MOSAIC = 3;")
    for folder in (tmp_path, tmp_path / "none"):
        with pytest.raises(MosaicsError, match="expected a folder that a mosaic was saved in"):
            read_deepzoom(folder)


def test_the_same_picture_gives_the_same_bytes(page, picture, tmp_path):
    assert digests(save_deepzoom(picture, tmp_path / "again").parent) == digests(page.parent)


def test_what_another_has_made_meanwhile_is_not_replaced(picture, tmp_path):
    def report(*_):
        (tmp_path / "wall").mkdir(exist_ok=True)
        (tmp_path / "wall" / "theirs").touch()

    with pytest.raises(MosaicsError, match="exists"):
        save_deepzoom(picture, tmp_path / "wall", report=report)
    assert [path.name for path in tmp_path.rglob("*")] == ["wall", "theirs"]


def test_nothing_is_replaced_unasked(picture, tmp_path):
    folder = save_deepzoom(picture, tmp_path / "wall").parent
    (folder / "mine").touch()
    with pytest.raises(MosaicsError, match="exists"):
        save_deepzoom(picture, folder)
    assert (folder / "mine").exists()
    save_deepzoom(picture, folder, force=True)
    assert not (folder / "mine").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["wall"]


@pytest.mark.parametrize("kind", ["folder", "empty", "file", "link"])
def test_what_is_no_mosaic_is_never_replaced(kind, picture, page, tmp_path):
    place = tmp_path / "pictures"
    if kind == "link":
        place.symlink_to(page.parent)
    elif kind == "file":
        place.touch()
    else:
        place.mkdir()
    if kind == "folder":
        (place / "holiday.jpg").touch()
    with pytest.raises(MosaicsError, match="something else and stays as it is"):
        save_deepzoom(picture, place, force=True)
    assert os.path.lexists(place)


def test_a_folder_that_cannot_be_made(picture, tmp_path):
    with pytest.raises(MosaicsError, match="make it first"):
        save_deepzoom(picture, tmp_path / "none" / "wall")
    with pytest.raises(MosaicsError, match="exists"):
        check_folder(".")


def test_what_fails_leaves_what_was_there(picture, tmp_path):
    folder = save_deepzoom(picture, tmp_path / "wall").parent
    before = digests(folder)

    def fail(stage: str, *_: int) -> None:
        if stage == "tiles":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        save_deepzoom(picture, folder, force=True, report=fail)
    assert digests(folder) == before
    assert [path.name for path in tmp_path.iterdir()] == ["wall"]


@pytest.mark.parametrize("moment", ["while it writes", "between two renames"])
def test_what_a_killed_writer_leaves_is_put_right(moment, picture, tmp_path):
    folder = save_deepzoom(picture, tmp_path / "wall").parent
    before = digests(folder)
    renames = 0 if moment == "while it writes" else 1
    code = f"""
import os, signal, sys, numpy as np
from mosaics import Tiles, compose
from mosaics.deepzoom import save_deepzoom
done = [0]
def rename(*names, real=os.rename):
    if done[0] == {renames}: os.kill(os.getpid(), signal.SIGKILL)
    done[0] += 1
    real(*names)
os.rename = rename
save_deepzoom(compose(Tiles(np.zeros((3, 4, 4, 3), np.uint8))), sys.argv[1], force=True)
"""
    killed = subprocess.run([sys.executable, "-c", code, str(folder)], cwd=Path(__file__).parents[3])
    assert killed.returncode == -signal.SIGKILL
    assert len([*tmp_path.iterdir()]) == 2
    if moment == "while it writes":
        assert digests(folder) == before
    with pytest.raises(MosaicsError, match="exists"):
        save_deepzoom(picture, folder)
    save_deepzoom(picture, folder, force=True)
    assert [path.name for path in tmp_path.iterdir()] == ["wall"]
