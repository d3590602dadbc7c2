"""synchromy cppn fit PICTURE OUT."""

from pathlib import Path

import typer

from .. import console

_CROP = "Part of the picture: LEFT,TOP,WIDTH,HEIGHT, or a side of the square in the middle, as 128."


def fit(
    picture: str = typer.Argument(help="Any picture file; or one to be drawn, as default:42 or sheet.png:7."),
    out: Path = typer.Argument(help="The file to write: .png, .tif or .webp; it carries the network."),
    size: str = typer.Option(None, help="Longer side, or width x height, as 2048 or 40x60cm; else 4 times the learnt."),
    learn: int = typer.Option(128, help="Longer side in pixels of what is learnt; larger pictures are made smaller."),
    crop: str = typer.Option(None, help=_CROP),
    net: str = typer.Option("siren", help="siren (sines, which fit far better) or tanh (the post's block)."),
    width: int = typer.Option(64, help="Units of each hidden layer."),
    hidden: int = typer.Option(4, help="Hidden layers."),
    steps: int = typer.Option(2000, help="Steps of training."),
    batch: int = typer.Option(4096, help="Pixels a step, at random; all of them where there are no more."),
    rate: float = typer.Option(None, help="Learning rate of Adam: 2e-3, falling, for siren, 1e-3 for tanh."),
    film: Path = typer.Option(None, help="Film the training: .webp, .avif, .gif, .png, .mp4 or .webm."),
    film_size: int = typer.Option(256, min=16, max=2048, help="Longer side of the film in pixels."),
    seconds: float = typer.Option(6.0, help="How long the film takes."),
    fps: float = typer.Option(25.0, help="Frames a second."),
    seed: int = console.Seed,
    force: bool = console.Force,
    json: bool = console.Json,
    dry_run: bool = console.DryRun,
) -> None:
    """Let a network learn a picture and show it at any size; the file carries the network, for `render` and others."""
    console.start_keras()
    from experiments.cppn.fitting import plan_fit, save_fit
    from experiments.cppn.fitting_asked import FilmOfFit, FitAsked, read_crop, shape_of
    from experiments.cppn.textures import read_texture
    from models import FitConfig

    texture = read_texture(picture)
    config = FitConfig(net, width, hidden, steps, batch, rate, seed)
    asked = FitAsked(config, learn, read_crop(crop, texture) if crop else None)
    measure = shape_of(asked, texture, size)
    filmed = (
        (FilmOfFit(shape_of(asked, texture, str(film_size), even=True).size_px, seconds, fps), film) if film else None
    )
    words = f"{net} of {hidden} x {width} at {measure.size_px[0]}x{measure.size_px[1]} px"
    if dry_run:
        plan = plan_fit(texture, asked, out, measure, filmed)
        taken = console.taken(out, force) + (console.taken(film, force) if film else "")
        return console.result(plan, f"would fit {words} into {out}, {console.about(plan)}{taken}", json=json)
    with console.progress() as report:
        facts = save_fit(texture, asked, out, measure, film=filmed, force=force, report=report)
    return console.result(facts, f"{out}: {words}; {_told(facts)}", json=json)


def _told(facts: dict) -> str:
    """How like the picture it is, and where bicubic interpolation is."""
    width, height = facts["learnt_px"]
    words = f"{_likeness(facts)} at the {width}x{height} px it learnt"
    if "larger" not in facts:
        return f"{words}; give a smaller --learn to have it judged beside bicubic interpolation"
    larger = facts["larger"]
    across, down = larger["size_px"]
    return (
        f"{words}; {_likeness(larger['network'])} at the picture's own {across}x{down}, "
        f"where bicubic interpolation has {_likeness(larger['bicubic'])}"
    )


def _likeness(found: dict) -> str:
    errors = "no error" if found["psnr_db"] is None else f"{found['psnr_db']:.1f} dB"
    return f"{errors}, SSIM {found['ssim']:.3f}"
