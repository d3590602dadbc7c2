"""A sweep: every combination of a grid of settings, each with the same seeds, as run folders that end in one table.

OUT/sweep.json        the plan: base config, grid, seeds, data
OUT/loss=hinge/seed-0 a run like any other
OUT/table.csv, .json  what came of them
"""

import json
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from procgen.files import locked

from .batches import source_of
from .config import RunConfig, differences, validated
from .errors import ExperimentsError
from .files import read_json, said_plainly, write_json
from .planning import plan_training
from .run import CONFIG
from .side_by_side import Progress, Task, is_finished, run_all
from .sweep_plans import SweepPlan
from .sweep_table import table_of, write_table

PLAN = "sweep.json"


def sweep(
    plan: SweepPlan,
    folder: str | Path,
    *,
    workers: int = 1,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Train what a plan asks for in `folder`; the same call again goes on, a plan with more seeds or values extends it.

    All runs take snapshots at the same moments: where the config leaves their interval to be chosen, it is chosen once,
    from what a snapshot and a step of the first cell compute.

    Args:
        plan: which runs.
        folder: new, empty, or that of the same sweep.
        workers, executor, progress: as for `run_all`.

    Returns:
        The table, as in table.json: {"runs": [...], "cells": [...]}; a run that failed says why under "said".

    Raises:
        ExperimentsError: a config that cannot be, before anything is written; a folder that holds another plan.
    """
    folder = Path(folder).absolute()
    plan = _settled(plan, folder)
    tasks, document = plan.tasks(), _document(plan)
    _check(folder, document)
    with _alone(folder):
        _check(folder, document)  # again: another process may have been here before the lock was ours
        write_json(folder / PLAN, document)
        first = sorted(tasks, key=lambda task: plan.seeds.index(task.config.seed))
        outcomes = run_all(first, folder, workers=workers, executor=executor, progress=progress)
        table = table_of(tasks, outcomes, folder)
        write_table(table, folder)
    return table


def plan_sweep(plan: SweepPlan, folder: str | Path) -> dict[str, Any]:
    """What `sweep` would train, with nothing written: each run with its steps, bytes and seconds, and their sums.

    The seconds are those of this whole machine, whose cores are shared out however many runs there are at once.
    """
    folder = Path(folder)
    plan = _settled(plan, folder)
    tasks = plan.tasks()
    _check(folder, _document(plan))
    costs = {}
    for task in tasks:
        if (cell := json.dumps(task.varied)) not in costs:
            costs[cell] = plan_training(task.config, plan.data)
    runs, read = [], set()
    for task in tasks:
        pictures = task.config.network.size, task.config.network.channels  # those of one kind are read by one probe
        runs.append(_cost(task, costs[json.dumps(task.varied)], folder, trained=pictures in read))
        read |= {pictures} if runs[-1]["seconds"] else set()
    return {"runs": runs} | {key: sum(run[key] for run in runs) for key in ("bytes", "seconds")}


def _cost(task: Task, plan: dict[str, Any], folder: Path, *, trained: bool) -> dict[str, Any]:
    """A row of `plan_sweep`; `trained`: a run before this one has trained the probe of both."""
    finished, begun = is_finished(task, folder), (folder / task.name / CONFIG).is_file()
    return {
        "run": task.name,
        "state": "finished" if finished else "begun" if begun else "new",
        **{key: plan[key] for key in ("steps", "nimg")},
        "bytes": plan["snapshot_bytes"] + plan["checkpoint_bytes"],
        "seconds": 0 if finished else plan["estimated_seconds"] - trained * plan["seconds"]["probe"],
    }


def recorded(folder: Path) -> dict[str, Any] | None:
    """sweep.json: {"digest", "config", "grid", "seeds", "data", "opened"}; None where no sweep was begun."""
    if not (folder / PLAN).is_file():
        return None
    document = read_json(folder / PLAN)
    if not isinstance(document, dict) or not {"config", "grid", "seeds", "data"} <= document.keys():
        raise ExperimentsError(f"expected the plan of a sweep in {folder / PLAN}, got something else: restore the file")
    return document


def recorded_config(document: dict[str, Any]) -> RunConfig:
    """The base config of a recorded plan."""
    return validated({**document["config"], "seed": 0})


def _settled(plan: SweepPlan, folder: Path) -> SweepPlan:
    """The plan with an interval of snapshots, where it leaves one to be chosen: runs are compared at equal moments."""
    config, old = plan.config, recorded(folder)
    if config.snapshots.every_kimg is not None or "snapshots.every_kimg" in plan.grid:
        return plan
    if old:
        return replace(plan, config=config.with_snapshots_of(recorded_config(old)))
    kimg = plan_training(plan.tasks()[0].config, plan.data)["snapshots_every_kimg"]
    return replace(plan, config=config.override(f"snapshots.every_kimg={kimg}"))


def _document(plan: SweepPlan) -> dict[str, Any]:
    """What sweep.json says; the data's identity without what each run has of its own, size and seed."""
    first = replace(plan, seeds=(0,)).tasks()[0]
    identity = {key: value for key, value in source_of(plan.data, first.config).identity.items() if key != "size"}
    config = {key: value for key, value in plan.config.plain().items() if key != "seed"}
    seeds = [int(seed) for seed in plan.seeds]
    content = {"config": config, "grid": {k: list(v) for k, v in plan.grid.items()}, "seeds": seeds, "data": identity}
    text = json.dumps(content, sort_keys=True)
    return {"digest": sha256(text.encode()).hexdigest(), **json.loads(text), "opened": dict(plan.opened)}


def _check(folder: Path, document: dict[str, Any]) -> None:
    """ExperimentsError if the folder holds anything but a sweep of this plan, or of fewer values and seeds."""
    old = recorded(folder)
    if old is None:
        with said_plainly(folder, "read"):
            strangers = folder.exists() and (not folder.is_dir() or {p.name for p in folder.iterdir()} - {".lock"})
        if strangers:
            raise ExperimentsError(f"expected an empty folder or a sweep in {folder}, got other files: choose another")
        return
    if changed := _changes(old, document):
        raise ExperimentsError(
            f"expected the plan that {folder} was begun with, got {'; '.join(changed[:3])}: use another folder, or the "
            "same settings to go on; seeds and values may be added, and train.kimg may grow"
        )


def _changes(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    changed = differences({k: old[k] for k in ("config", "data")}, {k: new[k] for k in ("config", "data")})
    longer = new["config"]["train"]["kimg"] > old["config"]["train"]["kimg"]
    changed = [each.removeprefix("config.") for each in changed]
    changed = [each for each in changed if not (longer and each.startswith("train.kimg:"))]
    if old["grid"].keys() != new["grid"].keys():
        return [*changed, f"a grid over {list(old['grid'])} -> {list(new['grid'])}"]
    for key, values in {**old["grid"], "seeds": old["seeds"]}.items():
        given = new["seeds"] if key == "seeds" else new["grid"][key]
        if missing := [value for value in values if value not in given]:
            changed.append(f"{key} without {', '.join(map(str, missing))}")
    return changed


@contextmanager
def _alone(folder: Path) -> Any:
    with said_plainly(folder):
        folder.mkdir(parents=True, exist_ok=True)
    with locked(folder):
        yield
