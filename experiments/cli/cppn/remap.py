"""synchromy cppn remap TEXTURE OUT."""

from pathlib import Path
from typing import Any

import typer

from .. import console
from . import motions
from .settings import warn, with_settings

_LATENT = "3"  # of warp, which has none: so that what is drawn still can be filmed


@with_settings
def remap(
    texture: str = typer.Argument(help="Any picture file; or one to be drawn, as default:42 or sheet.png:7."),
    out: Path = typer.Argument(help="A still: .png, .tif, .jpg or .webp; with --seconds a film: .webp, .mp4, .gif ..."),
    what: str = typer.Option("warp", "--net", help="warp, or a picture that remap has made."),
    size: str = typer.Option("512", help="1024, 768x512 or 60x40cm; even numbers for a video."),
    border: str = typer.Option("mirror", help="Beyond the texture's borders: mirror, or wrap round."),
    spread: str = typer.Option("even", help="even, so that all of the texture has its share; or post, as published."),
    fine: int = typer.Option(1, min=1, max=8, help="So many by so many looks a pixel, for smoother edges."),
    seconds: float = typer.Option(None, help="Film it for so long."),
    through: str = motions.Through,
    reach: float = motions.Reach,
    loop: bool = motions.Loop,
    path: str = motions.Path_,
    over: list[str] = motions.Over,
    fps: float = motions.Fps,
    even: bool = motions.Even,
    force: bool = console.Force,
    json: bool = console.Json,
    dry_run: bool = console.DryRun,
    *,
    changes: dict[str, Any],
) -> None:
    """Bend a texture: a network with two outputs says for each pixel which place of it is seen; still, or moving."""
    from experiments.sizes import read_size

    if seconds is None and (through is not None or loop or over):
        raise typer.BadParameter("expected --seconds with --through, --loop or --over, got none: a still stands still")
    measure = read_size(size)
    console.start_keras()
    from experiments.cppn import remapping
    from experiments.cppn.asking import find_cppn
    from experiments.cppn.motion import Motion, calm, read_over
    from experiments.cppn.textures import read_texture

    recipe = find_cppn(what, {"latent": _LATENT, **changes} if what == "warp" else changes)
    asked = remapping.RemapAsked(read_texture(texture), recipe, border, spread, fine)
    warn(recipe)
    words = f"{texture} bent at {measure.size_px[0]}x{measure.size_px[1]} px"
    if seconds is None:
        if dry_run:
            plan = remapping.plan_remap(asked, out, measure)
            words = f"would draw {words} into {out}, {console.about(plan)}{console.taken(out, force)}"
            return console.result(plan, words, json=json)
        with console.progress() as report:
            facts = remapping.save_remap(asked, out, measure, force=force, report=report)
        return console.result(facts, f"{out}: {words}, {console.in_bytes(out.stat().st_size)}", json=json)
    tempo = Motion((), path, loop, tuple(map(read_over, over)), seconds, fps, even)
    motion, near = motions.motion_of(recipe, through, reach, tempo)
    motion = calm(recipe, motion, remapping.uv_strips)[0] if near else motion
    words = f"{words}, {console.plural(motion.frames, 'frame')} at {fps:g} a second"
    if dry_run:
        plan = remapping.plan_remap_film(asked, motion, out, measure.size_px)
        words = f"would draw {words} into {out}, {console.about(plan)}{console.taken(out, force)}"
        return console.result(plan, words, json=json)
    with console.progress() as report:
        facts = remapping.save_remap_film(asked, motion, out, measure.size_px, force=force, report=report)
    return console.result(facts, f"{out}: {words}; {motions.told(facts)}", json=json)
