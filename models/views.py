"""What the discriminator is shown of pictures: augmented, under noise, several to a verdict; or as they are."""

from collections.abc import Callable
from typing import Any

import keras
from keras import ops

from .augment import augmented
from .errors import ModelsError
from .step_config import StepConfig


def view(config: StepConfig, pack: int, nimg: Any, seed: keras.random.SeedGenerator | None) -> Callable[[Any], Any]:
    """The function from pictures (N, H, W, C) in [-1, 1] to what is shown of them, (N / pack, H, W, C * pack).

    Args:
        config: which augmentations, and how much noise.
        pack: how many pictures are judged together (PacGAN, Lin et al. 2018); the rows i, i + N / pack, ... are.
        nimg: how many real pictures were shown before; the noise falls with it.
        seed: draws noise and augmentations, anew for every call of the function.
    """
    level = noise_level(config, nimg) if config.noise else None

    def shown(images: Any) -> Any:
        if config.augment:
            images = augmented(images, config.augment, seed)
        if level is not None:
            images = images + level * keras.random.normal(ops.shape(images), dtype=images.dtype, seed=seed)
        return images if pack == 1 else ops.concatenate(ops.split(images, pack, axis=0), axis=-1)

    return shown


def noise_level(config: StepConfig, nimg: Any) -> Any:
    """The standard deviation of the instance noise after `nimg` pictures: linear, 0 from `noise_kimg` thousand on."""
    return config.noise * ops.maximum(0.0, 1.0 - ops.cast(nimg, "float32") / (1000.0 * config.noise_kimg))


def pictures_per_verdict(generator: keras.Model, discriminator: keras.Model) -> int:
    """How many of the generator's pictures the discriminator takes at once; ModelsError if they do not fit."""
    (*sides, drawn), (*seen_sides, seen) = generator.output_shape[1:], discriminator.input_shape[1:]
    if sides != seen_sides or seen % drawn:
        raise ModelsError(
            f"expected a discriminator for pictures {(*sides, drawn)}, or several of them in its channels, got one for "
            f"{(*seen_sides, seen)}: build both from one NetworkConfig"
        )
    return seen // drawn


def check_batch(batch: int | None, pack: int, d_steps: int) -> None:
    """ModelsError if `batch` pictures cannot be shared out over critic steps and verdicts; None is not yet known."""
    if batch is not None and batch % (pack * d_steps):
        raise ModelsError(
            f"expected a batch that network.pack={pack} divides for each of train.d_steps={d_steps}, got {batch} "
            f"pictures: take a multiple of {pack * d_steps}"
        )
