"""The networks of a config, ready to train."""

import keras

import models
from models.optimizers import OPTIMIZERS

from .config import RunConfig


def build(config: RunConfig) -> models.GAN:
    """The compiled, untrained GAN of a config; its first weights depend on its network and seed alone."""
    generator, discriminator = models.build_pair(config.network, config.seed)
    gan = models.GAN(generator, discriminator, config.train, seed=config.seed)
    gan.compile(_optimizer(config, config.train.g_rate), _optimizer(config, config.train.d_rate))
    return gan


def _optimizer(config: RunConfig, rate: float) -> keras.optimizers.Optimizer:
    return OPTIMIZERS[config.train.optimizer](rate, config.train.beta_1, config.train.beta_2)
