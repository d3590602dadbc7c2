"""How far what a run draws is from what it learned: distances of pictures by what the run's probe sees in them."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

import models

from .distances import FeatureDistances, feature_distances
from .probing import run_probe_of
from .run import Run
from .snapshots import at_once
from .world_sources import LiveSource

_AT_ONCE = 2048  # pictures


def run_distances(
    run: Run, count: int = 2048, *, seed: int = 0, progress: Callable[..., None] = lambda *_: None
) -> FeatureDistances:
    """Distances between `count` samples of the newest checkpoint and as many pictures of the world.

    Of a run on a folder of pictures only the few kept ones are there to compare with. The generator is the average
    where the run keeps one. Samples are those of `models.sample` with this seed.

    Raises:
        ExperimentsError or ModelsError: No checkpoint, a world of one mode, under 20 pictures.
    """
    probe, found = run_probe_of(run), []
    for pictures in _world(run, count):
        found.append(probe.features(pictures))
        progress("world", sum(map(len, found)), count)
    real = np.concatenate(found)
    generator, drawn = run.generator(), []
    latents = models.latents(count, generator.input_shape[-1], seed)
    for start in range(0, count, _AT_ONCE):
        pictures = models.draw(generator, latents[start : start + _AT_ONCE], batch=at_once(run.config))
        drawn.append(probe.features(pictures))
        progress("samples", start + len(pictures), count)
    return feature_distances(real, np.concatenate(drawn))


def _world(run: Run, count: int) -> Iterator[np.ndarray]:
    world: dict[str, Any] = run.document["world"]
    if world["space"] is None:
        yield run.world_pictures(count)
        return
    network = run.config.network
    source = LiveSource(*run.world, network.size, channels=network.channels)
    for start in range(0, count, _AT_ONCE):
        yield source.pictures(np.arange(start, min(start + _AT_ONCE, count)))
