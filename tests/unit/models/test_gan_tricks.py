"""What the step can do beside two losses: views, replay, packing, chance that is part of the state."""

import keras
import numpy as np
import pytest
from keras import layers, ops

import models
from models import GAN, ModelsError, StepConfig
from models.augment import augmented
from models.replay import remember, with_replayed
from models.views import noise_level, view

SIDE, LATENT = 4, 3
EVERY_TRICK = {
    "augment": ("translation",),
    "d_steps": 2,
    "ema_kimg": 1.0,
    "gp_weight": 10.0,
    "lookahead_steps": 2,
    "method": "lookahead",
    "noise": 0.3,
    "noise_kimg": 0.05,
    "penalty_every": 2,
    "replay": 0.5,
    "replay_size": 20,
    "smoothing": 0.1,
}


def made(*, pack=1, rate=1e-2, seed=0, **step):
    generator = [keras.Input((LATENT,)), layers.Dense(SIDE * SIDE), layers.Reshape((SIDE, SIDE, 1))]
    critic = [keras.Input((SIDE, SIDE, pack)), layers.Flatten(), layers.Dense(6, activation="tanh"), layers.Dense(1)]
    pair = keras.Sequential(generator, name="generator"), keras.Sequential(critic, name="discriminator")
    for place, network in enumerate(pair):
        rng = np.random.default_rng(place)
        network.set_weights([rng.normal(0, 0.3, w.shape).astype(np.float32) for w in network.get_weights()])
    gan = GAN(*pair, StepConfig(**step), seed=seed)
    gan.compile(keras.optimizers.Adam(rate), keras.optimizers.Adam(rate))
    return gan


def batch(index, count=8):
    rng = np.random.default_rng(index)
    return rng.integers(0, 256, (count, SIDE, SIDE, 1), dtype=np.uint8), rng.normal(size=(count, LATENT)).astype("f")


def learn(gan, *indices):
    for index in indices:
        gan.train_on_batch(batch(index))
    return models.get_state(gan)


def pictures(count=8, seed=0, channels=1):
    return np.random.default_rng(seed).uniform(-1, 1, (count, SIDE, SIDE, channels)).astype(np.float32)


def test_a_step_without_tricks_has_no_state_of_theirs():
    owners = {name.split("/")[0] for name in models.get_state(made(r1_gamma=1.0))}
    assert owners == {"steps", "last_penalty", "generator", "discriminator", "g_optimizer", "d_optimizer"}


def test_what_is_shown_without_tricks_is_the_picture_itself():
    x = ops.convert_to_tensor(pictures())
    assert view(StepConfig(), 1, 0, None)(x) is x


def test_every_trick_resumes_to_the_bit():
    straight = learn(made(**EVERY_TRICK), *range(6))
    begun = learn(made(**EVERY_TRICK), *range(3))
    again = made(**EVERY_TRICK, seed=5)
    models.set_state(again, begun)
    resumed = learn(again, *range(3, 6))
    assert {"chance", "pool", "held", "slow/000", "ema/000.kernel"} <= straight.keys() == resumed.keys()
    assert all(np.array_equal(straight[name], resumed[name]) for name in straight)


def test_chance_is_a_function_of_the_seed():
    first, same, other = (learn(made(noise=0.3, seed=seed), 0) for seed in (1, 1, 2))
    name = "discriminator/000.kernel"
    assert np.array_equal(first[name], same[name])
    assert not np.array_equal(first[name], other[name])


@pytest.mark.parametrize("step", [{"noise": 0.3}, {"augment": ("cutout",)}, {"replay": 0.5}, {"gp_weight": 1.0}])
def test_each_trick_by_chance_changes_what_is_learned(step):
    plain, tricked = learn(made(), 0, 1), learn(made(**step), 0, 1)
    assert not np.allclose(plain["discriminator/000.kernel"], tricked["discriminator/000.kernel"], atol=1e-6)


@pytest.mark.parametrize(("loss", "views"), [("non-saturating", 3), ("relativistic", 4)])
def test_both_updates_look_through_the_same_augmentation(loss, views):
    """Real and fake in the discriminator's update, fakes (and real, where compared) in the generator's."""
    gan = made(loss=loss, noise=0.1)
    before = models.get_state(gan)["chance"]
    assert np.abs(learn(gan, 0)["chance"].astype(int) - before.astype(int)).sum() == views


def test_a_view_is_augmented_then_noisy_then_packed():
    x, config = pictures(), StepConfig(augment=("colour", "cutout"), noise=0.5, noise_kimg=1.0)
    shown = np.asarray(view(config, 2, 500, keras.random.SeedGenerator(3))(x))
    seed = keras.random.SeedGenerator(3)
    expected = augmented(x, config.augment, seed) + 0.25 * keras.random.normal(x.shape, seed=seed)
    assert shown.shape == (4, SIDE, SIDE, 2)
    for row in range(4):
        assert np.allclose(shown[row, ..., 0], expected[row, ..., 0], atol=1e-6)
        assert np.allclose(shown[row, ..., 1], expected[row + 4, ..., 0], atol=1e-6)


