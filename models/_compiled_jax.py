"""How JAX compiles a pure function of arrays."""

from collections.abc import Callable
from typing import Any

import jax


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """The same function, compiled for each shape it meets."""
    return jax.jit(function)
