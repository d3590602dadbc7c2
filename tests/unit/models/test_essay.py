"""The essay's network, row by row, against its published tables."""

import json
from pathlib import Path

import pytest

from models import PRESETS, NetworkConfig, build_pair, parameter_counts

PUBLISHED = json.loads((Path(__file__).parents[2] / "reference" / "essay_dcgan.json").read_text())


@pytest.fixture(scope="module")
def pair():
    return build_pair(NetworkConfig(**PRESETS["essay-256"]["network"]), 0)


def rows(network):
    return [[type(layer).__name__, list(layer.output.shape[1:]), layer.count_params()] for layer in network.layers]


def test_discriminator_rows(pair):
    assert rows(pair[1]) == [row[1:] for row in PUBLISHED["discriminator"]["layers"]]


def test_generator_rows(pair):
    assert rows(pair[0]) == [row[1:] for row in PUBLISHED["generator"]["layers_as_published"]]


@pytest.mark.parametrize(("place", "name"), [(0, "generator"), (1, "discriminator")])
def test_counts(pair, place, name):
    assert parameter_counts(pair[place]) == {
        key: PUBLISHED[name][key] for key in ("total", "trainable", "non_trainable")
    }
