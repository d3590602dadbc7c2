"""Vectors as pictures, one a row: each is the latent of one network, so that vectors that are near look alike."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import ExperimentsError
from ..sheets import Sheet, draw_sheet, plan_sheet, save_sheet
from ..sizes import Measure
from .drawing import Report, facts_of, picture_of
from .folders import check_folder, save_folder
from .origins import source_type_of
from .recipe import CPPNRecipe
from .sheets import sheet_of_cppns
from .vectors import Vectors

MOST_ON_A_SHEET = 1024
CALM: dict[str, Any] = {"width": 60, "depth": 5, "low": -0.5, "high": 0.5, "colour": "oklch"}
"""What a preset is changed by where nobody says a network: in it near latents look alike, and all are worth a look."""


@dataclass(frozen=True, eq=False)
class LatentsAsked:
    """What is shown.

    Attributes:
        vectors: of which some are shown; all of them say what is usual.
        rows: which ones, one a picture.
        recipe: the network; its latent becomes as long as the vectors.
        reach: how long a usual vector is made; the greater, the less alike pictures are.
        raw: vectors are taken as they are.
    """

    vectors: Vectors
    rows: tuple[int, ...]
    recipe: CPPNRecipe
    reach: float = 0.4
    raw: bool = False

    def __post_init__(self) -> None:
        if not 0 < self.reach <= 1000:
            raise ExperimentsError(f"expected a reach above 0 and up to 1,000, got {self.reach:g}; 0.4 is usual")

    @property
    def recipes(self) -> list[CPPNRecipe]:
        """One for each vector."""
        rows = self.vectors.rows if self.raw else self.vectors.even * self.reach
        recipe = replace(self.recipe, config=replace(self.recipe.config, latent=rows.shape[1]), latent=None)
        return [recipe.at(rows[place]) for place in self.rows]

    @property
    def names(self) -> list[str]:
        """Of the rows that are shown."""
        return [self.vectors.names[place] for place in self.rows]

    @property
    def sheet(self) -> Sheet:
        """All on one page, each with the name of its row."""
        count = len(self.rows)
        if count > MOST_ON_A_SHEET:
            raise ExperimentsError(
                f"expected up to {MOST_ON_A_SHEET} vectors on a sheet, got {count}: give --rows 0:{MOST_ON_A_SHEET}, "
                "or a folder's name for single pictures"
            )
        return sheet_of_cppns(self.recipes, [(name,) for name in self.names])

    def facts(self) -> dict[str, Any]:
        """What the record of a file says of it."""
        shown = {"names": self.names, "reach": self.reach, "raw": self.raw}
        return {"kind": "cppn latents", "vectors": self.vectors.facts, **shown}


def save_latents(
    asked: LatentsAsked, out: Path, *, cell: int, force: bool = False, report: Report = lambda *_: None
) -> dict[str, Any]:
    """Draw vectors on a sheet, or into a folder of pictures where the name has no ending.

    Raises:
        ExperimentsError, ModelsError or MosaicsError: too many, or they cannot be drawn or written.
    """
    if out.suffix:
        return {"out": out, **save_sheet(asked.sheet, out, cell=cell, facts=asked.facts(), force=force)}
    check_folder(out, "row", force=force)
    stills = _stills(asked, cell, report)
    save_folder(stills, out, source_type_of(asked.recipe))
    return {"out": out, **asked.facts(), "cell_px": cell}


def plan_latents(asked: LatentsAsked, out: Path, *, cell: int) -> dict[str, Any]:
    """What `save_latents` would say, with "bytes" and "seconds" estimated from a few pictures."""
    sheet = asked.sheet if out.suffix else sheet_of_cppns(asked.recipes)
    name = out if out.suffix else Path("a.png")
    return {"out": out, **asked.facts(), **plan_sheet(sheet, name, cell=cell, facts=asked.facts())}


def latents_again(made: dict[str, Any]) -> np.ndarray:
    """A sheet of vectors from its record, which holds them."""
    recipes = [CPPNRecipe.from_json(each) for each in made["cppns"]]
    return draw_sheet(sheet_of_cppns(recipes, [(name,) for name in made["names"]]), made["cell_px"])


def read_rows(text: str | None, count: int) -> tuple[int, ...]:
    """The rows of "0,5,7", "0:100" or "0:1000:10", of so many; all where nothing is said.

    Raises:
        ExperimentsError: it is none of these, or there are no such rows.
    """
    try:
        parts = [[int(word) if word.strip() else None for word in part.split(":")] for part in (text or ":").split(",")]
        places = tuple(row for part in parts for row in _rows(part, count))
    except (ValueError, TypeError):
        raise ExperimentsError(f"expected rows as 0,5,7 or 0:100 or 0:1000:10, got {text!r}") from None
    if not places or not all(0 <= place < count for place in places):
        raise ExperimentsError(f"expected rows from 0 to {count - 1}, got {text}")
    return places


def _rows(part: list[int | None], count: int) -> list[int]:
    return [int(part[0])] if len(part) == 1 else list(range(*slice(*part).indices(count)))  # type: ignore[arg-type]


def _stills(asked: LatentsAsked, cell: int, report: Report) -> Iterator[tuple[str, np.ndarray, dict[str, Any]]]:
    recipes = asked.recipes
    digits = len(str(len(recipes)))
    for number, (recipe, name) in enumerate(zip(recipes, asked.names, strict=True)):
        report("drawing", number + 1, len(recipes))
        facts = {**facts_of(recipe, Measure((cell, cell))), "row": name, "vectors": asked.vectors.facts}
        yield f"row-{number:0{digits}}.png", picture_of(recipe, (cell, cell)), facts
