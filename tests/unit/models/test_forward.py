"""What a step computes in fewer operations is what the layers compute: outputs, statistics, first and second slopes."""

import keras
import numpy as np
import pytest
from keras import layers

from models import NetworkConfig, build_pair
from models.gan import backend

pytestmark = pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="JAX calls the layers as they are")

STACKS = {
    "up, then a convolution": [layers.UpSampling2D(), layers.Conv2D(5, 3, padding="same", activation="tanh")],
    "no bias": [layers.UpSampling2D(), layers.Conv2D(5, 3, padding="same", use_bias=False)],
    "up, then five taps": [layers.UpSampling2D(), layers.Conv2D(5, 5, padding="same")],
    "up, then a stride": [layers.UpSampling2D(), layers.Conv2D(5, 3, strides=2, padding="same")],
    "up, then the inside": [layers.UpSampling2D(), layers.Conv2D(5, 3)],
    "up by three": [layers.UpSampling2D(3), layers.Conv2D(5, 3, padding="same")],
    "up, smooth": [layers.UpSampling2D(interpolation="bilinear"), layers.Conv2D(5, 3, padding="same")],
    "up at the end": [layers.Conv2D(5, 3), layers.UpSampling2D()],
    "batch norm": [layers.BatchNormalization(momentum=0.8), layers.Conv2D(5, 3)],
    "batch norm of vectors": [layers.Flatten(), layers.BatchNormalization(), layers.Dense(3)],
    "leaky": [layers.Conv2D(5, 3), layers.LeakyReLU(0.2), layers.Conv2D(2, 3)],
}


def told(stack, forward, x):
    """Outputs, slopes at the input, slopes of the square of those, and all weights afterwards."""
    import tensorflow as tf

    network = keras.models.clone_model(stack)
    network.set_weights(
        [np.random.default_rng(2).uniform(0.5, 1, w.shape) - 0.6 * (w.ndim > 1) for w in stack.get_weights()]
    )
    weights = [v.value for v in network.trainable_variables]
    with tf.GradientTape() as outer:
        outer.watch([x, *weights])
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = forward(network, x)
            total = tf.reduce_sum(y**3)
        slope = inner.gradient(total, x)
        again = tf.reduce_sum(slope**2)
    seconds = outer.gradient(again, [x, *weights], unconnected_gradients="zero")
    return [each.numpy() for each in (y, slope, *seconds)] + network.get_weights()


@pytest.mark.parametrize("name", STACKS)
def test_a_stack_is_what_its_layers_are(name):
    stack = keras.Sequential([keras.Input((6, 6, 4)), *STACKS[name]])
    x = keras.ops.convert_to_tensor(np.random.default_rng(0).standard_normal((7, 6, 6, 4), dtype=np.float32))
    plain = told(stack, lambda network, x: network(x, training=True), x)
    ours = told(stack, backend.forward, x)
    for one, other in zip(plain, ours, strict=True):
        assert np.allclose(one, other, rtol=2e-4, atol=2e-4 * np.abs(one).max())


@pytest.mark.parametrize("family", ["essay", "dcgan", "compact"])
@pytest.mark.parametrize("precision", ["float32", "mixed_bfloat16"])
def test_a_pair_is_what_its_layers_are(family, precision):
    pair = build_pair(NetworkConfig(family, size=32, width=4, latent=8, dropout=0.0, precision=precision), 1)
    rng = np.random.default_rng(0)
    for network, shape in zip(pair, ((16, 8), (16, 32, 32, 3)), strict=True):
        x = keras.ops.convert_to_tensor(rng.standard_normal(shape, dtype=np.float32))
        before = network.get_weights()
        plain = network(x, training=True).numpy()
        state = network.get_weights()
        network.set_weights(before)
        ours = backend.forward(network, x).numpy()
        apart = 1e-5 if precision == "float32" else 0.05
        assert np.abs(plain - ours).max() <= apart * max(1.0, np.abs(plain).max())
        assert all(
            np.allclose(a, b, atol=apart * 3, rtol=apart) for a, b in zip(state, network.get_weights(), strict=True)
        )
