"""First weights as a function of (seed, name of the network, place of the tensor): the same on every backend."""

import zlib

import keras
import numpy as np


def _fans(shape: tuple[int, ...]) -> tuple[int, int]:
    receptive = int(np.prod(shape[:-2]))
    return receptive * shape[-2], receptive * shape[-1]


def initialize(model: keras.Model, seed: int) -> keras.Model:
    """Draw every kernel of `model` from Glorot's uniform law (Glorot and Bengio 2010) by its own keyed stream.

    Keras draws differently on each backend; numpy's stream makes paired runs comparable across them. Biases stay 0
    and batch-norm scales 1, as the layers made them.
    """
    for place, variable in enumerate(model.trainable_variables):
        if len(variable.shape) < 2:
            continue
        key = (zlib.crc32(model.name.encode()), place)
        rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=key)))
        fan_in, fan_out = _fans(variable.shape)
        limit = np.float32(np.sqrt(6.0 / (fan_in + fan_out)))
        unit = rng.random(variable.shape, dtype=np.float32)
        variable.assign((unit * 2.0 - 1.0) * limit)
    return model
