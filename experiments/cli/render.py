"""synchromy render WHAT OUT."""

from pathlib import Path

import typer

from . import console


def render(
    what: str = typer.Argument(help="SPACE:INDEX as default:42, a recipe's .json, or a .png that carries its recipe."),
    out: Path = typer.Argument(help="The PNG to write."),
    size: str = typer.Option("1024", help="Pixels: 1024, or 1536x1024 as width x height."),
    seed: int = console.Seed,
    force: bool = console.Force,
    json: bool = console.Json,
    dry_run: bool = console.DryRun,
) -> None:
    """Draw one picture at any size; the file carries its recipe, so that it can be drawn again larger."""
    from experiments.pictures import find_recipe, render_picture

    pixels = console.pixels(size)
    if dry_run:
        recipe, source = find_recipe(what, seed)
        facts = {"out": out, "recipe": recipe.to_json(), "source": source, "factors": recipe.factors()}
        return console.result(facts, f"would draw {recipe.composition} at {size} px into {out}", json=json)
    drawn = render_picture(what, out, size=pixels, seed=seed, force=force)
    return console.result(drawn, f"{out}: {drawn['factors']['composition']} at {size} px", json=json)
