"""synchromy cppn render WHAT OUT."""

from contextlib import nullcontext
from pathlib import Path
from typing import Any

import typer

from .. import console
from .settings import What, warn, with_settings

_LONG = 2**24  # pixels, from which on a person wants to see how far it is


@with_settings
def render(
    what: str = What,
    out: Path = typer.Argument(help="The file to write: .png, .tif, .jpg or .webp."),
    size: str = typer.Option("512", help="1024, 768x512, 60x40cm, 600x400mm or 24x16in."),
    aspect: str = typer.Option(None, help="Width to height, as 3:2; the size then is the longer side."),
    dpi: float = typer.Option(None, help="Pixels per inch, written into the file; 300 for lengths."),
    bits: int = typer.Option(8, help="Bits a channel: 8, or 16 in .png and .tif, so that no gradient bands."),
    force: bool = console.Force,
    json: bool = console.Json,
    dry_run: bool = console.DryRun,
    *,
    changes: dict[str, Any],
) -> None:
    """Draw the picture that a network is, at any size; the file carries its recipe, so that it can be drawn again."""
    from experiments.sizes import read_size

    measure = read_size(size, aspect=aspect, dpi=dpi)
    console.start_keras()
    from experiments.cppn.asking import find_cppn
    from experiments.cppn.breeding import said_of
    from experiments.cppn.drawing import plan_cppn, save_cppn

    recipe = find_cppn(what, changes)
    width, height = measure.size_px
    words = f"{said_of(recipe)} at {width}x{height} px"
    chaotic = warn(recipe)
    if dry_run:
        plan = {**plan_cppn(recipe, out, measure, bits=bits), "chaotic": chaotic}
        words = f"would draw {words} into {out}, {console.about(plan)}{console.taken(out, force)}"
        return console.result(plan, words, json=json)
    with console.progress() if width * height > _LONG else nullcontext(lambda *_: None) as report:
        facts = save_cppn(recipe, out, measure, bits=bits, force=force, report=report)
    return console.result(
        {**facts, "chaotic": chaotic}, f"{out}: {words}, {console.in_bytes(out.stat().st_size)}", json=json
    )
