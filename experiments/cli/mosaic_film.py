"""A mosaic over training as a film: what is checked before it is drawn, and how it is written."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from . import console
from .mosaic_output import Output

if TYPE_CHECKING:
    from experiments.tiles_asked import TilesAsked


def is_film(out: Path, seconds: float | None) -> bool:
    """Whether a film is meant: its length says so, or a name that no still has."""
    from mosaics import ENDINGS, MOVING

    ending = out.suffix.lower()
    return seconds is not None or (ending in MOVING and ending not in ENDINGS)


def check_film(output: Output, latents: str | None) -> None:
    """What can be said before anything is drawn."""
    from experiments.tiles_asked import FIXED
    from mosaics import check_ending, check_new

    if latents not in (None, FIXED):
        raise typer.BadParameter(
            f"expected --latents fixed for a film, which follows the same ones over training, got {latents}: "
            "leave --latents out"
        )
    if output.pyramid or output.bleed_px or output.profile != "srgb" or output.dpi:
        raise typer.BadParameter(
            f"expected --dpi, --bleed, --profile and --pyramid beside a still, got the film {output.out}"
        )
    check_ending(output.out, moving=True)
    check_new(output.out, force=output.force)


def write_film(asked: "TilesAsked", how: dict[str, Any], output: Output, *, dry_run: bool, json: bool) -> None:
    """A frame a snapshot, of what is asked for; `how` is what a `Lapse` is made of."""
    console.start_keras()
    from experiments.timelapse import SECONDS, Lapse, plan_timelapse, save_timelapse

    lapse = Lapse(**{**how, "seconds": how["seconds"] or SECONDS})
    if dry_run:
        facts = plan_timelapse(asked, lapse, output.out)
        words = f"would draw {_words(facts)} into {output.out}, {console.about(facts)}"
        return console.result(facts, words + console.taken(output.out, output.force), json=json)
    with console.progress() as report:
        facts = save_timelapse(asked, lapse, output.out, force=output.force, report=report)
    return console.result(facts, f"{output.out}: {_words(facts)}", json=json)


def _words(facts: dict[str, Any]) -> str:
    width, height = facts["size_px"]
    steps = len(facts["source"]["sources"][0]["steps"])
    return (
        f"{console.plural(facts['tiles'], 'latent')} over {console.plural(steps, 'snapshot')} in "
        f"{facts['film_seconds']:g} s, {width}x{height} px"
    )
