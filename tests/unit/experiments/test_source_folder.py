"""Folders of anybody's pictures: whatever kind, or one sentence that names the file."""

import struct
import zlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import tifffile
from PIL import Image

from experiments import picking_tiles, source_folder, tiles_of
from experiments.decoding_tiles import decoded_tile
from experiments.errors import ExperimentsError
from experiments.tiles_asked import TilesAsked
from experiments.workers import Worker

DOWN, ACROSS = np.mgrid[0:90, 0:120]
PIXELS = np.stack([ACROSS * 2, DOWN * 2, 255 - ACROSS * 2], 2).astype(np.uint8)
PICTURE = Image.fromarray(PIXELS)
MEAN = PIXELS[:, 15:105].reshape(-1, 3).mean(0)
GREY = PIXELS[:, 15:105, 0].mean()
SEEN_THROUGH = PICTURE.convert("RGBA")
SEEN_THROUGH.putalpha(128)
FRAMES = [Image.fromarray(np.roll(PIXELS, 30 * k, 1)) for k in range(3)]
TURNED = Image.Exif()
TURNED[0x0112] = 6


def tiff16(path):
    tifffile.imwrite(path, PIXELS.astype(np.uint16) * 257, photometric="rgb")


# name -> (how it is saved, the mean colour that is to be seen)
KINDS = {
    "plain.png": (PICTURE.save, MEAN),
    "inks.jpg": (PICTURE.convert("CMYK").save, MEAN),
    "inks.tif": (PICTURE.convert("CMYK").save, MEAN),
    "deep.tif": (tiff16, MEAN),
    "deep-grey.png": (Image.fromarray(PIXELS[..., 0].astype(np.uint16) * 257).save, [GREY] * 3),
    "alpha.png": (SEEN_THROUGH.save, MEAN * 128 / 255 + 127),
    "alpha.webp": (SEEN_THROUGH.save, MEAN * 128 / 255 + 127),
    "palette.gif": (PICTURE.save, MEAN),
    "moving.gif": (lambda path: FRAMES[0].save(path, save_all=True, append_images=FRAMES[1:]), MEAN),
    "moving.webp": (lambda path: FRAMES[0].save(path, save_all=True, append_images=FRAMES[1:]), MEAN),
    "moving.png": (lambda path: FRAMES[0].save(path, save_all=True, append_images=FRAMES[1:]), MEAN),
    "turned.jpg": (lambda path: PICTURE.save(path, exif=TURNED), MEAN),
    "one.png": (Image.new("RGB", (1, 1), (200, 30, 30)).save, [200, 30, 30]),
    "thin.png": (Image.new("RGB", (3000, 2), (30, 200, 30)).save, [30, 200, 30]),
    "new.avif": (PICTURE.save, MEAN),
    "old.bmp": (PICTURE.save, MEAN),
}


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


HUGE = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0))
HUGE += chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")
BROKEN = {
    "text.jpg": (lambda path: path.write_bytes(b"hello"), "it is no picture"),
    "empty.tif": (lambda path: path.write_bytes(b""), "it is no picture"),
    "cut.png": (lambda path: cut(path), "truncated"),
    "cut.jpg": (lambda path: cut(path), "truncated"),
    "huge.png": (lambda path: path.write_bytes(HUGE), "at most .* pixels, got more"),
    "fractions.tif": (lambda path: tifffile.imwrite(path, PIXELS[..., 0] / np.float32(255)), "fractions"),
}


def cut(path):
    PICTURE.save(path)
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 2 // 3])


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_is_read_as_it_looks(name, tmp_path):
    save, mean = KINDS[name]
    save(tmp_path / name)
    tile = decoded_tile(tmp_path / name, (64, 64))
    assert (tile.shape, tile.dtype) == ((64, 64, 3), np.uint8)
    assert np.allclose(tile.reshape(-1, 3).mean(0), mean, atol=4)


def test_all_kinds_make_one_mosaic(tmp_path):
    for name, (save, _) in KINDS.items():
        save(tmp_path / name)
    tiles = tiles_of(TilesAsked((str(tmp_path),)))
    assert len(tiles) == len(KINDS)
    assert tiles.images.shape[1:] == (90, 90, 3)
    assert tiles.columns["file"].tolist() == sorted(KINDS)
    assert tiles.source_type == "composite"


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_one_is_named_or_passed_over(name, tmp_path):
    make, words = BROKEN[name]
    PICTURE.save(tmp_path / "a.png")
    make(tmp_path / name)
    with pytest.raises(ExperimentsError, match=rf"expected .*{name}.*--skip-broken") as raised:
        tiles_of(TilesAsked((str(tmp_path),)))
    assert raised.match(words)
    tiles = tiles_of(TilesAsked((str(tmp_path),), skip_broken=True))
    assert tiles.columns["file"].tolist() == ["a.png"]
    assert tiles.source["sources"][0]["passed_over"] == [name]


