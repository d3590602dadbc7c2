"""synchromy preview [OUT.png]."""

from pathlib import Path

import typer

from . import console
from .complete import spaces


def preview(
    out: Path = typer.Argument(Path("preview.png"), help="The PNG to write."),
    space: str = typer.Option("default", autocompletion=spaces, help="A shipped space or a TOML file."),
    count: int = typer.Option(40, min=1, max=10_000, help="How many pictures."),
    cell: int = typer.Option(160, min=32, max=2048, help="Side of a picture in pixels."),
    seed: int = console.Seed,
    force: bool = console.Force,
    json: bool = console.Json,
    dry_run: bool = console.DryRun,
) -> None:
    """Draw a contact sheet of a space, each picture labelled with its factors."""
    import mosaics
    import procgen
    from experiments.sheets import contact_sheet

    world = procgen.load_space(space)
    if dry_run:
        words = f"would draw {console.plural(count, 'picture')} of {world.name} at {cell} px into {out}"
        return console.result({"out": out, "count": count, "cell_px": cell, "space": world.name}, words, json=json)
    pixels, facts = contact_sheet(world, count=count, seed=seed, cell=cell)
    mosaics.save_picture(pixels, out, provenance=facts, source_type="algorithmicMedia", force=force)
    words = (
        f"{out}: pictures 0 to {count - 1} of {world.name}; draw one large with `synchromy render {space}:0 one.png`"
    )
    return console.result({"out": out, **facts}, words, json=json)
