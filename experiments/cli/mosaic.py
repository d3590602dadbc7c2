"""synchromy mosaic SOURCE... OUT."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from . import console
from .complete import kinds_of_latents, layouts, orders, profiles, resizes
from .mosaic_film import check_film, is_film, write_film
from .mosaic_output import Output, check, plan, tiles_for_a_plan, told, write

if TYPE_CHECKING:
    from experiments.tiles_asked import TilesAsked
    from mosaics import Look, Options, Tiles

LAYOUTS = (
    "grid, filmstrip, tapestry, hexagons, voronoi, hilbert, phyllotaxis, concentric, mondrian, treemap, shape, "
    "seamless, photomosaic or quadtree."
)
ORDERS = "hue, lightness, chroma, step, mode, principal, similarity or random; hue where it is free."

_MANY = 2000  # tiles, from which on a person wants to see how far they are read


def mosaic(
    sources: list[str] = typer.Argument(help="Runs, datasets, folders of pictures: one or several."),
    out: Path = typer.Argument(
        help="The file to write: .png, .tif, .jpg, .webp, .pdf; .mp4 or .gif; without ending a folder to zoom into."
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
        "fresh", autocompletion=kinds_of_latents, help="Of a run: fresh, new samples, or fixed, those of its snapshots."
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
    from experiments.sources import check_sources, holds_runs
    from experiments.tiles_asked import FRESH, TilesAsked
    from mosaics.bleed import bleeding
    from mosaics.duplicates import APART

    if layout not in mosaics.LAYOUTS:
        raise typer.BadParameter(f"expected a layout among {', '.join(mosaics.LAYOUTS)}, got {layout}")
    row = mosaics.LAYOUTS[layout]
    sequence = order or (None if row.sorts or row.repeats else "hue")
    facts: dict[str, Any] = {"sources": sources, "out": out, "layout": layout, "order": sequence, "count": count}
    measure = read_size(size, dpi=dpi) if size else None
    bleed_px = read_bleed(bleed, measure) if bleed else 0
    output = Output(out, force, measure.dpi if measure else dpi, bleed_px, profile, pyramid)
    own = _look(row.look, gutter, margin, background)
    size_px, look = bleeding(measure.size_px, own, bleed_px) if measure else (None, own)
    moving = is_film(out, seconds)
    (check_film if moving else check)(output, size_px)
    near = (apart if apart is not None else APART) if distinct or apart is not None else None
    asked = TilesAsked(
        tuple(sources), count, seed, latents, (steps,), select=select, distinct=near, tile=tile, resize=resize,
        skip_broken=skip_broken,
    ).fit_for(layout, sequence)  # fmt: skip
    check_sources(asked)
    options = _options(target, cells, repeats, blend, text, shape)
    _check_needs(layout, row.needs, options)
    name = partial(named, target=target, shape=shape, text=text)
    how: dict[str, Any] = {
        "layout": layout,
        "order": sequence,
        "size_px": size_px,
        "seed": seed,
        "look": look,
        "options": options,
    }
    if moving:
        how |= {"seconds": seconds, "named": name}
        return write_film(asked, how, output, dry_run=dry_run, json=json)
    drawn = holds_runs(asked) and asked.latents == FRESH
    tiles = tiles_for_a_plan(asked, _tiles, drawn=drawn) if dry_run else _tiles(asked)
    picture = name(mosaics.compose(tiles, **how))
    if dry_run:
        planned, words = plan(picture, output)
        return console.result({**facts, **planned}, f"would arrange {words}", json=json)
    written = write(picture, output)
    width, height = picture.size_px
    words = f"{written}: {_told(tiles, count)}, {width}x{height} px{told(output)}"
    of = {facts["name"]: facts["tiles"] for facts in tiles.source["sources"]}
    return console.result({**facts, "count": len(tiles), "of": of, "size_px": [width, height]}, words, json=json)


def _tiles(asked: "TilesAsked") -> "Tiles":
    from experiments.sources import holds_runs, tiles_of

    if holds_runs(asked):
        console.start_keras()
    if asked.count < _MANY:
        return tiles_of(asked)
    with console.progress() as report:
        return tiles_of(asked, report=report)


def _told(tiles: "Tiles", count: int) -> str:
    """How many tiles there are, where that is not what was asked for, and of what, where there are several sources."""
    words = console.plural(len(tiles), "tile") + (f" of up to {count:,}" if len(tiles) < count else "")
    found = tiles.source["sources"]
    passed = sum(len(facts.get("passed_over", ())) for facts in found)
    if len(found) > 1:
        words += " (" + ", ".join(f"{facts['tiles']:,} of {facts['name']}" for facts in found) + ")"
    return words + (f", {console.plural(passed, 'broken picture')} passed over" if passed else "")


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
