"""Described layers as modules of torch, with their weights: a table of small functions. Needs torch alone."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import nn

Layer = dict[str, Any]
Weights = dict[str, np.ndarray]


def network(layers: list[Layer], weights: list[Weights], last: bool) -> nn.Sequential:
    """The described layers in a row.

    Args:
        layers: each with its kind, its settings and "input", the shape of what it takes as (H, W, C) or (N,).
        weights: of each layer by name, as Keras orders their axes.
        last: pictures are to lie channels last in memory; else a Dense layer's units are put in the other order.
    """
    parts: list[nn.Module] = []
    for place, (layer, own) in enumerate(zip(layers, weights, strict=True)):
        if layer["kind"] not in BUILDERS:
            raise SystemExit(f"expected a layer of the kinds {', '.join(BUILDERS)}, got {layer['kind']}")
        if layer["kind"] == "Dense" and not last:
            own = _units_in_planes(own, layers, place)
        parts += [module for module in BUILDERS[layer["kind"]](layer, own, last) if module is not None]
    return nn.Sequential(*parts)


def _units_in_planes(own: Weights, layers: list[Layer], place: int) -> Weights:
    """A Dense layer whose outputs become planes, or whose inputs were some, with these in the order (C, H, W)."""
    kernel, bias = own["kernel"], own.get("bias")
    before, after = (layers[place - 1] if place else {}), (layers[place + 1] if place + 1 < len(layers) else {})
    if before.get("kind") == "Flatten":
        kernel = kernel.reshape(*before["input"], -1).transpose(2, 0, 1, 3).reshape(kernel.shape)
    if after.get("kind") == "Reshape":
        order = np.arange(kernel.shape[1]).reshape(after["shape"]).transpose(2, 0, 1).ravel()
        kernel, bias = kernel[:, order], None if bias is None else bias[order]
    return {"kernel": kernel} | ({} if bias is None else {"bias": bias})


def _dense(layer: Layer, own: Weights, last: bool) -> list[nn.Module | None]:
    module = nn.Linear(*own["kernel"].shape, bias="bias" in own)
    return [_filled(module, own["kernel"].T, own), _activation(layer)]


def _convolution(layer: Layer, own: Weights, last: bool) -> list[nn.Module | None]:
    rows, columns, taken, given = own["kernel"].shape
    sides = [
        (0, 0) if layer["padding"] == "valid" else _same(size, rows, layer["stride"]) for size in layer["input"][:2]
    ]
    even = all(a == b for a, b in sides)
    module = nn.Conv2d(
        taken,
        given,
        (rows, columns),
        layer["stride"],
        padding=tuple(a for a, _ in sides) if even else 0,
        bias="bias" in own,
    )
    pad = None if even else nn.ZeroPad2d((*sides[1], *sides[0]))
    return [pad, _filled(module, own["kernel"].transpose(3, 2, 0, 1), own), _activation(layer)]


def _same(size: int, kernel: int, stride: int) -> tuple[int, int]:
    """Zeros before and after, so that a picture of `size` becomes one of size / stride, rounded up."""
    whole = max((math.ceil(size / stride) - 1) * stride + kernel - size, 0)
    return whole // 2, whole - whole // 2


def _transposed(layer: Layer, own: Weights, last: bool) -> list[nn.Module | None]:
    rows, _, given, taken = own["kernel"].shape
    stride = layer["stride"]
    if layer["padding"] != "same" or (rows - stride) % 2:
        raise SystemExit("expected a transposed convolution with even padding, got another one: it is not built yet")
    module = nn.ConvTranspose2d(taken, given, rows, stride, padding=(rows - stride) // 2, bias="bias" in own)
    return [_filled(module, own["kernel"].transpose(3, 2, 0, 1), own), _activation(layer)]


def _batch_norm(layer: Layer, own: Weights, last: bool) -> list[nn.Module | None]:
    module = nn.BatchNorm2d(len(own["gamma"]), eps=layer["epsilon"], momentum=1.0 - layer["momentum"])
    names = {"weight": "gamma", "bias": "beta", "running_mean": "moving_mean", "running_var": "moving_variance"}
    with torch.no_grad():
        for theirs, ours in names.items():
            getattr(module, theirs).copy_(_tensor(own[ours]))
    return [module]


def _filled(module: nn.Module, kernel: np.ndarray, own: Weights) -> nn.Module:
    with torch.no_grad():
        module.weight.copy_(_tensor(kernel))
        if "bias" in own:
            module.bias.copy_(_tensor(own["bias"]))
    return module


def _tensor(array: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(np.ascontiguousarray(array))


class _ToPlanes(nn.Module):
    """A row of units as a picture: (N, H * W * C) as (N, C, H, W), in either memory layout without a copy."""

    def __init__(self, shape: list[int], last: bool) -> None:
        super().__init__()
        self.shape, self.last = tuple(shape), last

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        height, width, channels = self.shape
        return x.view(-1, *self.shape).permute(0, 3, 1, 2) if self.last else x.view(-1, channels, height, width)


class _ToRow(nn.Module):
    """The inverse of it."""

    def __init__(self, last: bool) -> None:
        super().__init__()
        self.last = last

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return (x.permute(0, 2, 3, 1) if self.last else x).flatten(1)


ACTIVATIONS: dict[str, Callable[[], nn.Module] | None] = {"linear": None, "relu": nn.ReLU, "tanh": nn.Tanh}


def _activation(layer: Layer) -> nn.Module | None:
    make = ACTIVATIONS[layer["activation"]]
    return make() if make else None


BUILDERS: dict[str, Callable[[Layer, Weights, bool], list[nn.Module | None]]] = {
    "Dense": _dense,
    "Conv2D": _convolution,
    "Conv2DTranspose": _transposed,
    "BatchNormalization": _batch_norm,
    "Reshape": lambda layer, own, last: [_ToPlanes(layer["shape"], last)],
    "UpSampling2D": lambda layer, own, last: [nn.Upsample(scale_factor=layer["times"])],
    "ZeroPadding2D": lambda layer, own, last: [nn.ZeroPad2d((*layer["padding"][1], *layer["padding"][0]))],
    "Activation": lambda layer, own, last: [_activation(layer)],
    "LeakyReLU": lambda layer, own, last: [nn.LeakyReLU(layer["slope"])],
    "Dropout": lambda layer, own, last: [nn.Dropout(layer["rate"])],
    "Flatten": lambda layer, own, last: [_ToRow(last)],
}
