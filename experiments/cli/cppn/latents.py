"""synchromy cppn latents VECTORS OUT."""

from pathlib import Path
from typing import Any

import typer

from .. import console
from .settings import with_settings


@with_settings
def latents(
    vectors: str = typer.Argument(help="A .npy, .npz, .csv or .tsv with a vector in each row, a run, or its samples."),
    out: Path = typer.Argument(help="The sheet: .png, .tif, .jpg or .webp; without an ending, a folder of PNGs."),
    rows: str = typer.Option(None, help="Which of them: 0,5,7 or 0:100 or 0:1000:10; all if left out."),
    what: str = typer.Option(None, "--net", help="A preset, or a picture of ours; one with calm pictures if left out."),
    reach: float = typer.Option(0.4, help="How long vectors are made: the greater, the less alike pictures are."),
    raw: bool = typer.Option(False, "--raw", help="Take the numbers as they are, not each column to one scale."),
    cell: int = console.Cell,
    force: bool = console.Force,
    json: bool = console.Json,
    dry_run: bool = console.DryRun,
    *,
    changes: dict[str, Any],
) -> None:
    """Show vectors that have no shape as pictures, one a row: near vectors look alike."""
    if {"latent", "z", "latent_low", "latent_high"} & {*changes}:
        raise typer.BadParameter("expected no --latent, --z, --z-low or --z-high: the vectors are the latents")
    console.start_keras()
    from experiments.cppn.asking import find_cppn
    from experiments.cppn.showing_latents import CALM, LatentsAsked, plan_latents, read_rows, save_latents
    from experiments.cppn.vectors import read_vectors

    known = read_vectors(vectors)
    recipe = find_cppn(what, changes) if what else find_cppn("silk", {**CALM, **changes})
    asked = LatentsAsked(known, read_rows(rows, len(known.rows)), recipe, reach, raw)
    words = (
        f"{console.plural(len(asked.rows), 'vector')} of {console.plural(known.rows.shape[1], 'number')} at {cell} px"
    )
    if dry_run:
        plan = plan_latents(asked, out, cell=cell)
        words = f"would draw {words} into {out}, {console.about(plan)}{console.taken(out, force)}"
        return console.result(plan, words, json=json)
    with console.progress() as report:
        facts = save_latents(asked, out, cell=cell, force=force, report=report)
    return console.result(facts, f"{out}: {words}", json=json)
