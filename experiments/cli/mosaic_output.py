"""Where a mosaic goes: what is checked before it is drawn, what it would cost, and how it is written."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from . import console

if TYPE_CHECKING:
    from experiments.tiles_asked import TilesAsked
    from mosaics import Picture, Tiles

_LONG = 2**24  # pixels, from which on a person wants to see how far it is
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


def write(picture: "Picture", output: Output) -> Path:
    """The file, or the page to open."""
    from mosaics.deepzoom import save_deepzoom

    if not output.out.suffix:
        with console.progress() as report:
            return save_deepzoom(picture, output.out, force=output.force, report=report)
    if picture.size_px[0] * picture.size_px[1] < _LONG:
        return picture.save(output.out, force=output.force, **output.paper)
    with console.progress() as report:
        return picture.save(output.out, force=output.force, **output.paper, report=report)


def tiles_for_a_plan(asked: "TilesAsked", tiles_of: Callable[["TilesAsked"], "Tiles"], *, drawn: bool) -> "Tiles":
    """As many tiles as there would be; where a network draws them, a few that stand for all."""
    from mosaics.costs import repeated

    if not drawn or asked.count <= _ENOUGH:
        return tiles_of(asked)
    few = tiles_of(replace(asked, count=_ENOUGH))
    return few if len(few) < _ENOUGH else repeated(few, asked.count)


def plan(picture: "Picture", output: Output) -> tuple[dict[str, Any], str]:
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


def told(output: Output) -> str:
    """What a person is told of paper beside the pixels."""
    words = f", {output.dpi:g} per inch" if output.dpi else ""
    words += f", {output.bleed_px} px of bleed on each side" if output.bleed_px else ""
    return words + ("" if output.profile == "srgb" else f", {output.profile}")
