"""What happens inside a pair: how strongly each layer is pulled, what each does, and maps of some; nothing is changed.

Everything is computed in a scope of its own: weights, moving statistics, seeds, pools and optimizers stay as they are,
bit for bit. Both networks are stacks of layers (`keras.Sequential`), as all of NETWORKS are.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
from keras import layers, ops

from . import pixels
from .gan import GAN, StepConfig, backend
from .views import view

MAPS = 4  # latents, and channels of a layer, of which maps are kept
SIDE = 32  # of a map in pixels, at most
PIXELS = 2**20  # of the pictures whose activations are held at once
FULL = 0.98  # of tanh, from which it counts as saturated
MEASURES = ("weight", "gradient", "penalty", "mean", "deviation", "dead", "saturated", "rank")


@dataclass(frozen=True)
class Inside:
    """What was seen in L layers, those of the generator first; NaN where a layer has no such thing.

    layers: names, as "generator/03 BatchNormalization": network, place in it, kind.
    weight, gradient, penalty: (L,) Euclidean norms of a layer's weights, of the gradient of all that its network
        learns from, and of the penalties' part in that, a lazy penalty with its mean weight. Both networks' gradients
        are those at the weights as they stand.
    mean, deviation: (L,) of what a layer gives out, over pictures, places and channels.
    dead: (L,) share of a rectifier's channels that were above 0 nowhere in any picture.
    saturated: (L,) share of a tanh's values beyond 0.98.
    rank: (L,) effective rank over the N pictures, exp of the entropy of the singular values (Roy and Vetterli 2007)
        of what is left when the mean picture is taken away: 0 where all are alike, 1 where they differ in one way
        alone, N - 1 at the most.
    maps: for each rectifier on pictures, by its place in `layers`, uint8 (M, h, w, C) of M latents and C channels
        spread over the layer's, averaged down to 32 px.
    ranges: (2,) for each of them: what its 0 and its 255 stand for.
    """

    layers: tuple[str, ...]
    weight: np.ndarray
    gradient: np.ndarray
    penalty: np.ndarray
    mean: np.ndarray
    deviation: np.ndarray
    dead: np.ndarray
    saturated: np.ndarray
    rank: np.ndarray
    maps: dict[int, np.ndarray]
    ranges: dict[int, np.ndarray]


class Look:
    """A function (images, latents) -> Inside of one GAN, compiled at its first call.

    images: uint8 (N, size, size, channels), latents: float32 (N, z); N pictures to a batch, as the step is given. The
    activations are those of inference, of as many pictures as a million pixels hold: the generator's on the latents,
    the discriminator's on the real and the drawn pictures together. Maps are of the first latents; where several
    pictures are judged at once, the discriminator's are of the packs that these lead.
    """

    def __init__(self, gan: GAN) -> None:
        self.gan = gan
        self.model = _Looking(gan)
        self.names = tuple(f"{name}/{layer}" for name in ("generator", "discriminator") for layer in _named(gan, name))

    def __call__(self, images: np.ndarray, latents: np.ndarray) -> Inside:
        """Look once."""
        seen = self.model.predict_on_batch((images, latents))
        ranks = np.array([effective_rank(gram) for gram in seen["gram"]], np.float32)
        shown = {place: _pooled(each) for place, each in zip(self.model.mapped, seen["maps"], strict=True)}
        ranges = {place: np.quantile(each, (0.01, 0.99)).astype(np.float32) for place, each in shown.items()}
        maps = {place: _bytes(each, ranges[place]) for place, each in shown.items()}
        columns = dict(zip(MEASURES[:-1], seen["measures"].astype(np.float32).T, strict=True))
        return Inside(self.names, **columns, rank=ranks, maps=maps, ranges=ranges)


def effective_rank(gram: np.ndarray) -> float:
    """exp of the entropy of the singular values of a matrix (N, D) given as its products of rows (N, N).

    The products are parts of what there was before the mean was taken away; 0 where nothing but rounding is left, and
    NaN where there is one among them.
    """
    if not np.isfinite(gram).all():
        return float("nan")
    values = np.sqrt(np.clip(np.linalg.eigvalsh(gram.astype(np.float64)), 0, None))
    values[values < max(1e-5, 1e-3 * values.max())] = 0.0  # what float32 leaves of nothing
    if values.sum() == 0:
        return 0.0
    parts = values[values > 0] / values.sum()
    return float(np.exp(-np.sum(parts * np.log(parts))))


class _Looking(keras.Model):
    """Keras compiles `call` on either backend."""

    def __init__(self, gan: GAN) -> None:
        super().__init__(name="looking")
        self.gan = gan
        self.jit_compile = keras.backend.backend() == "jax"  # XLA takes longer to compile than it saves elsewhere
        own = [*gan.generator.layers, *gan.discriminator.layers]
        self.mapped = [place for place, layer in enumerate(own) if _rectifies(layer) and len(layer.output.shape) == 4]
        self.built = True

    def call(self, inputs: tuple) -> dict[str, Any]:
        """{"measures": (L, 7), "gram": (L, n, n), "maps": [(M, h, w, C), ...]}."""
        images, latents = inputs
        real = pixels.to_network(images)
        with _apart(self.gan):
            pulls = _pulls(self.gan, real, latents)
        with _apart(self.gan):  # anew: a pass in training has moved the batch norms' statistics in the other
            acts = _activations(self.gan, real, latents)
        rows = [ops.stack([*pull, *act["numbers"]]) for pull, act in zip(pulls, acts, strict=True)]
        maps = [acts[place]["maps"] for place in self.mapped]
        return {"measures": ops.stack(rows), "gram": [act["gram"] for act in acts], "maps": maps}


def _apart(gan: GAN) -> keras.StatelessScope:
    """A scope in which every change to the GAN's variables stays."""
    return keras.StatelessScope(state_mapping=[(v, v.value) for v in gan.variables])


