"""Every row of ORDERS under the same laws."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mosaics import LAYOUTS, ORDERS, Options, Sheet, Tiles, compose
from mosaics.order import IN_THE_PLANE

OF_TILES = [name for name in ORDERS if name != "random"]
"""Orders that look at the tiles; a shuffle does not."""
shapes = st.sampled_from([(1, 1), (2, 3), (5, 4)])


def some_tiles(count: int, shape: tuple[int, int], seed: int, values: int = 256) -> Tiles:
    """Random tiles; few values make many ties."""
    rng = np.random.default_rng(seed)
    images = (rng.integers(0, values, (count, *shape, 3)) * (255 // max(1, values - 1))).astype(np.uint8)
    return Tiles.from_images(images, nimg=rng.integers(0, 9, count), mode=rng.choice(["bars", "rings", "waves"], count))


def slots_of(tiles: Tiles, layout: str = "grid") -> np.ndarray:
    placements = LAYOUTS[layout].place(tiles, Sheet())
    return np.array([(p.x + p.w / 2, p.y + p.h / 2) for p in placements])


@pytest.mark.parametrize("flat", [True, False], ids=["sheet", "line"])
@pytest.mark.parametrize("name", ORDERS)
@given(count=st.integers(1, 300), shape=shapes, seed=st.integers(0, 999), values=st.sampled_from([1, 2, 256]))
@settings(max_examples=25, deadline=None)
def test_is_a_permutation_and_repeats(name, flat, count, shape, seed, values):
    tiles = some_tiles(count, shape, seed, values)
    slots = slots_of(tiles) if flat else None
    permutation = ORDERS[name](tiles, seed=seed, slots=slots)
    assert sorted(permutation.tolist()) == list(range(count))
    assert np.array_equal(permutation, ORDERS[name](tiles, seed=seed, slots=slots))


@pytest.mark.parametrize("name", OF_TILES)
@given(count=st.integers(1, 60))
@settings(max_examples=10, deadline=None)
def test_equal_tiles_keep_their_sequence(name, count):
    images = np.full((count, 2, 2, 3), 90, np.uint8)
    tiles = Tiles.from_images(images, nimg=np.zeros(count), mode=["rings"] * count)
    assert ORDERS[name](tiles, seed=0).tolist() == list(range(count))


@pytest.mark.parametrize("name", OF_TILES)
@given(count=st.integers(2, 60), seed=st.integers(0, 99))
@settings(max_examples=10, deadline=None)
def test_sequence_of_the_input_does_not_matter(name, count, seed):
    tiles = some_tiles(count, (3, 3), seed)
    mixed = tiles.take(np.random.default_rng(seed).permutation(count))
    first, second = (t.take(ORDERS[name](t, seed=0)) for t in (tiles, mixed))
    assert np.array_equal(first.columns["nimg"], second.columns["nimg"]) or name != "step"
    assert np.allclose(first.features, second.features) or name == "step"


@pytest.mark.parametrize("layout", [name for name, row in LAYOUTS.items() if not (row.sorts or row.repeats)])
@pytest.mark.parametrize("name", ["chroma", "principal", "similarity", "random"])
def test_every_layout_takes_every_order(name, layout):
    tiles = some_tiles(83, (5, 4), seed=3)
    options = Options(shape=np.tri(40, 60, dtype=bool)[::-1])
    picture = compose(tiles, layout=layout, order=name, options=options, size_px=(400, 300))
    assert sorted(place.tile for place in picture.placements) == list(range(83))


def test_chance_is_the_seeds():
    tiles = some_tiles(50, (2, 2), seed=0)
    first, again, other = (ORDERS["random"](tiles, seed=seed).tolist() for seed in (1, 1, 2))
    assert first == again != other


def test_chroma_goes_from_vivid_to_grey():
    tiles = some_tiles(200, (2, 2), seed=5)
    chroma = np.hypot(*tiles.features[ORDERS["chroma"](tiles)].T[1:])
    assert (np.diff(chroma) <= 0).all()


def test_the_principal_axis_is_that_of_the_world():
    mix = np.random.default_rng(2).permutation(120)
    ramp = np.linspace(20, 230, 120)[mix]  # a world that differs in one thing: how blue its right half is
    images = np.full((120, 6, 6, 3), 90, np.uint8)
    images[:, :, 3:, 2] = ramp[:, None, None]
    found = mix[ORDERS["principal"](Tiles.from_images(images))]
    assert found.tolist() in (list(range(120)), list(range(120))[::-1])


def colours(count: int, seed: int) -> Tiles:
    return Tiles.from_images(np.random.default_rng(seed).integers(0, 256, (count, 1, 1, 3)).astype(np.uint8))


def between_neighbours(seen: np.ndarray, *, wraps: bool = False) -> float:
    """The mean distance of what lies beside each other, of colours (rows, columns, d)."""
    sides = [np.roll(seen, -1, axis) - seen for axis in (0, 1)]
    kept = sides if wraps else [sides[0][:-1], sides[1][:, :-1]]
    return float(np.concatenate([np.linalg.norm(side, axis=2).ravel() for side in kept]).mean())


@pytest.mark.parametrize(("wraps", "peer"), [(False, 0.0344), (True, 0.0398)])
def test_similarity_is_as_good_as_its_authors_program(wraps, peer):
    """`peer` is what vc-flas 0.1.7 reaches with the same 2,500 colours."""
    tiles = colours(2500, seed=0)
    row, col = np.divmod(np.arange(2500), 50)
    slots = np.stack([col * 10 + 5.0, row * 10 + 5.0], 1)
    line = ORDERS["similarity"](tiles, slots=slots, period=(500.0, 500.0) if wraps else None)
    seen = tiles.features[line].reshape(50, 50, 3)
    assert between_neighbours(seen, wraps=wraps) < peer


def test_a_seamless_sheet_of_similarity_has_no_seam():
    tiles = colours(400, seed=1)
    slots = slots_of(tiles, "seamless")
    assert len(np.unique(slots[:, 1])) == 20
    seams = {}
    for layout in ("grid", "seamless"):
        picture = compose(tiles, layout=layout, order="similarity", size_px=(400, 400))
        at = sorted((place.y, place.x, place.tile) for place in picture.placements)
        seen = tiles.features[[tile for _, _, tile in at]].reshape(20, 20, 3)
        edges = np.concatenate([seen[:, -1] - seen[:, 0], seen[-1] - seen[0]])
        seams[layout] = np.linalg.norm(edges, axis=1).mean() / between_neighbours(seen)
    assert seams["seamless"] < 1.25 < 2 < seams["grid"]


def test_similarity_is_of_places_even_along_a_line():
    tiles = colours(300, seed=2)
    places = compose(tiles, layout="phyllotaxis", order="similarity", size_px=(600, 600)).placements
    centres = np.array([(p.x + p.w / 2, p.y + p.h / 2) for p in places])
    seen = tiles.features[[p.tile for p in places]]
    apart = np.linalg.norm(centres[:, None] - centres, axis=2) + np.eye(300) * 1e9
    near = np.linalg.norm(seen - seen[apart.argmin(1)], axis=1).mean()
    assert near < 0.4 * np.linalg.norm(seen - seen[::-1], axis=1).mean()
    assert IN_THE_PLANE == ("similarity",)
