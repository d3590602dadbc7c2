"""Where a mosaic goes: what is checked before it is drawn, what it would cost, and how it is written."""

from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from . import console

if TYPE_CHECKING:
    from experiments.tiles_asked import TilesAsked
    from mosaics import Picture, Tiles

_LONG = 2**24  # pixels, from which on a person wants to see how far it is
_MANY = 2000  # tiles, from which on a person wants to see how far they are read
_ENOUGH = 256  # new samples of a run, that stand for all of them in a dry run


@dataclass(frozen=True)
class Output:
    """A file, or a folder where the name has no ending, and what is said of paper and colour."""

    out: Path
    force: bool
    dpi: float | None
    bleed_px: int
    profile: str
    pyramid: bool

    @property
    def paper(self) -> dict[str, Any]:
        """As `Picture.save` takes it."""
        return {"dpi": self.dpi, "bleed_px": self.bleed_px, "profile": self.profile, "pyramid": self.pyramid}


def check(output: Output, size_px: tuple[int, int] | None) -> None:
    """What can be said before anything is drawn."""
    from mosaics import check_ending, check_new
    from mosaics.deepzoom import check_folder
    from mosaics.icc import find_profile
    from mosaics.saving import check_sides

    out = output.out
    if out.suffix.lower() in (".html", ".dzi"):
        raise typer.BadParameter(f"expected a name without an ending for a page to zoom into, got {out}: a folder")
    find_profile(output.profile)
    if not out.suffix:
        if output.pyramid or output.profile != "srgb" or output.bleed_px:
            raise typer.BadParameter(f"expected --bleed, --profile and --pyramid beside a file, got the folder {out}")
        return check_folder(out, force=output.force)
    check_ending(out, pyramid=output.pyramid)
    if size_px:
        check_sides(size_px, out.suffix.lower())
    return check_new(out, force=output.force)


def write_still(asked: "TilesAsked", how: dict[str, Any], output: Output, *, dry_run: bool, json: bool) -> None:
    """Tiles that are asked for as one picture; `how` is what `compose` takes, and how the record names its options."""
    import mosaics
    from experiments.sources import holds_runs
    from experiments.tiles_asked import FRESH

    name = how.pop("named")
    facts = {"sources": list(asked.sources), "out": output.out, "layout": how["layout"], "order": how["order"]}
    if dry_run:
        drawn = holds_runs(asked) and asked.latents == FRESH
        picture = name(mosaics.compose(_tiles_for_a_plan(asked, drawn=drawn), **how))
        planned, words = _plan(picture, output)
        return console.result({**facts, "count": asked.count, **planned}, f"would arrange {words}", json=json)
    tiles = _tiles(asked)
    picture = name(mosaics.compose(tiles, **how))
    written = _write(picture, output)
    width, height = picture.size_px
    words = f"{written}: {_told(tiles, asked.count)}, {width}x{height} px{_told_of_paper(output)}"
    of = {each["name"]: each["tiles"] for each in tiles.source["sources"]}
    return console.result({**facts, "count": len(tiles), "of": of, "size_px": [width, height]}, words, json=json)


def _tiles(asked: "TilesAsked") -> "Tiles":
    from experiments.sources import holds_runs, tiles_of

    if holds_runs(asked):
        console.start_keras()
    if asked.count < _MANY:
        return tiles_of(asked)
    with console.progress() as report:
        return tiles_of(asked, report=report)


def _tiles_for_a_plan(asked: "TilesAsked", *, drawn: bool) -> "Tiles":
    """As many tiles as there would be; where a network draws them, a few that stand for all."""
    from mosaics.costs import repeated

    if not drawn or asked.count <= _ENOUGH:
        return _tiles(asked)
    few = _tiles(replace(asked, count=_ENOUGH))
    return few if len(few) < _ENOUGH else repeated(few, asked.count)


def _write(picture: "Picture", output: Output) -> Path:
    """The file, or the page to open."""
    from mosaics.deepzoom import save_deepzoom

    if not output.out.suffix:
        with console.progress() as report:
            return save_deepzoom(picture, output.out, force=output.force, report=report)
    if picture.size_px[0] * picture.size_px[1] < _LONG:
        return picture.save(output.out, force=output.force, **output.paper)
    with console.progress() as report:
        return picture.save(output.out, force=output.force, **output.paper, report=report)


def _plan(picture: "Picture", output: Output) -> tuple[dict[str, Any], str]:
    """What it would cost to write a mosaic, as facts and in words."""
    from mosaics.costs import cost
    from mosaics.deepzoom_costs import deepzoom_cost

    width, height = picture.size_px
    facts: dict[str, Any] = {"size_px": [width, height], "tiles": len(picture.tiles)}
    words = f"{console.plural(len(picture.tiles), 'tile')} into {output.out}, {width}x{height} px"
    file = bool(output.out.suffix)
    facts |= asdict(cost(picture, output.out, **output.paper) if file else deepzoom_cost(picture))
    words += f", {console.about(facts)}"
    words += f", {console.in_bytes(facts['memory'])} of memory" if facts["memory"] else ""
    return facts, words


def _told_of_paper(output: Output) -> str:
    """What a person is told of paper beside the pixels."""
    words = f", {output.dpi:g} per inch" if output.dpi else ""
    words += f", {output.bleed_px} px of bleed on each side" if output.bleed_px else ""
    return words + ("" if output.profile == "srgb" else f", {output.profile}")


def _told(tiles: "Tiles", count: int) -> str:
    """How many tiles there are, where that is not what was asked for, and of what, where there are several sources."""
    words = console.plural(len(tiles), "tile") + (f" of up to {count:,}" if len(tiles) < count else "")
    found = tiles.source["sources"]
    passed = sum(len(facts.get("passed_over", ())) for facts in found)
    if len(found) > 1:
        words += " (" + ", ".join(f"{facts['tiles']:,} of {facts['name']}" for facts in found) + ")"
    return words + (f", {console.plural(passed, 'broken picture')} passed over" if passed else "")
