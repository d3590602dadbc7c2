"""Compositional pattern producing networks: from the place of a pixel to its colour, so that a network is a picture.

The topology is a plain stack of dense layers with random weights. Sources: Stanley, "Compositional pattern producing
networks: a novel abstraction of development" (2007), where topologies evolve; Ha, "Generating abstract patterns with
TensorFlow" (2016), and the two posts whose settings are presets here, where they do not.
"""

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
from keras import layers, ops

from .errors import ModelsError

Weights = tuple[tuple[np.ndarray, np.ndarray], ...]
"""Kernel (inputs, units) and bias (units,) of each dense layer, float32, first to last."""

ACTIVATIONS: dict[str, Callable[[Any], Any]] = {
    "tanh": ops.tanh,
    "sin": ops.sin,
    "tan": ops.tan,
    "sign": ops.sign,
    "softplus": ops.softplus,
    "relu": ops.relu,
    "gauss": lambda x: ops.exp(-ops.square(x)),
    "sigmoid": ops.sigmoid,
}
"""What a unit makes of its sum, elementwise."""

INPUTS = ("x", "y", "r")
"""What a network may be told of a pixel: its place across and down, and its distance from the origin."""

SYMMETRIES = ("none", "x", "y", "both", "rotational")
"""Left and right alike, top and bottom alike, both; or the picture alike after a `folds`-th of a turn."""

GRIDS = ("left", "ends", "centres")
"""Where in low..high the pixels of the shorter side lie: from low, one step short of high; from low to high; half a
step inside both."""

_FARTHEST = 1e30  # of a coordinate: what a layer then adds up is still a number in float32


@dataclass(frozen=True)
class CPPNConfig:
    """A network from places to colours, all but its weights.

    Attributes:
        width: units of each hidden layer.
        depth: dense layers, the last one among them, which has `channels` units and the sigmoid.
        activation: of the hidden layers, in turn, from the first again where there are fewer; names of `ACTIVATIONS`,
            several in one layer as "sin+gauss": its units are dealt out in equal parts.
        inputs: of `INPUTS`, in this sequence.
        low: the least coordinate on the shorter side of the picture; the longer one goes on at the same pace.
        high: the greatest.
        grid: a name of `GRIDS`.
        latent: how many more inputs there are that are the same for all pixels of a picture.
        latent_low: they are drawn evenly from this ...
        latent_high: ... up to this.
        channels: 3, or 1 for grey.
        init: a name of `INITS`.
        symmetry: a name of `SYMMETRIES`; any but "none" puts the origin into the middle, and pixels at "centres".
        folds: how often a rotational picture repeats in a turn.
        graph: whether it has no layers, but `width` nodes with an activation each, every one told by the inputs and by
            the nodes before it, the last of them the outputs: see `cppn_graph`.

    Raises:
        ModelsError: a value that is none of these.
    """

    width: int = 25
    depth: int = 9
    activation: tuple[str, ...] = ("tanh",)
    inputs: tuple[str, ...] = ("x", "y")
    low: float = 0.0
    high: float = 1.0
    grid: str = "left"
    latent: int = 0
    latent_low: float = 0.0
    latent_high: float = 1.0
    channels: int = 3
    init: str = "normal"
    symmetry: str = "none"
    folds: int = 5
    graph: bool = False

    def __post_init__(self) -> None:
        _check_sizes(self)
        for layer in self.activation or ("",):
            if not {*layer.split("+")} <= ACTIVATIONS.keys():
                raise ModelsError(f"expected activations of {', '.join(ACTIVATIONS)}, got {layer!r}; join several by +")
        if not self.inputs or not set(self.inputs) <= set(INPUTS) or len(set(self.inputs)) < len(self.inputs):
            raise ModelsError(
                f"expected inputs of {', '.join(INPUTS)}, each once, got {', '.join(self.inputs) or None}"
            )
        for name, table in (("grid", GRIDS), ("init", tuple(INITS)), ("symmetry", SYMMETRIES)):
            if getattr(self, name) not in table:
                raise ModelsError(f"expected {name} of {', '.join(table)}, got {getattr(self, name)}")

    @property
    def widths(self) -> tuple[int, ...]:
        """How many numbers stand before the first layer and after each; of a graph, what its nodes are told and are."""
        if self.graph:
            return (len(self.inputs) + self.latent + self.width, self.width)
        return (len(self.inputs) + self.latent, *[self.width] * (self.depth - 1), self.channels)

    @property
    def by_layer(self) -> tuple[str, ...]:
        """The activation of each layer, the sigmoid of the last one too."""
        hidden = self.depth - 1
        return (*(self.activation[i % len(self.activation)] for i in range(hidden)), "sigmoid")


def _check_sizes(config: CPPNConfig) -> None:
    for name, least, most in (("width", 1, 4096), ("depth", 1, 256), ("latent", 0, 4096), ("folds", 1, 1000)):
        if not least <= getattr(config, name) <= most:
            raise ModelsError(f"expected a {name} from {least} to {most}, got {getattr(config, name)}")
    if config.graph and not (config.width == len(config.activation) >= config.channels):
        raise ModelsError(
            f"expected a graph with an activation for each of its nodes, at least {config.channels}, got "
            f"{len(config.activation)} for {config.width}"
        )
    if config.channels not in (1, 2, 3):
        raise ModelsError(f"expected 1 channel for grey or 3 for colour, got {config.channels}")
    for low, high in ((config.low, config.high), (config.latent_low, config.latent_high)):
        if not -_FARTHEST <= low < high <= _FARTHEST:
            raise ModelsError(
                f"expected numbers from one to a greater one, within {_FARTHEST:g} of 0, got {low:g} to {high:g}"
            )


