"""synchromy cppn VERB: pictures of networks that nobody trained. A verb is one file with one function."""

from collections.abc import Callable

import typer

from . import animate, breed, dataset, evolve, fit, grid, latents, remap, render, sound

CPPN_VERBS: dict[str, Callable[..., None]] = {
    "render": render.render,
    "grid": grid.grid,
    "animate": animate.animate,
    "fit": fit.fit,
    "remap": remap.remap,
    "latents": latents.latents,
    "sound": sound.sound,
    "dataset": dataset.dataset,
    "breed": breed.breed,
    "evolve": evolve.evolve,
}

app = typer.Typer(help="Networks that are pictures: drawn, laid out, moved, fitted, bred.", no_args_is_help=True)
for name, verb in CPPN_VERBS.items():
    app.command(name)(verb)
