"""How TensorFlow compiles a pure function of arrays."""

from collections.abc import Callable
from functools import partial
from typing import Any

import tensorflow as tf


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """The same function, compiled by XLA for each shape it meets: many small layers become few loops."""
    # TensorFlow counts compilations by code, and warns of many networks as of one; a partial has a count of its own.
    return tf.function(partial(function), jit_compile=True)
