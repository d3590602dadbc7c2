"""Networks of any topology without cycles: the CPPNs of Stanley (2007), whose nodes and links evolution adds.

Such a network is one kernel in which each node is told by the inputs and by the nodes before it; the last nodes are
the outputs. Its nodes are computed one after another over a whole piece of pixels.
"""

from functools import lru_cache
from importlib import import_module
from typing import Any

import keras
import numpy as np
from keras import ops

from .cppn import ACTIVATIONS, CPPNConfig, Weights

_NODES = 16  # a network of up to so many more nodes is computed by the same code, so that a child compiles nothing
_KINDS = tuple(ACTIVATIONS)


def graph_network(config: CPPNConfig, weights: Weights) -> tuple[Any, tuple[Any, ...]]:
    """A compiled function of (inputs, N) and of the arrays behind it, to (channels, N): for `cppn_values`.

    Args:
        config: with graph = True.
        weights: one pair: kernel (inputs + nodes, nodes), and bias (nodes,).
    """
    ((kernel, bias),) = weights
    nodes, told = len(bias), len(kernel) - len(bias)
    rows = -(-nodes // _NODES) * _NODES
    # Nodes that are not there are told nothing and tell nothing; outputs stay last.
    places = np.r_[: nodes - config.channels, rows - config.channels : rows]
    whole = np.zeros((rows, told + rows), np.float32)
    whole[np.ix_(places, np.r_[:told, told + places])] = kernel.T
    sums = np.zeros((rows, 1), np.float32)
    sums[places, 0] = bias
    kinds = np.zeros(rows, np.int32)
    kinds[places] = [_KINDS.index(name) for name in config.activation]
    tensors = tuple(ops.convert_to_tensor(array) for array in (whole, sums, kinds))
    return _compiled(told, rows, config.channels), tensors


@lru_cache(maxsize=32)
def _compiled(told: int, rows: int, channels: int) -> Any:
    branches = [ACTIVATIONS[name] for name in _KINDS]

    def network(values: Any, kernel: Any, bias: Any, kinds: Any) -> Any:
        state = ops.concatenate([ops.convert_to_tensor(values), ops.zeros((rows, values.shape[1]), "float32")], 0)

        def node(number: Any, state: Any) -> Any:
            row = ops.slice(kernel, (number, 0), (1, told + rows))
            sums = ops.matmul(row, state) + ops.slice(bias, (number, 0), (1, 1))
            kind = ops.reshape(ops.slice(kinds, (number,), (1,)), ())
            return ops.slice_update(state, (number + told, 0), ops.switch(kind, branches, sums))

        return ops.fori_loop(0, rows, node, state)[told + rows - channels :]

    return import_module(f"models._compiled_{keras.backend.backend()}").compiled(network)
