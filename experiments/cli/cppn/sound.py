"""synchromy cppn sound OUT."""

from pathlib import Path
from typing import Any

import typer

from .. import console
from .settings import with_settings


@with_settings
def sound(
    out: Path = typer.Argument(help="The sound: .wav."),
    what: str = typer.Option(None, "--net", help="A preset; a picture of ours, to be heard; or 24 x 4 if left out."),
    tones: str = typer.Option("A2,E3,A3", help="What it turns on: notes as A2,C#3,E3, or Hz as 110,165.5."),
    seconds: float = typer.Option(8.0, help="How long it takes."),
    rate: int = typer.Option(48_000, help="Samples a second: 44100 or 48000."),
    bits: int = typer.Option(16, help="Bits a sample: 16 or 24."),
    loop: bool = typer.Option(True, "--loop/--open", help="Its end leads into its beginning; or it fades in and out."),
    spectrogram: Path = typer.Option(None, help="Where its picture goes; beside it as .png if left out."),
    force: bool = console.Force,
    json: bool = console.Json,
    dry_run: bool = console.DryRun,
    *,
    changes: dict[str, Any],
) -> None:
    """Let a network of time alone be heard, in stereo; with its spectrogram."""
    console.start_keras()
    from experiments.cppn.asking import find_cppn
    from experiments.cppn.sounding import CALM, SoundAsked, plan_sound, read_tones, save_sound, tones_in_words
    from models import CPPNS

    made = CALM if what is None else {"channels": 2, "inputs": ("x", "y")} if what in CPPNS else {}
    recipe = find_cppn(what or "silk", {**made, **changes})
    asked = SoundAsked(recipe, read_tones(tones), seconds, rate, bits, loop)
    picture = spectrogram or out.with_suffix(".png")
    words = f"{seconds:g} s of {tones_in_words(asked.tones)} at {rate / 1000:g} kHz"
    if dry_run:
        plan = plan_sound(asked, out, picture)
        taken = console.taken(out, force) + console.taken(picture, force)
        return console.result(plan, f"would sound {words} into {out}, {console.about(plan)}{taken}", json=json)
    with console.progress() as report:
        facts = save_sound(asked, out, spectrogram=picture, force=force, report=report)
    return console.result(facts, f"{out}: {words}{_told(facts)}; {picture}", json=json)


def _told(facts: dict) -> str:
    if not facts["loop"]:
        return ""
    return (
        f"; from sample to sample at most {facts['step_max']:.3f} of full scale, "
        f"from the last to the first {facts['step_last_to_first']:.3f}"
    )
