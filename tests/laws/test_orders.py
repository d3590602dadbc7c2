"""Every row of ORDERS under the same laws."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mosaics import LAYOUTS, ORDERS, Sheet, Tiles

shapes = st.sampled_from([(1, 1), (2, 3), (5, 4)])


def some_tiles(count: int, shape: tuple[int, int], seed: int, values: int = 256) -> Tiles:
    """Random tiles; few values make many ties."""
    rng = np.random.default_rng(seed)
    images = (rng.integers(0, values, (count, *shape, 3)) * (255 // max(1, values - 1))).astype(np.uint8)
    return Tiles.from_images(images, nimg=rng.integers(0, 9, count), mode=rng.choice(["bars", "rings", "waves"], count))


def slots_of(tiles: Tiles) -> np.ndarray:
    placements = LAYOUTS["grid"].place(tiles, Sheet())
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


@pytest.mark.parametrize("name", ORDERS)
@given(count=st.integers(1, 60))
@settings(max_examples=10, deadline=None)
def test_equal_tiles_keep_their_sequence(name, count):
    images = np.full((count, 2, 2, 3), 90, np.uint8)
    tiles = Tiles.from_images(images, nimg=np.zeros(count), mode=["rings"] * count)
    assert ORDERS[name](tiles, seed=0).tolist() == list(range(count))


@pytest.mark.parametrize("name", ORDERS)
@given(count=st.integers(2, 60), seed=st.integers(0, 99))
@settings(max_examples=10, deadline=None)
def test_sequence_of_the_input_does_not_matter(name, count, seed):
    tiles = some_tiles(count, (3, 3), seed)
    mixed = tiles.take(np.random.default_rng(seed).permutation(count))
    first, second = (t.take(ORDERS[name](t, seed=0)) for t in (tiles, mixed))
    assert np.array_equal(first.columns["nimg"], second.columns["nimg"]) or name != "step"
    assert np.allclose(first.features, second.features) or name == "step"
