"""Penalties on the discriminator's gradient with respect to its input."""

from collections.abc import Callable
from typing import Any

import keras
from keras import ops


def gradient_penalty(
    discriminator: keras.Model, x: Any, gamma: float, input_gradient: Callable[[Callable, Any], Any]
) -> Any:
    """gamma / 2 E ||grad_x D(x)||^2: R1 on real pictures, R2 on fakes (Mescheder et al. 2018, eq. 9 and 10).

    The pass leaves no trace in the discriminator: no moving statistics, no dropout seed is advanced by it.
    """

    def total(pictures: Any) -> Any:
        with keras.StatelessScope(state_mapping=[(v, v.value) for v in discriminator.variables]):
            return ops.sum(discriminator(pictures, training=True))

    slope = ops.cast(input_gradient(total, x), "float32")
    return 0.5 * gamma * ops.mean(ops.sum(ops.square(slope), axis=(1, 2, 3)))
