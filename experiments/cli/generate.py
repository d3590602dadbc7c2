"""synchromy generate DATA."""

import os
from contextlib import nullcontext
from decimal import Decimal
from typing import Any

import typer

from . import console
from .complete import spaces


def generate(
    data: str = typer.Argument(help="Folder of the dataset, or a URL such as s3://bucket/name; again: resumes."),
    space: str = typer.Option("default", autocompletion=spaces, help="A shipped space or a TOML file."),
    count: int = typer.Option(10_000, min=1, help="How many pictures."),
    size: str = typer.Option("256", help="Pixels: 256, or 384x256 as width x height."),
    seed: int = console.Seed,
    workers: int = typer.Option(0, min=0, help="Processes; 0 is one a core. The bytes are the same for any number."),
    scheduler: str = typer.Option("", help="Draw on a dask cluster instead: tcp://host:8786."),
    price: float = typer.Option(0.0, "--price-per-core-hour", min=0, help="For the cost in a dry run, in your money."),
    json: bool = console.Json,
    dry_run: bool = console.DryRun,
) -> None:
    """Draw a dataset: Parquet shards with every picture's factors, resumable, the same bytes for any workers."""
    import procgen

    world, pixels = procgen.load_space(space), console.pixels(size)
    what: dict[str, Any] = {"count": count, "size": pixels, "seed": seed}
    workers = workers or os.cpu_count() or 1
    if dry_run:
        plan = procgen.plan_dataset(world, **what)
        workers = procgen.dask_threads(scheduler) if scheduler else workers
        plan |= {"workers": workers, "data": data}
        if price:
            plan["estimated_cost"] = float(f"{price * plan['estimated_core_hours']:.3g}")
        return console.result(plan, _told(plan), json=json)
    with console.progress() as show, procgen.dask_executor(scheduler) if scheduler else nullcontext() as executor:
        made = procgen.write_dataset(
            world,
            data,
            **what,
            workers=workers,
            executor=executor,
            progress=lambda done, of: show("drawing", done, of),
        )
    words = f"{console.plural(count, 'picture')} in {data}; look at one with `synchromy inspect {data}`"
    return console.result({"data": data, **made}, words, json=json)


def _told(plan: dict[str, Any]) -> str:
    time = console.in_time(plan["estimated_seconds"] / plan["workers"])
    cost = f", which cost {_figure(plan['estimated_cost'])}" if "estimated_cost" in plan else ""
    return (
        f"would write {console.plural(plan['count'], 'picture')} in {console.plural(plan['shards'], 'shard')}, about "
        f"{console.in_bytes(plan['estimated_bytes'])} and {time} on {console.plural(plan['workers'], 'worker')}, "
        f"{_figure(plan['estimated_core_hours'])} core hours{cost}, to {plan['data']}"
    )


def _figure(number: float) -> str:
    """1234.5 as "1,234.50", .000123 as "0.00012": never a cost of nothing."""
    return f"{number:,.2f}" if number >= 1 else f"{Decimal(f'{number:.2g}'):f}"
