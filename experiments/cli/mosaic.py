"""synchromy mosaic SOURCE OUT."""

from pathlib import Path

import typer

from . import console
from .complete import layouts, orders


def mosaic(
    source: Path = typer.Argument(help="A run or a dataset."),
    out: Path = typer.Argument(help="The PNG to write."),
    layout: str = typer.Option("grid", autocompletion=layouts, help="grid, or filmstrip: fixed latents over training."),
    order: str = typer.Option(None, autocompletion=orders, help="hue, lightness, step or mode; hue for a grid."),
    size: str = typer.Option(None, help="Pixels: 4096, or 4096x2048; left out, tiles keep their size."),
    count: int = typer.Option(1000, min=1, help="How many tiles at most."),
    seed: int = console.Seed,
    force: bool = console.Force,
    json: bool = console.Json,
    dry_run: bool = console.DryRun,
) -> None:
    """Arrange many pictures into one that carries how it was made."""
    if order is None and layout == "grid":
        order = "hue"
    facts = {"source": source, "out": out, "layout": layout, "order": order, "count": count}
    if out.exists() and not force:
        raise typer.BadParameter(f"expected a new file, but {out} exists: choose another name or --force")
    pixels = console.pixels(size) if size else None
    if not source.is_dir():
        raise typer.BadParameter(f"expected a run or a dataset, got {source}")
    if dry_run:
        return console.result(
            facts, f"would arrange up to {console.plural(count, 'tile')} of {source} into {out}", json=json
        )
    console.start_keras()
    import mosaics
    from experiments.sources import tiles_of

    tiles = tiles_of(source, count=count, seed=seed, layout=layout, order=order)
    picture = mosaics.compose(tiles, layout=layout, order=order, size_px=pixels, seed=seed)
    picture.save(out, force=force)
    height, width = picture.pixels.shape[:2]
    words = f"{out}: {console.plural(len(tiles), 'tile')}, {width}x{height} px"
    return console.result({**facts, "count": len(tiles), "size_px": [width, height]}, words, json=json)
