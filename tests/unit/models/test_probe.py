"""The probe: reads held-out pictures, rejects what is off the world, is a function of its arguments."""

import numpy as np
import pytest

from experiments.distances import kernel_distance
from models import ModelsError, train_probe
from models.probe import OFF_WORLD, REJECTED
from procgen import HARMONIES, Space, render, to_uint8

SPACE = Space(
    compositions=("bars", "nested_squares", "waves"),
    harmonies=list(HARMONIES),
    contrasts=("hue",),
    keys=("high", "low"),
    purities=("vivid",),
)
MODES = tuple(SPACE.compositions)


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


@pytest.mark.parametrize("kind", OFF_WORLD, ids=lambda kind: kind.__name__)
def test_it_rejects_what_is_no_picture_of_the_world(probe, kind):
    rng = np.random.default_rng(4)
    images, labels = pictures(300, 5)
    partners = [rng.choice(np.flatnonzero(labels != label)) for label in labels]
    off = [kind(a.astype(np.float32), images[b].astype(np.float32), rng) for a, b in zip(images, partners, strict=True)]
    reading = probe.read(np.clip(off, 0, 255).astype(np.uint8))
    assert np.mean(reading.labels == REJECTED) >= 0.65


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
