"""A run's whole configuration: frozen, validated, printable, and changed only by naming a key.

The parts that a network or a step needs are the models' own dataclasses; presets are the table of models/presets.py.
"""

import difflib
import json
import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import pairwise
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from models import PRESETS, NetworkConfig, StepConfig
from models.optimizers import OPTIMIZERS
from models.step_config import check_choice
from models.views import check_batch

from .errors import ExperimentsError


def _words(value: Any) -> Any:
    return tuple(filter(None, value.split(","))) if isinstance(value, str) else value


def _times(value: Any) -> Any:
    return (value,) if isinstance(value, int | float) else _words(value)


MOST_KIMG = 1e9


@dataclass(frozen=True)
class TrainConfig(StepConfig):
    """One step (see StepConfig), and how many of them.

    Args:
        batch: real pictures in one update of the discriminator; as many fakes.
        kimg: length of the run, in thousands of real pictures shown to the discriminator.
        optimizer: a row of OPTIMIZERS, for each network one.
        g_rate, d_rate: learning rates of generator and discriminator.
        beta_1, beta_2: Adam's two averages; a beta_1 below 0 is negative momentum (Gidel et al. 2019).
        augment: a list, or its words with commas between: "colour,translation".
    """

    batch: int = 32
    kimg: float = 100.0
    optimizer: str = "adam"
    g_rate: float = 2e-4
    d_rate: float = 2e-4
    beta_1: float = 0.5
    beta_2: float = 0.999
    augment: Annotated[tuple[str, ...], BeforeValidator(_words)] = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        check_choice("optimizer", self.optimizer, OPTIMIZERS)
        for name in ("batch", "kimg", "g_rate", "d_rate"):
            if not 0 < getattr(self, name) < math.inf:
                raise ExperimentsError(f"expected train.{name} above 0, got {getattr(self, name)}")
        if self.kimg > MOST_KIMG:
            raise ExperimentsError(
                f"expected train.kimg of at most {MOST_KIMG:g}, got {self.kimg:g}: it counts thousands of images"
            )
        if not -1 < self.beta_1 < 1:
            raise ExperimentsError(f"expected train.beta_1 in (-1, 1), got {self.beta_1}")
        if not 0 <= self.beta_2 < 1:
            raise ExperimentsError(f"expected train.beta_2 in [0, 1), got {self.beta_2}")

    @property
    def shown(self) -> int:
        """Real pictures that one step shows to the discriminator."""
        return self.batch * self.d_steps

    @property
    def steps(self) -> int:
        """How many steps the whole run has."""
        return max(1, round(self.kimg * 1000 / self.shown))


@dataclass(frozen=True)
class SnapshotConfig:
    """What is kept of the generator on its way: of the raw one, never of its average.

    Args:
        every_kimg: thousands of images between snapshots; None has it chosen at the start from what a snapshot costs.
        at_kimg: rising times of snapshots in thousands of images, in place of every_kimg; a list, or its numbers with
            commas between. The untrained generator and the last step are always among the snapshots, and times past
            the end wait until the run is made longer.
        pictures: how many fixed latents are drawn and kept as pictures.
        readings: how many fixed and how many fresh latents the probe reads.
        middle: whether each looks inside both networks, too (RUN/middle).
        verdicts: whether the modes are judged as the run goes (RUN/verdict.jsonl).
    """

    every_kimg: float | None = None
    at_kimg: Annotated[tuple[float, ...], BeforeValidator(_times)] = ()
    pictures: int = 64
    readings: int = 1024
    middle: bool = True
    verdicts: bool = True

    def __post_init__(self) -> None:
        for name in ("every_kimg", "pictures", "readings"):
            value = getattr(self, name)
            if value is not None and not 0 < value < math.inf:
                raise ExperimentsError(f"expected snapshots.{name} above 0, got {value}")
        _check_times(self.at_kimg)
        if self.readings < self.pictures:
            raise ExperimentsError(
                f"expected snapshots.readings of at least snapshots.pictures ({self.pictures}), got {self.readings}"
            )


def _check_times(kimg: tuple[float, ...]) -> None:
    for before, now in pairwise((0.0, *kimg)):
        if not before < now < math.inf:
            raise ExperimentsError(
                f"expected snapshots.at_kimg to rise from above 0, got {now:g} after {before:g}: "
                "sort the times, and leave out 0, which is always taken"
            )


@dataclass(frozen=True)
class CheckpointConfig:
    """When the whole state is kept: every so many thousand images, and the newest `keep` of them."""

    every_kimg: float = 20.0
    keep: int = 2

    def __post_init__(self) -> None:
        for name in ("every_kimg", "keep"):
            if not 0 < getattr(self, name) < math.inf:
                raise ExperimentsError(f"expected checkpoints.{name} above 0, got {getattr(self, name)}")


