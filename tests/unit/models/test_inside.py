"""Looking inside a pair: nothing is changed by it, and what is seen is what the step itself does."""

import os
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest

import models
from models.inside import MAPS, MEASURES, Look, effective_rank
from tests.support.looks import CASES, gan_of, given

RATE = 0.5


def norms(before, after, network):
    """How far each layer of a network went in one step of plain descent, over the rate."""
    moved = iter((a - b) / RATE for a, b in zip(before, after, strict=True))
    return [np.sqrt(sum(np.sum(next(moved) ** 2) for _ in layer.trainable_variables)) for layer in network.layers]


def weights(network):
    return [keras.ops.convert_to_numpy(v) for v in network.trainable_variables]


def step(gan, batch):
    """The norms of what a real step does to each layer of both networks."""
    gan.compile(*(keras.optimizers.SGD(RATE) for _ in range(2)))
    networks = (gan.generator, gan.discriminator)
    before = [weights(network) for network in networks]
    gan.fit((each for each in [(batch,)]), steps_per_epoch=1, shuffle=False, verbose=0)
    after = [weights(network) for network in networks]
    return [x for one in zip(before, after, networks, strict=True) for x in norms(*one)]


@pytest.mark.parametrize("case", CASES)
def test_nothing_is_changed(case):
    gan = gan_of(case)
    before, look = models.get_state(gan), Look(gan)
    first, second = look(*given(gan)), look(*given(gan))
    after = models.get_state(gan)
    assert {name: array.tobytes() for name, array in before.items()} == {n: a.tobytes() for n, a in after.items()}
    for name in MEASURES:
        assert getattr(first, name).shape == (len(first.layers),)
        assert np.array_equal(getattr(first, name), getattr(second, name), equal_nan=True)
    assert first.layers[0] == "generator/00 Dense"
    assert first.layers[-1] == f"discriminator/{len(gan.discriminator.layers) - 1:02d} {_kind(gan)}"
    assert np.isfinite(first.mean).all()


def _kind(gan):
    return type(gan.discriminator.layers[-1]).__name__


@pytest.mark.parametrize("settings", [{}, {"loss": "wasserstein", "r1_gamma": 2.0}, {"d_steps": 1, "r2_gamma": 1.0}])
def test_gradients_are_those_that_a_step_takes(settings):
    gan = gan_of("plain", order="simultaneous", **settings)
    seen = Look(gan)(*given(gan))
    assert np.nan_to_num(seen.gradient) == pytest.approx(step(gan, given(gan)), rel=1e-3, abs=1e-5)
    assert (np.nansum(seen.penalty) > 0) == bool(gan.config.penalties)


def test_a_lazy_penalty_counts_with_its_mean_weight_at_every_step():
    every, lazy = (gan_of("plain", r1_gamma=3.0, penalty_every=count) for count in (1, 4))
    lazy.steps.assign(6)  # between two takings
    ours, mean = Look(lazy)(*given(lazy)), Look(every)(*given(every))
    assert ours.penalty == pytest.approx(mean.penalty, rel=1e-4, nan_ok=True)
    assert ours.gradient == pytest.approx(mean.gradient, rel=1e-3, nan_ok=True)


def test_activations_are_those_of_inference():
    gan = gan_of("plain")
    images, z = given(gan)
    seen, x = Look(gan)(images, z), z
    for place, layer in enumerate(gan.generator.layers):
        x = keras.ops.convert_to_numpy(layer(x, training=False))
        assert seen.mean[place] == pytest.approx(x.mean(), abs=1e-5)
        assert seen.deviation[place] == pytest.approx(x.std(), rel=1e-3)
        if place in seen.maps:
            low, high = seen.ranges[place]
            shown = low + seen.maps[place] / 255 * (high - low)
            channels = np.linspace(0, x.shape[-1] - 1, shown.shape[-1]).astype(int)
            assert shown == pytest.approx(np.clip(x[:MAPS][..., channels], low, high), abs=float(high - low) / 200)


def test_dead_and_saturated_units_and_a_collapse_are_seen():
    gan = gan_of("plain")
    kernel, bias = gan.discriminator.layers[0].get_weights()
    bias[: len(bias) // 2] = -100.0
    gan.discriminator.layers[0].set_weights([kernel, bias])
    last = gan.generator.layers[-2]
    last.set_weights([last.get_weights()[0], np.full(3, 50.0, np.float32)])
    first = gan.generator.layers[0]
    first.set_weights([np.zeros_like(first.get_weights()[0]), first.get_weights()[1]])
    seen = Look(gan)(*given(gan))
    named = dict(zip(seen.layers, zip(seen.dead, seen.saturated, seen.rank, strict=True), strict=True))
    assert named["discriminator/01 LeakyReLU"][0] == 0.5
    (end,) = [name for name in named if name.startswith("generator/") and name.endswith("Activation")]
    assert named[end][1] == 1.0
    assert named[end][2] == 0.0
    assert np.isnan(named["generator/00 Dense"][0])


def test_a_pair_that_diverges_is_looked_into_all_the_same():
    gan = gan_of("plain")
    gan.discriminator.layers[0].bias.assign(np.full(gan.discriminator.layers[0].bias.shape, np.inf))
    seen = Look(gan)(*given(gan))
    assert np.isfinite(seen.mean[0])
    assert not np.isfinite(seen.mean[-1])
    assert np.isnan(seen.rank[-1])


@pytest.mark.parametrize("rank", [1, 3, 7])
def test_the_effective_rank_counts_equal_directions(rank):
    rows = np.linalg.qr(np.random.default_rng(rank).standard_normal((8, 8)))[0] * (np.arange(8) < rank)
    assert effective_rank(rows @ rows.T / np.sum(rows**2)) == pytest.approx(rank)


@pytest.mark.slow
def test_the_other_backend_sees_the_same(tmp_path):
    ours = "tensorflow" if keras.backend.backend() == "jax" else "jax"
    environment = {**os.environ, "KERAS_BACKEND": ours}
    root = Path(__file__).parents[3]
    command = [sys.executable, "-m", "tests.support.looks", str(tmp_path / "seen.npz"), "plain"]
    subprocess.run(command, cwd=root, env=environment, check=True, capture_output=True)
    gan = gan_of("plain")
    seen = Look(gan)(*given(gan))
    with np.load(tmp_path / "seen.npz") as other:
        assert other["changed"] == 0
        for name in MEASURES:
            assert other[name] == pytest.approx(getattr(seen, name), rel=2e-2, abs=1e-4, nan_ok=True)
