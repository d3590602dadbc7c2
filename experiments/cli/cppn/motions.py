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
Path_ = typer.Option("spline", "--path", help="From station to station: spline, without a corner, or straight.")
Over = typer.Option([], metavar="NAME=FROM:TO", help="A parameter over time, as low=-1:-0.2; again for more.")
Fps = typer.Option(25.0, help="Frames a second.")
Even = typer.Option(True, "--even/--as-it-comes", help="Frames where pictures change evenly, or where latents do.")

_STATIONS = 4


def motion_of(
    recipe: "CPPNRecipe",
    *,
    through: str | None,
    over: list[str],
    path: str,
    loop: bool,
    seconds: float,
    fps: float,
    even: bool,
) -> "Motion":
    """The motion that was asked for; where nothing is said of the latent, it goes through a few of the seed's."""
    from experiments.cppn.motion import Motion, read_over, stations_of

    if through is None and not over:
        through = ",".join(map(str, range(_STATIONS)))
    stations = stations_of(recipe, through) if through is not None else ()
    return Motion(stations, path, loop, tuple(map(read_over, over)), seconds, fps, even)


def told(facts: dict) -> str:
    """How much frames differ from one to the next, and the first from the last."""
    words = f"from frame to frame {facts['step_mean']:.2f} of 255 levels, at most {facts['step_max']:.2f}"
    return words + (
        f", from the last to the first {facts['step_last_to_first']:.2f}" if facts["motion"]["loop"] else ""
    )
