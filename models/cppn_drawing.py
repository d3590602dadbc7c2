"""Pictures of compositional pattern producing networks, of any size in bounded memory.

A picture is computed in pieces of so many pixels, units by pixels: a piece stays in the processor's cache from the
first layer to the last, and each layer is one matrix product over long rows. Pieces are dealt to as many threads as
there are processors.
"""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from importlib import import_module
from typing import Any

import keras
import numpy as np
from keras import ops

from .cppn import CPPNConfig, Weights, activated
from .cppn_graph import graph_network
from .cppn_places import places, strips_of_places
from .errors import ModelsError

PIECE = 1 << 14  # pixels: 25 units of them are 1.6 MB
SMALL_PIECE = 1 << 12  # of pictures that are no larger, as those of a sheet
Network = Callable[..., Any]

_NUDGE = 3e-7  # of a weight, what a few roundings in float32 amount to
_PROBED = 96  # pixels a side that tell whether a network is chaotic
CHAOS = 2e-3  # of the range of a colour: nudged by more, a picture cannot be the same on two machines


def cppn_picture(
    config: CPPNConfig, weights: Weights, size_px: tuple[int, int], latent: np.ndarray | None = None
) -> np.ndarray:
    """What the network shows, float32 (height, width, channels) in [0, 1].

    Args:
        config: the network.
        weights: of each layer.
        size_px: width and height.
        latent: float (config.latent,), the same for all pixels; zeros when None.

    Raises:
        ModelsError: sizes below 1, a latent of another length, weights of other shapes, or values that are no numbers.
    """
    picture, top = np.empty((max(size_px[1], 0), max(size_px[0], 0), config.channels), np.float32), 0
    for strip in cppn_strips(config, weights, size_px, latent):
        picture[top : top + len(strip)] = strip
        top += len(strip)
    return picture


def cppn_strips(
    config: CPPNConfig, weights: Weights, size_px: tuple[int, int], latent: np.ndarray | None = None
) -> Iterator[np.ndarray]:
    """The rows of `cppn_picture` from the top down, float32 (rows, width, channels), some million pixels at a time."""
    width, height = size_px
    if min(size_px) < 1:
        raise ModelsError(f"expected a picture of at least 1 x 1 pixels, got {width} x {height}")
    told = _with_latent(config, weights, latent)
    for strip in strips_of_places(config, size_px):
        colours = cppn_values(config, told, strip)
        yield np.ascontiguousarray(colours.T).reshape(-1, width, config.channels)


def cppn_values(config: CPPNConfig, weights: Weights, inputs: np.ndarray) -> np.ndarray:
    """Colours of any places, float32 (channels, N) in [0, 1]; inputs float32 (inputs, N).

    Raises:
        ModelsError: values that are no numbers.
    """
    network, tensors = graph_network(config, weights) if config.graph else _layers(config, weights)
    found = np.empty((config.channels, inputs.shape[1]), np.float32)
    step = PIECE if inputs.shape[1] > SMALL_PIECE and not config.graph else SMALL_PIECE

    def piece(start: int) -> None:
        part = inputs[:, start : start + step]
        short = step - part.shape[1]  # one shape for all pieces, so that nothing is compiled anew
        whole = np.pad(part, ((0, 0), (0, short))) if short else np.ascontiguousarray(part)
        found[:, start : start + step] = np.asarray(network(whole, *tensors))[:, : part.shape[1]]

    with ThreadPoolExecutor(os.process_cpu_count() if hasattr(os, "process_cpu_count") else os.cpu_count()) as pool:
        list(pool.map(piece, range(0, inputs.shape[1], step)))
    if not np.isfinite(found).all():
        raise ModelsError(
            f"expected a network whose sums stay numbers, got some that do not, of {config.depth} layers of "
            f"{'/'.join(config.activation)} with weights {config.init}; take fewer layers, glorot weights or tanh"
        )
    return found


def is_chaotic(config: CPPNConfig, weights: Weights, latent: np.ndarray | None = None) -> bool:
    """Whether roundings decide the picture: weights nudged by 3e-7 of themselves move some colour by over .002.

    Such a picture is the same again only on the same machine, backend and versions.
    """
    rng = np.random.Generator(np.random.PCG64(0))
    nudged = tuple((kernel * _nudges(rng, kernel.shape), bias * _nudges(rng, bias.shape)) for kernel, bias in weights)
    told = places(config, (_PROBED, _PROBED), range(_PROBED))
    still, moved = (cppn_values(config, _with_latent(config, some, latent), told) for some in (weights, nudged))
    return bool(np.abs(still - moved).max() > CHAOS)


def _nudges(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    return (1 + _NUDGE * rng.choice([-1, 1], shape)).astype(np.float32)


def _with_latent(config: CPPNConfig, weights: Weights, latent: np.ndarray | None) -> Weights:
    """The weights of a network that is told places alone: what the latent adds to each pixel is a bias."""
    latent = np.zeros(config.latent, np.float32) if latent is None else np.asarray(latent, np.float32)
    shapes = tuple((kernel.shape, bias.shape) for kernel, bias in weights)
    expected = tuple(((i, o), (o,)) for i, o in zip(config.widths, config.widths[1:], strict=False))
    if shapes != expected or latent.shape != (config.latent,):
        raise ModelsError(
            f"expected weights {expected} and a latent of {config.latent}, got {shapes} and {latent.shape}"
        )
    (kernel, bias), told = weights[0], len(config.inputs)
    # In a graph the first kernel goes on with what nodes tell each other.
    rows = slice(told, told + config.latent)
    return ((np.delete(kernel, rows, 0), bias + latent @ kernel[rows]), *weights[1:])


def _layers(config: CPPNConfig, weights: Weights) -> tuple[Network, tuple[Any, ...]]:
    network = _network(config.by_layer, tuple(kernel.shape for kernel, _ in weights))
    kernels = [ops.convert_to_tensor(np.ascontiguousarray(kernel.T)) for kernel, _ in weights]
    return network, (kernels, [ops.convert_to_tensor(bias[:, None]) for _, bias in weights])


@lru_cache(maxsize=256)
def _network(by_layer: tuple[str, ...], shapes: tuple[tuple[int, ...], ...]) -> Network:
    """Layers of some shapes, compiled: (inputs, N), kernels (units, inputs), biases (units, 1) to (channels, N)."""

    def network(values: Any, kernels: list[Any], biases: list[Any]) -> Any:
        for activation, kernel, bias in zip(by_layer, kernels, biases, strict=True):
            values = activated(activation, ops.matmul(kernel, values) + bias, 0)
        return values

    return import_module(f"models._compiled_{keras.backend.backend()}").compiled(network)
