"""The plan of a study: a TOML that is committed before its runs, checked, and turned into tasks of the sweep engine.

A block is one setting of the factors that are not tested, with one seed. In every block each combination of the two
tested factors is trained from the same weights, latents and order of data, so that their differences are paired.
"""

import itertools
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property
from hashlib import sha256
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np

from procgen import Space, load_space

from ..config import RunConfig, preset
from ..errors import ExperimentsError
from ..side_by_side import Task
from .statistic import Band

KAPPA = "kappa"  # the one key of a factor that is the world's, not the config's
SHIPPED = {"pilot": "sparsity_pilot.toml", "confirmatory": "sparsity_confirmatory.toml"}
FROZEN = ("statistic.py", "analysis.py")  # whose bytes `code` is the digest of


@dataclass(frozen=True)
class Factor:
    """Two levels of what is varied: config keys, or "kappa", with their values; `about` says it in words."""

    about: str
    low: Mapping[str, Any]
    high: Mapping[str, Any]

    def __post_init__(self) -> None:
        if self.low.keys() != self.high.keys() or not self.low:
            raise ExperimentsError(
                f"expected the same keys in both levels of the factor {self.about!r}, got {list(self.low)} and "
                f"{list(self.high)}: give each key a low and a high value"
            )


@dataclass(frozen=True)
class Schedule:
    """When snapshots are taken, the same moments in all runs.

    Args:
        snapshots: how many at about even intervals.
        jitter: how far each is moved, up to this share of half an interval; in [0, 1).
        bursts: how many dense stretches of `burst_snapshots` more, at a quarter of the interval.
        seed: of the jitter.
    """

    snapshots: int = 208
    jitter: float = 0.8
    bursts: int = 3
    burst_snapshots: int = 16
    seed: int = 0

    def __post_init__(self) -> None:
        if self.snapshots < 16 or not 0 <= self.jitter < 1 or self.bursts < 0 or self.burst_snapshots < 0:
            raise ExperimentsError(
                f"expected a schedule of 16 snapshots or more with a jitter in [0, 1), got {self.snapshots} and "
                f"{self.jitter}: mend the table schedule of the plan"
            )

    def interval(self, kimg: float) -> float:
        """Thousands of images between two snapshots outside bursts."""
        return kimg / self.snapshots

    def kimg(self, kimg: float, shown: int) -> tuple[float, ...]:
        """Rising times in kimg, each the end of a step that shows `shown` pictures; the last ends the run."""
        rng, step = np.random.default_rng(self.seed), self.interval(kimg)
        even = (np.arange(1, self.snapshots) + self.jitter / 2 * rng.uniform(-1, 1, self.snapshots - 1)) * step
        starts = kimg * (
            0.2 + 0.8 * (np.arange(self.bursts) + rng.uniform(0.2, 0.6, self.bursts)) / max(self.bursts, 1)
        )
        dense = (starts[:, None] + step / 4 * np.arange(self.burst_snapshots)).ravel()
        steps = np.round(np.concatenate([even, dense, [kimg]]) * 1000 / shown)
        last = round(kimg * 1000 / shown)
        return tuple(float(s * shown / 1000) for s in np.unique(np.clip(steps, 1, last)))


