"""The probe: a small classifier that reads which mode of the world a picture belongs to, or that it is none.

It is trained on labelled pictures and on pictures that are off the world's manifold (blends and collages of two
modes, noise, checkerboards), which form a class of their own. A picture is rejected when that class' probability
exceeds a threshold set so that 1% of held-out real pictures are rejected.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

import keras
import numpy as np
from keras import layers, ops

from .errors import ModelsError
from .initial import initialize
from .off_world import OFF_WORLD, TRAINED, off_world_picture
from .pixels import check_images

REJECTED = -1
FALSE_REJECTS = 0.01
MAX_SIDE = 64
STEPS_PER_MODE, LEAST_STEPS = 120, 600
BATCH = 64  # pictures of a step, a quarter of them off the world
TOLD = 0.4  # of the probability due to a mixture: goes to the modes it is made of


@dataclass(frozen=True)
class Reading:
    """What the probe says of N pictures.

    labels: (N,) index of the mode, or REJECTED. nearest: (N,) index of the likeliest mode, rejected or not.
    posterior: (N, K) probabilities over the modes alone. off_world: (N,) probability of being none of them.
    """

    labels: np.ndarray
    nearest: np.ndarray
    posterior: np.ndarray
    off_world: np.ndarray

    @property
    def hybridity(self) -> np.ndarray:
        """How much each picture is a mixture, float64 (N,) in [0, 1]: the entropy of the posterior over log K."""
        modes = self.posterior.shape[1]
        if modes == 1:
            return np.zeros(len(self.posterior))
        p = self.posterior.astype(np.float64)
        entropy = -np.sum(p * np.log(np.maximum(p, 1e-300)), axis=1)
        return np.clip(entropy / np.log(modes), 0.0, 1.0)

    @property
    def second(self) -> np.ndarray:
        """The likeliest mode but one of each picture, int64 (N,); REJECTED where there is but one mode."""
        if self.posterior.shape[1] == 1:
            return np.full(len(self.posterior), REJECTED, np.int64)
        others = np.array(self.posterior)
        others[np.arange(len(others)), self.nearest] = -1.0
        return others.argmax(axis=1)


@dataclass(frozen=True)
class Probe:
    """A trained probe: its modes, its network (pictures to K + 1 logits), its threshold, its held-out confusion.

    In a world of one mode there is nothing to tell apart: network is None and every picture is read as that mode.

    confusion: int (K + 1, K), how many held-out pictures of mode j were read as i; the last row is rejected.
    """

    modes: tuple[str, ...]
    network: keras.Model | None
    threshold: float
    confusion: np.ndarray

    @property
    def accuracy(self) -> float:
        """Share of held-out real pictures whose mode is read rightly; a rejected one counts as wrong."""
        return float(np.trace(self.confusion[:-1]) / self.confusion.sum())

    def read(self, images: np.ndarray) -> Reading:
        """Read uint8 pictures (N, H, W, C) of the size the probe was trained on."""
        check_images(images)
        if self.network is None:
            nothing = np.zeros(len(images), np.int64)
            return Reading(nothing, nothing, np.ones((len(images), 1)), np.zeros(len(images)))
        probabilities = _probabilities(self.network, images)
        modes, off_world = probabilities[:, :-1], probabilities[:, -1]
        nearest = modes.argmax(axis=1)
        labels = np.where(off_world > self.threshold, REJECTED, nearest)
        return Reading(labels, nearest, modes / modes.sum(axis=1, keepdims=True), off_world)

    def features(self, images: np.ndarray) -> np.ndarray:
        """What the probe sees in uint8 pictures (N, H, W, C) before it decides: float32 (N, 384).

        Raises:
            ModelsError: if there is but one mode, and so no network.
        """
        check_images(images)
        return _in_batches(self._inner, images, 64)

    @cached_property
    def _inner(self) -> keras.Model:
        """The network but its last layer: made once, for each one made is compiled anew."""
        if self.network is None:
            raise ModelsError("expected a probe of several modes for features, got one of a single mode: add another")
        return keras.Model(self.network.inputs, self.network.layers[-1].input)


def probe_steps(modes: int) -> int:
    """How many steps a probe of so many modes is trained for."""
    return max(STEPS_PER_MODE * modes, LEAST_STEPS)


def train_probe(
    images: np.ndarray,
    labels: np.ndarray,
    modes: tuple[str, ...],
    *,
    seed: int = 0,
    steps: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Probe:
    """Train on uint8 pictures (N, H, W, C) and labels (N,) into `modes`; a fifth is held out.

    All held-out pictures set the threshold, for 1% of few is next to none; half of them fill the confusion matrix. A
    function of its arguments; `steps` defaults to 120 for each mode, 600 at least; progress is called as (step, steps).
    A mode is taken to be one of form: mirrored, turned or with its colours exchanged, a picture is of the same mode.

    Raises:
        ModelsError: a mode with fewer than 20 pictures.
    """
    steps = steps or probe_steps(len(modes))
    check_images(images)
    if len(modes) == 1:
        return Probe(modes, None, 1.0, np.array([[len(images)], [0]]))
    short = [mode for j, mode in enumerate(modes) if np.count_nonzero(labels == j) < 20]
    if short:
        raise ModelsError(
            f"expected 20 pictures or more of each mode to train a probe, got too few of {', '.join(short)}"
        )
    train, threshold_part, test = _split(labels, len(modes), seed)
    network = build_probe(images.shape[1:], len(modes), seed)
    network.compile(
        optimizer=keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(3e-3, steps)),
        loss=keras.losses.CategoricalCrossentropy(from_logits=True),
    )
    batches = _batches(images[train], labels[train], len(modes), seed)
    tell = keras.callbacks.LambdaCallback(
        on_train_batch_end=lambda batch, logs: progress and progress(batch + 1, steps)
    )
    network.fit(batches, steps_per_epoch=steps, epochs=1, shuffle=False, verbose=0, callbacks=[tell])
    off_world = _probabilities(network, images[np.concatenate([threshold_part, test])])[:, -1]
    probe = Probe(modes, network, float(np.quantile(off_world, 1.0 - FALSE_REJECTS)), np.zeros((1, 1), int))
    return Probe(modes, network, probe.threshold, _confusion(probe.read(images[test]).labels, labels[test], len(modes)))


def held_out(labels: np.ndarray, modes: int, seed: int = 0) -> np.ndarray:
    """Positions of the pictures that `train_probe` with this seed fills the confusion matrix with, int (M,)."""
    return _split(labels, modes, seed)[2]


def build_probe(shape: tuple[int, ...], modes: int, seed: int) -> keras.Model:
    """The untrained network: pictures in bytes to modes + 1 logits; larger pictures are averaged to 64 px first.

    Each picture is brought to mean 0 and deviation 1, so that forms are read in faint colours as in strong ones.
    """
    factor = max(1, shape[0] // MAX_SIDE)
    x = pictures = keras.Input(shape)
    x = layers.AveragePooling2D(factor)(x) if factor > 1 else x
    x = layers.GroupNormalization(groups=1, epsilon=1.0, center=False, scale=False)(x)
    for filters, size, strides in ((32, 5, 2), (64, 3, 2), (128, 3, 2), (128, 3, 1), (192, 3, 2)):
        x = layers.Conv2D(filters, size, strides=strides, padding="same")(x)
        x = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))
    x = layers.Concatenate()([layers.GlobalAveragePooling2D()(x), layers.GlobalMaxPooling2D()(x)])
    return initialize(keras.Model(pictures, layers.Dense(modes + 1)(x), name="probe"), seed)


def _probabilities(network: keras.Model, images: np.ndarray) -> np.ndarray:
    return ops.convert_to_numpy(ops.softmax(_in_batches(network, images), axis=-1))


def _in_batches(network: keras.Model, images: np.ndarray, batch: int = 128) -> np.ndarray:
    # One batch shape for all: the last is padded, so that nothing is compiled anew.
    parts = []
    for start in range(0, len(images), batch):
        shown = images[start : start + batch]
        padded = np.concatenate([shown, np.zeros((batch - len(shown), *images.shape[1:]), np.uint8)])
        parts.append(network.predict_on_batch(padded)[: len(shown)])
    return np.concatenate(parts)


def _split(labels: np.ndarray, modes: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Indices to train on, to set the threshold with, and to test on: 80, 10 and 10% of every mode."""
    rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(1,)))
    parts: tuple[list, list, list] = ([], [], [])
    for mode in range(modes):
        own = rng.permutation(np.flatnonzero(labels == mode))
        held = max(2, len(own) // 10)
        for part, chosen in zip(parts, (own[2 * held :], own[:held], own[held : 2 * held]), strict=True):
            part.append(chosen)
    train, threshold, test = (np.concatenate(part) for part in parts)
    return train, threshold, test


def _confusion(read: np.ndarray, true: np.ndarray, modes: int) -> np.ndarray:
    table = np.zeros((modes + 1, modes), np.int64)
    np.add.at(table, (np.where(read == REJECTED, modes, read), true), 1)
    return table


def _batches(images: np.ndarray, labels: np.ndarray, modes: int, seed: int, batch: int = BATCH) -> Iterator[tuple]:
    """Endless batches of pictures and of the probabilities due, (K + 1,) each; a quarter is off the world."""
    rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(2,)))
    fakes, classes = batch // 4, np.eye(modes + 1, dtype=np.float32)
    while True:
        real = rng.integers(0, len(images), batch - fakes)
        none = [_off_world(images, labels, classes, rng) for _ in range(fakes)]
        shown = [*images[real], *(picture for picture, _ in none)]
        yield (
            np.stack([_disguised(x, rng) for x in shown]),
            np.stack([*classes[labels[real]], *(due for _, due in none)]),
        )


def _off_world(images: np.ndarray, labels: np.ndarray, classes: np.ndarray, rng: np.random.Generator) -> tuple:
    """A picture of no mode, and what the probe should make of it.

    Part of the probability due to a mixture goes to its two modes, by their weights: so the posterior tells them.
    """
    name = list(TRAINED)[int(rng.integers(len(TRAINED)))]
    first = int(rng.integers(len(images)))
    other = rng.choice(np.flatnonzero(labels != labels[first]))
    weight = rng.uniform(*TRAINED[name])
    mixed = (1 - weight) * classes[labels[first]] + weight * classes[labels[other]]
    told = TOLD if OFF_WORLD[name].mixes else 0.0
    due = (1 - told) * classes[-1] + told * mixed
    return off_world_picture(name, (images[first], images[other]), weight, rng), due


def _disguised(picture: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The same form: mirrored, turned, its colour channels exchanged, its lights made darks."""
    upside, sideways, turned, negative = rng.random(4) < 0.5
    picture = picture[:: -1 if upside else 1, :: -1 if sideways else 1, rng.permutation(picture.shape[-1])]
    picture = picture.swapaxes(0, 1) if turned else picture
    return 255 - picture if negative else picture
