"""The convolutional pairs: the essay's, layer for layer; Radford's DCGAN; and a compact one for laptops.

Each is a function of a `NetworkConfig` that returns (generator, discriminator). The generator maps latents (N, latent)
to pictures (N, size, size, channels) in [-1, 1]; the discriminator maps pictures, `pack` of them on one another's
channels, to logits (N, 1). Channels last.
"""

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import keras
from keras import layers

from .errors import ModelsError
from .initial import initialize
from .spectral import Spectral

Pair = tuple[keras.Model, keras.Model]

PRECISIONS = ("float32", "mixed_bfloat16")


@dataclass(frozen=True)
class NetworkConfig:
    """Which pair, and its sizes.

    Args:
        family: a row of NETWORKS.
        size: side of the square pictures in pixels.
        channels: 3 for colour, 1 for grey.
        latent: how many numbers the generator draws a picture from.
        width: filters at the level of the full picture (dcgan, compact); the essay's are fixed.
        dropout: rate in the essay's discriminator; the other families have none.
        spectral_norm: whether each kernel of the discriminator is divided by its largest singular value (Miyato et al.
            2018). Batch norms stay where the family has them and undo its bound: compact has none.
        pack: pictures per verdict (PacGAN, Lin et al. 2018): the discriminator's input has channels * pack.
        precision: "float32", or "mixed_bfloat16": layers compute in bfloat16, and weights, pixels and logits stay
            float32.
    """

    family: str = "compact"
    size: int = 64
    channels: int = 3
    latent: int = 100
    width: int = 12
    dropout: float = 0.25
    spectral_norm: bool = False
    pack: int = 1
    precision: str = "float32"

    def __post_init__(self) -> None:
        if self.family not in NETWORKS:
            raise ModelsError(f"expected a network family of {sorted(NETWORKS)}, got {self.family!r}")
        for name in ("size", "channels", "latent", "width", "pack"):
            if getattr(self, name) < 1:
                raise ModelsError(f"expected network.{name} of 1 or more, got {getattr(self, name)}")
        if not 0.0 <= self.dropout < 1.0:
            raise ModelsError(f"expected network.dropout in [0, 1), got {self.dropout}")
        if self.channels not in (1, 3):
            raise ModelsError(f"expected network.channels of 1 (grey) or 3 (colour), got {self.channels}")
        if self.precision not in PRECISIONS:
            raise ModelsError(f"expected network.precision of {list(PRECISIONS)}, got {self.precision!r}")
        if not isinstance(self.spectral_norm, bool):
            raise ModelsError(f"expected network.spectral_norm of true or false, got {self.spectral_norm!r}")
        NETWORKS[self.family].check_size(self.size)


@dataclass(frozen=True)
class Family:
    """A row of NETWORKS: how a pair is built, and which sizes fit it."""

    build: Callable[[NetworkConfig, int], Pair]
    check_size: Callable[[int], None]


def build_pair(config: NetworkConfig, seed: int) -> Pair:
    """(generator, discriminator) with first weights that depend on (config, seed) alone, on every backend."""
    with _policy(config.precision):
        generator, discriminator = NETWORKS[config.family].build(config, seed)
    return initialize(generator, seed), initialize(discriminator, seed)


@contextmanager
def _policy(name: str) -> Iterator[None]:
    """Layers made inside have this dtype policy; the one before comes back, whatever happens."""
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(name)
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)


def _judged(config: NetworkConfig) -> Any:
    """The discriminator's input."""
    return keras.Input((config.size, config.size, config.channels * config.pack))


def _conv(config: NetworkConfig, filters: int, kernel: int, strides: int = 2, use_bias: bool = True) -> layers.Layer:
    """A convolution of the discriminator."""
    bare = layers.Conv2D(
        filters, kernel, strides=strides, padding="same", use_bias=use_bias and not config.spectral_norm
    )
    return Spectral(bare, use_bias) if config.spectral_norm else bare


def _verdict(config: NetworkConfig) -> list[layers.Layer]:
    """The end of the discriminator: one logit in float32."""
    bare = layers.Dense(1, dtype="float32", use_bias=not config.spectral_norm)
    return [layers.Flatten(), Spectral(bare) if config.spectral_norm else bare]


def parameter_counts(model: keras.Model) -> dict[str, int]:
    """{"total", "trainable", "non_trainable"} as Keras' summary counts them (seed states are not parameters)."""
    trainable = sum(math.prod(w.shape) for w in model.trainable_weights)
    fixed = sum(math.prod(w.shape) for w in model.non_trainable_weights)
    return {"total": trainable + fixed, "trainable": trainable, "non_trainable": fixed}


# --- the essay's pair -----------------------------------------------------------------------------------------------
# Counted from the published tables: kinds, kernels, strides, padding, filters. Inferred from its lineage: LeakyReLU's
# slope .2, Dropout .25, batch-norm momentum .8, ReLU on the first Dense (see docs/training.md).


def _essay(config: NetworkConfig, seed: int) -> Pair:
    return _essay_generator(config), _essay_discriminator(config, seed)