@dataclass(frozen=True)
class StudyPlan:
    """A study, as its TOML says it; see docs/study.md.

    Args:
        name, about: its name and its question.
        kind: "pilot" or "confirmatory".
        space, anchors: the world whose position gathers around anchors by the level of "kappa".
        preset, settings: the config all runs share.
        factors: by name.
        tested: the two whose main effects and interaction are tested.
        generators: factors that are not crossed but follow the product of others, of levels -1 and 1:
            {"replay": "- head * frozen"}.
        seeds: of weights, latents and data.
        crossed: whether every setting is run with every seed; else each setting has the seed in its place.
        schedule, band: when snapshots are taken, and where S looks.
        collapsed_below: effective bins, the mean over the last fifth of a run, below which it counts as collapsed.
        code: digest of the code of S and its tests, as it stood when the plan was committed.
    """

    name: str
    about: str
    kind: str
    space: str
    preset: str
    factors: Mapping[str, Factor]
    tested: tuple[str, str]
    seeds: tuple[int, ...]
    code: str
    anchors: int = 8
    settings: tuple[str, ...] = ()
    generators: Mapping[str, str] = field(default_factory=dict)
    crossed: bool = False
    schedule: Schedule = field(default_factory=Schedule)
    band: Band = field(default_factory=Band)
    collapsed_below: float = 2.0

    def __post_init__(self) -> None:
        _check_factors(self)
        if not self.seeds or len(set(self.seeds)) < len(self.seeds):
            raise ExperimentsError(f"expected seeds, each once, got {list(self.seeds)}: mend seeds in the plan")
        if not self.crossed and len(self.seeds) != len(self.others):
            raise ExperimentsError(
                f"expected a seed for each of the {len(self.others)} settings, as they are not crossed, got "
                f"{len(self.seeds)}: mend seeds in the plan"
            )

    @property
    def others(self) -> list[dict[str, int]]:
        """The settings of the factors that are not tested, each {name: level 0 or 1}: all, or a fraction of them."""
        free = [name for name in self.factors if name not in self.tested and name not in self.generators]
        found = []
        for levels in itertools.product((0, 1), repeat=len(free)):
            setting = dict(zip(free, levels, strict=True))
            for name, words in self.generators.items():
                lows = sum(1 - setting[part] for part in _parts(words)) + words.strip().startswith("-")
                setting[name] = 1 - lows % 2
            found.append(setting)
        return found

    @property
    def blocks(self) -> list[tuple[dict[str, int], int]]:
        """(setting, seed) of every block, in the order in which they are run."""
        if self.crossed:
            return [(setting, seed) for seed in self.seeds for setting in self.others]
        return list(zip(self.others, self.seeds, strict=True))

    def config(self, levels: Mapping[str, int], seed: int) -> RunConfig:
        """The config of one run."""
        config = preset(self.preset).override(*self.settings, f"seed={seed}")
        values = {key: value for each in self._values(levels) for key, value in each.items() if key != KAPPA}
        config = config.override(*(f"{key}={json.dumps(value)}" for key, value in values.items()))
        moments = self.schedule.kimg(config.train.kimg, config.train.shown)
        return config.override(f"snapshots.at_kimg={json.dumps(moments)}")

    def world(self, kappa: float) -> Space:
        """The world whose position gathers around the anchors with this concentration; 0 is a continuum."""
        return _world(self.space, self.anchors, float(kappa))

    @property
    def kappas(self) -> list[float]:
        """The concentrations of all runs, lowest first."""
        levels = {float(v[KAPPA]) for f in self.factors.values() for v in (f.low, f.high) if KAPPA in v}
        return sorted(levels or {0.0})

    def tasks(self) -> list[Task]:
        """One task a run, block by block, each checked; ExperimentsError for a config that cannot be."""
        worlds = {kappa: self.world(kappa) for kappa in self.kappas}
        tasks = []
        for number, (setting, seed) in enumerate(self.blocks):
            for pair in itertools.product((0, 1), repeat=2):
                levels = {**dict(zip(self.tested, pair, strict=True)), **setting}
                kappa = next((v[KAPPA] for v in self._values(levels) if KAPPA in v), self.kappas[0])
                cell = ",".join(f"{name}={('low', 'high')[levels[name]]}" for name in self.tested)
                varied = {name: levels[name] for name in self.factors} | {"block": number}
                name = f"runs/block-{number:02d}/{cell}"
                tasks.append(Task(name, self.config(levels, seed), worlds[float(kappa)], varied))
        return tasks

    def _values(self, levels: Mapping[str, int]) -> list[Mapping[str, Any]]:
        return [(self.factors[name].low, self.factors[name].high)[level] for name, level in levels.items()]

    @cached_property
    def digest(self) -> str:
        """sha256 of everything the plan says."""
        return sha256(json.dumps(_plain(self), sort_keys=True).encode()).hexdigest()


