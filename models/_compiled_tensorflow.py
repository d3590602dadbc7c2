"""How TensorFlow compiles a pure function of arrays."""

from collections.abc import Callable
from typing import Any

import tensorflow as tf


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """The same function, compiled by XLA for each shape it meets: many small layers become few loops."""
    return tf.function(function, jit_compile=True)
