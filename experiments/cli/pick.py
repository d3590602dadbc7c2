"""synchromy pick SHEET CELLS."""

from pathlib import Path

import typer

from . import colours, console

_SIDE = 160  # pixels of a picture that is drawn from a recipe


def pick(
    sheet: Path = typer.Argument(help="A sheet that preview, sample, cppn or pick has made."),
    cells: list[int] = typer.Argument(help="The numbers under the pictures you choose."),
    out: Path = typer.Option(None, help="The picture to write; preview-2.png after preview.png, and so on."),
    vary: float = typer.Option(0.2, min=0, max=1, help="How far the new pictures move: 0 not at all, 1 nearly free."),
    lock: list[str] = typer.Option([], help="What stays: palette, layout, or a field as count; again for more."),
    count: int = typer.Option(24, min=2, max=10_000, help="How many pictures, the chosen among them."),
    palette: str = colours.Option,
    cell: int = typer.Option(None, min=32, max=2048, help="Side of a picture in pixels; 160, of samples as before."),
    run: Path = typer.Option(None, help="Of a sheet of samples: the run, if it has moved."),
    seed: int = console.Seed,
    force: bool = console.Force,
    json: bool = console.Json,
    dry_run: bool = console.DryRun,
) -> None:
    """Turn chosen pictures of a sheet into a new sheet of variations, from which you can pick again."""
    import mosaics
    from experiments.picking import Breeding, holds_cppns, holds_samples, next_name, pick_variations
    from experiments.sheets import plan_sheet, save_sheet

    side = cell or _SIDE
    if holds_samples(sheet):
        console.start_keras()
        side = cell or mosaics.read_provenance(sheet)["cell_px"]
    if holds_cppns(sheet):
        console.start_keras()
    how = Breeding(count, vary, tuple(lock), seed, colours.chosen(palette))
    made, facts = pick_variations(sheet, cells, how, run=run)
    generation = sum("sheet" in step for step in facts["lineage"])  # what was bred from a picture was none
    target = out or next_name(sheet, generation)
    if dry_run:
        facts |= plan_sheet(made, target, cell=side, facts=facts)
        words = f"would draw {console.plural(count, 'picture')} of generation {generation} into {target}, "
        words += console.about(facts) + console.taken(target, force)
        return console.result({"out": target, "count": count, "cell_px": side, **facts}, words, json=json)
    saved = save_sheet(made, target, cell=side, facts=facts, force=force)
    words = f"{target}: {console.plural(count, 'picture')}, generation {generation}; pick again from it"
    return console.result({"out": target, **saved}, words, json=json)
