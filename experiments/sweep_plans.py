"""The plan of a sweep: every combination of a grid of settings, each with the same seeds, as named tasks."""

import itertools
import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from procgen import Dataset, Space

from .batches import Source, source_of
from .config import RunConfig
from .errors import ExperimentsError
from .side_by_side import Task

Grid = Mapping[str, Sequence[Any]]


@dataclass(frozen=True)
class SweepPlan:
    """What to train: `config` with every combination of `grid`, once with each of the seeds.

    Args:
        config: the base; its own seed is not used.
        data: what all runs learn, as for `train`.
        grid: values by key of the config: {"train.loss": ("hinge", "relativistic")}.
        seeds: the same ones in every cell, so that cells can be compared pair by pair.
        opened: how the command line opened the data, kept in sweep.json so that it can be opened again.

    Raises:
        ExperimentsError: no seeds or values, or some twice. `tasks` says what is wrong with a config.
    """

    config: RunConfig
    data: Dataset | Space | Source
    grid: Grid = field(default_factory=dict)
    seeds: Sequence[int] = (0,)
    opened: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for key in ("seed", "preset"):
            if key in self.grid:
                raise ExperimentsError(
                    f"expected other keys in the grid, got {key}: seeds and preset are given once for all runs"
                )
        if empty := [key for key, values in self.grid.items() if not len(values)]:
            raise ExperimentsError(f"expected values of {empty[0]} in the grid, got none: write {empty[0]}=A,B")
        if not self.seeds or len(set(self.seeds)) < len(self.seeds):
            raise ExperimentsError(f"expected seeds, each once, got {list(self.seeds)}")

    def tasks(self) -> list[Task]:
        """One task a run, cell by cell, each checked; ExperimentsError for the first config that cannot be."""
        keys = _short(tuple(self.grid))
        cells = [dict(zip(self.grid, values, strict=True)) for values in itertools.product(*self.grid.values())]
        tasks = []
        for cell in cells:
            settings = [f"{key}={json.dumps(value)}" for key, value in cell.items()]
            config = self.config.override(*settings, f"seed={self.seeds[0]}")
            source_of(self.data, config)
            varied = {key: _value(config, key) for key in cell}
            name = ",".join(f"{keys[key]}={_word(value)}" for key, value in varied.items())
            for seed in self.seeds:
                place = f"{name}/seed-{seed}".lstrip("/")
                tasks.append(Task(place, config.override(f"seed={seed}"), self.data, varied))
        return distinct(tasks)


def distinct(tasks: list[Task]) -> list[Task]:
    """The same tasks; ExperimentsError if two have one name, or train the same config on the same data."""
    names = Counter(task.name for task in tasks)
    digests = Counter((task.config.digest(), id(task.data)) for task in tasks)
    for task in tasks:
        if names[task.name] > 1 or digests[task.config.digest(), id(task.data)] > 1:
            raise ExperimentsError(
                f"expected runs that differ, got {task.name} twice: name each value of the grid once"
            )
    return tasks


def grid_of(settings: Sequence[str], fixed: Sequence[str] = ()) -> dict[str, tuple[Any, ...]]:
    """The grid of settings such as "train.loss=hinge,relativistic"; a value may be a list: "train.augment=[],[colour]".

    Raises:
        ExperimentsError: not such a setting, or a key that stands twice, or is among `fixed`, the settings of the base.
    """
    grid: dict[str, tuple[Any, ...]] = {}
    taken = {setting.partition("=")[0] for setting in fixed}
    for setting in settings:
        key, equals, text = setting.partition("=")
        if not equals or not text:
            raise ExperimentsError(f"expected a grid like train.loss=hinge,relativistic, got {setting!r}")
        if key in grid or key in taken:
            raise ExperimentsError(f"expected each key once, in --grid or in --set, got {key} twice")
        grid[key] = tuple(_parsed(part) for part in _split(text))
    return grid


def _split(text: str) -> list[str]:
    """Parts between the commas that stand in no brackets and no quotes."""
    parts, depth, quoted = [""], 0, False
    for sign in text:
        quoted ^= sign == '"'
        depth += (sign in "[{") - (sign in "]}") if not quoted else 0
        if sign == "," and not depth and not quoted:
            parts.append("")
        else:
            parts[-1] += sign
    return [part.strip() for part in parts]


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return [_parsed(part) for part in _split(text[1:-1])] if text[:1] + text[-1:] == "[]" else text


def _value(config: RunConfig, key: str) -> Any:
    value: Any = config
    for part in key.split("."):
        value = getattr(value, part)
    return value


def _short(keys: Sequence[str]) -> dict[str, str]:
    """Keys without their first part, where that leaves each one its own."""
    short = {key: key.rpartition(".")[2] for key in keys}
    return short if len(set(short.values())) == len(short) else {key: key for key in keys}


def _word(value: Any) -> str:
    """A value as part of a folder's name: 1.0 is 1, a list is joined by +."""
    if isinstance(value, tuple | list):
        return "+".join(map(_word, value)) or "none"
    if isinstance(value, bool) or value is None:
        return str(value).lower()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    return re.sub(r"[^\w.+-]", "_", str(value))