def _normal(rng: np.random.Generator, inputs: int, units: int) -> tuple[np.ndarray, np.ndarray]:
    return rng.standard_normal((inputs, units), np.float32), rng.standard_normal(units, np.float32)


def _normal_kernels(rng: np.random.Generator, inputs: int, units: int) -> tuple[np.ndarray, np.ndarray]:
    return rng.standard_normal((inputs, units), np.float32), np.zeros(units, np.float32)


def _glorot(rng: np.random.Generator, inputs: int, units: int) -> tuple[np.ndarray, np.ndarray]:
    limit = np.sqrt(6 / (inputs + units))
    return rng.uniform(-limit, limit, (inputs, units)).astype(np.float32), np.zeros(units, np.float32)


INITS: dict[str, Callable[[np.random.Generator, int, int], tuple[np.ndarray, np.ndarray]]] = {
    "normal": _normal,
    "normal-kernels": _normal_kernels,
    "glorot": _glorot,
}
"""Laws of first weights: all N(0, 1) (the first post); kernels N(0, 1) and biases 0 (the second post, and Ha's);
Glorot and Bengio's (2010), which makes calm pictures."""

_POST_2 = CPPNConfig(14, 11, ("tanh",), INPUTS, -0.5, 0.5, "ends", latent=2, channels=1, init="normal-kernels")
CPPNS: dict[str, CPPNConfig] = {
    "silk": CPPNConfig(),
    "silk-z": CPPNConfig(80, 8, latent=3, latent_low=-1.0),
    "steel": _POST_2,
    "ha": CPPNConfig(32, 4, ("softplus", "tanh", "tanh"), INPUTS, -8, 8, "ends", 8, -8.0, 8.0, init="normal-kernels"),
    "warp": CPPNConfig(50, 7, channels=2),
}
"""Published settings: the first post's still and its animation; the second post's; Ha's (three hidden layers of 32 on
x, y, r and z times 8); the first post's map of a texture."""


def cppn_preset(name: str) -> CPPNConfig:
    """A row of `CPPNS`.

    Raises:
        ModelsError: there is none of that name.
    """
    if name not in CPPNS:
        raise ModelsError(f"expected a preset of {', '.join(CPPNS)}, got {name}")
    return CPPNS[name]


def cppn_weights(config: CPPNConfig, seed: int) -> Weights:
    """The random weights of a seed: a function of (config, seed), the same on every backend."""
    return tuple(
        INITS[config.init](_stream(seed, "cppn", layer), inputs, units)
        for layer, (inputs, units) in enumerate(zip(config.widths, config.widths[1:], strict=False))
    )


def cppn_latent(config: CPPNConfig, seed: int, index: int = 0) -> np.ndarray:
    """The latent of a seed, float32 (latent,); with an index another one, as for the stations of a path."""
    rng = _stream(seed, "cppn latent", index)
    return rng.uniform(config.latent_low, config.latent_high, config.latent).astype(np.float32)


def _stream(seed: int, purpose: str, index: int) -> np.random.Generator:
    key = (zlib.crc32(purpose.encode()), index)
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=key)))


def activated(name: str, sums: Any, axis: int) -> Any:
    """What a layer's activation, or its several joined by +, make of its sums; units lie along `axis`."""
    parts = name.split("+")
    if len(parts) == 1:
        return ACTIVATIONS[name](sums)
    cuts = [round(i * sums.shape[axis] / len(parts)) for i in range(1, len(parts))]
    pieces = ops.split(sums, cuts, axis)
    return ops.concatenate([ACTIVATIONS[part](piece) for part, piece in zip(parts, pieces, strict=True)], axis)


@keras.saving.register_keras_serializable("synchromy")
class CPPNActivation(layers.Layer):
    """An activation by its name in `ACTIVATIONS`, or several joined by +, as a layer that can be saved."""

    def __init__(self, activation: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.activation = activation

    def call(self, sums: Any) -> Any:
        """(N, units) to (N, units)."""
        return activated(self.activation, sums, -1)

    def get_config(self) -> dict[str, Any]:
        """What makes it again."""
        return {**super().get_config(), "activation": self.activation}


def build_cppn(config: CPPNConfig, weights: Weights) -> keras.Model:
    """The network as a Keras model: inputs and latent (N, inputs + latent) to colours (N, channels) in [0, 1].

    Raises:
        ModelsError: it is a graph, not layers.
    """
    if config.graph:
        raise ModelsError("expected a network of layers, got a graph: cppn_values computes it")
    model = keras.Sequential([layers.Input((config.widths[0],))], name="cppn")
    for units, activation in zip(config.widths[1:], config.by_layer, strict=True):
        model.add(layers.Dense(units))
        model.add(CPPNActivation(activation))
    model.set_weights([part for layer in weights for part in layer])
    return model
