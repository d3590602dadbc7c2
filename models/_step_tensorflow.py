"""How TensorFlow takes a gradient, and goes forward while it learns; the step itself is `GAN.learn`."""

from collections.abc import Callable
from typing import Any

import keras
import tensorflow as tf

from ._forward_tensorflow import forward as forward


def train_step(gan: keras.Model, data: Any) -> dict[str, Any]:
    """One step of `fit`: variables change in place."""
    (images, latents), _, _ = keras.utils.unpack_x_y_sample_weight(data)
    return gan.learn(images, latents)


def gradient(gan: keras.Model, loss: Callable, network: keras.Model) -> tuple[Any, list]:
    """((value, logs), gradients) of `loss()` by the trainable variables of `network`."""
    with _watching(network) as tape:
        value, logs = loss()
    return (value, logs), _of(tape, value, network)


def pullback(gan: keras.Model, outputs: Callable, network: keras.Model) -> tuple[Any, Callable]:
    """`outputs()`, and the function that carries a slope at the outputs back to the variables of `network`."""
    with _watching(network) as tape:
        value = outputs()
    return value, lambda slope: _of(tape, value, network, slope)


def gradient_at(gan: keras.Model, loss: Callable, x: Any) -> tuple[Any, Any]:
    """(value, gradient) of `loss(x)` by the array x."""
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(x)
        value = loss(x)
    return value, tape.gradient(value, x)


def input_gradient(function: Callable, x: Any) -> Any:
    """The gradient of `function(x)` by x, itself differentiable."""
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(x)
        value = function(x)
    return tape.gradient(value, x)


def _watching(network: keras.Model) -> Any:
    class Tape(tf.GradientTape):
        def __enter__(self) -> Any:
            tape = super().__enter__()
            tape.watch([v.value for v in network.trainable_variables])
            return tape

    return Tape(watch_accessed_variables=False)


def _of(tape: tf.GradientTape, value: Any, network: keras.Model, slope: Any = None) -> list:
    sources = [v.value for v in network.trainable_variables]
    return tape.gradient(value, sources, output_gradients=slope, unconnected_gradients="zero")
