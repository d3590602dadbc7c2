"""CPPNs that learn one picture: trained from the places of its pixels to their colours, they show it at any size.

Sources: the first post's block for "tanh": dense layers with N(0, 1) weights, each followed by batch normalisation,
cross-entropy and Adam; Sitzmann, Martel, Bergman, Lindell and Wetzstein, "Implicit neural representations with periodic
activation functions" (2020), 3.2, for "siren". What was trained becomes a plain CPPN: the frequency and the
normalisation are folded into its weights.
"""

import zlib
from collections.abc import Callable, Collection
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import keras
import numpy as np
from keras import layers, ops

from .cppn import CPPNConfig, Weights
from .cppn_places import places
from .errors import ModelsError

Watch = Callable[[int, float, CPPNConfig, Weights], object]
"""Called with the steps taken, the loss, and the network as it is."""

_FREQUENCY = 30.0  # of a siren's units: section 3.2
_FASTEST_SIREN = 2e-3  # of Adam, falling to 0 along a cosine
_FASTEST_TANH = 1e-3  # the post's, which stays
_MOST_PIXELS = 2**24


@dataclass(frozen=True)
class FitConfig:
    """How a network learns a picture.

    Attributes:
        net: a row of `FITS`.
        width: units of each hidden layer.
        hidden: how many hidden layers.
        steps: of the optimiser.
        batch: pixels a step; all of them where there are no more.
        rate: of Adam, at first; None for that of the net.
        seed: of the first weights, and of which pixels a step takes.

    Raises:
        ModelsError: a value that is none of these.
    """

    net: str = "siren"
    width: int = 64
    hidden: int = 4
    steps: int = 2000
    batch: int = 4096
    rate: float | None = None
    seed: int = 0

    def __post_init__(self) -> None:
        if self.net not in FITS:
            raise ModelsError(f"expected a net of {', '.join(FITS)}, got {self.net}")
        bounds = {"width": (1, 1024), "hidden": (1, 64), "steps": (1, 1_000_000), "batch": (1, 2**20)}
        for name, (least, most) in bounds.items():
            if not least <= getattr(self, name) <= most:
                raise ModelsError(f"expected {name} from {least} to {most}, got {getattr(self, name)}")
        if self.rate is not None and not 0 < self.rate <= 1:
            raise ModelsError(f"expected a learning rate above 0 and at most 1, got {self.rate:g}; 1e-3 is usual")
        if self.seed < 0:
            raise ModelsError(f"expected a seed of 0 or more, got {self.seed}")

    @property
    def cppn(self) -> CPPNConfig:
        """The network that comes of it: pixels are at the centres of their squares, at whatever size."""
        activation = (FITS[self.net].activation,)
        return CPPNConfig(self.width, self.hidden + 1, activation, ("x", "y"), -1.0, 1.0, "centres")


def fit_cppn(
    picture: np.ndarray, asked: FitConfig, *, watch: Watch = lambda *_: None, at: Collection[int] = ()
) -> Weights:
    """Train a network of `asked.cppn` on a picture with Keras `fit`; the same arguments give the same weights.

    Args:
        picture: uint8 (height, width, 3), sRGB.
        asked: the network, and how it learns.
        watch: called after the steps named in `at`, of which 0 is before the first.
        at: numbers of steps, from 0 to asked.steps.

    Raises:
        ModelsError: no such picture, or weights that are no longer numbers.
    """
    if picture.ndim != 3 or picture.shape[2] != 3 or not 4 <= picture.size // 3 <= _MOST_PIXELS:
        raise ModelsError(f"expected a picture (height, width, 3) of 4 to {_MOST_PIXELS:,} pixels, got {picture.shape}")
    fit = FITS[asked.net]
    model = fit.build(asked)
    falling = keras.optimizers.schedules.CosineDecay(asked.rate or fit.rate, asked.steps)
    model.compile(keras.optimizers.Adam(falling if fit.falls else asked.rate or fit.rate), "binary_crossentropy")
    told = _Watching(asked, watch, frozenset(at))
    model.fit(_Pixels(picture, asked), shuffle=False, verbose=0, callbacks=[told, keras.callbacks.TerminateOnNaN()])
    weights = fit.folded(model)
    if not all(np.isfinite(part).all() for layer in weights for part in layer):
        raise ModelsError(f"expected a loss that stays a number, got one that does not: lower the rate {asked.rate:g}")
    return weights


class _Pixels(keras.utils.PyDataset):
    """For each step the places (N, 2) and colours (N, 3) of some pixels, chosen by (seed, step)."""

    def __init__(self, picture: np.ndarray, asked: FitConfig) -> None:
        super().__init__()
        height, width, _ = picture.shape
        self._places = np.ascontiguousarray(places(asked.cppn, (width, height), range(height)).T)
        self._colours = (picture.reshape(-1, 3) / 255).astype(np.float32)
        self._asked = asked

    def __len__(self) -> int:
        return self._asked.steps

    def __getitem__(self, step: int) -> tuple[np.ndarray, np.ndarray]:
        if self._asked.batch >= len(self._places):
            return self._places, self._colours
        some = _stream(self._asked.seed, "pixels", step).integers(0, len(self._places), self._asked.batch)
        return self._places[some], self._colours[some]


