"""How often a snapshot is taken: as often as costs at most a twentieth of the time, measured before the first step.

Where a config says how often, what that costs is measured as the run goes, and said.
"""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import keras

import models

from .batches import Source
from .callbacks import AtSteps, snapshots_due
from .config import RunConfig
from .fitting import fit_steps

SHARE = 0.05  # of the time that the steps take
MOST = 500  # snapshots in a run, however little they cost: each is kept
TOO_MUCH = 1.5 * SHARE  # what is said early, with how to have it less
AFTER = 2  # snapshots behind a session's first, which compiles
TIMED_STEPS, ENOUGH_SECONDS = 16, 10.0


@dataclass(frozen=True)
class Cost:
    """A part of what a snapshot costs: its name for people, how to cause it, and how often a snapshot does."""

    name: str
    act: Callable[[], object]
    times: float = 1.0


def affordable_kimg(snapshot: float, step: float, config: RunConfig) -> float:
    """The smallest of 1, 2, 5, 10, ... and 0.5, 0.2, 0.1, ... kimg at which snapshots cost at most SHARE of the steps.

    `snapshot` and `step` are what each costs, in seconds or in any one unit.
    """
    train = config.train
    least = max(snapshot / (SHARE * step) * train.shown / 1000, train.shown * train.steps / 1000 / MOST)
    power = 10.0 ** math.floor(math.log10(least))
    return float(f"{next(k * power for k in (1, 2, 5, 10) if k * power >= least * (1 - 1e-9)):.6g}")


def with_affordable_snapshots(
    gan: models.GAN, config: RunConfig, source: Source, first_step: int, costs: list[Cost]
) -> tuple[RunConfig, str]:
    """(config with snapshots.every_kimg chosen, a line that says it); the GAN is left as it was, bit for bit."""
    step_s = _seconds_of_a_step(gan, config, source, first_step)
    seconds = {cost.name: cost.times * _seconds(cost.act) for cost in costs}
    kimg = affordable_kimg(sum(seconds.values()), step_s, config)
    between_s = step_s * kimg * 1000 / config.train.shown
    parts = ", ".join(f"{name} {each / between_s:.1%}" for name, each in seconds.items())
    line = f"a snapshot every {kimg:g} kimg: {sum(seconds.values()) / between_s:.1%} of the time ({parts})"
    return config.model_copy(update={"snapshots": replace(config.snapshots, every_kimg=kimg)}), line


class SnapshotShare(AtSteps):
    """Measures what snapshots cost beside the steps, from a session's first one on; behind all that they consist of.

    Args:
        parts: what each snapshot brings with it, by a name for people.
        say: called once with a line after a few snapshots where they cost too much, and with one at the end.
    """

    def __init__(
        self, first_step: int, config: RunConfig, parts: dict[str, AtSteps], say: Callable[[str], object]
    ) -> None:
        super().__init__(first_step, snapshots_due(config))
        self.config, self.parts, self.say = config, parts, say
        self.taken, self.began, self.before = 0, 0.0, dict.fromkeys(parts, 0.0)

    def act(self, step: int, logs: dict[str, Any]) -> None:
        """Begin behind the first, which compiles; say it where it is much."""
        self.taken += 1
        if self.taken == 1:
            self.began, self.before = time.perf_counter(), {name: part.seconds for name, part in self.parts.items()}
        elif self.taken == 1 + AFTER and sum(self.shares().values()) > TOO_MUCH and step < self.config.train.steps:
            self.say(f"snapshots cost {self._words()}: {self._remedy()}")

    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:
        """Say what it was, where there were enough to tell."""
        if self.taken > AFTER:
            self.say(f"snapshots took {self._words()}")

    def shares(self) -> dict[str, float]:
        """What each part took, as a share of the time of everything else."""
        seconds = {name: part.seconds - self.before[name] for name, part in self.parts.items()}
        rest = max(time.perf_counter() - self.began - sum(seconds.values()), 1e-9)
        return {name: each / rest for name, each in seconds.items()}

    def _words(self) -> str:
        shares = self.shares()
        parts = ", ".join(f"{name} {share:.1%}" for name, share in shares.items())
        return f"{sum(shares.values()):.1%} of the time of the steps ({parts})"

    def _remedy(self) -> str:
        if self.config.snapshots.at_kimg:
            return "fewer snapshots.at_kimg in a new run cost less"
        return (
            f"every {self.config.snapshots.every_kimg:g} kimg there are enough for a verdict on the modes; a new run "
            f"with --set snapshots.every_kimg=null takes as many as cost at most {SHARE:.0%}"
        )


def _seconds(act: Callable[[], object]) -> float:
    """What `act` takes the second time: what is compiled in the first is not counted."""
    act()
    began = time.monotonic()
    act()
    return time.monotonic() - began


def _seconds_of_a_step(gan: models.GAN, config: RunConfig, source: Source, first_step: int) -> float:
    """The mean of a few steps after the one that compiles; they are undone."""
    state, clock = models.get_state(gan), _Clock()
    fit_steps(gan, source, config, first_step, 1 + TIMED_STEPS, [clock])
    models.set_state(gan, state)
    return (clock.moments[-1] - clock.moments[0]) / (len(clock.moments) - 1)


class _Clock(keras.callbacks.Callback):
    """When each step ended; enough is enough after a while, but for one step beside the compiled one."""

    def __init__(self) -> None:
        super().__init__()
        self.moments: list[float] = []

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Note the time."""
        self.moments.append(time.monotonic())
        if len(self.moments) > 1 and self.moments[-1] - self.moments[0] > ENOUGH_SECONDS:
            self.model.stop_training = True