@pytest.mark.parametrize("kind", ["png", "jpg", "gif", "webp", "tif", "bmp", "avif"])
def test_damage_of_any_kind_is_a_sentence(kind, tmp_path):
    rng = np.random.default_rng(len(kind) + ord(kind[0]))
    path = tmp_path / f"damaged.{kind}"
    PICTURE.save(path)
    whole = path.read_bytes()
    sentences = 0
    for _ in range(60):
        data = bytearray(whole[: rng.integers(1, len(whole) + 1)])
        for at in rng.integers(0, len(data), 6):
            data[at] = rng.integers(256)
        path.write_bytes(data)
        try:
            decoded_tile(path, (16, 16))
        except ExperimentsError as error:
            assert str(path) in str(error)  # noqa: PT017, some damage does no harm
            sentences += 1
    assert sentences > 20


def test_pictures_of_one_size_keep_it(tmp_path):
    for number in range(3):
        Image.fromarray(np.roll(PIXELS, number, 0)).save(tmp_path / f"{number}.png")
    tiles = tiles_of(TilesAsked((str(tmp_path),)))
    assert np.array_equal(tiles.images[0], PIXELS)
    assert "mode" not in tiles.columns


@pytest.mark.parametrize("resize", ["crop", "fit", "stretch"])
def test_other_proportions_become_squares_as_asked(resize, tmp_path):
    wide = np.zeros((40, 120, 3), np.uint8)
    wide[..., 2] = 255
    wide[:, 40:80] = 255, 0, 0
    Image.fromarray(wide).save(tmp_path / "wide.png")
    tile = tiles_of(TilesAsked((str(tmp_path),), tile=40, resize=resize)).images[0]
    assert np.allclose(tile[20, 20], (255, 0, 0), atol=2)
    assert (tile[20, 1, 2] > 200) == (resize != "crop")
    assert (tile[1, 20, 0] > 200) == (resize != "fit")


def test_an_empty_folder_is_one_sentence(tmp_path):
    with pytest.raises(ExperimentsError, match=r"expected a run, a dataset or pictures \(png, jpg.*got none"):
        tiles_of(TilesAsked((str(tmp_path),)))


@pytest.fixture
def many(tmp_path):
    """A folder of small pictures, one of them broken."""
    for number in range(24):
        Image.fromarray(np.roll(PIXELS, number, 1)).save(tmp_path / f"{number:02}.png")
    (tmp_path / "05.png").write_bytes(b"hello")
    return TilesAsked((str(tmp_path),), skip_broken=True)


@pytest.fixture
def asks(monkeypatch):
    """How many pictures two other processes are asked for, time by time."""
    asks = []
    monkeypatch.setattr(source_folder, "_MANY", 20)
    monkeypatch.setattr(source_folder, "cores", lambda: 3)
    monkeypatch.setattr(Worker, "begun", lambda worker: True)
    monkeypatch.setattr(
        Worker, "ask", lambda worker, *rest, ask=Worker.ask: (asks.append(len(rest[1])), ask(worker, *rest))
    )
    return asks


@pytest.mark.parametrize(("batch", "asked"), [(64, [8, 8]), (8, [3, 2, 3, 2, 3, 2]), (20, [7, 6, 1, 1])])
def test_many_small_ones_are_read_by_other_processes_too(batch, asked, many, asks, monkeypatch):
    alone = tiles_of(replace(many, count=19)), tiles_of(many)
    asks.clear()
    monkeypatch.setattr(picking_tiles, "_BATCH", batch)
    monkeypatch.setattr(picking_tiles, "_BATCHES", 1)
    together = tiles_of(many)
    assert asks == asked
    for found, same in zip((tiles_of(replace(many, count=19)), together), alone, strict=True):
        assert np.array_equal(found.images, same.images)
        assert found.source == same.source


def test_other_pictures_than_were_announced_are_read_as_well(many, asks):
    source = source_folder.folder_source(Path(many.sources[0]), "many", replace(many, count=24))
    whole = np.array([number for number in range(24) if number != 5])
    pictures = source.read(whole)
    for announced, then in [((6, 7, 8), (6, 7, 8)), ((9, 10, 11), (1, 2, 3, 4)), ((0,), (0,)), ((), (20, 21))]:
        source.ahead(np.array(announced, int))
        assert np.array_equal(source.read(whole[[4, 0]]), pictures[[4, 0]])
        assert np.array_equal(source.read(whole[list(then)]), pictures[list(then)])
