"""Sheets: many pictures on one page, numbered, each with what was chosen for it; and what made them out of a sheet."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

import numpy as np

import mosaics
from procgen import Palette, Recipe, Space, recolour, render_uint8
from procgen.recipe import GIVEN

from .errors import ExperimentsError

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont, ImageFont

INK, PAPER = (32, 30, 28), (243, 240, 232)
_LARGEST = 36  # pixels of a line of text, however large the pictures are
_NUMBER_ONLY, _NAME_ONLY = 48, 96  # cells smaller than these have room for no more
_SAMPLES = 8  # pictures drawn for an estimate
_SHORT = (("template ", ""), ("simultaneous", "simult."), ("complementary", "compl."), ("mirrored", "mirr."))


class Pictures(Protocol):
    """What draws the pictures of a sheet, and what of it the file keeps."""

    @property
    def source_type(self) -> str:
        """A name of `mosaics.SOURCE_TYPES`."""

    def __len__(self) -> int: ...

    def take(self, places: Sequence[int]) -> "Pictures":
        """Some of them."""

    def drawn(self, cell: int) -> Iterator[np.ndarray]:
        """uint8 (cell, cell, 3) of each."""

    def record(self, folder: Path) -> dict[str, Any]:
        """What they can be drawn from again, as JSON holds it, by a file in that folder."""


@dataclass(frozen=True)
class Recipes:
    """Pictures that are drawn from recipes."""

    recipes: list[Recipe]
    source_type: ClassVar[str] = "algorithmicMedia"

    def __len__(self) -> int:
        return len(self.recipes)

    def take(self, places: Sequence[int]) -> "Recipes":
        """Some of them."""
        return Recipes([self.recipes[place] for place in places])

    def drawn(self, cell: int) -> Iterator[np.ndarray]:
        """uint8 (cell, cell, 3) of each."""
        return (render_uint8(recipe, cell) for recipe in self.recipes)

    def record(self, folder: Path) -> dict[str, Any]:
        """The recipes, which are drawn alike from anywhere."""
        return {"recipes": [recipe.to_json() for recipe in self.recipes]}


@dataclass(frozen=True)
class Sheet:
    """What stands on a sheet.

    Attributes:
        pictures: row by row: recipes, or what draws them otherwise.
        labels: the lines under each one.
        columns: pictures in a row.
        across: the heading of each column, or nothing.
        down: the heading of each row, or nothing.
        held: what all pictures have in common, said above them, or nothing.
    """

    pictures: list[Recipe] | Pictures
    labels: Sequence[tuple[str, ...]]
    columns: int
    across: tuple[str, ...] = ()
    down: tuple[str, ...] = ()
    held: tuple[str, ...] = ()

    @property
    def drawer(self) -> Pictures:
        """What draws the pictures."""
        return Recipes(self.pictures) if isinstance(self.pictures, list) else self.pictures

    @property
    def recipes(self) -> list[Recipe]:
        """The recipes, none where something else draws the pictures."""
        return self.pictures if isinstance(self.pictures, list) else []


def contact_sheet(space: Space, *, count: int, seed: int, palette: Palette | None = None) -> Sheet:
    """Pictures 0 to count - 1 of a space, in a palette of one's own where there is one."""
    recipes = [space.sample(seed, index) for index in range(count)]
    if palette:
        recipes = [recolour(recipe, palette) for recipe in recipes]
    return sheet_of(recipes)


def sheet_of(recipes: list[Recipe]) -> Sheet:
    """Recipes as a sheet, each with its number and its factors."""
    return Sheet(recipes, [_label(index, recipe) for index, recipe in enumerate(recipes)], columns_for(len(recipes)))


