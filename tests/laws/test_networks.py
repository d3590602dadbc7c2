"""Every family of NETWORKS under the same laws."""

import keras
import numpy as np
import pytest

import models
from models import GAN, NETWORKS, ModelsError, NetworkConfig, StepConfig, build_pair

SMALL = {
    "essay": NetworkConfig("essay", size=32, latent=8),
    "dcgan": NetworkConfig("dcgan", size=32, latent=8, width=4),
    "compact": NetworkConfig("compact", size=32, latent=8, width=4),
}


@pytest.fixture(scope="module", params=list(SMALL))
def config(request):
    return SMALL[request.param]


@pytest.fixture(scope="module")
def pair(config):
    return build_pair(config, 1)


def test_every_family_is_under_the_laws():
    assert SMALL.keys() == NETWORKS.keys()


def test_shapes_and_range(pair, config):
    generator, discriminator = pair
    pictures = np.asarray(generator(models.latents(3, config.latent, 0)))
    assert pictures.shape == (3, config.size, config.size, config.channels)
    assert np.abs(pictures).max() <= 1.0
    assert discriminator(pictures).shape == (3, 1)


def test_other_sizes_and_grey(config):
    other = NetworkConfig(config.family, size=64, channels=1, latent=5, width=4)
    generator, discriminator = build_pair(other, 0)
    assert generator.output_shape == (None, 64, 64, 1)
    assert discriminator.input_shape == (None, 64, 64, 1)


def test_first_weights_are_a_function_of_the_seed(pair, config):
    for network, again, other in zip(pair, build_pair(config, 1), build_pair(config, 2), strict=True):
        kernels = [
            (a, b, c) for a, b, c in zip(*(n.get_weights() for n in (network, again, other)), strict=True) if a.ndim > 1
        ]
        assert all(np.array_equal(a, b) and not np.array_equal(a, c) for a, b, c in kernels)


def test_saved_state_draws_the_same_pictures(config):
    def made(seed):
        gan = GAN(*build_pair(config, seed), StepConfig(ema_kimg=1.0))
        gan.compile(keras.optimizers.Adam(), keras.optimizers.Adam())
        return gan

    first, second = made(1), made(2)
    models.set_state(second, models.get_state(first))
    z = models.latents(4, config.latent, 0)
    assert np.array_equal(models.draw(first.generator, z), models.draw(second.generator, z))


@pytest.mark.parametrize("size", [0, 1, 15, 33, -64])
def test_a_size_that_does_not_fit_is_said_so(config, size):
    with pytest.raises(ModelsError, match="got"):
        NetworkConfig(config.family, size=size)
