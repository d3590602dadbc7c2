"""synchromy preview [OUT.png]."""

from pathlib import Path

import typer

from . import colours, console
from .complete import factors, spaces


def preview(
    out: Path = typer.Argument(Path("preview.png"), help="The picture to write."),
    space: str = typer.Option("default", autocompletion=spaces, help="A shipped space or a TOML file."),
    count: int = typer.Option(None, min=1, max=10_000, help="How many pictures; 40, or 6 beside a single axis."),
    rows: str = typer.Option("", autocompletion=factors, help="What changes from row to row: harmony, bars.count, …"),
    columns: str = typer.Option("", autocompletion=factors, help="What changes from column to column."),
    palette: str = colours.Option,
    cell: int = console.Cell,
    seed: int = console.Seed,
    force: bool = console.Force,
    json: bool = console.Json,
    dry_run: bool = console.DryRun,
) -> None:
    """Draw a contact sheet of a space: its pictures with their factors, or a grid of one factor against another.

    The pictures are numbered: `synchromy pick` and `synchromy render SHEET:NUMBER` know them by their numbers.
    """
    import procgen
    from experiments.grids import factor_grid
    from experiments.sheets import contact_sheet, plan_sheet, save_sheet

    world, own = procgen.load_space(space), colours.chosen(palette)
    if rows or columns:
        sheet = factor_grid(world, rows, columns, count=count or 6, seed=seed, palette=own)
    else:
        sheet = contact_sheet(world, count=count or 40, seed=seed, palette=own)
    number = len(sheet.recipes)
    facts = {"kind": "preview", "space": world.to_toml(), "seed": seed, "count": number}
    facts |= {name: value for name, value in (("rows", rows), ("columns", columns)) if value}
    if dry_run:
        facts |= plan_sheet(sheet, out, cell=cell, facts=facts)
        words = f"would draw {console.plural(number, 'picture')} of {world.name} at {cell} px into {out}, "
        words += console.about(facts) + console.taken(out, force)
        return console.result({"out": out, "cell_px": cell, **facts}, words, json=json)
    made = save_sheet(sheet, out, cell=cell, facts=facts, force=force)
    words = (
        f"{out}: {console.plural(number, 'picture')} of {world.name}; draw one large with "
        f"`synchromy render {out}:0 one.png`, vary {'some' if number > 1 else 'it'} with "
        f"`synchromy pick {out} {'0 1' if number > 1 else '0'} --out next.png`"
    )
    return console.result({"out": out, **made}, words, json=json)
