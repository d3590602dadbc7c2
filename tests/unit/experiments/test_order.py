"""The order of data: each picture once an epoch, a function of (seed, step), the same from any step on."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments import preset
from experiments.batches import LiveSource, batches, positions, source_of
from procgen import Space

COUNTS, BATCHES, SEEDS = st.integers(1, 60), st.integers(1, 17), st.integers(0, 2**31)


@given(COUNTS, BATCHES, SEEDS)
def test_every_epoch_shows_each_picture_once(count, batch, seed):
    shown = np.concatenate([positions(count, batch, seed, step) for step in range(3 * count // batch + 1)])
    for epoch in range(len(shown) // count):
        assert sorted(shown[epoch * count : (epoch + 1) * count]) == list(range(count))


@given(COUNTS, BATCHES, SEEDS, st.integers(0, 1000))
def test_a_step_is_a_function_of_its_number(count, batch, seed, step):
    first = positions(count, batch, seed, step)
    positions(count, batch, seed, 0)
    assert np.array_equal(first, positions(count, batch, seed, step))
    assert len(first) == batch


def test_seeds_and_epochs_have_orders_of_their_own():
    orders = [tuple(positions(50, 50, seed, step)) for seed in range(3) for step in range(3)]
    assert len(set(orders)) == 9


def test_live_data_never_repeats():
    shown = np.concatenate([positions(None, 7, 0, step) for step in range(20)])
    assert np.array_equal(shown, np.arange(140))


SPACE = Space(compositions=("bars", "targets"))
CONFIG = preset("quick-64").override("network.size=16", "train.batch=4", "seed=3")


@pytest.mark.parametrize("step", range(5))
def test_begun_at_any_step_the_tail_is_the_same(step):
    source = source_of(SPACE, CONFIG)
    whole = list(itertools.islice(batches(source, CONFIG, 0), 6))
    tail = list(itertools.islice(batches(source, CONFIG, step), 6 - step))
    for ((pictures, latents),), ((again, latents_again),) in zip(whole[step:], tail, strict=True):
        assert np.array_equal(pictures, again)
        assert np.array_equal(latents, latents_again)
    assert pictures.dtype == np.uint8
    assert pictures.shape == (4, 16, 16, 3)


def test_the_probe_never_sees_a_trained_picture():
    source = LiveSource(SPACE, 0, 16)
    pictures, labels = source.labelled(20)
    trained = source.pictures(np.arange(100))
    assert not any(np.array_equal(picture, other) for picture in pictures for other in trained)
    assert set(labels) == {0, 1}
