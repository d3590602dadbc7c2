"""Spectral normalisation: a layer no picture's difference can grow through (Miyato et al. 2018)."""

from typing import Any

import keras
from keras import ops


@keras.saving.register_keras_serializable("synchromy")
class Spectral(keras.layers.Wrapper):
    """A Conv2D or Dense without bias or activation whose kernel is divided by its largest singular value, then a bias.

    The kernel is read as a matrix (all but filters, filters). sigma = v'Wu by one step of power iteration from the
    stored u (Miyato et al. 2018, algorithm 1); a call in training keeps the new u, inference leaves it. u and v count
    as constants, so the slope passes through sigma by W alone. As the layer is linear in its kernel, its output is
    divided instead: nothing is assigned to the kernel, and sigma stays float32 in mixed precision.
    """

    def __init__(self, layer: keras.layers.Layer, use_bias: bool = True, **kwargs: Any) -> None:
        # float32 of its own and no casting: the wrapped layer alone computes in half precision.
        super().__init__(layer, autocast=False, **kwargs | {"dtype": "float32"})
        self.use_bias = use_bias

    def build(self, input_shape: Any = None) -> None:
        """Make the layer's kernel, the bias, and u, which begins with equal parts of every filter."""
        super().build(input_shape)
        filters = self.layer.kernel.shape[-1]
        start = keras.initializers.Constant(filters**-0.5)
        self.bias = self.add_weight(shape=(filters,), initializer="zeros", name="bias") if self.use_bias else None
        self.u = self.add_weight(shape=(filters,), initializer=start, trainable=False, name="u")

    def call(self, inputs: Any, training: bool = False) -> Any:
        """What the layer gives, divided by sigma, with the bias."""
        outputs = self.layer(inputs)
        sigma, u = self._sigma()
        if training:
            self.u.assign(u)
        outputs = outputs / ops.cast(sigma, outputs.dtype)
        return outputs if self.bias is None else outputs + ops.cast(self.bias, outputs.dtype)

    def _sigma(self) -> tuple[Any, Any]:
        """(largest singular value as far as u knows it, the next u)."""
        matrix = ops.reshape(self.layer.kernel, (-1, self.layer.kernel.shape[-1]))
        fixed = ops.stop_gradient(matrix)
        v = _unit(ops.matmul(fixed, self.u))
        u = _unit(ops.matmul(v, fixed))
        return ops.sum(v * ops.matmul(matrix, u)), u

    def compute_output_shape(self, input_shape: Any) -> Any:
        """That of the layer."""
        return self.layer.compute_output_shape(input_shape)

    def get_config(self) -> dict[str, Any]:
        """What makes this layer again."""
        return super().get_config() | {"use_bias": self.use_bias}


def _unit(vector: Any) -> Any:
    return vector / (ops.norm(vector) + 1e-12)
