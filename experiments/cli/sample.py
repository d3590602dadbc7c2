"""synchromy sample RUN OUT."""

from pathlib import Path
from typing import Any

import typer

from . import console

Run = typer.Argument(help="A run that `synchromy train` has made.")
Checkpoint = typer.Option(None, help="Its step as 1200 or its images as 9.6kimg; the newest if none is given.")
Truncation = typer.Option(1.0, help="Above 0, up to 1: less draws what is more usual, and less of it.")


def sample(
    run: Path = Run,
    out: Path = typer.Argument(help="A folder for many, gone on with when called again; or a sheet as samples.png."),
    count: int = typer.Option(64, min=1, help="How many."),
    checkpoint: str = Checkpoint,
    truncation: float = Truncation,
    latent: int = typer.Option(None, min=0, help="Only the sample of this number, as a picture of its own."),
    fixed: int = typer.Option(None, min=0, help="Only what a snapshot keeps of the fixed latent of this number."),
    cell: int = typer.Option(None, min=1, help="Side of a picture on a sheet, a multiple of the run's."),
    seed: int = console.Seed,
    force: bool = typer.Option(False, "--force", help="Replace a picture or a sheet that exists."),
    json: bool = console.Json,
    dry_run: bool = console.DryRun,
) -> None:
    """Draw new pictures with a trained network: any number into a folder, or a numbered sheet to pick from."""
    import mosaics

    if latent is not None or fixed is not None:
        return _one(run, out, checkpoint, (seed, truncation), (latent, fixed), force, json, dry_run)
    on_a_sheet = out.suffix.lower() in mosaics.ENDINGS
    if not on_a_sheet and out.suffix.lower() in mosaics.MOVING:
        raise typer.BadParameter(f"expected a folder or a sheet as samples.png, got {out}: loops are for walk")
    if not on_a_sheet and out.suffix[1:].isalpha() and not out.is_dir():
        raise typer.BadParameter(f"expected a folder or a sheet as samples.png, got {out}: a folder has no ending")
    if not on_a_sheet and (cell or force):
        raise typer.BadParameter(f"expected --cell and --force with a sheet as samples.png alone, got the folder {out}")
    console.start_keras()
    from experiments.sampling import Drawing
    from experiments.trained import open_trained

    drawing = Drawing(count, seed, truncation)
    trained = open_trained(run, checkpoint)
    if on_a_sheet:
        return _sheet(trained, drawing, out, cell, force, json, dry_run)
    return _folder(trained, drawing, out, json, dry_run)


def _one(
    run: Path, out: Path, checkpoint: str | None, how: tuple[int, float], which: tuple[int | None, int | None],
    force: bool, json: bool, dry_run: bool,
) -> None:  # fmt: skip
    import mosaics

    latent, fixed = which
    if latent is not None and fixed is not None:
        raise typer.BadParameter("expected --latent or --fixed, got both")
    mosaics.check_ending(out)
    if dry_run:
        words = f"would draw one picture of {run} into {out}{console.taken(out, force)}"
        return console.result({"out": out, "run": run, "latent": latent, "fixed": fixed}, words, json=json)
    mosaics.check_new(out, force=force)
    console.start_keras()
    from experiments.sampling import Drawing, read_fixed, save_sample
    from experiments.trained import SOURCE_TYPE, open_trained

    if latent is not None:
        facts = save_sample(open_trained(run, checkpoint), out, Drawing(1, *how), latent, force=force)
    else:
        picture, facts = read_fixed(run, fixed or 0, checkpoint)
        mosaics.save_picture(picture, out, provenance=facts, source_type=SOURCE_TYPE, force=force)
    words = f"{out}: {facts['kind']} {facts['latent']} of step {facts['step']:,}"
    return console.result({"out": out, **facts}, words, json=json)


def _folder(trained: Any, drawing: Any, out: Path, json: bool, dry_run: bool) -> None:
    from experiments.sampling import plan_folder, sample_folder

    samples = console.plural(drawing.count, "sample")
    if dry_run:
        facts = {"out": out, "count": drawing.count, **trained.facts, **plan_folder(trained, out, drawing)}
        words = f"would draw {samples} of step {facts['step']:,} into {out}, {console.about(facts)}"
        return console.result(facts, words, json=json)
    with console.progress() as show:
        facts = sample_folder(trained, out, drawing, show)
    words = f"{out}: {samples} of step {facts['step']:,}, {facts['drawn']:,} of them new"
    return console.result(facts, words, json=json)


def _sheet(trained: Any, drawing: Any, out: Path, cell: int | None, force: bool, json: bool, dry_run: bool) -> None:
    from experiments.sample_sheets import default_cell, sample_sheet, whole_scale
    from experiments.sheets import plan_sheet, save_sheet

    side = cell or default_cell(trained)
    whole_scale(side, trained.side)
    sheet, facts = sample_sheet(trained, drawing), {"kind": "sample", "count": drawing.count, **drawing.facts}
    samples = console.plural(drawing.count, "sample")
    if dry_run:
        facts |= {**trained.facts, **plan_sheet(sheet, out, cell=side, facts=facts)}
        words = f"would draw {samples} of step {facts['step']:,} at {side} px into {out}, "
        words += console.about(facts) + console.taken(out, force)
        return console.result({"out": out, "cell_px": side, **facts}, words, json=json)
    made = save_sheet(sheet, out, cell=side, facts=facts, force=force)
    words = f"{out}: {samples} of step {made['step']:,}; vary some with `synchromy pick {out} 0 1`"
    return console.result({"out": out, **made}, words, json=json)