# --- gradients -------------------------------------------------------------------------------------------------------


def _pulls(gan: GAN, real: Any, latents: Any) -> list[list]:
    """[norm of the weights, of the gradient, of the penalty's part in it] for each layer of both networks."""
    every = gan.config.penalty_every
    gan.steps.assign(gan.steps - gan.steps % every)  # where the lazy penalty is due
    fake, pull = gan.drawn(latents)
    _, g_gradients = gan.generator_gradients(real, fake, pull)
    parts = gan.discriminator_parts(real, ops.stop_gradient(fake))
    gradients = _total([gan.part_gradients(part)[1] for part in parts])
    nothing = [ops.zeros_like(each) for each in gradients]
    penalties = nothing
    if gan.config.penalties:
        lazy = [backend.gradient(gan, _penalty_of(part), gan.discriminator)[1] for part in parts]
        penalties = [each / every for each in _total(lazy)]
        gradients = [g - (every - 1) * p for g, p in zip(gradients, penalties, strict=True)]
    none = [ops.zeros_like(each) for each in g_gradients]
    return [*_norms(gan.generator, g_gradients, none), *_norms(gan.discriminator, gradients, penalties)]


def _penalty_of(part: Callable) -> Callable:
    def penalty() -> tuple[Any, dict]:
        _, logs = part()
        return ops.convert_to_tensor(logs["penalty"], "float32"), {}

    return penalty


def _total(parts: list[list]) -> list:
    return [sum(each[1:], each[0]) for each in zip(*parts, strict=True)]


def _norms(network: keras.Model, gradients: list, penalties: list) -> Iterator[list]:
    place = {id(v): i for i, v in enumerate(network.trainable_variables)}
    for layer in network.layers:
        own = [place[id(v)] for v in layer.trainable_variables]
        weights = [network.trainable_variables[i] for i in own]
        yield [_norm(each) for each in (weights, [gradients[i] for i in own], [penalties[i] for i in own])]


def _norm(arrays: list) -> Any:
    if not arrays:
        return ops.convert_to_tensor(np.nan, "float32")
    return ops.sqrt(sum(ops.sum(ops.square(ops.cast(each, "float32"))) for each in arrays))


# --- activations -----------------------------------------------------------------------------------------------------


def _activations(gan: GAN, real: Any, latents: Any) -> list[dict[str, Any]]:
    """What each layer of both networks gives out, in numbers, products and maps."""
    few = max(gan.pack, min(real.shape[0], PIXELS // (real.shape[1] * real.shape[2])) // gan.pack * gan.pack)
    drawn, own = _through(gan.generator, latents[:few])
    shown = ops.concatenate([drawn, real[:few]])
    packed = view(StepConfig(), gan.pack, 0, None)
    shown = ops.concatenate([packed(shown[:few]), packed(shown[few:])])
    return [*own, *_through(gan.discriminator, shown)[1]]


def _through(network: keras.Model, x: Any) -> tuple[Any, list[dict[str, Any]]]:
    seen = []
    for layer in network.layers:
        x = layer(x, training=False)
        seen.append(_seen(layer, ops.cast(x, "float32")))
    return x, seen


def _seen(layer: layers.Layer, x: Any) -> dict[str, Any]:
    nan = ops.convert_to_tensor(np.nan, "float32")
    over, rectifies = tuple(range(len(x.shape) - 1)), _rectifies(layer)
    dead = ops.mean(ops.cast(ops.max(x, axis=over) <= 0, "float32")) if rectifies else nan
    full = ops.mean(ops.cast(ops.abs(x) > FULL, "float32")) if _activation(layer) == "tanh" else nan
    flat = ops.reshape(x, (x.shape[0], -1))
    whole = ops.maximum(ops.sum(ops.square(flat)), 1e-30)
    flat = flat - ops.mean(flat, axis=0)
    gram = ops.matmul(flat, ops.transpose(flat)) / whole
    found = {"numbers": [ops.mean(x), ops.std(x), dead, full], "gram": gram}
    if rectifies and len(x.shape) == 4:
        channels = np.linspace(0, x.shape[-1] - 1, min(MAPS, x.shape[-1])).astype(int)
        found["maps"] = ops.take(x[:MAPS], channels, axis=-1)
    return found


def _rectifies(layer: layers.Layer) -> bool:
    return isinstance(layer, layers.ReLU | layers.LeakyReLU) or _activation(layer) == "relu"


def _activation(layer: layers.Layer) -> str:
    return getattr(getattr(layer, "activation", None), "__name__", "")


def _named(gan: GAN, name: str) -> list[str]:
    stack = getattr(gan, name).layers
    return [f"{place:02d} {type(layer).__name__}" for place, layer in enumerate(stack)]


# --- maps ------------------------------------------------------------------------------------------------------------


def _pooled(maps: np.ndarray) -> np.ndarray:
    """(M, h, w, C) averaged over squares to 32 px or less."""
    count, height, width, channels = maps.shape
    factor = -(-height // SIDE)
    side, wide = height // factor, width // factor
    cut = maps[:, : side * factor, : wide * factor]
    pooled = cut.reshape(count, side, factor, wide, factor, channels).mean((2, 4))
    return np.where(np.isfinite(pooled), pooled, 0.0)  # a pair that diverges is seen, too


def _bytes(maps: np.ndarray, ends: np.ndarray) -> np.ndarray:
    low, high = ends
    return np.rint(255 * np.clip((maps - low) / max(high - low, 1e-12), 0, 1)).astype(np.uint8)