def test_noise_falls_in_a_line_to_nothing():
    config = StepConfig(noise=0.4, noise_kimg=2.0)
    levels = [float(noise_level(config, nimg)) for nimg in (0, 500, 1000, 2000, 9000)]
    assert levels == pytest.approx([0.4, 0.3, 0.2, 0.0, 0.0], abs=1e-7)


def test_noise_is_counted_in_real_pictures_shown():
    gan = made(noise=0.4, noise_kimg=0.016, d_steps=2)  # gone after two steps of 8 pictures
    late = made(d_steps=2)
    models.set_state(late, {k: v for k, v in learn(gan, 0, 1).items() if k != "chance"})
    noisy, clean = learn(gan, 2), learn(late, 2)
    assert all(np.allclose(noisy[name], clean[name], atol=1e-6) for name in clean)


def test_the_average_is_counted_in_real_pictures_shown():
    gan = made(ema_kimg=0.008, d_steps=2)
    first = models.get_state(gan)["ema/000.kernel"]
    state = learn(gan, 0)
    assert np.allclose(state["ema/000.kernel"], (first + state["generator/000.kernel"]) / 2, atol=1e-6)


def test_the_pool_holds_the_newest_fakes():
    pool, fakes = ops.zeros((5, SIDE, SIDE, 1)), [pictures(3, seed) for seed in range(3)]
    for fake in fakes:
        pool = remember(pool, fake)
    assert np.array_equal(np.asarray(pool), np.concatenate(fakes)[-5:])
    assert np.array_equal(np.asarray(remember(ops.zeros((2, SIDE, SIDE, 1)), fakes[0])), fakes[0][-2:])


@pytest.mark.parametrize("share", [0.0, 0.25, 1.0])
@pytest.mark.parametrize("held", [1, 3, 10])
def test_replayed_pictures_are_those_held(share, held):
    pool, fake = pictures(10, 1), pictures(40, 2)
    shown = np.asarray(with_replayed(fake, ops.convert_to_tensor(pool), held, share, keras.random.SeedGenerator(0)))
    first = round(share * 40)
    assert np.array_equal(shown[first:], fake[first:])
    origins = {next(i for i in range(10) if np.array_equal(one, pool[i])) for one in shown[:first]}
    assert origins <= set(range(10 - held, 10))
    assert len(origins) > 0.5 * held or first < 20


def test_a_run_remembers_the_fakes_of_its_last_steps():
    gan = made(replay=0.5, replay_size=12)
    fake = np.asarray(gan.generator(batch(0)[1]))
    state = learn(gan, 0)
    assert np.allclose(state["pool"][4:], fake, atol=1e-6)
    assert state["held"] == 8
    assert learn(gan, 1)["held"] == 12


def test_several_pictures_to_a_verdict():
    gan = made(pack=2, loss="relativistic", r1_gamma=1.0)
    assert gan.pack == 2
    before = models.get_state(gan)
    after = learn(gan, 0)
    for name in ("generator/000.kernel", "discriminator/000.kernel"):
        assert not np.array_equal(before[name], after[name])
    assert all(np.isfinite(value).all() for value in after.values())


def test_a_batch_that_cannot_be_shared_out_is_said():
    gan = made(pack=2, d_steps=2)
    with pytest.raises(ModelsError, match=r"network.pack=2 divides .* train.d_steps=2, got 6 .* multiple of 4"):
        gan.learn(*batch(0, 6))


def test_networks_that_do_not_fit_are_said():
    generator, critic = made().generator, made(pack=3).discriminator
    wide = keras.Sequential([keras.Input((LATENT,)), layers.Dense(32), layers.Reshape((SIDE, SIDE, 2))])
    assert GAN(generator, critic).pack == 3
    with pytest.raises(ModelsError, match="expected a discriminator for pictures"):
        GAN(wide, critic)


def test_half_precision_learns_finitely_and_keeps_its_state_in_single():
    network = models.NetworkConfig("compact", size=16, width=4, latent=LATENT, precision="mixed_bfloat16")
    gan = GAN(*models.build_pair(network, 0), StepConfig(loss="relativistic", r1_gamma=1.0, r2_gamma=1.0, ema_kimg=1.0))
    gan.compile(*(keras.optimizers.Adam(1e-3) for _ in range(2)))
    rng = np.random.default_rng(0)
    images, z = rng.integers(0, 256, (4, 16, 16, 3), dtype=np.uint8), rng.normal(size=(4, LATENT)).astype("f")
    logs = [gan.train_on_batch((images, z), return_dict=True) for _ in range(3)][-1]
    assert gan.generator.layers[0].compute_dtype == "bfloat16"
    assert logs["penalty"] > 0
    assert all(np.isfinite(value) for value in logs.values())
    owners = ("generator", "discriminator", "ema", "optimizer")
    state = {name: value for name, value in models.get_state(gan).items() if name.split("/")[0].endswith(owners)}
    assert all(np.isfinite(value).all() for value in state.values())
    assert {value.dtype for value in state.values() if value.ndim} == {np.dtype(np.float32)}
