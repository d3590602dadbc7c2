import numpy as np
import pytest

from mosaics import Look, MosaicsError, Placement, Sheet, Tiles, compose, read_provenance
from mosaics.composing import draw_band
from mosaics.layouts import grid

RNG = np.random.default_rng(3)
TILES = Tiles.from_images(
    RNG.integers(0, 256, (12, 6, 8, 3)).astype(np.uint8), latent=[0, 1, 2] * 4, nimg=np.repeat([9, 0, 5, 7], 3)
)
BARE = Look(gutter=0, margin=0)


def test_a_bare_grid_is_its_tiles():
    pixels = compose(TILES, look=BARE).pixels
    rows, cols = pixels.shape[0] // 6, pixels.shape[1] // 8
    assert rows * cols == 12
    assert np.array_equal(pixels.reshape(rows, 6, cols, 8, 3).swapaxes(1, 2).reshape(12, 6, 8, 3), TILES.images)


def test_filmstrip_rows_are_latents_and_columns_are_moments():
    pixels = compose(TILES, layout="filmstrip", look=BARE).pixels
    assert pixels.shape == (3 * 6, 4 * 8, 3)
    assert np.array_equal(pixels[6:12, 0:8], TILES.images[4])  # latent 1 at nimg 0
    assert np.array_equal(pixels[12:, 24:], TILES.images[2])  # latent 2 at nimg 9


def test_a_missing_frame_stays_background():
    pixels = compose(TILES.take(range(11)), layout="filmstrip", look=Look(0, 0, "#102030")).pixels
    assert (pixels[12:, 16:24] == (0x10, 0x20, 0x30)).all()


@pytest.mark.parametrize("size", [(50, 40), (41, 97), (333, 20)])
def test_the_picture_has_the_size_asked_for(size):
    assert compose(TILES, order="hue", size_px=size).pixels.shape == (size[1], size[0], 3)


def test_one_number_is_a_square_and_one_tile_is_enough():
    assert compose(TILES.take([0]), order="lightness", size_px=np.int64(64)).pixels.shape == (64, 64, 3)


@pytest.mark.parametrize("height", [1, 5, 17])
def test_bands_make_the_same_picture(height):
    whole = compose(TILES, size_px=(97, 71)).pixels
    placements = grid.place(TILES, Sheet((97, 71)))
    bands = np.zeros_like(whole)
    for top in range(0, 71, height):
        draw_band(bands[top : top + height], top, TILES, placements, Look())
    assert np.array_equal(bands, whole)


@pytest.mark.parametrize("layout", ["grid", "voronoi", "hexagons", "mondrian"])
@pytest.mark.parametrize("rows", [7, 40])
def test_strips_make_the_same_picture_at_any_height(monkeypatch, layout, rows):
    picture = compose(TILES, layout=layout, size_px=(97, 81))
    monkeypatch.setattr("mosaics.composing._STRIP_BYTES", 3 * 97 * rows)
    strips = [*picture.strips()]
    assert max(map(len, strips)) <= rows
    assert np.array_equal(np.concatenate(strips), picture.pixels)
    assert np.array_equal(picture.rows(33, 50), picture.pixels[33:50])


def test_a_strip_ends_between_tiles_if_it_can_so_that_each_is_read_once(monkeypatch):
    monkeypatch.setattr("mosaics.composing._STRIP_BYTES", 3 * 32 * 8)  # eight rows: one row of tiles, and some
    monkeypatch.setattr("mosaics.composing._CACHED_BYTES", 3 * 32 * 3)
    read = []

    class Counted:
        shape, dtype = TILES.images.shape, TILES.images.dtype

        def __len__(self):
            return len(TILES)

        def __getitem__(self, chosen):
            if not isinstance(chosen, int):
                read.extend(np.atleast_1d(chosen))
            return TILES.images[chosen]

    picture = compose(Tiles(Counted()), look=BARE)
    assert np.array_equal(np.concatenate([*picture.strips()]), compose(TILES, look=BARE).pixels)
    assert sorted(read) == list(range(12))


def test_pieces_of_work_do_not_show(monkeypatch):
    whole = compose(TILES, size_px=90).pixels
    monkeypatch.setattr("mosaics.composing._PIXELS_AT_ONCE", 1)
    assert np.array_equal(compose(TILES, size_px=90).pixels, whole)


def test_tiles_of_several_sizes_and_repeats():
    band = np.empty((10, 20, 3), np.uint8)
    draw_band(band, 0, TILES, [Placement(3, 0, 0, 8, 6), Placement(3, 8, 0, 4, 3), Placement(1, 12, 4, 8, 6)], Look())
    assert np.array_equal(band[:6, :8], TILES.images[3])
    assert np.array_equal(band[4:, 12:], TILES.images[1])
    assert (band[6:, :12] == Look().background_rgb).all()


def test_the_file_says_how_it_was_made(tmp_path):
    tiles = Tiles(TILES.images, {}, {"run": "first"}, "trainedAlgorithmicMedia")
    picture = compose(tiles, order="lightness", size_px=(200, 100), seed=4)
    record = read_provenance(picture.save(tmp_path / "sheet.png"))
    assert record.items() >= picture.provenance.items()
    assert record["source_type"] == "trainedAlgorithmicMedia"
    assert (record["order"], record["size_px"], record["seed"]) == ("lightness", [200, 100], 4)
    assert record["source"] == {"run": "first"}


def test_what_is_said_of_paper_is_told_where_it_is_not_as_usual(tmp_path):
    picture, seen = compose(TILES, size_px=(200, 100)), []
    plain = read_provenance(picture.save(tmp_path / "plain.tif", report=lambda *step: seen.append(step)))
    assert not {"dpi", "bleed_px", "profile", "pyramid"} & {*plain}
    assert seen == [("drawing", 100, 100)]
    paper = {"dpi": 300, "bleed_px": 12, "profile": "adobe-rgb", "pyramid": True}
    assert read_provenance(picture.save(tmp_path / "paper.tif", **paper)).items() >= paper.items()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"layout": "spiral"}, "layout among grid, filmstrip"),
        ({"order": "beauty"}, "order among hue"),
        ({"layout": "filmstrip", "order": "hue"}, "no order"),
        ({"order": "mode"}, "column mode"),
        ({"size_px": 0}, "whole numbers"),
        ({"size_px": 2.5}, "whole numbers"),
        ({"size_px": "A4"}, "whole numbers"),
        ({"size_px": (3, 4, 5)}, "whole numbers"),
        ({"size_px": (2, 2)}, "give [0-9]+ x [0-9]+"),
        ({"size_px": (1 << 40, 1 << 40)}, "memory"),
    ],
)
def test_wrong_wishes_are_one_sentence(arguments, words):
    with pytest.raises(MosaicsError, match=words):
        _ = compose(TILES, **arguments).pixels


def test_two_tiles_for_one_frame():
    with pytest.raises(MosaicsError, match="received 2 for latent 0 at nimg 9"):
        compose(TILES.take([0, 0, 1]), layout="filmstrip")


@pytest.mark.parametrize(
    "wrong", [{"gutter": -1}, {"gutter": float("nan")}, {"margin": 0.5}, {"margin": -0.1}, {"background": "white"}]
)
def test_wrong_looks(wrong):
    with pytest.raises(MosaicsError, match="expected a"):
        Look(**wrong)
