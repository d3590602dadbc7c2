"""Pictures that a network learns or that it warps: anybody's file, or a picture that is drawn from a recipe."""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from procgen import Recipe, render_uint8

from ..errors import ExperimentsError
from ..files import said_plainly
from ..pictures import PICTURES, find_recipe
from ..targets import read_target

if TYPE_CHECKING:
    from ..original import Original

DRAWN = 512  # pixels a side of a picture that has no size of its own


@dataclass(frozen=True, eq=False)
class Texture:
    """A picture and where it came from.

    Attributes:
        pixels: uint8 (height, width, 3), sRGB.
        facts: {"file", "sha256"} or {"recipe", "drawn_px"}, as JSON holds it.
    """

    pixels: np.ndarray
    facts: dict[str, Any]


def read_texture(what: str) -> Texture:
    """The picture of a file, or of SPACE:INDEX, DATASET:INDEX, SHEET.png:CELL or a recipe's .json, drawn at `DRAWN`.

    Raises:
        ExperimentsError, ProcgenError or MosaicsError: there is none, or it is no whole picture.
    """
    path = Path(what)
    if path.is_file() and path.suffix.lower() not in (".json", ".svg"):
        return _of_file(path)
    if (not path.suffix and ":" not in what) or path.suffix.lower() in PICTURES:
        raise ExperimentsError(
            f"expected a picture, or one to be drawn as default:42, got {what}, which does not exist"
        )
    return _drawn(find_recipe(what)[0], DRAWN)


def texture_again(original: "Original") -> Texture:
    """The texture that the record of a picture names; ExperimentsError if it has gone or changed."""
    facts = original.made["texture"]
    if "recipe" in facts:
        return _drawn(Recipe.from_json(facts["recipe"]), facts["drawn_px"])
    found = _of_file(original.place_of(facts["file"], "source"))
    if found.facts["sha256"] != facts["sha256"]:
        raise ExperimentsError(
            f"expected the picture that {original.path} was made of in {facts['file']}, got another: "
            "say with --source where the same one is"
        )
    return found


def _of_file(path: Path) -> Texture:
    with said_plainly(path, "read"):
        digest = sha256(path.read_bytes()).hexdigest()
    return Texture(read_target(path), {"file": path.name, "sha256": digest})


def _drawn(recipe: Recipe, side: int) -> Texture:
    return Texture(render_uint8(recipe, side), {"recipe": recipe.to_json(), "drawn_px": side})
