"""What the input pipeline adds to a training step: python benchmarks/pipeline.py [--preset quick-64].

One pair of networks learns in turns from (a) one batch that is held in memory, (b) a dataset, (c) a live world, some
steps of each in every round, all through `fit` as a run does. Each round compares its own three; the first steps of a
turn, in which the pipeline fills, are not counted. Wanted: a dataset adds at most 3%.
"""

import argparse
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from itertools import repeat
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Any

import keras
import numpy as np

from experiments import preset
from experiments.batches import Batch, Source, batch_at, feeding, source_of
from experiments.building import build
from experiments.config import RunConfig
from experiments.drawing import spare_cores
from procgen import load_space, open_dataset, write_dataset

HELD, DATASET, LIVE = "one batch held in memory", "a dataset", "live"
UNCOUNTED = 6


class Clock(keras.callbacks.Callback):
    """When each step ended; reading the loss waits for it, as a run does at every step."""

    def __init__(self) -> None:
        super().__init__()
        self.ends: list[tuple[float, float]] = []

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        float((logs or {})["d_loss"])
        self.ends.append((perf_counter(), process_time()))

    @property
    def ms(self) -> np.ndarray:
        """Milliseconds a step, of time and of this process' computing: (2,); without the first steps."""
        return np.diff(self.ends[UNCOUNTED:], axis=0).mean(axis=0) * 1000


@contextmanager
def held(source: Source, config: RunConfig) -> Iterator[Iterator[Batch]]:
    """The first batch of a source again and again."""
    batch = batch_at(source, config, 0)
    yield (each for each in repeat(batch))


def measured(config: RunConfig, folder: Path, rounds: int, steps: int) -> dict[str, np.ndarray]:
    """Milliseconds a step of each kind, of time and of computing: (rounds, 2)."""
    space = load_space("quick")
    write_dataset(space, folder / "data", count=2000, size=config.network.size, seed=0)
    dataset, live = (source_of(data, config) for data in (open_dataset(folder / "data"), space))
    feeds = {
        HELD: lambda step: held(dataset, config),
        DATASET: lambda step: feeding(dataset, config, step),
        LIVE: lambda step: feeding(live, config, step),
    }
    gan, names = build(config), list(feeds)
    took: dict[str, list[np.ndarray]] = {name: [] for name in names}
    for turn in range(rounds + 1):  # in the first one everything is compiled and read
        for name in names[turn % 3 :] + names[: turn % 3]:
            feed: AbstractContextManager = feeds[name](turn * steps)
            clock = Clock()
            with feed as batches:
                gan.fit(batches, steps_per_epoch=steps, shuffle=False, verbose=0, callbacks=[clock])
            if turn:
                took[name].append(clock.ms)
    return {name: np.array(values) for name, values in took.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--preset", default="quick-64")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--steps", type=int, default=60, help="of each kind in a round")
    chosen = parser.parse_args()
    config = preset(chosen.preset)
    with TemporaryDirectory() as folder:
        took = measured(config, Path(folder), chosen.rounds, chosen.steps)
    print(
        f"{chosen.preset}, batch {config.train.batch}, {config.network.size} px, {keras.backend.backend()}, "
        f"{chosen.rounds} rounds of {chosen.steps} steps; {spare_cores()} processes draw live pictures"
    )
    for name, both in took.items():
        print(f"{name:<26}{_words(both, took[HELD])}")


def _words(took: np.ndarray, base: np.ndarray) -> str:
    (ms, computed), words = np.median(took, axis=0), ""
    if took is not base:
        low, middle, high = np.percentile(100 * (took / base - 1), (25, 50, 75), axis=0)
        words = f"; adds {middle[0]:+.1f}% (middle half of the rounds {low[0]:+.1f} to {high[0]:+.1f}%), "
        words += f"{middle[1]:+.1f}% of computing"
    return f"{ms:8.1f} ms a step, {computed:.1f} ms of computing{words}"


if __name__ == "__main__":
    main()
