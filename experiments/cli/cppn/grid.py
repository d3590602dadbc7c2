"""synchromy cppn grid WHAT OUT."""

from pathlib import Path
from typing import Any

import typer

from .. import console
from . import motions
from .settings import What, warn, with_settings

_DEPTHS, _WIDTHS = "depth=3,5,9,15", "width=5,10,25,50,100"
_OF_KIN = ("symmetry=none,x,both,rotational", "colour=rgb,oklch,grey")  # of networks whose shape is fixed


@with_settings
def grid(
    what: str = What,
    out: Path = typer.Argument(help="The sheet: .png, .tif, .jpg or .webp; .webp, .gif, .mp4 and others if it moves."),
    down: str = typer.Option(
        None, metavar="NAME=VALUES", help=f"Of the rows: seed=0:7, z1=-1:1:5, a,b,c; {_DEPTHS} if left out."
    ),
    across: str = typer.Option(None, metavar="NAME=VALUES", help=f"Of the columns; {_WIDTHS} if left out."),
    cell: int = console.Cell,
    seconds: float = typer.Option(None, help="Let every picture move for so long."),
    through: str = motions.Through,
    reach: float = motions.Reach,
    loop: bool = motions.Loop,
    path: str = motions.Path_,
    over: list[str] = motions.Over,
    fps: float = motions.Fps,
    force: bool = console.Force,
    json: bool = console.Json,
    dry_run: bool = console.DryRun,
    *,
    changes: dict[str, Any],
) -> None:
    """Lay a network out over any two of its parameters, still or moving; `pick` and `render` take single cells."""
    if seconds is None and (through is not None or loop or over):
        raise typer.BadParameter("expected --seconds with --through, --loop or --over, got none: a sheet stands still")
    console.start_keras()
    from experiments.cppn.asking import find_cppn
    from experiments.cppn.motion import Motion, read_over
    from experiments.cppn.moving_sheets import GridAsked, plan_grid, save_grid
    from experiments.cppn.sheets import read_axis

    recipe = find_cppn(what, changes)
    motion, near = None, False
    if seconds is not None:
        tempo = Motion((), path, loop, tuple(map(read_over, over)), seconds, fps, even=False)
        motion, near = motions.motion_of(recipe, through, reach, tempo)
    rows, columns = map(read_axis, sides_of(down, across, fixed=recipe.origin is not None))
    asked = GridAsked(recipe, rows, columns, cell, motion, near)
    chaotic = warn(recipe)
    words = f"{len(asked.down.values)} x {len(asked.across.values)} pictures of {cell} px"
    words += f", {console.plural(motion.frames, 'frame')}" if motion else ""
    if dry_run:
        plan = plan_grid(asked, out)
        words = f"would draw {words} into {out}, {console.about(plan)}{console.taken(out, force)}"
        return console.result({**plan, "chaotic": chaotic}, words, json=json)
    with console.progress() as report:
        facts = save_grid(asked, out, force=force, report=report)
    words += f"; {motions.told(facts)}" if motion else ""
    return console.result({**facts, "chaotic": chaotic}, f"{out}: {words}", json=json)


def sides_of(down: str | None, across: str | None, *, fixed: bool = False) -> tuple[str, str]:
    """What stands on both sides; one that nobody says is not what the other is, and no shape where that is fixed."""
    said = {(side or "").partition("=")[0].strip() for side in (down, across)}
    free = [side for side in (_OF_KIN if fixed else (_DEPTHS, _WIDTHS)) if side.partition("=")[0] not in said]
    return down or free[0], across or free[-1]