class RunConfig(BaseModel):
    """Everything that decides what a run computes, given its data; equal digests train equal weights on equal data.

    `start` names the folder of another run whose networks this one begins with; None begins with weights of the seed.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)

    preset: str
    seed: int = Field(default=0, ge=0)
    start: str | None = None
    network: NetworkConfig = Field(default_factory=NetworkConfig)
    train: TrainConfig = Field(default_factory=TrainConfig)
    snapshots: SnapshotConfig = Field(default_factory=SnapshotConfig)
    checkpoints: CheckpointConfig = Field(default_factory=CheckpointConfig)

    @model_validator(mode="after")
    def _shared_out(self) -> "RunConfig":
        check_batch(self.train.shown, self.network.pack, self.train.d_steps)
        return self

    @model_validator(mode="after")
    def _times_within(self) -> "RunConfig":
        first = next(iter(self.snapshots.at_kimg), 0.0)
        if first > self.train.kimg:
            raise ExperimentsError(
                f"expected snapshots.at_kimg to begin within the {self.train.kimg:g} kimg of the run, got {first:g}: "
                "times are in thousands of images"
            )
        return self

    def override(self, *settings: str) -> "RunConfig":
        """This config with keys set anew, each as "train.loss=hinge"; values are JSON, or else plain words."""
        values = self.model_dump()
        for setting in settings:
            _set(values, setting)
        return validated(values)

    def plain(self) -> dict[str, Any]:
        """The config as JSON holds it."""
        return json.loads(json.dumps(self.model_dump()))

    def with_snapshots_of(self, other: "RunConfig") -> "RunConfig":
        """This config with the interval of snapshots that `other` has, if this one leaves it to be chosen."""
        if self.snapshots.every_kimg is not None:
            return self
        return self.model_copy(update={"snapshots": replace(self.snapshots, every_kimg=other.snapshots.every_kimg)})

    def digest(self) -> str:
        """sha256 of the canonical JSON."""
        return sha256(json.dumps(self.model_dump(), sort_keys=True).encode()).hexdigest()


def preset(name: str) -> RunConfig:
    """The config of a preset by name; ExperimentsError with near names if there is none."""
    if name not in PRESETS:
        raise ExperimentsError(f"expected a preset, got {name!r}{_near(name, PRESETS, PRESETS)}")
    parts = {key: value for key, value in PRESETS[name].items() if key in RunConfig.model_fields}
    return validated({"preset": name, **parts})


def validated(values: dict[str, Any]) -> RunConfig:
    """A RunConfig of plain data; ExperimentsError in one sentence for the first thing that is wrong with it."""
    try:
        return RunConfig.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        cause = first.get("ctx", {}).get("error")
        if cause is not None:
            raise ExperimentsError(str(cause)) from None
        if first["type"] in ("extra_forbidden", "unexpected_keyword_argument"):
            raise ExperimentsError(_unknown(key)) from None
        raise ExperimentsError(f"expected a valid {key}, got {first['input']!r}: {first['msg'].lower()}") from None


def differences(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    """The keys in which two dumped configs differ, each as "train.loss: 'hinge' -> 'minimax'"."""
    a, b = dict(_flat(old)), dict(_flat(new))
    return [f"{key}: {a.get(key)!r} -> {b.get(key)!r}" for key in sorted(a | b) if a.get(key) != b.get(key)]


def _set(values: dict[str, Any], setting: str) -> None:
    key, equals, text = setting.partition("=")
    known = [name for name, _ in _flat(values)]
    if not equals:
        raise ExperimentsError(f"expected a setting like train.batch=32, got {setting!r}")
    if key == "preset":
        raise ExperimentsError(f"expected the preset by itself, got --set {setting}: use --preset {text}")
    if key not in known:
        raise ExperimentsError(_unknown(key))
    *path, last = key.split(".")
    for part in path:
        values = values[part]
    try:
        values[last] = json.loads(text)
    except json.JSONDecodeError:
        values[last] = text


def _flat(values: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in values.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield prefix + name, value


def _unknown(key: str) -> str:
    known = [name for name, _ in _flat(RunConfig(preset="any").model_dump()) if name != "preset"]
    groups = dict.fromkeys(re.sub(r"[.].*", ".*", name) for name in known)
    return f"expected a key of the config, got {key!r}{_near(key, known, groups)}"


def _near(name: str, known: Iterable[str], told: Iterable[str]) -> str:
    """Up to three of `known` that are like a name; where none is, all that are told."""
    near = difflib.get_close_matches(name, list(known), n=3, cutoff=0.5)
    return f": did you mean {' or '.join(near)}?" if near else f": known are {', '.join(told)}"
