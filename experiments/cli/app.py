"""The table of verbs. A verb is one file with one function; heavy imports stand inside the functions."""

import sys
from collections.abc import Callable

import typer

from . import (
    compositions,
    console,
    cppn,
    export,
    generate,
    inspect,
    modes,
    mosaic,
    pick,
    preview,
    quickstart,
    release,
    render,
    report,
    sample,
    score,
    spaces,
    study,
    sweep,
    train,
    verify,
    walk,
)

VERBS: dict[str, Callable[..., None]] = {
    "quickstart": quickstart.quickstart,
    "generate": generate.generate,
    "verify": verify.verify,
    "export": export.export,
    "spaces": spaces.spaces,
    "compositions": compositions.compositions,
    "preview": preview.preview,
    "pick": pick.pick,
    "render": render.render,
    "inspect": inspect.inspect,
    "train": train.train,
    "sweep": sweep.sweep,
    "sample": sample.sample,
    "walk": walk.walk,
    "modes": modes.modes,
    "score": score.score,
    "mosaic": mosaic.mosaic,
    "report": report.report,
    "study": study.study,
    "release": release.release,
}

app = typer.Typer(
    name="synchromy",
    help="Draw a world of colour, let a network learn it, follow its modes, arrange what it dreamt.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for name, verb in VERBS.items():
    app.command(name)(verb)
app.add_typer(cppn.app, name="cppn")


@app.callback(invoke_without_command=True)
def root(version: bool = typer.Option(False, "--version", help="Print the version and leave.")) -> None:
    """Draw a world of colour, let a network learn it, follow its modes, arrange what it dreamt."""
    if version:
        from importlib.metadata import version as installed

        print(f"synchromy {installed('synchromy')}")
        raise typer.Exit


def main() -> None:
    """The command `synchromy`."""
    sys.exit(console.run(app))
