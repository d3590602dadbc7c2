"""synchromy report RUN."""

from pathlib import Path

import typer

from . import console


def report(
    run: Path = typer.Argument(help="A run."),
    out: Path = typer.Option(None, help="The page to write; RUN/report.html if left out."),
    mosaic: Path = typer.Option(None, help="A mosaic of this run to show; one is made if left out."),
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
        return console.result({"run": run, "report": out}, f"would write {out}", json=json)
    console.start_keras()
    from experiments.reporting import write_report
    from experiments.run import Run

    facts = write_report(Run(run), out, mosaic=mosaic)
    words = f"{out} ({console.in_bytes(facts['bytes'])}): {facts['verdict']['kind']}"
    return console.result(facts, words, json=json)
