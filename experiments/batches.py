"""Where a run's pictures come from, and in which order: a function of (seed, step) alone, so a resume needs the step.

A source is a random-access array of pictures with the mode of each: a dataset on disk, a Space drawn while training
(`live`), or anybody's own pictures (`PictureFolder`).
"""

from collections.abc import Generator, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import lru_cache
from typing import Any, Protocol

import numpy as np

import models
from procgen import Dataset, Space

from .config import RunConfig
from .drawing import Draw
from .errors import ExperimentsError
from .prefetching import Ahead
from .world_sources import DatasetSource, LiveSource

PICTURES_PER_MODE = 30

Batch = tuple[tuple[np.ndarray, np.ndarray]]


class Source(Protocol):
    """Pictures by position. `count` is None for a source without end; `identity` tells equal sources.

    `world` is the space as TOML and the seed its pictures are drawn with, None both where there is no space, and the
    shares of the modes.
    """

    @property
    def size(self) -> int:
        """Side of the pictures in pixels."""

    @property
    def channels(self) -> int:
        """3 for colour, 1 for grey."""

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
    def shares(self) -> Mapping[str, float]:
        """The world's own shares of the modes, which sum to 1."""

    @property
    def identity(self) -> dict[str, Any]:
        """What makes two sources the same one."""

    @property
    def world(self) -> dict[str, Any]:
        """{"space", "seed", "shares"}."""

    @property
    def about(self) -> str:
        """One line for people: what the pictures are, and what is made of them."""

    def pictures(self, positions: np.ndarray) -> np.ndarray:
        """uint8 (N, size, size, channels) of the pictures at `positions`."""

    def labelled(self, count: int) -> tuple[np.ndarray, np.ndarray]:
        """Up to `count` pictures to train a probe on, and the index of each one's mode in `modes`."""


def source_of(data: Dataset | Space | Source, config: RunConfig) -> Source:
    """The source of a run: a dataset, a space drawn live, or a source; ExperimentsError if the network cannot learn it.

    Where the network is grey (network.channels=1), the pictures of a dataset or a space are turned grey.
    """
    size, channels = config.network.size, config.network.channels
    if isinstance(data, Space):
        return LiveSource(data, config.seed, size, channels=channels)
    source = DatasetSource(data, channels) if isinstance(data, Dataset) else data
    if source.size != size:
        raise ExperimentsError(
            f"expected pictures of {size} px as the network draws them, got {source.size} px: "
            f"generate with --size {size}, or train with --set network.size={source.size}"
        )
    if source.channels != channels:
        raise ExperimentsError(f"expected pictures of {channels} channels as the network's, got {source.channels}")
    _check_amount(source, config)
    return source


def _check_amount(source: Source, config: RunConfig) -> None:
    if source.count is None:
        return
    if source.count < 2:
        raise ExperimentsError("expected 2 pictures or more to learn from, got 1: add some, 1,000 or more are best")
    if config.train.batch > source.count:
        raise ExperimentsError(
            f"expected a batch of at most the {source.count} pictures of the data, got train.batch={config.train.batch}"
        )
    per_mode = source.per_mode
    rarest = min(per_mode, key=per_mode.__getitem__, default="")
    if len(per_mode) > 1 and per_mode[rarest] < PICTURES_PER_MODE:
        raise ExperimentsError(
            f"expected {PICTURES_PER_MODE} pictures or more of each mode to follow them, got "
            f"{per_mode[rarest]} of {rarest}: add pictures of it, or leave it out"
        )


def positions(count: int | None, batch: int, seed: int, step: int) -> np.ndarray:
    """Which pictures step number `step` shows: each once in every epoch, in an order drawn from (seed, epoch)."""
    places = np.arange(step * batch, (step + 1) * batch, dtype=np.int64)
    if count is None:
        return places
    epochs, within = places // count, places % count
    return np.concatenate([_order(count, seed, int(epoch))[within[epochs == epoch]] for epoch in np.unique(epochs)])


@lru_cache(maxsize=4)
def _order(count: int, seed: int, epoch: int) -> np.ndarray:
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(epoch,))).permutation(count)


def batch_at(source: Source, config: RunConfig, step: int) -> Batch:
    """((images, latents),) of step number `step`: images uint8 (N, size, size, channels), latents float32 (N, z)."""
    return _made(source.pictures, source.count, config, step)


def _made(pictures: Draw, count: int | None, config: RunConfig, step: int) -> Batch:
    shown = config.train.shown
    images = pictures(positions(count, shown, config.seed, step))
    z = models.latents(shown, config.network.latent, config.seed, purpose="train", index=step)
    return ((images, z),)


def batches(source: Source, config: RunConfig, first_step: int) -> Iterator[Batch]:
    """Endless `batch_at` from step number `first_step` on, for `GAN.fit`: made ahead by a thread, see `feeding`."""
    with feeding(source, config, first_step) as made:
        yield from made


@contextmanager
def feeding(source: Source, config: RunConfig, first_step: int) -> Iterator[Generator[Batch, None, None]]:
    """Within, the `batches` from a step on; behind it no thread and no process of theirs is left.

    What a picture's trouble becomes inside a backend's own reader is raised as what it was.
    """
    with _reading(source) as pictures:
        ahead = Ahead(lambda step: _made(pictures, source.count, config, step), first_step)
        try:
            yield (batch for batch in ahead)
        except Exception:
            if ahead.failure is not None:
                raise ahead.failure from None
            raise
        finally:
            ahead.close()


def _reading(source: Source) -> AbstractContextManager[Draw]:
    return source.reading() if isinstance(source, LiveSource) else nullcontext(source.pictures)
