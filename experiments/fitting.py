"""Some steps of a run: `GAN.fit` on the batches from a step on."""

import keras

import models

from .batches import Source, feeding
from .config import RunConfig


def fit_steps(
    gan: models.GAN,
    source: Source,
    config: RunConfig,
    first_step: int,
    count: int,
    callbacks: list[keras.callbacks.Callback],
) -> None:
    """Take `count` steps from step number `first_step` on, with the callbacks told of each."""
    with feeding(source, config, first_step) as data:
        gan.fit(data, steps_per_epoch=count, epochs=1, shuffle=False, verbose=0, callbacks=callbacks)
