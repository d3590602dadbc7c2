"""Pictures of our own worlds as sources: a dataset on disk, or a Space drawn while training."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from procgen import Dataset, Space

from .decoding import grey
from .drawing import Draw, drawers, drawn, spare_cores
from .errors import ExperimentsError

MODE_FACTOR = "mode"
PROBE = 2**31  # the key of the seed whose pictures only probes see
CACHE_BYTES = 4 * 2**30
"""What a source may hold in memory."""


@dataclass(frozen=True)
class DatasetSource:
    """A dataset folder; held in memory as bytes where it fits into 4 GiB, else each picture is read when needed."""

    dataset: Dataset
    channels: int = 3

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
    def shares(self) -> dict[str, float]:
        """Those of the space, over the modes that occur; of pictures that no space drew, those that were drawn."""
        if _drawn_by(self.dataset):
            return {mode: self.per_mode[mode] / self.count for mode in self.modes}
        weights = {mode: self.dataset.space.modes[mode] for mode in self.modes}
        return {mode: weight / sum(weights.values()) for mode, weight in weights.items()}

    @property
    def identity(self) -> dict[str, Any]:
        """What makes two datasets the same one."""
        facts = {key: self.dataset.manifest[key] for key in ("space_digest", "seed", "count")}
        return {"kind": "dataset", **facts, "size": self.size, **_unusual(self.channels)}

    @property
    def world(self) -> dict[str, Any]:
        """The space the dataset was drawn from, its seed, and the shares; without a space, what drew it."""
        if drawn_by := _drawn_by(self.dataset):
            return {
                "space": None,
                "seed": None,
                "shares": self.shares,
                "drawn_by": {**drawn_by, "world": self.dataset.manifest["space"]},
            }
        return {**{key: self.dataset.manifest[key] for key in ("space", "seed")}, "shares": self.shares}

    @property
    def about(self) -> str:
        """How many pictures, and where."""
        return f"{self.count:,} pictures of the dataset {self.dataset.folder}{_in_grey(self.channels)}"

    @cached_property
    def _held(self) -> np.ndarray | None:
        held = self.count * self.size**2 * 3 <= CACHE_BYTES
        return _channels(self.dataset.images(), self.channels) if held else None

    def pictures(self, positions: np.ndarray) -> np.ndarray:
        """uint8 (N, size, size, channels) of the pictures at `positions`."""
        if self._held is not None:
            return self._held[positions]
        return _channels(self.dataset.images(positions), self.channels)

    def labelled(self, count: int) -> tuple[np.ndarray, np.ndarray]:
        """`count` pictures spread evenly over the dataset, as its world may drift, and the index of each one's mode."""
        some = evenly(self.count, count)
        place = {name: j for j, name in enumerate(self.modes)}
        return self.pictures(some), np.array([place[name] for name in self.dataset.column(MODE_FACTOR)[some]])


@dataclass(frozen=True)
class LiveSource:
    """A Space, drawn while training: position i is picture i of (space, seed), and no picture comes twice."""

    space: Space
    seed: int
    size: int
    count: int | None = None
    channels: int = 3

    @property
    def modes(self) -> tuple[str, ...]:
        """The modes of the space."""
        return tuple(self.space.modes)

    @property
    def per_mode(self) -> dict[str, int]:
        """Nothing is counted: there is no end of pictures."""
        return {}

    @property
    def shares(self) -> dict[str, float]:
        """Those of the space."""
        return dict(self.space.modes)

    @property
    def identity(self) -> dict[str, Any]:
        """What makes two live sources the same one."""
        facts = {"space_digest": self.space.digest, "seed": self.seed, "count": None, "size": self.size}
        return {"kind": "live", **facts, **_unusual(self.channels)}

    @property
    def world(self) -> dict[str, Any]:
        """The space as TOML, the seed, and the shares."""
        return {"space": self.space.to_toml(), "seed": self.seed, "shares": self.shares}

    @property
    def about(self) -> str:
        """Which space."""
        return f"live pictures of the space {self.space.name}{_in_grey(self.channels)}"

    def pictures(self, positions: np.ndarray) -> np.ndarray:
        """uint8 (N, size, size, channels) of the pictures at `positions`."""
        return _channels(drawn(self.space, self.seed, self.size, positions), self.channels)

    @contextmanager
    def reading(self) -> Iterator[Draw]:
        """`pictures`, drawn within by processes of their own where there are cores to spare."""
        with drawers(self.space, self.seed, self.size, spare_cores()) as draw:
            yield lambda positions: _channels(draw(positions), self.channels)

    def labelled(self, count: int) -> tuple[np.ndarray, np.ndarray]:
        """`count` pictures of another seed, spread over the drift of the space, and the index of each one's mode."""
        seed = int(np.random.SeedSequence(self.seed, spawn_key=(PROBE,)).generate_state(1, np.uint64)[0])
        places = np.arange(count) if self.space.drift is None else np.linspace(*self.space.drift, count).astype(int)
        labels = [self.modes.index(self.space.sample(seed, int(index)).mode) for index in places]
        return _channels(drawn(self.space, seed, self.size, places), self.channels), np.array(labels)


def _drawn_by(dataset: Dataset) -> dict[str, str] | None:
    return dataset.manifest.get("drawn_by")


def evenly(count: int, wanted: int) -> np.ndarray:
    """Up to `wanted` positions spread over `count`, the first and the last among them: int (N,)."""
    return np.linspace(0, count - 1, min(wanted, count)).astype(int)


def _channels(images: np.ndarray, channels: int) -> np.ndarray:
    return grey(images) if channels == 1 else images


def _unusual(channels: int) -> dict[str, int]:
    return {"channels": channels} if channels != 3 else {}  # runs in colour are known without it


def _in_grey(channels: int) -> str:
    return ", turned grey" if channels == 1 else ""
