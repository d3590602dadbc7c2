import numpy as np
import pytest

from mosaics import MosaicsError, Tiles

IMAGES = np.arange(5 * 2 * 3 * 3, dtype=np.uint8).reshape(5, 2, 3, 3)


def test_take_keeps_columns_and_source():
    tiles = Tiles(IMAGES, {"nimg": np.arange(5)}, {"run": "first"}, "trainedAlgorithmicMedia").take([3, 3, 0])
    assert tiles.columns["nimg"].tolist() == [3, 3, 0]
    assert np.array_equal(tiles.images, IMAGES[[3, 3, 0]])
    assert (tiles.source, tiles.source_type) == ({"run": "first"}, "trainedAlgorithmicMedia")
    assert len(tiles) == 3


def test_features_are_computed_once_and_by_tile():
    tiles = Tiles.from_images(list(IMAGES))
    assert tiles.features is tiles.features
    assert np.allclose(tiles.take([4]).features, tiles.features[4:])


def test_features_do_not_depend_on_chunks(monkeypatch):
    whole = Tiles(IMAGES).features
    monkeypatch.setattr("mosaics.tiles._CHUNK_BYTES", 36)
    assert np.allclose(Tiles(IMAGES).features, whole)


@pytest.mark.parametrize(
    ("images", "columns", "words"),
    [
        (IMAGES / 255, {}, "uint8"),
        (IMAGES[0], {}, r"\(N, h, w, 3\)"),
        (IMAGES[..., :1], {}, r"\(N, h, w, 3\)"),
        (IMAGES[:0], {}, "at least one"),
        ([IMAGES[0], IMAGES[1, :1]], {}, "one size"),
        (IMAGES, {"mode": ["a"]}, 'column "mode".*5 tiles'),
        (IMAGES, {"mode": "rings"}, 'column "mode".*5 tiles'),
        (IMAGES, {"z": np.zeros((5, 2))}, 'column "z"'),
    ],
)
def test_wrong_tiles_are_one_sentence(images, columns, words):
    with pytest.raises(MosaicsError, match=words):
        Tiles.from_images(images, **columns)


def test_missing_column_names_what_there_is():
    with pytest.raises(MosaicsError, match="nimg or step, received columns: mode;"):
        Tiles.from_images(IMAGES, mode=list("abcde")).column("nimg", "step")
