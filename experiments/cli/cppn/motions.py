"""The options by which a motion is said, which films and sheets that move take."""

from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from experiments.cppn.motion import Motion
    from experiments.cppn.recipe import CPPNRecipe

Through = typer.Option(
    None,
    metavar="STATIONS",
    help="Latents to go through: 0,3,7 of the seed's, 0 the picture's own; or \"0.1,1;0.5,0\".",
)
Loop = typer.Option(False, "--loop", help="Come back to where it began, without a seam; the first is not shown twice.")
Reach = typer.Option(
    None,
    min=0,
    help="How far towards the other stations, 1 all the way; left out without --through, as far as it stays calm.",
)
Path_ = typer.Option("spline", "--path", help="From station to station: spline, without a corner, or straight.")
Over = typer.Option([], metavar="NAME=FROM:TO", help="A parameter over time, as low=-1:-0.2; again for more.")
Fps = typer.Option(25.0, help="Frames a second.")
Even = typer.Option(True, "--even/--as-it-comes", help="Frames where pictures change evenly, or where latents do.")

_STATIONS = 4


def motion_of(recipe: "CPPNRecipe", through: str | None, reach: float | None, asked: "Motion") -> tuple["Motion", bool]:
    """(the motion that was asked for, whether it is to stay calm: where nothing is said of the latent)."""
    from dataclasses import replace

    from experiments.cppn.motion import reached, stations_of

    if through is None and asked.over:
        return asked, False
    words = ",".join(map(str, range(_STATIONS))) if through is None else through
    motion = replace(asked, stations=stations_of(recipe, words))
    return reached(motion, 1.0 if reach is None else reach), through is None and reach is None


def told(facts: dict) -> str:
    """How much frames differ from one to the next, and the first from the last."""
    words = f"from frame to frame {facts['step_mean']:.2f} of 255 levels, at most {facts['step_max']:.2f}"
    return words + (
        f", from the last to the first {facts['step_last_to_first']:.2f}" if facts["motion"]["loop"] else ""
    )
