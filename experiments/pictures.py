"""One picture from whatever names it: a space and an index, a recipe, or a picture that says how it was made."""

from pathlib import Path
from typing import Any

import mosaics
from procgen import Recipe, Space, load_space, render, to_uint8

from .errors import ExperimentsError
from .files import said_plainly

Size = int | tuple[int, int]


def find_recipe(what: str, seed: int = 0) -> tuple[Recipe, dict[str, Any]]:
    """(recipe, where it came from) of "SPACE:INDEX", a recipe's .json, or a .png that carries its recipe.

    Raises:
        ExperimentsError, ProcgenError or MosaicsError: it is none of these.
    """
    path = Path(what)
    if path.suffix.lower() == ".png":
        made = mosaics.read_provenance(path)
        if "recipe" not in made:
            raise ExperimentsError(
                f"expected a drawn picture in {path}, got a {made.get('kind', 'picture')}: it has no recipe"
            )
        return Recipe.from_json(made["recipe"]), made.get("source", {})
    if path.suffix.lower() == ".json":
        with said_plainly(path, "read"):
            return Recipe.from_json(path.read_text("utf-8", errors="replace")), {}
    space, colon, index = what.rpartition(":")
    if not colon or not index.isdecimal():
        raise ExperimentsError(f"expected SPACE:INDEX as default:42, a .png or a .json, got {what!r}")
    world = load_space(space)
    return world.sample(seed, int(index)), _source(world, seed, int(index))


def render_picture(what: str, out: Path, *, size: Size, seed: int = 0, force: bool = False) -> dict[str, Any]:
    """Draw `what` at `size` into the PNG `out`, which then carries the recipe; returns what was drawn."""
    recipe, source = find_recipe(what, seed)
    pixels = to_uint8(render(recipe, size))
    facts = {
        "kind": "render",
        "recipe": recipe.to_json(),
        "size_px": [pixels.shape[1], pixels.shape[0]],
        "source": source,
    }
    mosaics.save_picture(pixels, out, provenance=facts, source_type="algorithmicMedia", force=force)
    return {"out": out, **facts, "factors": recipe.factors()}


def _source(space: Space, seed: int, index: int) -> dict[str, Any]:
    return {"space": space.name, "space_digest": space.digest, "seed": seed, "index": index}
