"""synchromy export DATA OUT."""

from typing import Any

import typer

from . import console
from .complete import formats


def export(
    data: str = typer.Argument(help="Folder or URL of a dataset."),
    out: str = typer.Argument(help="A new folder; a new .zip for stylegan."),
    format: str = typer.Option("folder", autocompletion=formats, help="folder, stylegan or webdataset."),
    force: bool = console.Force,
    json: bool = console.Json,
    dry_run: bool = console.DryRun,
) -> None:
    """Write a dataset for other tools: an image folder with metadata, a StyleGAN zip, WebDataset tars."""
    import procgen

    opened = procgen.open_dataset(data)
    facts: dict[str, Any] = {"data": data, "out": out, "format": format, "count": len(opened)}
    if dry_run:
        facts |= procgen.plan_export(opened, out, format=format, force=force)
        words = (
            f"would write {console.plural(len(opened), 'picture')}, about "
            f"{console.in_bytes(facts['estimated_bytes'])} and {console.in_time(facts['estimated_seconds'])}, to {out}"
        )
        return console.result(facts, words, json=json)
    with console.progress() as show:
        procgen.export_dataset(
            opened, out, format=format, force=force, progress=lambda done, of: show("exporting", done, of)
        )
    return console.result(facts, f"{console.plural(len(opened), 'picture')} in {out}", json=json)
