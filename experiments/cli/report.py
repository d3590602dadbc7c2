"""synchromy report RUN."""

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from . import console

if TYPE_CHECKING:
    from procgen import Dataset


def report(
    run: Path = typer.Argument(help="A run."),
    out: Path = typer.Option(None, help="The page to write; RUN/report.html if left out."),
    mosaic: Path = typer.Option(None, help="A mosaic of this run to show; one is made if left out."),
    cppn: str = typer.Option(
        None, metavar="DATA", help="A dataset to stand beside it, as `synchromy cppn dataset` makes."
    ),
    figures: Path = typer.Option(None, help="A folder for all figures as PNG and SVG files, too."),
    force: bool = console.Force,
    json: bool = console.Json,
    dry_run: bool = console.DryRun,
) -> None:
    """Write one self-contained HTML page: verdict, modes over training, samples, losses, mosaic."""
    if out is None:
        out = run / "report.html"
    elif out.exists() and not force:
        raise typer.BadParameter(f"expected a new file, but {out} exists: choose another name or --force")
    if not run.is_dir():
        raise typer.BadParameter(f"expected a run folder, got {run}")
    if dry_run:
        _opened(cppn)
        words = f"would write {out}" + (f" and figures into {figures}" if figures else "")
        return console.result({"run": run, "report": out, "figures": figures, "beside": cppn}, words, json=json)
    baseline = _opened(cppn)
    console.start_keras()
    from experiments.figure_files import write_figures
    from experiments.reporting import write_report
    from experiments.run import Run

    files = write_figures(Run(run), figures, force=force) if figures else []
    facts = {**write_report(Run(run), out, mosaic=mosaic, baseline=baseline), "figures": files}
    words = f"{out} ({console.in_bytes(facts['bytes'])}): {facts['verdict']['said']}"
    words += f"; {len(files)} figures in {figures}" if figures else ""
    return console.result(facts, words, json=json)


def _opened(data: str | None) -> "Dataset | None":
    from procgen import open_dataset

    return None if data is None else open_dataset(data)
