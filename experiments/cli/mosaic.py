"""synchromy mosaic SOURCE... OUT."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from . import console
from .complete import kinds_of_latents, layouts, orders, profiles, resizes
from .mosaic_film import check_film, is_film, write_film
from .mosaic_output import Output, check, write_still

if TYPE_CHECKING:
    from mosaics import Look, Options

LAYOUTS = (
    "grid, filmstrip, tapestry, hexagons, voronoi, hilbert, phyllotaxis, concentric, mondrian, treemap, shape, "
    "seamless, photomosaic or quadtree."
)
ORDERS = "hue, lightness, chroma, step, mode, principal, similarity or random; hue where it is free."


def mosaic(
    sources: list[str] = typer.Argument(help="Runs, datasets, folders of pictures: one or several."),
    out: Path = typer.Argument(
        help="The file to write: .png, .tif, .jpg, .webp, .pdf; a film as .mp4, .webm, .gif or .avif; without ending a "
        "folder to zoom into."
    ),
    layout: str = typer.Option("grid", autocompletion=layouts, help=LAYOUTS),
    order: str = typer.Option(None, autocompletion=orders, help=ORDERS),
    size: str = typer.Option(None, help="4096, 4096x2048, 60x40cm or 24x16in; left out, tiles keep their size."),
    dpi: float = typer.Option(None, help="Pixels per inch, written into the file; 300 for lengths."),
    bleed: str = typer.Option(None, help="Drawn beyond the size on each side, to be cut off: 3mm, 0.125in or 36px."),
    profile: str = typer.Option("srgb", autocompletion=profiles, help="Colours of the file: srgb, or adobe-rgb."),
    pyramid: bool = typer.Option(False, "--pyramid", help="Of a .tif: smaller copies within, for viewers that zoom."),
    count: int = typer.Option(1000, min=1, help="How many tiles at most; of more pictures, a choice by the seed."),
    steps: str = typer.Option("", help="Of a run: all, or some as 1200, 9.6kimg or 20kimg-40kimg,80kimg."),
    latents: str = typer.Option(
        None,
        autocompletion=kinds_of_latents,
        help="Of a run: fresh, new samples, or fixed, those of its snapshots; what suits the layout if not given.",
    ),
    select: str = typer.Option("", help='What tiles have to be, as "mode=rings|waves,score>0.9,base_hue_deg=330..30".'),
    distinct: bool = typer.Option(False, "--distinct", help="No near-duplicates."),
    apart: float = typer.Option(None, min=0, help="How far apart distinct tiles are at least; 0.03 if not given."),
    tile: int = typer.Option(None, min=1, help="Side of a tile as it is read; the largest source's if not given."),
    resize: str = typer.Option(
        "crop", autocompletion=resizes, help="How pictures become squares: crop, fit or stretch."
    ),
    skip_broken: bool = typer.Option(False, "--skip-broken", help="Pass over pictures that cannot be read."),
    target: Path = typer.Option(None, help="The picture that a photomosaic or a quadtree is to be seen as."),
    cells: int = typer.Option(None, min=1, help="About how many places it has; as many as tiles if not given."),
    repeats: int = typer.Option(None, min=1, help="How often a tile may be used in it; 1 is once, left out is freely."),
    blend: float = typer.Option(0.0, min=0, max=1, help="How far each tile's colour is moved to that of its place."),
    text: str = typer.Option(None, help="Words for the layout shape; | parts lines."),
    shape: Path = typer.Option(None, help="A silhouette for the layout shape, dark on light or on nothing."),
    gutter: float = typer.Option(None, help="Air between tiles, in parts of a tile."),
    margin: float = typer.Option(None, help="Air around them, in parts of the picture."),
    background: str = typer.Option(None, help='Colour of both, "#rrggbb".'),
    seconds: float = typer.Option(None, help="Write a film of a run's training that takes so long; 12 as .mp4, .gif."),
    seed: int = console.Seed,
    force: bool = console.Force,
    json: bool = console.Json,
    dry_run: bool = console.DryRun,
) -> None:
    """Arrange many pictures into one that carries how it was made; or, of a run, into a film of its training."""
    from functools import partial

    import mosaics
    from experiments.rebuilding_mosaics import named
    from experiments.sizes import read_bleed, read_size
    from experiments.sources import check_sources
    from experiments.tiles_asked import FRESH, TilesAsked
    from mosaics.bleed import bleeding
    from mosaics.duplicates import APART

    if layout not in mosaics.LAYOUTS:
        raise typer.BadParameter(f"expected a layout among {', '.join(mosaics.LAYOUTS)}, got {layout}")
    row = mosaics.LAYOUTS[layout]
    sequence = order or (None if row.sorts or row.repeats else "hue")
    measure = read_size(size, dpi=dpi) if size else None
    bleed_px = read_bleed(bleed, measure) if bleed else 0
    output = Output(out, force, measure.dpi if measure else dpi, bleed_px, profile, pyramid)
    look = _look(row.look, gutter, margin, background)
    size_px, look = bleeding(measure.size_px, look, bleed_px) if measure else (None, look)
    moving = is_film(out, seconds)
    if moving:
        check_film(output, latents)
    else:
        check(output, size_px)
    near = (apart if apart is not None else APART) if distinct or apart is not None else None
    asked = TilesAsked(
        tuple(sources), count, seed, latents or FRESH, (steps,), select=select, distinct=near, tile=tile,
        resize=resize, skip_broken=skip_broken,
    ).fit_for(layout, sequence, named=latents)  # fmt: skip
    check_sources(asked)
    options = _options(target, cells, repeats, blend, text, shape)
    _check_needs(layout, row.needs, options)
    how = {
        "layout": layout,
        "order": sequence,
        "size_px": size_px,
        "seed": seed,
        "look": look,
        "options": options,
        "named": partial(named, target=target, shape=shape, text=text),
    }
    if moving:
        return write_film(asked, {**how, "seconds": seconds}, output, dry_run=dry_run, json=json)
    return write_still(asked, how, output, dry_run=dry_run, json=json)


def _options(
    target: Path | None, cells: int | None, repeats: int | None, blend: float, text: str | None, shape: Path | None
) -> "Options":
    from experiments.targets import read_shape, read_target, shape_of
    from mosaics import Options

    if text is not None and shape is not None:
        raise typer.BadParameter("expected --text or --shape, got both")
    mask = shape_of(text) if text is not None else None if shape is None else read_shape(shape)
    return Options(None if target is None else read_target(target), cells, repeats, blend, mask)


def _check_needs(layout: str, needs: tuple[str, ...], options: "Options") -> None:
    for need in needs:
        if getattr(options, need) is None:
            words = "--text or --shape" if need == "shape" else f"--{need}"
            raise typer.BadParameter(f"expected {words} for the layout {layout}, got none")


def _look(own: "Look", gutter: float | None, margin: float | None, background: str | None) -> "Look":
    from dataclasses import replace

    asked: dict[str, Any] = {"gutter": gutter, "margin": margin, "background": background}
    return replace(own, **{name: value for name, value in asked.items() if value is not None})
