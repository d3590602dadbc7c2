"""RUN/middle: what happened inside both networks at each snapshot, and how near each sample came to the world.

middle/world.npz holds what the probe sees in some pictures of the world, middle/nimg-*.npz one snapshot each.
"""

from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

import models
from models.inside import MEASURES, Inside, Look

from .batches import Source
from .callbacks import AtSteps, snapshots_due
from .config import RunConfig
from .files import nimg_of, read_arrays, write_arrays
from .run import Run
from .world_sources import LiveSource, evenly

FOLDER, WORLD = "middle", "world.npz"
AT_ONCE = 64  # pictures of the world that are looked at in one go
THUMBNAIL = 8  # side of what stands for a picture's features where a world of one mode leaves the probe no network
APART = (0.05, 0.5, 0.95)  # quantiles of how far pictures of the world are from each other


@dataclass(frozen=True)
class Middle:
    """The inside of both networks after `nimg` images, and how near each of the P pictures of the snapshot came.

    inside: layer by layer, see `models.inside.Inside`; the batch is the same at every snapshot.
    nearest: int64 (P,), the place of the nearest picture of the world, for `nearest_pictures`.
    distance: float32 (P,), how far it is in the features of the run's probe.
    apart: float32 (3,), how far a picture of the world is from its own nearest other: 5%, half and 95% are nearer.
    """

    nimg: int
    inside: Inside
    nearest: np.ndarray
    distance: np.ndarray
    apart: np.ndarray

    @property
    def closeness(self) -> np.ndarray:
        """Distances in units of the world's own, float (P,): near 1 a sample is as near as real pictures are."""
        return self.distance / max(float(self.apart[1]), 1e-12)


def read_middle(run: Run) -> list[Middle]:
    """What a run kept of its middle, in order of nimg; none where it was trained with snapshots.middle=false."""
    return [_middle(path) for path in sorted((run.folder / FOLDER).glob("nimg-*.npz"))]


def nearest_pictures(run: Run, places: np.ndarray) -> np.ndarray:
    """The pictures of the world at `places` (as in `Middle.nearest`), uint8 (N, size, size, channels)."""
    kept, network = read_arrays(run.folder / FOLDER / WORLD), run.config.network
    if "pictures" in kept:
        return kept["pictures"][np.searchsorted(kept["places"], places)]
    return LiveSource(*run.world, network.size, channels=network.channels).pictures(np.asarray(places))


def _middle(path: Path) -> Middle:
    arrays = read_arrays(path)
    mapped = [int(place) for place in arrays["mapped"]]
    maps = {place: arrays[f"map_{place:02d}"] for place in mapped}
    ranges = dict(zip(mapped, arrays["ranges"], strict=True))
    measures = {name: arrays[name] for name in MEASURES}
    inside = Inside(tuple(map(str, arrays["layers"])), **measures, maps=maps, ranges=ranges)
    rest = {field.name: arrays[field.name] for field in fields(Middle)[2:]}
    return Middle(nimg_of(path), inside, **rest)


