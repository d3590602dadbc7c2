"""The pieces of a Deep Zoom: those of libvips, of the right light, in little memory."""

import tracemalloc
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
import pyvips
from PIL import Image

from mosaics.pyramid import descriptor, halved, levels, write_pyramid


def coloured(width: int, height: int) -> np.ndarray:
    """Squares of 8 pixels, which JPEG keeps nearly as they are."""
    colours = np.random.default_rng(width).integers(0, 256, (height // 8 + 1, width // 8 + 1, 3), np.uint8)
    return colours.repeat(8, 0).repeat(8, 1)[:height, :width]


def written(pixels: np.ndarray, rows: int) -> dict[str, np.ndarray]:
    found: dict[str, np.ndarray] = {}
    strips = (pixels[top : top + rows] for top in range(0, len(pixels), rows))
    write_pyramid(strips, (pixels.shape[1], len(pixels)), lambda name, data: found.update({name: read(BytesIO(data))}))
    return found


def pieces(folder: Path) -> dict[str, np.ndarray]:
    return {str(path.relative_to(folder)): read(path) for path in folder.rglob("*.jpg")}


def read(path: Path | BytesIO) -> np.ndarray:
    with Image.open(path) as image:
        return np.asarray(image).astype(int)


@pytest.mark.parametrize("size", [(1, 1), (509, 510), (510, 511), (1021, 512), (1531, 1023), (7, 1200)])
def test_pieces_are_those_of_libvips(size, tmp_path):
    """As dzsave cuts them; the largest level is alike pixel by pixel, smaller ones are mixed otherwise, see below."""
    pixels = coloured(*size)
    pyvips.Image.new_from_array(pixels).dzsave(
        str(tmp_path / "peer"), suffix=".jpg[Q=92,subsample_mode=off]", tile_size=510, overlap=1, keep="none"
    )
    peer, largest = pieces(tmp_path / "peer_files"), str(levels(size) - 1)
    for rows in (1, 37, 600):
        ours = written(pixels, rows)
        assert {name: piece.shape for name, piece in ours.items()} == {
            name: piece.shape for name, piece in peer.items()
        }
        for name in (name for name in ours if name.startswith(f"{largest}/")):
            assert np.abs(ours[name] - peer[name]).max() <= 2
    told = [ElementTree.fromstring(text) for text in ((tmp_path / "peer.dzi").read_text(), descriptor(size))]
    assert told[0].attrib == told[1].attrib
    assert told[0][0].attrib == told[1][0].attrib
    assert told[0][0].tag == told[1][0].tag


def test_a_small_level_shows_the_whole_picture():
    """Where each pixel is one of the squares."""
    pixels = coloured(1024, 768)
    found = written(pixels, 100)["7/0_0.jpg"]
    assert found.shape == (96, 128, 3)
    assert np.abs(found - pixels[4::8, 4::8]).mean() < 8  # what JPEG does to noise; a pixel aside it is 85


@pytest.mark.parametrize("value", range(0, 256, 5))
def test_an_even_colour_stays(value):
    assert (halved(np.full((5, 6, 3), value, np.uint8)) == value).all()


def test_a_chequered_pattern_keeps_its_light():
    """Half black and half white is 188, not 128: sRGB of half the light."""
    chequered = np.indices((64, 64)).sum(0)[..., None].repeat(3, 2) % 2 * 255
    assert (halved(chequered.astype(np.uint8)) == 188).all()


def test_a_last_odd_row_and_column_stand_for_two():
    pixels = np.zeros((3, 3, 3), np.uint8)
    pixels[2], pixels[:, 2] = 200, 200
    assert halved(pixels)[..., 0].tolist() == [[0, 200], [200, 200]]


def test_memory_does_not_grow_with_height():
    def peak(height: int) -> int:
        strip = np.zeros((256, 700, 3), np.uint8)
        tracemalloc.start()
        write_pyramid((strip for _ in range(height // 256)), (700, height), lambda *_: None)
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    low, high = peak(1024), peak(16_384)
    assert high < 1.3 * low
    assert high < 16_384 * 700 * 3 / 3
