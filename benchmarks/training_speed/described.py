"""A pair and its step as plain data, from which any library can build the same; and what a step costs."""

from dataclasses import asdict, fields
from typing import Any

import keras
import numpy as np

from experiments.config import RunConfig, TrainConfig
from experiments.errors import ExperimentsError
from experiments.planning import forward_flops

# What the other side knows how to do; everything else must stand at its default.
STEP = (
    *("loss", "d_updates", "critic_bn_in_generator_step", "r1_gamma", "r2_gamma", "penalty_every", "ema_kimg"),
    *("batch", "optimizer", "g_rate", "d_rate", "beta_1", "beta_2"),
)
LENGTH = ("kimg",)

Layer = dict[str, Any]


def _activation(layer: keras.Layer) -> str:
    return layer.activation.__name__


LAYERS = {
    "Dense": lambda layer: {"units": layer.units, "activation": _activation(layer)},
    "Conv2D": lambda layer: {
        "filters": layer.filters,
        "kernel": layer.kernel_size,
        "stride": layer.strides[0],
        "padding": layer.padding,
        "activation": _activation(layer),
    },
    "Conv2DTranspose": lambda layer: {
        "filters": layer.filters,
        "kernel": layer.kernel_size,
        "stride": layer.strides[0],
        "padding": layer.padding,
        "activation": _activation(layer),
    },
    "BatchNormalization": lambda layer: {"momentum": layer.momentum, "epsilon": layer.epsilon},
    "Reshape": lambda layer: {"shape": layer.target_shape},
    "UpSampling2D": lambda layer: {"times": layer.size[0]},
    "ZeroPadding2D": lambda layer: {"padding": layer.padding},
    "Activation": lambda layer: {"activation": _activation(layer)},
    "ReLU": lambda layer: {"kind": "Activation", "activation": "relu"},
    "LeakyReLU": lambda layer: {"slope": layer.negative_slope},
    "Dropout": lambda layer: {"rate": layer.rate},
    "Flatten": lambda layer: {},
}


def described(config: RunConfig, pair: dict[str, keras.Model]) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """(description, weights by "network/layer/name") of a run's pair; ExperimentsError if others cannot follow it."""
    defaults, step = asdict(TrainConfig()), asdict(config.train)
    for name in sorted(set(step) - {*STEP, *LENGTH}):
        if step[name] != defaults[name]:
            raise ExperimentsError(
                f"expected a step that the benchmark has in torch, got train.{name}={step[name]}: "
                f"compare with --set train.{name}={defaults[name]}"
            )
    networks = {name: [_layer(layer) for layer in network.layers] for name, network in pair.items()}
    weights = {
        f"{name}/{place}/{variable.name}": np.asarray(keras.ops.convert_to_numpy(variable.value))
        for name, network in pair.items()
        for place, layer in enumerate(network.layers)
        for variable in layer.weights
        if variable.name != "seed_generator_state"
    }
    sizes = {field.name: getattr(config.network, field.name) for field in fields(config.network)}
    return {"step": {name: step[name] for name in STEP}, "network": sizes, **networks}, weights


def _layer(layer: keras.Layer) -> Layer:
    kind = type(layer).__name__
    if kind not in LAYERS:
        raise ExperimentsError(
            f"expected layers of the kinds {', '.join(LAYERS)}, got {kind}: the benchmark has it not in torch yet"
        )
    return {"kind": kind, "input": layer.input.shape[1:]} | LAYERS[kind](layer)


def step_flops(config: RunConfig, pair: dict[str, keras.Model]) -> float:
    """Multiplications and additions of one training step, by image: what is executed, convolutions and dense alone.

    In units of a forward pass, a pass back to the weights and one to the input are one each. The generator: forward
    once (its pictures serve both updates) and back. The discriminator: on real and on fake forward and back for
    itself; for the generator forward and back to the input, with real forward as well where the loss compares them;
    a penalty goes back to the input, and back through both passes.
    """
    import models

    train = config.train
    penalties = (train.r1_gamma > 0) + (train.r2_gamma > 0)
    compares = models.LOSSES[train.loss].halves is None
    discriminator = 3 + 3 + 2 + compares + 6 * penalties / train.penalty_every
    return 3 * forward_flops(pair["generator"]) + discriminator * forward_flops(pair["discriminator"])
