"""How TensorFlow computes a stack of plain layers while it learns: the same functions of the same weights, but faster.

Networks stay what they are, layer for layer; only the training step goes through here. What no rule is for is called
as it is.
"""

from typing import Any

import keras
import tensorflow as tf
from keras import layers, ops


def forward(network: keras.Model, x: Any, *, frozen: bool = False) -> Any:
    """What `network(x, training=True)` gives; with `frozen`, its batch norms use their moving statistics."""
    if not isinstance(network, keras.Sequential) and not frozen:
        return network(x, training=True)
    stack = list(network.layers)
    while stack:
        layer = stack.pop(0)
        if _doubles(layer) and stack and _is_plain(stack[0]):
            x = _up_conv(stack.pop(0), x)
        elif type(layer) is layers.BatchNormalization:
            x = layer(x, training=False) if frozen else _batch_norm(layer, x)
        elif type(layer) is layers.LeakyReLU:
            x = _leaky(layer, x)
        else:
            x = layer(x, training=True)
    return x


def _doubles(layer: layers.Layer) -> bool:
    return type(layer) is layers.UpSampling2D and layer.size == (2, 2) and layer.interpolation == "nearest"


def _is_plain(layer: layers.Layer) -> bool:
    if type(layer) is not layers.Conv2D or layer.kernel_size != (3, 3) or layer.padding != "same":
        return False
    return layer.strides == (1, 1) and layer.dilation_rate == (1, 1) and layer.groups == 1


def _up_conv(layer: layers.Conv2D, x: Any) -> Any:
    """Nearest up-sampling by 2 and then this 3x3 convolution, as one.

    Up-sampling repeats each pixel, so that 3x3 taps fall on 2x2 pixels: the two are a transposed convolution of stride
    2, whose 4x4 kernel holds the sums of neighbouring taps. 4 products an output pixel instead of 9.
    """
    x, kernel = (ops.cast(each, layer.compute_dtype) for each in (x, layer.kernel))
    corners = [((a, 1 - a), (b, 1 - b), (0, 0), (0, 0)) for a in (0, 1) for b in (0, 1)]
    sums = tf.add_n([tf.pad(kernel, corner) for corner in corners])
    x = ops.conv_transpose(x, tf.transpose(sums[::-1, ::-1], (0, 1, 3, 2)), strides=2, padding="same")
    if layer.use_bias:
        x = x + ops.cast(layer.bias, layer.compute_dtype)
    return layer.activation(x)


def _batch_norm(layer: layers.BatchNormalization, x: Any) -> Any:
    """Keras' batch norm in training by the one operation that TensorFlow has for it."""
    if len(x.shape) != 4 or layer.axis not in (-1, 3):
        return layer(x, training=True)
    x, gamma, beta = (
        ops.cast(x, layer.compute_dtype),
        *(ops.cast(each, "float32") for each in (layer.gamma, layer.beta)),
    )
    y, mean, variance, *_ = tf.raw_ops.FusedBatchNormV3(
        x=x, scale=gamma, offset=beta, mean=[], variance=[], epsilon=layer.epsilon, is_training=True
    )
    count = ops.cast(ops.size(x) // x.shape[-1], "float32")
    variance = variance * (count - 1.0) / count  # the operation gives Bessel's, Keras keeps the biased one
    for kept, new in ((layer.moving_mean, mean), (layer.moving_variance, variance)):
        kept.assign(kept * layer.momentum + new * (1.0 - layer.momentum))
    return y


def _leaky(layer: layers.LeakyReLU, x: Any) -> Any:
    return _leaky_relu(ops.cast(x, layer.compute_dtype), layer.negative_slope)


def _leaky_relu(x: Any, slope: float) -> Any:
    """TensorFlow's rectifier with a second derivative of its own: TensorFlow's sends zeros back through a penalty."""

    @tf.custom_gradient
    def scaled(upstream: Any) -> Any:
        return tf.raw_ops.LeakyReluGrad(gradients=upstream, features=x, alpha=slope), scaled

    @tf.custom_gradient
    def rectified(x: Any) -> Any:
        return tf.nn.leaky_relu(x, slope), scaled

    return rectified(x)
