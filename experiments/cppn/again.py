"""Pictures of CPPNs made again from what they say of themselves: one function for each kind."""

from collections.abc import Callable
from typing import Any

import numpy as np

import mosaics

from ..sheets import draw_sheet
from .breeding import sheet_of_evolved
from .drawing import Report, strips_of
from .filming import FilmAsked
from .moving_sheets import GridAsked
from .recipe import CPPNRecipe
from .sheets import grid_of

Made = np.ndarray | mosaics.Raster | mosaics.Film


def drawn_again(made: dict[str, Any], report: Report) -> Made:
    """The picture that a record of a kind of `AGAIN` tells of, as pixels, strips or frames."""
    return AGAIN[made["kind"]](made, report)


def _still(made: dict[str, Any], report: Report) -> Made:
    size_px = (made["size_px"][0], made["size_px"][1])
    strips = strips_of(CPPNRecipe.from_json(made["cppn"]), size_px, bits=made["bits"])
    return mosaics.Raster(strips, size_px, made["bits"], made.get("dpi"))


def _film(made: dict[str, Any], report: Report) -> Made:
    return FilmAsked.from_facts(made).film(report)


def _grid(made: dict[str, Any], report: Report) -> Made:
    asked = GridAsked.from_facts(made)
    if asked.motion:
        return asked.film(report)
    return draw_sheet(grid_of(asked.recipe, asked.down, asked.across), asked.cell)


def recipes_of(made: dict[str, Any]) -> list[CPPNRecipe]:
    """The recipes of a sheet, from its record."""
    return [CPPNRecipe.from_json(recipe) for recipe in made["cppns"]]


def _evolving(made: dict[str, Any], report: Report) -> Made:
    return draw_sheet(sheet_of_evolved(recipes_of(made)), made["cell_px"])


AGAIN: dict[str, Callable[[dict[str, Any], Report], Made]] = {
    "cppn": _still,
    "cppn film": _film,
    "cppn grid": _grid,
    "cppn evolve": _evolving,
}
"""By the kind that the record says."""
