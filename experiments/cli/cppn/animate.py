"""synchromy cppn animate WHAT OUT."""

from pathlib import Path
from typing import Any

import typer

from .. import console
from . import motions
from .settings import What, warn, with_settings


@with_settings
def animate(
    what: str = What,
    out: Path = typer.Argument(help=".webp, .avif, .gif, .png, .mp4 or .webm; without an ending, a folder of PNGs."),
    through: str = motions.Through,
    reach: float = motions.Reach,
    loop: bool = motions.Loop,
    path: str = motions.Path_,
    over: list[str] = motions.Over,
    seconds: float = typer.Option(6.0, help="How long it takes."),
    fps: float = motions.Fps,
    even: bool = motions.Even,
    size: str = typer.Option("512", help="512 or 768x512; even numbers for a video."),
    full_colour: bool = typer.Option(False, "--yuv444", help="The colour of each pixel in a video: not all play it."),
    force: bool = console.Force,
    json: bool = console.Json,
    dry_run: bool = console.DryRun,
    *,
    changes: dict[str, Any],
) -> None:
    """Film a network whose latent goes along a path, or whose parameters change: open, or in a loop without a seam."""
    from experiments.sizes import read_size

    measure = read_size(size)
    console.start_keras()
    from experiments.cppn.asking import find_cppn
    from experiments.cppn.filming import FilmAsked, plan_film, save_film
    from experiments.cppn.motion import Motion, calm, read_over

    recipe = find_cppn(what, changes)
    tempo = Motion((), path, loop, tuple(map(read_over, over)), seconds, fps, even)
    motion, near = motions.motion_of(recipe, through, reach, tempo)
    motion = calm(recipe, motion)[0] if near else motion
    asked = FilmAsked(recipe, motion, measure.size_px, full_colour)
    chaotic = warn(recipe)
    words = (
        f"{console.plural(motion.frames, 'frame')} at {fps:g} a second, {measure.size_px[0]}x{measure.size_px[1]} px"
    )
    if dry_run:
        plan = plan_film(asked, out)
        words = f"would draw {words} into {out}, {console.about(plan)}{console.taken(out, force)}"
        return console.result({**plan, "chaotic": chaotic}, words, json=json)
    with console.progress() as report:
        facts = save_film(asked, out, force=force, report=report)
    return console.result({**facts, "chaotic": chaotic}, f"{out}: {words}; {motions.told(facts)}", json=json)
