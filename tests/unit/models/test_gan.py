"""The training step beyond what two backends agree on: the average, the frozen batch norm, what is refused."""

import keras
import numpy as np
import pytest

import models
from models import GAN, ModelsError, NetworkConfig, StepConfig, build_pair
from models.gan import backend
from models.pixels import to_bytes, to_network


def made(family="essay", *, eagerly=True, **step):
    """A pair and its step, which is compiled only where many steps or what compiling might freeze are looked at."""
    gan = GAN(*build_pair(NetworkConfig(family, size=32, latent=8, width=4, dropout=0.0), 0), StepConfig(**step))
    gan.compile(keras.optimizers.SGD(1e-2), keras.optimizers.SGD(1e-2), run_eagerly=eagerly)
    return gan


def batches(count):
    for step in range(count):
        pictures = np.random.default_rng(step).integers(0, 256, (8, 32, 32, 3), dtype=np.uint8)
        yield ((pictures, models.latents(8, 8, 0, purpose="train", index=step)),)


def fit(gan, steps):
    return gan.fit(batches(steps), steps_per_epoch=steps, shuffle=False, verbose=0).history


def weights(network):
    return [np.array(w) for w in network.get_weights()]


def test_bytes_come_back_from_the_network_range():
    every = np.arange(256, dtype=np.uint8)
    assert np.array_equal(to_bytes(to_network(every)), every)


def test_pixels_that_are_not_finite_are_said():
    with pytest.raises(ModelsError, match="diverged"):
        to_bytes(np.array([0.0, np.nan], np.float32))


def test_the_average_moves_half_way_in_its_half_life():
    gan = made("compact", ema_kimg=0.008)  # one batch
    first = weights(gan.ema)
    fit(gan, 1)
    kinds = [v.trainable for v in gan.generator.weights]
    for old, new, mean, trained in zip(first, weights(gan.generator), weights(gan.ema), kinds, strict=True):
        assert np.allclose(mean, (old + new) / 2 if trained else new, atol=1e-6)


def test_a_lazy_penalty_is_logged_as_last_taken_and_weighs_as_many_times_as_much():
    gan, every = made("compact", eagerly=False, r1_gamma=1.0, penalty_every=2), made("compact", r1_gamma=1.0)
    twice = made("compact", r1_gamma=2.0)
    first, second, third = (fit(gan, 1)["penalty"][-1] for _ in range(3))
    assert first == pytest.approx(fit(every, 1)["penalty"][-1], rel=1e-4)
    assert first > 0
    assert second == first
    assert third != second
    again = made("compact", eagerly=False, r1_gamma=1.0, penalty_every=2)
    fit(again, 1)
    fit(twice, 1)
    assert all(
        np.allclose(a, b, atol=1e-7) for a, b in zip(*(weights(g.discriminator) for g in (again, twice)), strict=True)
    )


def test_r1_is_the_squared_slope_of_the_logits():
    gan = made("compact", r1_gamma=3.0)
    ((pictures, _),) = next(batches(1))
    x, shift = to_network(pictures), 1e-3
    direction = np.random.default_rng(1).standard_normal((1, *x.shape[1:])).astype(np.float32)
    import tensorflow as tf

    with tf.GradientTape() as tape:
        tape.watch(x)
        logits = gan.discriminator(x, training=True)
    slope = tape.gradient(logits, x).numpy()
    along = (gan.discriminator(x + shift * direction) - gan.discriminator(x - shift * direction)).numpy()[:, 0] / (
        2 * shift
    )
    assert np.allclose((slope * direction).sum(axis=(1, 2, 3)), along, atol=0.05 * np.abs(along).max())
    assert fit(gan, 1)["penalty"][-1] == pytest.approx(1.5 * np.square(slope).sum(axis=(1, 2, 3)).mean(), rel=1e-3)


def test_a_frozen_batch_norm_uses_its_moving_statistics():
    gan = made()
    ((pictures, _),) = next(batches(1))
    x = to_network(pictures)
    frozen = backend.forward(gan.discriminator, x, frozen=True).numpy()
    assert np.allclose(frozen, gan.discriminator(x, training=False).numpy(), atol=1e-5)  # dropout is 0 here
    assert not np.allclose(frozen, gan.discriminator(x, training=True).numpy(), atol=1e-3)


def test_the_generator_learns_against_what_the_field_says():
    outcomes = []
    for mode in ("batch", "inference"):
        gan = made(critic_bn_in_generator_step=mode)
        fit(gan, 2)
        outcomes.append(weights(gan.generator)[0])
    assert not np.allclose(*outcomes, atol=1e-7)


def test_apart_is_two_updates_and_joint_is_one():
    apart, joint = made(d_updates="apart"), made(d_updates="joint")
    fit(apart, 3)
    fit(joint, 3)
    assert (int(apart.d_optimizer.iterations), int(joint.d_optimizer.iterations)) == (6, 3)
    assert int(apart.g_optimizer.iterations) == int(joint.g_optimizer.iterations) == int(apart.steps) == 3


def test_a_penalty_leaves_no_trace_in_the_batch_norms():
    plain, heavy = made(), made(r1_gamma=1e-9)
    fit(plain, 1)
    fit(heavy, 1)
    for a, b in zip(plain.discriminator.variables, heavy.discriminator.variables, strict=True):
        assert np.allclose(a.numpy(), b.numpy(), atol=1e-6)


NO_STEP = [
    ({"loss": "hing"}, "train.loss to be one of .* did you mean hinge"),
    ({"order": "simultanous"}, "did you mean simultaneous"),
    ({"augment": ("color",)}, "train.augment to be one of .* did you mean colour"),
    ({"loss": "relativistic", "d_updates": "apart"}, "train.d_updates=joint"),
    ({"d_steps": 0}, "train.d_steps of 1 or more, got 0"),
    ({"r1_gamma": -1.0}, "train.r1_gamma of 0 or more"),
    ({"gp_weight": float("nan")}, "train.gp_weight of 0 or more, got nan"),
    ({"ema_kimg": float("inf")}, "train.ema_kimg of 0 or more, got inf"),
    ({"noise": 0.1, "noise_kimg": 0.0}, "train.noise_kimg above 0"),
    ({"replay": 1.5}, r"train.replay in \[0, 1\]"),
    ({"smoothing": 0.6}, r"train.smoothing in \[0, 0.5\]"),
    ({"lookahead_share": 0.0}, "train.lookahead_share above 0"),
    ({"method": "extragradient"}, "train.order=simultaneous with train.method=extragradient"),
    ({"method": "extragradient", "order": "simultaneous", "d_steps": 2}, "train.d_steps=1"),
    ({"restlessness": 1.6}, r"train.restlessness in \[0, 1.5\]"),
    ({"restlessness": 1.0, "r1_gamma": 1.0}, "train.r1_gamma=0 beside train.restlessness"),
    ({"restlessness": 1.0, "loss": "least-squares"}, "does not rotate"),
]


@pytest.mark.parametrize(("step", "words"), NO_STEP)
def test_what_no_step_can_be_is_said(step, words):
    with pytest.raises(ModelsError, match=words):
        StepConfig(**step)


def test_one_optimizer_for_both_is_refused():
    gan, shared = made(), keras.optimizers.SGD()
    with pytest.raises(ModelsError, match="make two"):
        gan.compile(shared, shared)