def draw_sheet(sheet: Sheet, cell: int) -> np.ndarray:
    """The sheet as pixels, uint8 (H, W, 3), with pictures of `cell` pixels a side."""
    from PIL import Image, ImageDraw, ImageFont

    line = min(max(9, cell // 13), _LARGEST)
    font, strong = ImageFont.load_default(line), ImageFont.load_default(round(1.15 * line))
    labels = [_fitting(lines, cell) for lines in sheet.labels]
    margin = round(max((strong.getlength(_plain(text)) for text in sheet.down), default=0))
    xs, right = _columns(sheet, cell, margin)
    gap = right - xs[-1] - cell
    held = _in_lines(sheet.held, font, right - 2 * gap)
    ys, height = _rows(sheet, cell, line, len(held), max(map(len, labels)))
    page = np.empty((height, right, 3), np.uint8)
    page[:] = PAPER
    corners = [(x, y) for y in ys for x in xs][: len(sheet.drawer)]
    for (x, y), drawn in zip(corners, sheet.drawer.drawn(cell), strict=True):
        page[y : y + cell, x : x + cell] = drawn
    picture = Image.fromarray(page)
    pen = ImageDraw.Draw(picture)
    _write(pen, (gap, gap), held, font, right - 2 * gap)
    for (x, y), lines in zip(corners, labels, strict=True):
        _write(pen, (x, y + cell + line // 4), lines, font, cell + gap // 2)
    for x, text in zip(xs, sheet.across, strict=False):
        _write(pen, (x, ys[0] - round(1.7 * line)), (text,), strong, cell + gap // 2)
    for y, text in zip(ys, sheet.down, strict=False):
        _write(pen, (gap, y + cell // 2 - line // 2), (text,), strong, xs[0])
    return np.asarray(picture)


def _columns(sheet: Sheet, cell: int, margin: int) -> tuple[list[int], int]:
    """(the left of each column, the width of the page), with `margin` pixels for the headings of rows."""
    gap = max(6, cell // 10)
    left = gap + (margin + gap if margin else 0)
    xs = [left + column * (cell + gap) for column in range(sheet.columns)]
    return xs, xs[-1] + cell + gap


def _rows(sheet: Sheet, cell: int, line: int, above: int, below: int) -> tuple[list[int], int]:
    """(the top of each row, the height of the page), with lines above all pictures and below each one."""
    gap = max(6, cell // 10)
    words = round((0.6 + 1.15 * below) * line)
    top = gap + (2 * line if sheet.across else 0) + (round((0.6 + 1.15 * above) * line) if above else 0)
    ys = [top + row * (cell + words + gap // 2) for row in range(-(-len(sheet.drawer) // sheet.columns))]
    return ys, ys[-1] + cell + words + gap // 2


def save_sheet(sheet: Sheet, out: Path, *, cell: int, facts: dict[str, Any], force: bool = False) -> dict[str, Any]:
    """Draw a sheet into a file that carries what its pictures are drawn from; returns what it says of itself."""
    mosaics.check_ending(out)
    mosaics.check_new(out, force=force)
    made = _made(sheet, cell, facts, out)
    pixels = draw_sheet(sheet, cell)
    mosaics.save_picture(pixels, out, provenance=made, source_type=sheet.drawer.source_type, force=force)
    return made


def plan_sheet(sheet: Sheet, out: Path, *, cell: int, facts: dict[str, Any]) -> dict[str, Any]:
    """ "bytes" and "seconds" of `save_sheet`, estimated from a few pictures drawn on the spot."""
    mosaics.check_ending(out)
    every = len(sheet.drawer)
    some = np.unique(np.linspace(0, every - 1, _SAMPLES).round().astype(int)).tolist()
    few = Sheet(sheet.drawer.take(some), [sheet.labels[i] for i in some], columns=len(some))
    one = replace(few, pictures=few.drawer.take([0]), labels=few.labels[:1], columns=1)
    mosaics.written_bytes(
        _raster(draw_sheet(one, cell)), out
    )  # what is imported and cached at first use does not count
    start = perf_counter()
    size = mosaics.written_bytes(_raster(draw_sheet(few, cell)), out)
    seconds = perf_counter() - start
    record = len(json.dumps(_made(sheet, cell, facts, out)))
    share = len(some) / every
    return {"bytes": round(size / share + record), "seconds": round(seconds / share, 1)}


def _raster(pixels: np.ndarray) -> mosaics.Raster:
    return mosaics.Raster([pixels], (pixels.shape[1], pixels.shape[0]))


def _made(sheet: Sheet, cell: int, facts: dict[str, Any], out: Path) -> dict[str, Any]:
    held = {"held": list(sheet.held)} if sheet.held else {}
    return {**facts, **held, "cell_px": cell, **sheet.drawer.record(out.parent)}


def read_sheet(path: Path, cells: Iterable[int]) -> tuple[list[Recipe], dict[str, Any]]:
    """(the recipes of some cells, what the sheet says of itself).

    Raises:
        ExperimentsError, ProcgenError or MosaicsError: it is no sheet, or has no such cell.
    """
    made = mosaics.read_provenance(path)
    if "recipes" not in made:
        kind = "sheet of samples" if "latents" in made else made.get("kind", "picture")
        raise ExperimentsError(f"expected a sheet that preview or pick has drawn of a space, got {path}, a {kind}")
    listed = made["recipes"]
    check_cells(path, len(listed), cells)
    return [Recipe.from_json(listed[cell]) for cell in cells], made


def check_cells(path: Path, count: int, cells: Iterable[int]) -> None:
    """Raise ExperimentsError unless a sheet has all these cells."""
    for cell in cells:
        if not 0 <= cell < count:
            raise ExperimentsError(f"expected a cell of {path} from 0 to {count - 1}, got {cell}")


def columns_for(count: int) -> int:
    """About 1.5 times as many columns as rows, and as few empty cells in the last row as that allows."""
    near = max(1, round((count * 1.5) ** 0.5))
    choices = [columns for columns in range(max(1, near - 2), near + 3) if columns <= count]
    return min(choices, key=lambda columns: (-count % columns, abs(columns - near)))


def _label(index: int, recipe: Recipe) -> tuple[str, ...]:
    if recipe.harmony == GIVEN:
        return (f"{index}  {recipe.mode}",)
    return (
        f"{index}  {recipe.mode}",
        f"{recipe.harmony}, {recipe.contrast}",
        f"{recipe.key} key, {recipe.purity}",
    )


def _fitting(lines: tuple[str, ...], cell: int) -> tuple[str, ...]:
    """The lines that a picture of that size has room for: all, or its number and name, or its number."""
    if cell >= _NAME_ONLY:
        return lines
    return tuple(lines[0].split("  "))[: 1 if cell < _NUMBER_ONLY else 2]


def _in_lines(parts: Iterable[str], font: "FreeTypeFont | ImageFont", width: int) -> list[str]:
    """Parts one after another, in as few lines as their width allows."""
    lines: list[str] = []
    for part in parts:
        longer = f"{lines[-1]}, {part}" if lines else part
        if lines and font.getlength(_plain(longer)) <= width:
            lines[-1] = longer
        else:
            lines.append(part)
    return lines


def _plain(text: str) -> str:
    return text.replace("_", " ")


def _write(
    pen: "ImageDraw", corner: tuple[int, int], lines: Iterable[str], font: "FreeTypeFont | ImageFont", width: int
) -> None:
    """Lines of text, each shortened to the width that is free for it."""
    for row, text in enumerate(lines):
        place = (corner[0], corner[1] + round(1.15 * row * font.size))  # type: ignore[union-attr]
        pen.text(place, _shortened(_plain(text), font, width), fill=INK, font=font)


def _shortened(text: str, font: "FreeTypeFont | ImageFont", width: int) -> str:
    """A text with short words for long ones, and cut only where that does not do."""
    for long, short in (*_SHORT, *_SHORT):
        if font.getlength(text) > width:
            text = text.replace(long, short, 1)
    while text and font.getlength(text) > width:
        text = text[:-2].rstrip() + "…" if len(text) > 2 else ""
    return text