class _Watching(keras.callbacks.Callback):
    """Shows the network as it is to whoever wants to see it after a step."""

    def __init__(self, asked: FitConfig, watch: Watch, at: frozenset[int]) -> None:
        super().__init__()
        self._asked, self._see, self._at = asked, watch, at

    def on_train_begin(self, logs: dict[str, float] | None = None) -> None:
        """Before the first step."""
        self._show(0, float("nan"))

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        """After each step."""
        self._show(batch + 1, (logs or {}).get("loss", float("nan")))

    def _show(self, step: int, loss: float) -> None:
        if step in self._at:
            self._see(step, float(loss), self._asked.cppn, FITS[self._asked.net].folded(self.model))


@keras.saving.register_keras_serializable("synchromy")
class Sine(layers.Layer):
    """sin(30 x), elementwise: the activation of Sitzmann et al. (2020), 3.2."""

    def call(self, sums: Any) -> Any:
        """(N, units) to (N, units)."""
        return ops.sin(_FREQUENCY * sums)


def _siren(asked: FitConfig) -> keras.Model:
    """Dense layers whose sums keep their spread through any depth: 3.2 of the paper, and 1.5 of its supplement."""
    model = keras.Sequential([layers.Input((2,))], name="siren")
    for _ in range(asked.hidden):
        model.add(layers.Dense(asked.width))
        model.add(Sine())
    model.add(layers.Dense(3, "sigmoid"))
    weights = []
    for layer, (inputs, units) in enumerate(_shapes(asked)):
        rng = _stream(asked.seed, "siren", layer)
        limit = 1 / inputs if layer == 0 else np.sqrt(6 / inputs) / (_FREQUENCY if layer < asked.hidden else 1)
        weights += [rng.uniform(-limit, limit, (inputs, units)), rng.uniform(-1, 1, units) / np.sqrt(inputs)]
    model.set_weights(weights)
    return model


def _unwound(model: keras.Model) -> Weights:
    """A siren's weights times its frequency, which sin alone then needs no more."""
    pairs = _pairs(model)
    hidden = [(_FREQUENCY * kernel, _FREQUENCY * bias) for kernel, bias in pairs[:-1]]
    return _single([*hidden, pairs[-1]])


def _post(asked: FitConfig) -> keras.Model:
    """The first post's block, so many times: Dense tanh with N(0, 1) weights and biases, then normalised by batch."""
    model = keras.Sequential([layers.Input((2,))], name="post")
    for _ in range(asked.hidden):
        model.add(layers.Dense(asked.width, "tanh"))
        model.add(layers.BatchNormalization())
    model.add(layers.Dense(3, "sigmoid"))
    dense = [layer for layer in model.layers if isinstance(layer, layers.Dense)]
    for number, (layer, (inputs, units)) in enumerate(zip(dense, _shapes(asked), strict=True)):
        rng = _stream(asked.seed, "post", number)
        if number < asked.hidden:
            layer.set_weights([rng.standard_normal((inputs, units)), rng.standard_normal(units)])
        else:  # the post leaves the last one to Keras: Glorot's law
            limit = np.sqrt(6 / (inputs + units))
            layer.set_weights([rng.uniform(-limit, limit, (inputs, units)), np.zeros(units)])
    return model


def _unnormalised(model: keras.Model) -> Weights:
    """Weights with what each normalisation does in inference put into the layer behind it."""
    found, scale, shift = [], np.ones(2), np.zeros(2)
    norms = [layer for layer in model.layers if isinstance(layer, layers.BatchNormalization)]
    for number, (kernel, bias) in enumerate(_pairs(model)):
        found.append((scale[:, None] * kernel, bias + shift @ kernel))
        if number < len(norms):
            gamma, beta, mean, variance = (np.asarray(each, float) for each in norms[number].get_weights())
            scale = gamma / np.sqrt(variance + norms[number].epsilon)
            shift = beta - mean * scale
    return _single(found)


@dataclass(frozen=True)
class Fit:
    """A network that can be trained.

    Attributes:
        build: a FitConfig to a Keras model, places (N, 2) to colours (N, 3) in [0, 1].
        folded: that model, trained or not, to the weights of a plain CPPN that shows the same.
        activation: of that CPPN.
        rate: of Adam where nobody says.
        falls: whether the rate falls to 0 along a cosine.
    """

    build: Callable[[FitConfig], keras.Model]
    folded: Callable[[keras.Model], Weights]
    activation: str
    rate: float
    falls: bool


FITS: dict[str, Fit] = {
    "siren": Fit(_siren, _unwound, "sin", _FASTEST_SIREN, falls=True),
    "tanh": Fit(_post, _unnormalised, "tanh", _FASTEST_TANH, falls=False),
}
"""By name: sines at a frequency of 30, which fit far better; the first post's block."""


def _shapes(asked: FitConfig) -> list[tuple[int, int]]:
    return list(pairwise(asked.cppn.widths))


def _pairs(model: keras.Model) -> list[tuple[np.ndarray, np.ndarray]]:
    """Kernel and bias of each dense layer, float64."""
    dense = [layer.get_weights() for layer in model.layers if isinstance(layer, layers.Dense)]
    return [(np.asarray(kernel, float), np.asarray(bias, float)) for kernel, bias in dense]


def _single(pairs: list[tuple[np.ndarray, np.ndarray]]) -> Weights:
    return tuple((kernel.astype(np.float32), bias.astype(np.float32)) for kernel, bias in pairs)


def _stream(seed: int, purpose: str, index: int) -> np.random.Generator:
    key = (zlib.crc32(f"fit {purpose}".encode()), index)
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=key)))
