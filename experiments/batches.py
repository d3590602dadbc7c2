"""Where a run's pictures come from, and in which order: a function of (seed, step) alone, so a resume needs the step.

A source is a random-access array of pictures with the mode of each: a dataset on disk, or a Space drawn while
training (`live`).
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import numpy as np

import models
from procgen import Dataset, Space, render_uint8

from .config import RunConfig
from .errors import ExperimentsError

MODE_FACTOR = "mode"
PICTURES_PER_MODE = 30
PROBE = 2**31  # the key of the seed whose pictures only probes see
CACHE_BYTES = 4 * 2**30


class Source(Protocol):
    """Pictures by position. `count` is None for a source without end; `identity` tells equal sources.

    `world` is the space as TOML and the seed its pictures are drawn with.
    """

    @property
    def size(self) -> int:
        """Side of the pictures in pixels."""

    @property
    def count(self) -> int | None:
        """Number of pictures."""

    @property
    def modes(self) -> tuple[str, ...]:
        """Names of the modes."""

    @property
    def per_mode(self) -> dict[str, int]:
        """How many pictures there are of each mode; none are counted where there is no end of them."""

    @property
    def identity(self) -> dict[str, Any]:
        """What makes two sources the same one."""

    @property
    def world(self) -> dict[str, Any]:
        """{"space", "seed"}."""

    def pictures(self, positions: np.ndarray) -> np.ndarray:
        """uint8 (N, size, size, 3) of the pictures at `positions`."""

    def labelled(self, count: int) -> tuple[np.ndarray, np.ndarray]:
        """Up to `count` pictures to train a probe on, and the index of each one's mode in `modes`."""


@dataclass(frozen=True)
class DatasetSource:
    """A dataset folder; held in memory as bytes where it fits into 4 GiB."""

    dataset: Dataset

    @property
    def size(self) -> int:
        """Side of the pictures in pixels."""
        width, height = self.dataset.manifest["size"]
        if width != height:
            raise ExperimentsError(
                f"expected square pictures to train on, got {width}x{height} in {self.dataset.folder}"
            )
        return width

    @property
    def count(self) -> int:
        """Number of pictures."""
        return len(self.dataset)

    @cached_property
    def modes(self) -> tuple[str, ...]:
        """The modes that occur in the dataset."""
        present = set(self.dataset.column(MODE_FACTOR))
        return tuple(name for name in self.dataset.classes(MODE_FACTOR) if name in present)

    @property
    def per_mode(self) -> dict[str, int]:
        """How many pictures there are of each mode."""
        return dict(Counter(self.dataset.column(MODE_FACTOR).tolist()))

    @property
    def identity(self) -> dict[str, Any]:
        """What makes two datasets the same one."""
        facts = {key: self.dataset.manifest[key] for key in ("space_digest", "seed", "count")}
        return {"kind": "dataset", **facts, "size": self.size}

    @property
    def world(self) -> dict[str, Any]:
        """The space the dataset was drawn from, and its seed."""
        return {key: self.dataset.manifest[key] for key in ("space", "seed")}

    @cached_property
    def _held(self) -> np.ndarray | None:
        return self.dataset.images() if self.count * self.size**2 * 3 <= CACHE_BYTES else None

    def pictures(self, positions: np.ndarray) -> np.ndarray:
        """uint8 (N, size, size, 3) of the pictures at `positions`."""
        return self._held[positions] if self._held is not None else self.dataset.images(positions)

    def labelled(self, count: int) -> tuple[np.ndarray, np.ndarray]:
        """`count` pictures spread evenly over the dataset, as its world may drift, and the index of each one's mode."""
        some = np.linspace(0, self.count - 1, min(count, self.count)).astype(int)
        place = {name: j for j, name in enumerate(self.modes)}
        return self.pictures(some), np.array([place[name] for name in self.dataset.column(MODE_FACTOR)[some]])