class MiddleWriter:
    """Looks into a GAN and writes what it sees; made once for a session."""

    def __init__(self, folder: Path, config: RunConfig, probe: models.Probe, source: Source) -> None:
        self.folder, self.config, self.probe, self.source = folder, config, probe, source
        self.look: Look | None = None

    def write(self, gan: models.GAN, step: int) -> Path:
        """Look at the GAN after `step` steps, whose snapshot lies there already."""
        if self.look is None or self.look.gan is not gan:
            self.look = Look(gan)
        inside, name = self.look(*self.batch), f"nimg-{step * self.config.train.shown:09d}.npz"
        features = self.sees(read_arrays(self.folder / "snapshots" / name, "pictures")["pictures"])
        far = distances(features, self.world["features"])
        arrays = {name: getattr(inside, name) for name in MEASURES}
        arrays |= {f"map_{place:02d}": each for place, each in inside.maps.items()}
        arrays |= {"layers": np.array(inside.layers), "mapped": np.array(list(inside.maps))}
        arrays |= {"ranges": np.array(list(inside.ranges.values())), "apart": self.world["apart"]}
        arrays |= {"nearest": self.world["places"][far.argmin(1)], "distance": far.min(1)}
        write_arrays(self.folder / FOLDER / name, arrays)
        return self.folder / FOLDER / name

    @cached_property
    def batch(self) -> tuple[np.ndarray, np.ndarray]:
        """The pictures and the latents that are looked at, the first of which the snapshots draw, too."""
        config, places = self.config, self.world["places"]
        some = places[np.linspace(0, len(places) - 1, config.train.batch).astype(int)]
        z = models.latents(config.train.batch, config.network.latent, config.seed, purpose="fixed")
        return self.source.pictures(some), z

    @cached_property
    def sees(self) -> Callable[[np.ndarray], np.ndarray]:
        """What the probe sees in uint8 pictures, float32 (N, F)."""
        return sight(self.probe)

    @cached_property
    def world(self) -> dict[str, np.ndarray]:
        """{"places", "features", "apart"}, read or made: twice as many pictures of the world as a snapshot's readings.

        Where no space can draw them again, "pictures" keeps them.
        """
        path = self.folder / FOLDER / WORLD
        if not path.is_file():
            write_arrays(path, self._world())
        kept = read_arrays(path)
        return kept | {"features": kept["features"].astype(np.float32)}

    def _world(self) -> dict[str, np.ndarray]:
        places = _spread(self.source, 2 * self.config.snapshots.readings)
        parts = np.array_split(places, -(-len(places) // AT_ONCE))
        features = np.concatenate([self.sees(self.source.pictures(part)) for part in parts]).astype(np.float16)
        seen = features.astype(np.float32)
        others = [_nearest_other(seen, start) for start in range(0, len(seen), AT_ONCE)]
        apart = np.quantile(np.concatenate(others), APART).astype(np.float32)
        own = {} if self.source.world["space"] is not None else {"pictures": self.source.pictures(places)}
        return {"places": places, "features": features, "apart": apart, **own}


class MiddleSnapshots(AtSteps):
    """What happens in the middle, beside every snapshot; after `Snapshots` in the list of callbacks."""

    def __init__(self, first_step: int, config: RunConfig, writer: MiddleWriter) -> None:
        super().__init__(first_step, snapshots_due(config))
        self.writer = writer

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """The untrained pair is the first."""
        if self.step == 0:
            self.act(0, {})

    def act(self, step: int, logs: dict[str, Any]) -> None:
        """Look and write."""
        self.writer.write(self.model, step)


def sight(probe: models.Probe) -> Callable[[np.ndarray], np.ndarray]:
    """What a probe sees in uint8 pictures (N, H, W, C) before it decides: float32 (N, F).

    Where there is one mode alone, and so no network, a picture is what is left of it at 8x8 pixels, in [0, 1].
    """
    if probe.network is None:
        return _thumbnails
    return probe.features


def _thumbnails(images: np.ndarray) -> np.ndarray:
    count, side, _, channels = images.shape
    factor = side // THUMBNAIL
    cut = images[:, : factor * THUMBNAIL, : factor * THUMBNAIL]
    small = cut.reshape(count, THUMBNAIL, factor, THUMBNAIL, factor, channels).mean((2, 4))
    return (small.reshape(count, -1) / 255).astype(np.float32)


def distances(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Euclidean distances (N, M) of the rows of a (N, F) and b (M, F), float32."""
    a, b = a.astype(np.float64), b.astype(np.float64)
    squared = (a**2).sum(1)[:, None] + (b**2).sum(1) - 2 * a @ b.T
    return np.sqrt(np.maximum(squared, 0)).astype(np.float32)


def _nearest_other(features: np.ndarray, start: int) -> np.ndarray:
    far = distances(features[start : start + AT_ONCE], features)
    far[np.arange(len(far)), start + np.arange(len(far))] = np.inf
    return far.min(1)


def _spread(source: Source, wanted: int) -> np.ndarray:
    """Places of pictures all over a source; of one without end the first ones, or all over the drift of its space."""
    if source.count is not None:
        return evenly(source.count, wanted)
    drift = source.space.drift if isinstance(source, LiveSource) else None
    return np.arange(wanted) if drift is None else np.linspace(*drift, wanted).astype(int)
