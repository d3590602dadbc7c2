"""The option --palette, which several verbs take."""

from typing import TYPE_CHECKING

import typer

from . import console

if TYPE_CHECKING:
    from procgen import Palette

Option = typer.Option(None, help="Your own colours: '#f4efe6,#20242c,#c8402f', a .gpl, an .ase, or a picture.")


def chosen(text: str | None) -> "Palette | None":
    """The palette that was asked for, or None; says which of its figures will hardly stand out."""
    if text is None:
        return None
    from experiments.pictures import find_palette
    from procgen import hardly_seen

    palette = find_palette(text)
    faint = hardly_seen(palette)
    if faint:
        console.say(f"note: {', '.join(faint)} will hardly stand out from the ground {palette.ground}")
    return palette
