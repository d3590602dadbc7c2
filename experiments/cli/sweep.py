"""synchromy sweep OUT."""

from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from . import console
from .complete import presets, spaces

if TYPE_CHECKING:
    from experiments.sweep_plans import SweepPlan


def sweep(
    out: Path = typer.Argument(help="Folder of the sweep; the same command, or this folder alone, goes on."),
    grid: list[str] = typer.Option(
        [], metavar="KEY=A,B", help="Values of a key: --grid train.loss=hinge,relativistic."
    ),
    seeds: int = typer.Option(None, min=1, help="Runs in each cell of the grid, with seeds 0, 1, ...: 1 if not given."),
    data: str = typer.Option(None, help="live (if not given), a dataset, or a folder of pictures."),
    space: str = typer.Option(None, autocompletion=spaces, help="The world of live data, a name or a TOML file."),
    resize: str = typer.Option(None, help="How pictures of a folder become squares: crop, fit or stretch."),
    preset: str = typer.Option(None, autocompletion=presets, help="What to start from; quick-64 if not given."),
    settings: list[str] = typer.Option([], "--set", metavar="KEY=VALUE", help="Change a key in all runs."),
    workers: int = typer.Option(1, min=1, help="Runs at once; the cores are shared out among them."),
    scheduler: str = typer.Option("", help="Train on a dask cluster instead: tcp://host:8786."),
    json: bool = console.Json,
    dry_run: bool = console.DryRun,
) -> None:
    """Train every combination of a grid of settings, side by side, resumable, with a table at the end."""
    console.start_keras()
    import procgen
    from experiments.sweep_table import in_words
    from experiments.sweeping import plan_sweep
    from experiments.sweeping import sweep as sweep_all

    asked = {"grid": grid, "seeds": seeds, "settings": settings, "preset": preset}
    plan = _plan(out, asked, {"data": data, "space": space, "resize": resize})
    if dry_run:
        at_once = procgen.dask_threads(scheduler) if scheduler else 1
        facts = plan_sweep(plan, out)
        facts |= {"seconds": round(facts["seconds"] / at_once, 1), "workers": at_once if scheduler else workers}
        return console.result({"out": out, **facts}, _told(facts, out), json=json)
    with console.progress() as show, procgen.dask_executor(scheduler) if scheduler else nullcontext() as executor:
        table = sweep_all(plan, out, workers=workers, executor=executor, progress=lambda *at: show("training", *at))
    console.result({"out": out, **table}, in_words(table), json=json)
    raise typer.Exit(0 if all(row["finished"] for row in table["runs"]) else 3)


def _plan(out: Path, asked: dict[str, Any], words: dict[str, str | None]) -> "SweepPlan":
    """What the options ask for; what they leave out is as in the plan that OUT was begun with, if there is one."""
    from experiments.config import preset as config_of
    from experiments.sweep_plans import SweepPlan, grid_of
    from experiments.sweeping import recorded, recorded_config

    old = recorded(out) or {}
    if not (old or asked["grid"] or asked["seeds"]):
        raise typer.BadParameter(f"expected --grid or --seeds, as there is no sweep in {out} yet")
    if any(setting.startswith("seed=") for setting in asked["settings"]):
        raise typer.BadParameter("expected --seeds for the seeds of a sweep, got --set seed")
    base = recorded_config(old) if old and not asked["preset"] else config_of(asked["preset"] or "quick-64")
    base = base.override(*asked["settings"])
    grid = grid_of(asked["grid"], fixed=asked["settings"]) or old.get("grid", {})
    seeds = range(asked["seeds"]) if asked["seeds"] else old.get("seeds", [0])
    opened = (not any(words.values()) and old.get("opened")) or _from_anywhere(words)
    return SweepPlan(base, _data(opened, base), grid, tuple(seeds), opened)


def _from_anywhere(words: dict[str, str | None]) -> dict[str, str | None]:
    """How the data is opened, from whatever folder the command is called in: what lies on this disk by its path."""
    data, space = words["data"] or "live", words["space"]
    if data != "live" and Path(data).exists():
        data = str(Path(data).absolute())
    if space and Path(space).is_file():
        space = str(Path(space).absolute())
    return {**words, "data": data, "space": space}


def _data(words: dict[str, Any], config: Any) -> Any:
    from experiments.opening import DEFAULT_SPACE, LIVE, open_data
    from procgen import load_space

    if words["data"] == LIVE and not words["resize"]:
        return load_space(words["space"] or DEFAULT_SPACE)  # each run draws from it with its own seed
    return open_data(words["data"], space=words["space"], config=config, resize=words["resize"])


def _told(facts: dict[str, Any], out: Path) -> str:
    lines = [f"{r['run']}  {r['steps']:,} steps ({r['nimg'] / 1000:g} kimg), {r['state']}" for r in facts["runs"]]
    left = console.plural(sum(run["state"] != "finished" for run in facts["runs"]), "run")
    return "\n".join([*lines, f"would train {left} of {len(lines)}, roughly {console.about(facts)}, in {out}"])
