"""How JAX takes a gradient; the step itself is `GAN.learn`.

Keras' StatelessScope turns the stateful step into a pure function: inside it a variable reads and writes a value of
the scope. Every gradient opens a scope of its own and hands the state that came out of it to the scope around it.
"""

from collections.abc import Callable
from typing import Any

import jax
import keras


def train_step(gan: keras.Model, state: tuple, data: Any) -> tuple[dict[str, Any], tuple]:
    """One step of `fit`: (logs, new state), pure."""
    (images, latents), _, _ = keras.utils.unpack_x_y_sample_weight(data)
    groups = (
        gan.trainable_variables,
        gan.non_trainable_variables,
        gan.optimizer.variables,
        gan.metrics_variables,
    )
    pairs = [pair for group, values in zip(groups, state, strict=True) for pair in zip(group, values, strict=True)]
    with keras.StatelessScope(state_mapping=pairs) as scope:
        logs = gan.learn(images, latents)
    return logs, tuple([scope.get_current_value(v) for v in group] for group in groups)


def gradient(gan: keras.Model, loss: Callable, network: keras.Model) -> tuple[Any, list]:
    """((value, logs), gradients) of `loss()` by the trainable variables of `network`."""
    pure, rest = _pure(gan, loss, network)
    values = [v.value for v in network.trainable_variables]

    def with_state(values: list) -> tuple:
        (value, logs), state = pure(values)
        return value, (logs, state)

    (value, (logs, state)), gradients = jax.value_and_grad(with_state, has_aux=True)(values)
    _assign(rest, state)
    return (value, logs), gradients


def pullback(gan: keras.Model, outputs: Callable, network: keras.Model) -> tuple[Any, Callable]:
    """`outputs()`, and the function that carries a slope at the outputs back to the variables of `network`."""
    pure, rest = _pure(gan, outputs, network)
    values = [v.value for v in network.trainable_variables]
    value, pull, state = jax.vjp(pure, values, has_aux=True)
    _assign(rest, state)
    return value, lambda slope: pull(slope)[0]


def gradient_at(gan: keras.Model, loss: Callable, x: Any) -> tuple[Any, Any]:
    """(value, gradient) of `loss(x)` by the array x."""
    rest = gan.variables

    def with_state(x: Any) -> tuple:
        with keras.StatelessScope(state_mapping=[(v, v.value) for v in rest]) as scope:
            value = loss(x)
        return value, [scope.get_current_value(v) for v in rest]

    (value, state), slope = jax.value_and_grad(with_state, has_aux=True)(x)
    _assign(rest, state)
    return value, slope


def forward(network: keras.Model, x: Any, *, frozen: bool = False) -> Any:
    """What `network(x, training=True)` gives; with `frozen`, its batch norms use their moving statistics."""
    if not frozen:
        return network(x, training=True)
    for layer in network.layers:
        x = layer(x, training=not isinstance(layer, keras.layers.BatchNormalization))
    return x


def input_gradient(function: Callable, x: Any) -> Any:
    """The gradient of `function(x)` by x, itself differentiable."""
    return jax.grad(function)(x)


def _pure(gan: keras.Model, function: Callable, network: keras.Model) -> tuple[Callable, list]:
    """`function` as values -> (result, state), and the variables whose new values the state holds."""
    own = network.trainable_variables
    ids = {id(v) for v in own}
    rest = [v for v in gan.variables if id(v) not in ids]

    def pure(values: list) -> tuple:
        mapping = [*zip(own, values, strict=True), *((v, v.value) for v in rest)]
        with keras.StatelessScope(state_mapping=mapping) as scope:
            result = function()
        return result, [scope.get_current_value(v) for v in rest]

    return pure, rest


def _assign(variables: list, values: list) -> None:
    for variable, value in zip(variables, values, strict=True):
        variable.assign(value)
