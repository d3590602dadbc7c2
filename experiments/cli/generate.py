"""synchromy generate DATA."""

import os
from pathlib import Path

import typer

from . import console
from .complete import spaces


def generate(
    data: Path = typer.Argument(help="Folder of the dataset; the same command again resumes."),
    space: str = typer.Option("default", autocompletion=spaces, help="A shipped space or a TOML file."),
    count: int = typer.Option(10_000, min=1, help="How many pictures."),
    size: str = typer.Option("256", help="Pixels: 256, or 384x256 as width x height."),
    seed: int = console.Seed,
    workers: int = typer.Option(0, min=0, help="Processes; 0 is one a core. The bytes are the same for any number."),
    json: bool = console.Json,
    dry_run: bool = console.DryRun,
) -> None:
    """Draw a dataset: Parquet shards with every picture's factors, resumable, the same bytes for any workers."""
    import procgen

    world, pixels = procgen.load_space(space), console.pixels(size)
    workers = workers or os.cpu_count() or 1
    if dry_run:
        plan = procgen.plan_dataset(world, count=count, size=pixels, seed=seed)
        seconds = plan["estimated_seconds"] / workers
        words = (
            f"would write {console.plural(count, 'picture')} in {console.plural(plan['shards'], 'shard')}, about "
            f"{console.in_bytes(plan['estimated_bytes'])} and {console.in_time(seconds)} "
            f"on {workers} workers, to {data}"
        )
        return console.result({**plan, "workers": workers, "data": data}, words, json=json)
    with console.progress() as show:
        made = procgen.write_dataset(
            world,
            data,
            count=count,
            size=pixels,
            seed=seed,
            workers=workers,
            progress=lambda done, of: show("drawing", done, of),
        )
    words = f"{console.plural(count, 'picture')} in {data}; look at one with `synchromy inspect {data}`"
    return console.result({"data": data, **made}, words, json=json)
