"""synchromy quickstart [OUT]."""

import os
import sys
from pathlib import Path

import typer

from . import console
from .train import note


def quickstart(
    out: Path = typer.Argument(Path("quickstart"), help="Folder for everything that is made."),
    seed: int = console.Seed,
    workers: int = typer.Option(0, min=0, help="Processes that draw; 0 is one a core."),
    settings: list[str] = typer.Option([], "--set", metavar="KEY=VALUE", help="Change a key of the quick-64 preset."),
    open_report: bool = typer.Option(
        None, "--open/--no-open", help="Open the report in a browser; on a desktop it is."
    ),
    json: bool = console.Json,
    dry_run: bool = console.DryRun,
) -> None:
    """The whole loop on a laptop: draw a world, train a network, follow its modes, make a mosaic and a report."""
    if dry_run:
        from experiments.config import preset

        preset("quick-64").override(*settings)
        facts = {"out": out, "pictures": 4000, "preset": "quick-64", "estimated_seconds": 300, "estimated_bytes": 6e7}
        words = f"would draw 4,000 pictures, train quick-64, write a mosaic and a report into {out}: 5 min, 60 MB"
        return console.result(facts, words, json=json)
    console.start_keras()
    from experiments.quickstart import run_quickstart

    with console.progress() as show:
        facts = run_quickstart(
            out,
            seed=seed,
            workers=workers or os.cpu_count() or 1,
            settings=tuple(settings),
            progress=lambda stage, done, of, line: show(stage, done, of, note(line)),
            say=console.say,
        )
    if open_report or (open_report is None and _on_a_desktop()):
        typer.launch(str(facts["report"]))
    return console.result(facts, _words(facts), json=json)


def _words(facts: dict) -> str:
    places = "\n".join(f"{name:<8} {facts[name]}" for name in ("data", "run", "mosaic", "report"))
    return f"{places}\nverdict  {facts['verdict']['said']}: {facts['verdict']['summary']}"


def _on_a_desktop() -> bool:
    has_screen = sys.platform in ("darwin", "win32") or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    return bool(has_screen) and sys.stderr.isatty()