def _essay_generator(config: NetworkConfig) -> keras.Model:
    side = config.size // 4
    stack = [
        keras.Input((config.latent,)),
        layers.Dense(side * side * 256, activation="relu"),
        layers.Reshape((side, side, 256)),
    ]
    for filters in (256, 128):
        stack += [
            layers.UpSampling2D(),
            layers.Conv2D(filters, 3, padding="same"),
            layers.BatchNormalization(momentum=0.8),
            layers.Activation("relu"),
        ]
    stack += [layers.Conv2D(config.channels, 5, padding="same"), layers.Activation("tanh", dtype="float32")]
    return keras.Sequential(stack, name="generator")


def _essay_discriminator(config: NetworkConfig, seed: int) -> keras.Model:
    def leave(place: int) -> list[layers.Layer]:
        return [layers.LeakyReLU(0.2), layers.Dropout(config.dropout, seed=_dropout_seed(seed, place))]

    norm = {"momentum": 0.8}
    stack = [_judged(config)]
    stack += [_conv(config, 32, 4), *leave(0)]
    stack += [_conv(config, 64, 3), layers.ZeroPadding2D(((0, 1), (0, 1)))]
    stack += [layers.BatchNormalization(**norm), *leave(1)]
    stack += [_conv(config, 128, 3), layers.BatchNormalization(**norm), *leave(2)]
    stack += [_conv(config, 256, 3, strides=1), layers.BatchNormalization(**norm), *leave(3)]
    stack += _verdict(config)
    return keras.Sequential(stack, name="discriminator")


def _dropout_seed(seed: int, place: int) -> int:
    return (seed * 2654435761 + place * 40503 + 1) % (2**31 - 1)


# --- Radford et al. 2016 --------------------------------------------------------------------------------------------


def _dcgan(config: NetworkConfig, seed: int) -> Pair:
    """Transposed convolutions and batch norm, `width` filters at the largest level, doubled at each level down."""
    levels = _levels(config.size)
    filters = [config.width * 2**level for level in range(levels)]
    g: list = [
        keras.Input((config.latent,)),
        layers.Dense(16 * filters[-1], use_bias=False),
        layers.Reshape((4, 4, filters[-1])),
    ]
    for count in filters[-2::-1]:
        g += [layers.BatchNormalization(momentum=0.9), layers.ReLU()]
        g += [layers.Conv2DTranspose(count, 4, strides=2, padding="same", use_bias=False)]
    g += [layers.BatchNormalization(momentum=0.9), layers.ReLU()]
    g += [
        layers.Conv2DTranspose(config.channels, 4, strides=2, padding="same"),
        layers.Activation("tanh", dtype="float32"),
    ]
    d: list = [_judged(config)]
    for level, count in enumerate(filters):
        d += [_conv(config, count, 4, use_bias=level == 0)]
        d += [layers.BatchNormalization(momentum=0.9)] if level else []
        d += [layers.LeakyReLU(0.2)]
    d += _verdict(config)
    return keras.Sequential(g, name="generator"), keras.Sequential(d, name="discriminator")


# --- compact: the pair that learns on a laptop ----------------------------------------------------------------------


def _compact(config: NetworkConfig, seed: int) -> Pair:
    """Nearest up-sampling + 3x3 convolutions (no checkerboard), no batch norm in the discriminator (R1 needs none)."""
    filters = [config.width * min(2**level, 8) for level in range(_levels(config.size))]
    g: list = [
        keras.Input((config.latent,)),
        layers.Dense(16 * filters[-1]),
        layers.Reshape((4, 4, filters[-1])),
    ]
    for count in filters[::-1]:
        g += [layers.BatchNormalization(momentum=0.9), layers.LeakyReLU(0.2), layers.UpSampling2D()]
        g += [layers.Conv2D(count, 3, padding="same")]
    g += [layers.BatchNormalization(momentum=0.9), layers.LeakyReLU(0.2)]
    g += [layers.Conv2D(config.channels, 3, padding="same"), layers.Activation("tanh", dtype="float32")]
    d: list = [_judged(config)]
    for count in filters:
        d += [_conv(config, count, 4), layers.LeakyReLU(0.2)]
    d += _verdict(config)
    return keras.Sequential(g, name="generator"), keras.Sequential(d, name="discriminator")


def _levels(size: int) -> int:
    """How often 4 doubles to `size`."""
    return (size // 4).bit_length() - 1


def _power_of_two(size: int) -> None:
    if size < 16 or size & (size - 1):
        raise ModelsError(f"expected a picture size that is a power of two, 16 or more, got {size}: try 64 or 128")


def _multiple_of_four(size: int) -> None:
    if size < 16 or size % 4:
        near = max(16, round(size / 4) * 4)
        raise ModelsError(f"expected a picture size that is a multiple of 4, 16 or more, got {size}: try {near}")


NETWORKS: dict[str, Family] = {
    "essay": Family(_essay, _multiple_of_four),
    "dcgan": Family(_dcgan, _power_of_two),
    "compact": Family(_compact, _power_of_two),
}
