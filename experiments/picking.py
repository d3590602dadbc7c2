"""From a sheet to the next one: chosen pictures, varied and crossed, and the line of descent they carry."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from procgen import Palette, Recipe, check_locks, cross, recolour, stream, vary
from procgen.variations import PARTS

from .errors import ExperimentsError
from .sheets import Sheet, columns_for, read_sheet

_CROSSED = 3  # every third round of children crosses two parents
Child = tuple[Recipe, tuple[int, ...]]


@dataclass(frozen=True)
class Breeding:
    """How children differ from the chosen.

    Attributes:
        count: pictures of the new sheet, the chosen among them.
        amount: how far children move, 0..1; see `procgen.vary`.
        lock: what does not; a field holds for the compositions that have it.
        seed: another one gives other children.
        palette: colours that the chosen are given first, or None.
    """

    count: int = 24
    amount: float = 0.2
    lock: tuple[str, ...] = ()
    seed: int = 0
    palette: Palette | None = None


def pick_variations(path: Path, cells: Sequence[int], how: Breeding) -> tuple[Sheet, dict[str, Any]]:
    """(a sheet of the chosen cells and their children, what it says of itself).

    The chosen come first, so that nothing chosen is lost; children are spread evenly over them. Where there are two
    or more and neither palette nor layout is locked, a third of the children have the drawing of one and the colours
    of another.

    Args:
        path: a sheet.
        cells: the numbers under the chosen pictures.
        how: the children differ.

    Raises:
        ExperimentsError, ProcgenError or MosaicsError: no sheet, no such cell, or a name that nothing has.
    """
    if len(set(cells)) < len(cells):
        raise ExperimentsError(f"expected each cell once, got {' '.join(map(str, cells))}")
    if how.count <= len(cells):
        raise ExperimentsError(f"expected more pictures than the {len(cells)} chosen, got --count {how.count}")
    parents, made = read_sheet(path, cells)
    check_locks(how.lock, parents)
    lineage = made.get("lineage", [])
    step: dict[str, Any] = {"sheet": path.name, "cells": list(cells), "parents": [parent.digest for parent in parents]}
    step |= {"vary": how.amount, "lock": list(how.lock), "seed": how.seed}
    if how.palette:
        step["palette"] = list(how.palette.colours)
        parents = [recolour(parent, how.palette) for parent in parents]
    children = _children(dict(zip(cells, parents, strict=True)), how, len(lineage) + 1)
    facts = {"kind": "pick", "lineage": [*lineage, step], "parents": [list(of) for _, of in children]}
    return _sheet(children, len(cells)), facts


def next_name(path: Path, generation: int) -> Path:
    """preview-2.png after preview.png, preview-3.png after that."""
    return path.with_name(f"{path.stem.removesuffix(f'-{generation}')}-{generation + 1}{path.suffix}")


def _children(chosen: dict[int, Recipe], how: Breeding, generation: int) -> list[Child]:
    children: list[Child] = [(parent, (cell,)) for cell, parent in chosen.items()]
    crossed = len(chosen) > 1 and not {*PARTS} & {*how.lock}
    for number in range(len(chosen), how.count):
        rng = stream(how.seed, number, f"generation {generation}")
        start, of = _start(chosen, number, rng if crossed else None)
        lock = [name for name in how.lock if name in (*PARTS, *start.drawing.domains)]
        children.append((vary(start, how.amount, rng, lock), of))
    return children


def _start(chosen: dict[int, Recipe], number: int, crossing: np.random.Generator | None) -> Child:
    """What a child starts from, and the cells it comes from: that of its drawing, then that of its palette."""
    cells = list(chosen)
    turn, place = divmod(number - len(cells), len(cells))
    if crossing is None or turn % _CROSSED != _CROSSED - 1:
        return chosen[cells[place]], (cells[place],)
    mate = cells[(place + 1 + int(crossing.integers(len(cells) - 1))) % len(cells)]
    return cross(chosen[cells[place]], chosen[mate]), (cells[place], mate)


def _sheet(children: list[Child], chosen: int) -> Sheet:
    labels = []
    for number, (recipe, of) in enumerate(children):
        origin = f"chosen, was {of[0]}" if number < chosen else f"of {of[0]}"
        labels.append((f"{number}  {recipe.mode}", origin + (f", colours of {of[1]}" if len(of) > 1 else "")))
    return Sheet([recipe for recipe, _ in children], labels, columns_for(len(children)))
