"""synchromy walk RUN OUT."""

from pathlib import Path

import typer

from . import console
from .sample import Checkpoint, Run, Truncation


def walk(
    run: Path = Run,
    out: Path = typer.Argument(help="The film: walk.webp, .gif, .png or .mp4, for which ffmpeg is needed."),
    start: str = typer.Option(None, "--from", metavar="LATENT", help="A number of the seed's, or SHEET.png:CELL."),
    end: str = typer.Option(None, "--to", metavar="LATENT", help="Where it ends."),
    through: str = typer.Option(None, metavar="LATENTS", help="Several, as 3,9,samples.png:4."),
    loop: bool = typer.Option(False, "--loop", help="Come back to where it began, without a seam."),
    along: str = typer.Option(None, metavar="FACTOR", help="Move one latent: hue=+30, lightness=-0.1, chroma=0.05."),
    seconds: float = typer.Option(None, help="How long it takes; 6 if nothing is said."),
    bpm: float = typer.Option(None, help="Beats a minute instead: each latent falls on a beat."),
    beats: int = typer.Option(None, min=1, help="From one latent to the next; 4 if nothing is said."),
    fps: float = typer.Option(25.0, help="Frames a second."),
    scale: int = typer.Option(None, min=1, max=64, help="Pixels a side for each of the network's; up to 256 a side."),
    checkpoint: str = Checkpoint,
    truncation: float = Truncation,
    seed: int = console.Seed,
    force: bool = console.Force,
    json: bool = console.Json,
    dry_run: bool = console.DryRun,
) -> None:
    """Walk through the latents of a trained network: from one to another, in a loop, to a beat, along a factor."""
    names = _names(start, end, through, along)
    if bpm is not None and seconds is not None:
        raise typer.BadParameter("expected --seconds or --bpm, got both: beats decide how long it takes")
    if beats is not None and bpm is None:
        raise typer.BadParameter("expected --beats with --bpm, which says how long a beat is")
    console.start_keras()
    from experiments.directions import read_along
    from experiments.sampling import Drawing
    from experiments.trained import open_trained
    from experiments.walking import Tempo, Walk, find_latents, plan_walk, save_walk

    tempo = Tempo(6.0 if seconds is None else seconds, bpm, beats or 4, fps)
    asked, drawing = read_along(along) if along else None, Drawing(1, seed, truncation)
    trained = open_trained(run, checkpoint)
    latents = find_latents(trained, names, seed=seed, truncation=drawing.truncation)
    wanted = Walk(latents, tuple(names), seed, loop, asked, tempo, scale or max(1, 256 // trained.side))
    if dry_run:
        facts = plan_walk(trained, wanted, out)
        words = f"would draw {_words(facts)} into {out}, {console.about(facts)}{console.taken(out, force)}"
        return console.result(facts, words, json=json)
    with console.progress() as show:
        facts = save_walk(trained, wanted, out, force=force, report=show)
    return console.result(facts, f"{out}: {_words(facts)}{_moved(facts)}", json=json)


def _names(start: str | None, end: str | None, through: str | None, along: str | None) -> list[str]:
    """The latents that are walked through, by name."""
    if through is not None and (start is not None or end is not None):
        raise typer.BadParameter("expected --through, or --from and --to, got both: name all in --through")
    names = through.split(",") if through is not None else [name for name in (start, end) if name is not None]
    if not names or (start is None and end is not None):
        raise typer.BadParameter(
            "expected where to walk: --from 3 --to 9, --through 3,9,4, or --from 3 --along hue=+30"
        )
    if along is not None and len(names) > 1:
        raise typer.BadParameter(f"expected one latent with --along, got {', '.join(names)}: name it as --from")
    return names


def _words(facts: dict) -> str:
    way = " and back to the first" if facts["loop"] else ""
    return (
        f"{console.plural(facts['frames'], 'frame')} at {facts['fps']:g} a second, "
        f"through {', '.join(facts['through'])}{way}"
    )


def _moved(facts: dict) -> str:
    if "along" not in facts:
        return ""
    return f"; {facts['along']} went {facts['moved']:+.3g} of the {facts['asked']:+g} asked, from {facts['start']:.3g}"
