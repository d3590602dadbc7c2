"""synchromy cppn evolve OUT."""

from pathlib import Path
from typing import Any

import typer

from .. import console
from .settings import with_settings

_FIRST = {"inputs": "x,y,r", "low": -1.0, "high": 1.0, "grid": "ends"}


@with_settings
def evolve(
    out: Path = typer.Argument(help="The sheet: .png, .tif, .jpg or .webp."),
    steps: int = typer.Option(20, min=0, max=1000, help="Steps of structure that the first networks have behind them."),
    count: int = typer.Option(24, min=1, max=4096, help="How many pictures."),
    cell: int = console.Cell,
    seed: int = console.Seed,
    force: bool = console.Force,
    json: bool = console.Json,
    dry_run: bool = console.DryRun,
    *,
    changes: dict[str, Any],
) -> None:
    """Begin with small networks of any topology; each `synchromy pick` of those you like adds nodes and links."""
    console.start_keras()
    from experiments.cppn.asking import find_cppn
    from experiments.cppn.breeding import FirstBrood, evolving_sheet
    from experiments.sheets import plan_sheet, save_sheet

    fixed = {"width", "depth", "activation", "init", "z"} & changes.keys()
    if fixed:
        raise typer.BadParameter(f"expected a network whose shape evolves, got --{' --'.join(sorted(fixed))}")
    made, facts = evolving_sheet(find_cppn("silk", {**_FIRST, **changes}), FirstBrood(count, seed, steps))
    if dry_run:
        facts |= plan_sheet(made, out, cell=cell, facts=facts)
        words = f"would draw {console.plural(count, 'picture')} into {out}, {console.about(facts)}"
        return console.result({"out": out, **facts}, words + console.taken(out, force), json=json)
    saved = save_sheet(made, out, cell=cell, facts=facts, force=force)
    words = f"{out}: {console.plural(count, 'picture')}; go on with `synchromy pick {out}` and the numbers you like"
    return console.result({"out": out, **saved}, words, json=json)