@dataclass(frozen=True)
class LiveSource:
    """A Space, drawn while training: position i is picture i of (space, seed), and no picture comes twice."""

    space: Space
    seed: int
    size: int
    count: int | None = None

    @property
    def modes(self) -> tuple[str, ...]:
        """The modes of the space."""
        return tuple(self.space.modes)

    @property
    def per_mode(self) -> dict[str, int]:
        """Nothing is counted: there is no end of pictures."""
        return {}

    @property
    def identity(self) -> dict[str, Any]:
        """What makes two live sources the same one."""
        return {"kind": "live", "space_digest": self.space.digest, "seed": self.seed, "count": None, "size": self.size}

    @property
    def world(self) -> dict[str, Any]:
        """The space as TOML, and the seed."""
        return {"space": self.space.to_toml(), "seed": self.seed}

    def pictures(self, positions: np.ndarray) -> np.ndarray:
        """uint8 (N, size, size, 3) of the pictures at `positions`."""
        return np.stack([render_uint8(self.space.sample(self.seed, int(i)), self.size) for i in positions])

    def labelled(self, count: int) -> tuple[np.ndarray, np.ndarray]:
        """`count` pictures of another seed, spread over the drift of the space, and the index of each one's mode."""
        seed = int(np.random.SeedSequence(self.seed, spawn_key=(PROBE,)).generate_state(1, np.uint64)[0])
        places = range(count) if self.space.drift is None else np.linspace(*self.space.drift, count).astype(int)
        recipes = [self.space.sample(seed, int(index)) for index in places]
        pictures = np.stack([render_uint8(recipe, self.size) for recipe in recipes])
        return pictures, np.array([self.modes.index(recipe.mode) for recipe in recipes])


def source_of(data: Dataset | Space | Source, config: RunConfig) -> Source:
    """The source of a run: a dataset, or a space drawn live; ExperimentsError if it does not fit the network."""
    size = config.network.size
    if isinstance(data, Space):
        return LiveSource(data, config.seed, size)
    source = DatasetSource(data) if isinstance(data, Dataset) else data
    if source.size != size or config.network.channels != 3:
        raise ExperimentsError(
            f"expected pictures of {size} px and {config.network.channels} channels as the network draws them, got "
            f"{source.size} px and 3: generate with --size {size}, or train with --set network.size={source.size}"
        )
    _check_amount(source, config)
    return source


def _check_amount(source: Source, config: RunConfig) -> None:
    if source.count is None:
        return
    if config.train.batch > source.count:
        raise ExperimentsError(
            f"expected a batch of at most the {source.count} pictures of the data, got train.batch={config.train.batch}"
        )
    rarest = min(source.per_mode.values())
    if len(source.per_mode) > 1 and rarest < PICTURES_PER_MODE:
        raise ExperimentsError(
            f"expected {PICTURES_PER_MODE} pictures or more of each mode to follow them, got {rarest} of one: "
            "generate more, or a space with fewer compositions"
        )


def positions(count: int | None, batch: int, seed: int, step: int) -> np.ndarray:
    """Which pictures step number `step` shows: each once in every epoch, in an order drawn from (seed, epoch)."""
    places = np.arange(step * batch, (step + 1) * batch, dtype=np.int64)
    if count is None:
        return places
    epochs, within = places // count, places % count
    orders = {int(epoch): _order(count, seed, int(epoch)) for epoch in np.unique(epochs)}
    return np.array([orders[int(epoch)][i] for epoch, i in zip(epochs, within, strict=True)])


_ORDERS: dict[tuple[int, int, int], np.ndarray] = {}


def _order(count: int, seed: int, epoch: int) -> np.ndarray:
    key = (count, seed, epoch)
    if key not in _ORDERS:
        while len(_ORDERS) >= 4:
            _ORDERS.pop(next(iter(_ORDERS)))
        _ORDERS[key] = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(epoch,))).permutation(count)
    return _ORDERS[key]


def batches(source: Source, config: RunConfig, first_step: int) -> Iterator[tuple[tuple[np.ndarray, np.ndarray]]]:
    """Endless ((images, latents),) for `GAN.fit` from step number `first_step` on: a function of the config's seed."""
    batch, seed, step = config.train.batch, config.seed, first_step
    while True:
        images = source.pictures(positions(source.count, batch, seed, step))
        z = models.latents(batch, config.network.latent, seed, purpose="train", index=step)
        yield ((images, z),)
        step += 1
