"""Sheets: many pictures on one page, numbered, each with what was chosen for it; and the recipes out of a sheet."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

import mosaics
from procgen import Palette, Recipe, Space, recolour, render_uint8
from procgen.recipe import GIVEN

from .errors import ExperimentsError

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont, ImageFont

INK, PAPER = (32, 30, 28), (243, 240, 232)


@dataclass(frozen=True)
class Sheet:
    """What stands on a sheet.

    Attributes:
        recipes: the pictures, row by row.
        labels: the lines under each one.
        columns: pictures in a row.
        across: the heading of each column, or nothing.
        down: the heading of each row, or nothing.
    """

    recipes: list[Recipe]
    labels: Sequence[tuple[str, ...]]
    columns: int
    across: tuple[str, ...] = ()
    down: tuple[str, ...] = ()


def contact_sheet(space: Space, *, count: int, seed: int, palette: Palette | None = None) -> Sheet:
    """Pictures 0 to count - 1 of a space, in a palette of one's own where there is one."""
    recipes = [space.sample(seed, index) for index in range(count)]
    if palette:
        recipes = [recolour(recipe, palette) for recipe in recipes]
    return Sheet(recipes, [_label(index, recipe) for index, recipe in enumerate(recipes)], columns_for(count))


def draw_sheet(sheet: Sheet, cell: int) -> np.ndarray:
    """The sheet as pixels, uint8 (H, W, 3), with pictures of `cell` pixels a side."""
    from PIL import Image, ImageDraw, ImageFont

    line = max(9, cell // 13)
    font, strong = ImageFont.load_default(line), ImageFont.load_default(round(1.15 * line))
    margin = max((strong.getlength(_plain(text)) for text in sheet.down), default=0)
    (width, height), xs, ys = _places(sheet, cell, line, round(margin))
    page = np.empty((height, width, 3), np.uint8)
    page[:] = PAPER
    gap = width - xs[-1] - cell
    corners = [(x, y) for y in ys for x in xs][: len(sheet.recipes)]
    for (x, y), recipe in zip(corners, sheet.recipes, strict=True):
        page[y : y + cell, x : x + cell] = render_uint8(recipe, cell)
    picture = Image.fromarray(page)
    pen = ImageDraw.Draw(picture)
    for (x, y), lines in zip(corners, sheet.labels, strict=True):
        _write(pen, (x, y + cell + line // 4), lines, font, cell + gap // 2)
    for x, text in zip(xs, sheet.across, strict=False):
        _write(pen, (x, ys[0] - round(1.7 * line)), (text,), strong, cell + gap // 2)
    for y, text in zip(ys, sheet.down, strict=False):
        _write(pen, (gap, y + cell // 2 - line // 2), (text,), strong, xs[0])
    return np.asarray(picture)


def _places(sheet: Sheet, cell: int, line: int, margin: int) -> tuple[tuple[int, int], list[int], list[int]]:
    """((width, height) of the page, the left of each column, the top of each row)."""
    gap = max(6, cell // 10)
    words = round((0.6 + 1.15 * max(map(len, sheet.labels))) * line)
    left, top = gap + (margin + gap if margin else 0), gap + (2 * line if sheet.across else 0)
    rows = -(-len(sheet.recipes) // sheet.columns)
    xs = [left + column * (cell + gap) for column in range(sheet.columns)]
    ys = [top + row * (cell + words + gap // 2) for row in range(rows)]
    return (xs[-1] + cell + gap, ys[-1] + cell + words + gap // 2), xs, ys


def save_sheet(sheet: Sheet, out: Path, *, cell: int, facts: dict[str, Any], force: bool = False) -> dict[str, Any]:
    """Draw a sheet into a file that carries all its recipes; returns what it says of itself."""
    mosaics.check_ending(out)
    made = {**facts, "cell_px": cell, "recipes": [recipe.to_json() for recipe in sheet.recipes]}
    pixels = draw_sheet(sheet, cell)
    mosaics.save_picture(pixels, out, provenance=made, source_type="algorithmicMedia", force=force)
    return made


def read_sheet(path: Path, cells: Iterable[int]) -> tuple[list[Recipe], dict[str, Any]]:
    """(the recipes of some cells, what the sheet says of itself).

    Raises:
        ExperimentsError, ProcgenError or MosaicsError: it is no sheet, or has no such cell.
    """
    made = mosaics.read_provenance(path)
    if "recipes" not in made:
        kind = made.get("kind", "picture")
        raise ExperimentsError(f"expected a sheet that preview or pick has made, got {path}, which is a {kind}")
    listed = made["recipes"]
    for cell in cells:
        if not 0 <= cell < len(listed):
            raise ExperimentsError(f"expected a cell of {path} from 0 to {len(listed) - 1}, got {cell}")
    return [Recipe.from_json(listed[cell]) for cell in cells], made


def columns_for(count: int) -> int:
    """About 1.5 times as many columns as rows, and as few empty cells in the last row as that allows."""
    near = max(1, round((count * 1.5) ** 0.5))
    choices = [columns for columns in range(max(1, near - 2), near + 3) if columns <= count]
    return min(choices, key=lambda columns: (-count % columns, abs(columns - near)))


def _label(index: int, recipe: Recipe) -> tuple[str, ...]:
    if recipe.harmony == GIVEN:
        return (f"{index}  {recipe.composition}",)
    return (
        f"{index}  {recipe.composition}",
        f"{recipe.harmony}, {recipe.contrast}",
        f"{recipe.key} key, {recipe.purity}",
    )


def _plain(text: str) -> str:
    return text.replace("_", " ")


def _write(
    pen: "ImageDraw", corner: tuple[int, int], lines: Iterable[str], font: "FreeTypeFont | ImageFont", width: int
) -> None:
    """Lines of text, each cut to the width that is free for it."""
    for row, text in enumerate(lines):
        shown = _plain(text)
        while shown and font.getlength(shown) > width:
            shown = shown[:-2].rstrip() + "…" if len(shown) > 2 else ""
        pen.text((corner[0], corner[1] + round(1.15 * row * font.size)), shown, fill=INK, font=font)  # type: ignore[union-attr]
