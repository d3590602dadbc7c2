"""synchromy render WHAT OUT."""

from contextlib import nullcontext
from pathlib import Path

import typer

from . import colours, console

_LONG = 2**24  # pixels, from which on a person wants to see how far it is


def render(
    what: str = typer.Argument(help="default:42, a recipe's .json, a picture of ours, or a cell as sheet.png:7."),
    out: Path = typer.Argument(
        help="The file to write: .png, .tif, .jpg, .webp, .pdf, .svg; for a loop .mp4, .webm, .webp, .gif, .avif, .png."
    ),
    size: str = typer.Option("1024", help="1024, 768x512, 60x40cm, 600x400mm or 24x16in."),
    aspect: str = typer.Option(None, help="Width to height, as 3:2; the size then is the longer side."),
    dpi: float = typer.Option(None, help="Pixels per inch, written into the file; 300 for lengths."),
    bits: int = typer.Option(8, help="Bits a channel: 8, or 16 in .png, .tif and .pdf, so that no gradient bands."),
    palette: str = colours.Option,
    time: float = typer.Option(0.0, help="The moment of its loop, 0 to 1."),
    seconds: float = typer.Option(None, help="Write a loop that takes so long."),
    fps: float = typer.Option(25.0, help="Frames a second of a loop."),
    seed: int = console.Seed,
    force: bool = console.Force,
    json: bool = console.Json,
    dry_run: bool = console.DryRun,
) -> None:
    """Draw one picture at any size, or its loop; the file carries its recipe, so that it can be drawn again larger."""
    from experiments.pictures import Form, find_recipe, plan_picture, render_picture
    from experiments.sizes import read_size
    from procgen import recolour

    form = Form(read_size(size, aspect=aspect, dpi=dpi), bits, time, seconds, fps)
    recipe, source = find_recipe(what, seed)
    own = colours.chosen(palette)
    if own:
        recipe = recolour(recipe, own)
    width, height = form.measure.size_px
    words = recipe.composition if out.suffix == ".svg" else f"{recipe.composition} at {width}x{height} px, {bits} bits"
    words += f", {form.frames} frames in {seconds:g} s" if seconds else ""
    if dry_run:
        plan = plan_picture(recipe, out, form, source=source)
        words = f"would draw {words} into {out}, {console.about(plan)}{console.taken(out, force)}"
        return console.result(plan, words, json=json)
    with console.progress() if form.frames * width * height > _LONG else nullcontext() as report:
        drawn = render_picture(recipe, out, form, source=source, force=force, report=report)
    return console.result(drawn, f"{out}: {words}, {console.in_bytes(out.stat().st_size)}", json=json)
