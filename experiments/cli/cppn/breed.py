"""synchromy cppn breed WHAT OUT."""

from pathlib import Path
from typing import Any

import typer

from .. import console
from .settings import What, with_settings


@with_settings
def breed(
    what: str = What,
    out: Path = typer.Argument(help="The sheet: .png, .tif, .jpg or .webp."),
    mates: list[str] = typer.Option([], "--with", help="Another picture, to cross it with; again for more."),
    vary: float = typer.Option(0.2, min=0, max=1, help="How far children move: 0 not at all, 1 nothing is left."),
    count: int = typer.Option(24, min=2, max=4096, help="How many pictures, the parents among them."),
    cell: int = console.Cell,
    brood: int = typer.Option(0, "--brood", min=0, help="Another number gives other children."),
    force: bool = console.Force,
    json: bool = console.Json,
    dry_run: bool = console.DryRun,
    *,
    changes: dict[str, Any],
) -> None:
    """Breed a sheet of variations of a picture, or of crossings of several; `synchromy pick` goes on from it."""
    console.start_keras()
    from experiments.cppn.asking import find_cppn
    from experiments.picking import Breeding, breed_cppns
    from experiments.sheets import plan_sheet, save_sheet

    names = [what, *mates]
    if len(set(names)) < len(names):
        raise typer.BadParameter(f"expected each parent once, got {' '.join(names)}")
    if count <= len(names):
        raise typer.BadParameter(f"expected more pictures than the {len(names)} parents, got --count {count}")
    parents = {name: find_cppn(name, changes) for name in names}
    how = Breeding(count, vary, (), brood)
    made, facts = breed_cppns(parents, how, {"cells": names, "vary": vary, "seed": brood})
    if dry_run:
        facts |= plan_sheet(made, out, cell=cell, facts=facts)
        words = f"would draw {console.plural(count, 'picture')} into {out}, {console.about(facts)}"
        return console.result({"out": out, **facts}, words + console.taken(out, force), json=json)
    saved = save_sheet(made, out, cell=cell, facts=facts, force=force)
    words = f"{out}: {console.plural(count, 'picture')}; go on with `synchromy pick {out}` and the numbers you like"
    return console.result({"out": out, **saved}, words, json=json)
