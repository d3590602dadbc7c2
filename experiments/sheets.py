"""The contact sheet of a space: cells of pictures, each labelled with what was chosen for it."""

from typing import Any

import numpy as np

from procgen import Recipe, Space, render, to_uint8

INK, PAPER = (32, 30, 28), (243, 240, 232)


def contact_sheet(space: Space, *, count: int, seed: int, cell: int = 160) -> tuple[np.ndarray, dict[str, Any]]:
    """(pixels uint8 (H, W, 3), provenance) of pictures 0..count-1 of a space, as many columns as look well.

    Each label is the index and composition, and under it harmony and contrast.
    """
    columns = _columns(count)
    rows = -(-count // columns)
    line = max(9, cell // 13)
    gap, label = cell // 10, round(2.9 * line)
    sheet = np.empty((gap + rows * (cell + label + gap // 2), gap + columns * (cell + gap), 3), np.uint8)
    sheet[:] = PAPER
    recipes = [space.sample(seed, index) for index in range(count)]
    corners = [
        (gap + (index // columns) * (cell + label + gap // 2), gap + (index % columns) * (cell + gap))
        for index in range(count)
    ]
    for (y, x), recipe in zip(corners, recipes, strict=True):
        sheet[y : y + cell, x : x + cell] = to_uint8(render(recipe, cell))
    labelled = _write(sheet, corners, recipes, cell, line)
    facts = {"kind": "preview", "space": space.to_toml(), "seed": seed, "count": count, "cell_px": cell}
    return labelled, facts


def _columns(count: int) -> int:
    """About 1.5 times as many columns as rows, and as few empty cells in the last row as that allows."""
    near = max(1, round((count * 1.5) ** 0.5))
    choices = [columns for columns in range(max(1, near - 2), near + 3) if columns <= count]
    return min(choices, key=lambda columns: (-count % columns, abs(columns - near)))


def _write(sheet: np.ndarray, corners: list, recipes: list[Recipe], cell: int, line: int) -> np.ndarray:
    from PIL import Image, ImageDraw, ImageFont

    picture = Image.fromarray(sheet)
    pen, font = ImageDraw.Draw(picture), ImageFont.load_default(line)
    for index, ((y, x), recipe) in enumerate(zip(corners, recipes, strict=True)):
        words = (f"{index}  {recipe.composition}", f"{recipe.harmony}, {recipe.contrast}")
        for row, text in enumerate(words):
            pen.text((x, y + cell + line * (0.25 + 1.15 * row)), text.replace("_", " "), fill=INK, font=font)
    return np.asarray(picture)
