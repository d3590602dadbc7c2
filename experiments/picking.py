"""From a sheet to the next one: chosen pictures, varied and crossed, and the line of descent they carry."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

import mosaics
from procgen import Palette, Recipe, check_locks, cross, recolour, stream, vary
from procgen.variations import PARTS

from .errors import ExperimentsError
from .sheets import Pictures, Sheet, check_cells, columns_for, read_sheet

if TYPE_CHECKING:
    from .cppn.recipe import CPPNRecipe

_CROSSED = 3  # every third round of children crosses two parents
_MIDDLE = (0.3, 0.7)  # share of the way from one latent to another at which a crossing lies


@dataclass(frozen=True)
class _Kind:
    """How one kind of picture is varied and crossed; parents and children are recipes, or latents."""

    vary: Callable[[Any, np.random.Generator], Any]
    cross: Callable[[Any, Any, np.random.Generator], Any]
    crossed: bool = True


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


def pick_variations(
    path: Path, cells: Sequence[int], how: Breeding, *, run: Path | None = None
) -> tuple[Sheet, dict[str, Any]]:
    """(a sheet of the chosen cells and their children, what it says of itself).

    The chosen come first, so that nothing chosen is lost; children are spread evenly over them. Where there are two
    or more and neither palette nor layout is locked, a third of the children cross two: of recipes, they have the
    drawing of one and the colours of another; of samples, they lie between two latents; of CPPNs, each unit or link is
    of one of the two.

    Args:
        path: a sheet, of recipes, of samples or of CPPNs.
        cells: the numbers under the chosen pictures.
        how: the children differ.
        run: where the run of a sheet of samples is now, if it has moved.

    Raises:
        ExperimentsError, ProcgenError or MosaicsError: no sheet, no such cell, or a name that nothing has.
    """
    if len(set(cells)) < len(cells):
        raise ExperimentsError(f"expected each cell once, got {' '.join(map(str, cells))}")
    if how.count <= len(cells):
        raise ExperimentsError(f"expected more pictures than the {len(cells)} chosen, got --count {how.count}")
    if holds_samples(path):
        return _pick_samples(path, cells, how, run)
    if holds_cppns(path):
        return _pick_cppns(path, cells, how)
    if run is not None:
        raise ExperimentsError(f"expected --run with a sheet of samples alone, got {path}, which is drawn from recipes")
    return _pick_recipes(path, cells, how)


def holds_samples(path: Path) -> bool:
    """Whether a picture is a sheet of samples, which a network has to draw."""
    return "latents" in mosaics.read_provenance(path)


def holds_cppns(path: Path) -> bool:
    """Whether a picture is a sheet of CPPNs."""
    return "cppns" in mosaics.read_provenance(path)


def _pick_cppns(path: Path, cells: Sequence[int], how: Breeding) -> tuple[Sheet, dict[str, Any]]:
    from .cppn.recipe import CPPNRecipe

    made = mosaics.read_provenance(path)
    check_cells(path, len(made["cppns"]), cells)
    chosen = {cell: CPPNRecipe.from_json(made["cppns"][cell]) for cell in cells}
    return breed_cppns(chosen, how, _step(path, cells, [], how), made.get("lineage", []))


def breed_cppns(
    chosen: "Mapping[Any, CPPNRecipe]", how: Breeding, step: dict[str, Any], lineage: Sequence[dict[str, Any]] = ()
) -> tuple[Sheet, dict[str, Any]]:
    """(a sheet of CPPNs and their children, what it says of itself).

    Args:
        chosen: the parents by what they are called on the sheet.
        how: the children differ.
        step: what this step of the line of descent says of itself, but for the parents' digests.
        lineage: the steps before it.

    Raises:
        ExperimentsError or ModelsError: parts to keep, or parents that cannot be crossed.
    """
    from .cppn.breeding import crossed_cppns, varied_cppn
    from .cppn.sheets import CPPNs

    if how.lock:
        raise ExperimentsError("expected no --lock for CPPNs: a network has no parts to keep")
    texts = [json.dumps(recipe.to_json()) for recipe in chosen.values()]
    step = {**step, "parents": [sha256(text.encode()).hexdigest() for text in texts]}
    if how.palette:
        own = tuple(how.palette.colours)
        step["palette"] = list(own)
        chosen = {name: replace(recipe, colour="palette", palette=own) for name, recipe in chosen.items()}
    kind = _Kind(lambda one, rng: varied_cppn(one, how.amount, rng), crossed_cppns)
    line = [*lineage, step]
    children, of = _children(chosen, how, len(line), kind)
    return sheet_of_picked(CPPNs(children), of, len(chosen)), {"kind": "pick", "lineage": line, "parents": of}


def _pick_recipes(path: Path, cells: Sequence[int], how: Breeding) -> tuple[Sheet, dict[str, Any]]:
    parents, made = read_sheet(path, cells)
    check_locks(how.lock, parents)
    step = _step(path, cells, [parent.digest for parent in parents], how)
    step["lock"] = list(how.lock)
    if how.palette:
        step["palette"] = list(how.palette.colours)
        parents = [recolour(parent, how.palette) for parent in parents]

    def varied(parent: Recipe, rng: np.random.Generator) -> Recipe:
        lock = [name for name in how.lock if name in (*PARTS, *parent.drawing.domains)]
        return vary(parent, how.amount, rng, lock)

    kind = _Kind(varied, lambda one, other, _: cross(one, other), not {*PARTS} & {*how.lock})
    lineage = [*made.get("lineage", []), step]
    children, of = _children(dict(zip(cells, parents, strict=True)), how, len(lineage), kind)
    return sheet_of_picked(children, of, len(cells)), {"kind": "pick", "lineage": lineage, "parents": of}


def _pick_samples(path: Path, cells: Sequence[int], how: Breeding, run: Path | None) -> tuple[Sheet, dict[str, Any]]:
    from .sample_sheets import Samples, read_samples
    from .sphere import between, moved

    for name, value in (("lock", how.lock), ("palette", how.palette)):
        if value:
            raise ExperimentsError(
                f"expected no --{name} for {path}, a sheet of samples: a latent has no parts to keep"
            )
    parents, made = read_samples(path, cells, run)
    digests = [sha256(latent.tobytes()).hexdigest() for latent in parents.latents]
    lineage = [*made.get("lineage", []), _step(path, cells, digests, how)]
    kind = _Kind(lambda one, rng: moved(one, how.amount, rng), lambda a, b, rng: between(a, b, rng.uniform(*_MIDDLE)))
    children, of = _children(dict(zip(cells, parents.latents, strict=True)), how, len(lineage), kind)
    sheet = sheet_of_picked(Samples(parents.trained, np.stack(children)), of, len(cells))
    return sheet, {"kind": "pick", "lineage": lineage, "parents": of}


def sheet_of_picked(pictures: list[Recipe] | Pictures, of: list[list[Any]], chosen: int) -> Sheet:
    """The sheet of the chosen, which come first, and their children, with the cells that each comes from."""
    recipes = pictures if isinstance(pictures, list) else []
    second = "colours of" if recipes else "crossed with" if hasattr(pictures, "recipes") else "towards"
    names = [f"{number}  {recipe.mode}" for number, recipe in enumerate(recipes)] or [str(n) for n in range(len(of))]
    labels = [(name, _origin(cells, n < chosen, second)) for n, (name, cells) in enumerate(zip(names, of, strict=True))]
    return Sheet(pictures, labels, columns_for(len(of)))


def _step(path: Path, cells: Sequence[int], digests: list[str], how: Breeding) -> dict[str, Any]:
    """A step of a line of descent."""
    return {"sheet": path.name, "cells": list(cells), "parents": digests, "vary": how.amount, "seed": how.seed}


def next_name(path: Path, generation: int) -> Path:
    """preview-2.png after preview.png, preview-3.png after that."""
    return path.with_name(f"{path.stem.removesuffix(f'-{generation}')}-{generation + 1}{path.suffix}")


def _children(
    chosen: Mapping[Any, Any], how: Breeding, generation: int, kind: _Kind
) -> tuple[list[Any], list[list[Any]]]:
    """(the chosen and their children, the cells that each comes from)."""
    children, of = list(chosen.values()), [[cell] for cell in chosen]
    for number in range(len(chosen), how.count):
        rng = stream(how.seed, number, f"generation {generation}")
        start, cells = _start(chosen, number, kind, rng)
        children.append(kind.vary(start, rng))
        of.append(cells)
    return children, of


def _start(chosen: Mapping[Any, Any], number: int, kind: _Kind, rng: np.random.Generator) -> tuple[Any, list[Any]]:
    """What a child starts from, and the cells it comes from: of two, that of its drawing and that of its palette."""
    cells = list(chosen)
    turn, place = divmod(number - len(cells), len(cells))
    if len(cells) == 1 or not kind.crossed or turn % _CROSSED != _CROSSED - 1:
        return chosen[cells[place]], [cells[place]]
    mate = cells[(place + 1 + int(rng.integers(len(cells) - 1))) % len(cells)]
    return kind.cross(chosen[cells[place]], chosen[mate], rng), [cells[place], mate]


def _origin(cells: Sequence[Any], chosen: bool, second: str) -> str:
    """The words under a picture: "of 3, colours of 7"."""
    if chosen:
        return f"chosen, was {cells[0]}"
    return f"of {cells[0]}" + (f", {second} {cells[1]}" if len(cells) > 1 else "")