def _world(space: str, anchors: int, kappa: float) -> Space:
    from dataclasses import replace

    base = load_space(space)
    composition = next(iter(base.compositions))
    position = {"position": {"anchors": anchors, "concentration": kappa}}
    return replace(base, name=f"{base.name}, kappa {kappa:g}", fields={composition: position})


def _parts(words: str) -> list[str]:
    return [part.strip() for part in words.strip().removeprefix("-").split("*")]


def _check_factors(plan: StudyPlan) -> None:
    if len(plan.tested) != 2 or len(set(plan.tested)) != 2 or any(name not in plan.factors for name in plan.tested):
        raise ExperimentsError(
            f"expected two of the factors {list(plan.factors)} to be tested, got {list(plan.tested)}: mend tested"
        )
    for name, words in plan.generators.items():
        crossed = [each for each in plan.factors if each not in plan.tested and each not in plan.generators]
        if name not in plan.factors or name in plan.tested or not set(_parts(words)) <= set(crossed):
            raise ExperimentsError(
                f"expected the fraction {name} = {words!r} to be an untested factor as a product of {crossed}, "
                "got other names: mend the table generators"
            )
    if plan.kind not in ("pilot", "confirmatory"):
        raise ExperimentsError(f"expected kind to be pilot or confirmatory, got {plan.kind!r}: mend kind in the plan")


def load_plan(name: str) -> StudyPlan:
    """The plan "pilot" or "confirmatory" that is shipped, or that of a TOML file.

    Raises:
        ExperimentsError: no such plan, or one that is wrong, in a sentence.
    """
    if name in SHIPPED:
        return plan_of(resources.files(__package__).joinpath(SHIPPED[name]).read_text("utf-8"))
    path = Path(name)
    if not path.is_file():
        raise ExperimentsError(f"expected pilot, confirmatory or a TOML file as the plan, got {name!r}")
    try:
        return plan_of(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ExperimentsError(f"could not read the plan {path}: {error}; check that it is a text of yours") from None


def plan_of(text: str) -> StudyPlan:
    """The plan a TOML text says; ExperimentsError in one sentence if it is none."""
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ExperimentsError(f"expected a plan in TOML, got {error}: mend it") from None
    tables = {"schedule": Schedule, "band": Band}
    made = {key: _made(kind, values.pop(key), key) for key, kind in tables.items() if key in values}
    factors = {name: _made(Factor, given, f"factors.{name}") for name, given in values.pop("factors", {}).items()}
    listed = {key: tuple(value) if isinstance(value, list) else value for key, value in values.items()}
    return _made(StudyPlan, {**listed, **made, "factors": factors}, "the plan")


def _made(kind: Any, given: Any, where: str) -> Any:
    if not isinstance(given, Mapping):
        raise ExperimentsError(f"expected a table as {where}, got {given!r}: mend the plan")
    known = {each.name for each in fields(kind)}
    if unknown := sorted(given.keys() - known):
        raise ExperimentsError(f"expected keys of {where} among {sorted(known)}, got {unknown[0]!r}: mend the plan")
    try:
        return kind(**given)
    except TypeError as error:
        missing = str(error).partition(": ")[2] or str(error)
        raise ExperimentsError(f"expected {where} whole, got one without {missing}: mend the plan") from None


def _plain(plan: StudyPlan) -> dict[str, Any]:
    from dataclasses import asdict

    return json.loads(json.dumps(asdict(plan)))


def code_digest() -> str:
    """sha256 of the code of S and of its tests, as it stands."""
    here = resources.files(__package__)
    return sha256(b"".join(here.joinpath(name).read_bytes() for name in FROZEN)).hexdigest()
