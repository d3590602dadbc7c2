"""The probe: reads held-out pictures, rejects what is off the world, is a function of its arguments."""

from functools import cache

import numpy as np
import pytest

from experiments.distances import kernel_distance
from models import OFF_WORLD, REJECTED, ModelsError, off_world_picture, train_probe
from models.off_world import TRAINED
from models.probe import _split
from procgen import HARMONIES, Space, render, to_uint8

SPACE = Space(
    compositions=("bars", "nested_squares", "waves"),
    harmonies=list(HARMONIES),
    contrasts=("hue",),
    keys=("high", "low"),
    purities=("vivid",),
)
MODES = tuple(SPACE.compositions)


@cache
def pictures(count, seed):
    recipes = [SPACE.sample(seed, index) for index in range(count)]
    labels = np.array([MODES.index(recipe.composition) for recipe in recipes])
    return np.stack([to_uint8(render(recipe, 32)) for recipe in recipes]), labels


@pytest.fixture(scope="module")
def probe():
    return train_probe(*pictures(1500, 1), MODES)


def test_it_reads_pictures_it_has_not_seen(probe):
    images, labels = pictures(400, 2)
    reading = probe.read(images)
    assert np.mean(reading.labels == labels) >= 0.95
    assert np.mean(reading.nearest == labels) >= 0.97
    assert np.mean(reading.labels == REJECTED) <= 0.04
    assert probe.accuracy >= 0.95


def test_a_hundredth_of_all_held_out_pictures_is_rejected(probe):
    images, labels = pictures(1500, 1)
    _, one, other = _split(labels, len(MODES), 0)
    off_world = probe.read(images[np.concatenate([one, other])]).off_world
    assert probe.threshold == pytest.approx(np.quantile(off_world, 0.99), rel=1e-6)


def test_the_reading_is_what_it_says(probe):
    images, _ = pictures(50, 3)
    reading = probe.read(images)
    assert reading.posterior.shape == (50, len(MODES))
    assert np.allclose(reading.posterior.sum(axis=1), 1, atol=1e-5)
    assert np.array_equal(reading.labels == REJECTED, reading.off_world > probe.threshold)
    assert probe.confusion.shape == (len(MODES) + 1, len(MODES))
    assert np.array_equal(probe.read(images[:7]).labels, reading.labels[:7])


def test_its_features_tell_the_world_from_what_is_not(probe):
    here, again = (probe.features(pictures(400, seed)[0]) for seed in (6, 7))
    images = pictures(400, 8)[0].astype(np.float32)
    blends = probe.features(((images + images[::-1]) / 2).astype(np.uint8))
    assert here.shape == (400, 384)
    assert here.dtype == np.float32
    same, other = kernel_distance(here, again), kernel_distance(here, blends)
    assert abs(same.value) < 4 * same.error
    assert other.value > 10 * abs(same.value)


@pytest.mark.parametrize("name", TRAINED)
def test_it_rejects_what_is_no_picture_of_the_world(probe, name):
    rng = np.random.default_rng(4)
    images, labels = pictures(300, 5)
    low, high = (0.3, 0.7) if OFF_WORLD[name].mixes else TRAINED[name]
    off = []
    for image, label in zip(images, labels, strict=True):
        other = images[rng.choice(np.flatnonzero(labels != label))]
        off.append(off_world_picture(name, (image, other), rng.uniform(low, high), rng))
    reading = probe.read(np.stack(off))
    assert np.mean(reading.labels == REJECTED) >= 0.65
    if OFF_WORLD[name].mixes:
        assert reading.hybridity.mean() > 3 * probe.read(images).hybridity.mean()


@pytest.mark.parametrize(("name", "kind"), OFF_WORLD.items())
def test_a_kind_leaves_a_picture_as_it_is_at_weight_0_and_the_further_the_heavier(name, kind):
    images, labels = pictures(8, 9)
    a, b = images[0], images[np.flatnonzero(labels != labels[0])[0]]
    weights = (1e-9, *kind.weights)
    made = [off_world_picture(name, (a, b), weight, np.random.default_rng(0)) for weight in weights]
    away = [np.abs(each.astype(float) - a).mean() for each in made]
    assert away[0] == 0
    assert (np.diff(away) > 0).all()
    assert all(each.dtype == np.uint8 and each.shape == a.shape for each in made)


def test_the_weight_of_a_mixture_is_the_share_of_the_second_picture():
    black, white = np.zeros((20, 20, 3), np.uint8), np.full((20, 20, 3), 255, np.uint8)
    rng = np.random.default_rng(1)
    for name in ("blend", "collage"):
        assert off_world_picture(name, (black, white), 0.3, rng).mean() / 255 == pytest.approx(0.3, abs=0.01)


def test_the_same_arguments_train_the_same_probe():
    images, labels = pictures(120, 6)
    first, second = (train_probe(images, labels, MODES, steps=5) for _ in range(2))
    assert first.threshold == second.threshold
    assert all(
        np.array_equal(a, b) for a, b in zip(first.network.get_weights(), second.network.get_weights(), strict=True)
    )


@pytest.mark.parametrize(
    ("images", "labels", "words"),
    [
        (np.zeros((30, 32, 32, 3), np.uint8), np.zeros(30, int), "20 pictures or more"),
        (np.zeros((30, 32, 32, 3), np.float32), np.zeros(30, int), "uint8"),
        (np.zeros((0, 32, 32, 3), np.uint8), np.zeros(0, int), "non-empty"),
    ],
)
def test_what_it_cannot_learn_from_is_said(images, labels, words):
    with pytest.raises(ModelsError, match=words):
        train_probe(images, labels, MODES)
