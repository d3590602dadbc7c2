"""What a person asks for, as a recipe: a preset or a picture of ours, and what is to be different in it."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np

import mosaics
from models import CPPNS, CPPNConfig, cppn_preset
from procgen import open_dataset
from procgen.color import linear_from_srgb, oklab_from_linear, srgb_from_hex

from ..errors import ExperimentsError
from ..pictures import find_palette
from .recipe import CPPNRecipe

_SHAPES = ("width", "depth", "inputs", "latent", "channels", "init")


def find_cppn(what: str, changes: Mapping[str, Any] | None = None) -> CPPNRecipe:
    """The recipe that a name gives, with some of its parameters changed.

    Args:
        what: a preset, a picture of a CPPN, a cell of a sheet of them as "sheet.png:7", or a picture of a dataset of
            them as "DATA:7".
        changes: names of `PARAMETERS` to values, or to texts of them.

    Raises:
        ExperimentsError, ModelsError, MosaicsError or ProcgenError: there is none, or it cannot be so.
    """
    if what in CPPNS:
        return changed(CPPNRecipe(cppn_preset(what)), changes or {})
    if (Path(what.rpartition(":")[0]) / "manifest.json").is_file():
        return changed(_of_dataset(what), changes or {})
    if not Path(what.rpartition(":")[0] or what).suffix:
        raise ExperimentsError(f"expected a preset of {', '.join(CPPNS)}, a picture or SHEET.png:CELL, got {what!r}")
    return changed(_of_picture(what), changes or {})


def changed(recipe: CPPNRecipe, changes: Mapping[str, Any]) -> CPPNRecipe:
    """A recipe with some of its parameters changed; a latent that no longer fits becomes that of the seed."""
    told = {name: read_parameter(name, value) for name, value in changes.items()}
    numbers = {int(name[1:]): told.pop(name) for name in [*told] if _is_number_of_z(name)}
    fixed = {*_SHAPES, "seed", *(["activation"] if recipe.config.graph else [])} & {*told}
    if recipe.origin and fixed:
        raise ExperimentsError(
            f"expected a picture whose weights are those of a seed, got one that was bred, evolved or fitted: its "
            f"{', '.join(sorted(fixed))} cannot be changed, but coordinates, symmetry and colours can"
        )
    config = replace(recipe.config, **{name: value for name, value in told.items() if name in _NETWORK})
    kept = None if {"latent", "seed", "latent_low", "latent_high"} & {*told} else recipe.latent
    colour = told.get("colour") or ("palette" if told.get("palette") else recipe.colour)
    new = replace(
        recipe,
        config=config,
        seed=told.get("seed", recipe.seed),
        latent=told.get("z", kept),
        colour=colour,
        palette=told.get("palette", recipe.palette) if colour == "palette" else (),
        hues=told.get("hues", recipe.hues),
    )
    return _with_numbers(new, numbers) if numbers else new


def _with_numbers(recipe: CPPNRecipe, numbers: Mapping[int, float]) -> CPPNRecipe:
    """A recipe with some numbers of its latent replaced, the first of which is 1."""
    z = recipe.z
    for number, value in numbers.items():
        if number > len(z):
            raise ExperimentsError(
                f"expected a latent of {number} numbers or more for z{number}, got {len(z)}: give --latent {number}"
            )
        z[number - 1] = value
    return recipe.at(z)


def _is_number_of_z(name: str) -> bool:
    return name[:1] == "z" and name[1:].isdecimal() and name != "z0"


def read_parameter(name: str, value: Any) -> Any:
    """The value of a parameter from its text; ExperimentsError if there is no such one, or it is no such text."""
    if name not in PARAMETERS and not _is_number_of_z(name):
        raise ExperimentsError(f"expected a parameter of {', '.join(PARAMETERS)}, z1, z2, ..., got {name}")
    try:
        return PARAMETERS.get(name, float)(value) if isinstance(value, str) else value
    except ValueError:
        raise ExperimentsError(f"expected {name} as {_EXAMPLES.get(name, 'a number')}, got {value!r}") from None


def _of_picture(what: str) -> CPPNRecipe:
    sheet, colon, cell = what.rpartition(":")
    path = Path(sheet if colon and cell.isdecimal() and not Path(what).exists() else what)
    made = mosaics.read_provenance(path)
    if "cppn" in made:
        return CPPNRecipe.from_json(made["cppn"])
    if "cppns" not in made:
        raise ExperimentsError(f"expected a picture of a CPPN in {path}, got a {made.get('kind', 'picture')}")
    last = len(made["cppns"]) - 1
    if str(path) == what:
        raise ExperimentsError(f"expected one picture, got the sheet {path}: name a cell as {path}:0, up to {last}")
    if int(cell) > last:
        raise ExperimentsError(f"expected a cell of {path} from 0 to {last}, got {cell}")
    return CPPNRecipe.from_json(made["cppns"][int(cell)])


def _of_dataset(what: str) -> CPPNRecipe:
    folder, _, number = what.rpartition(":")
    dataset = open_dataset(folder)
    if dataset.manifest.get("drawn_by", {}).get("kind") != "cppn":
        raise ExperimentsError(
            f"expected a dataset of CPPNs, got {folder}: `synchromy render {what}` draws its pictures"
        )
    if not number.isdecimal() or int(number) >= len(dataset):
        raise ExperimentsError(f"expected a picture of {folder} from 0 to {len(dataset) - 1}, got {number!r}")
    return CPPNRecipe.from_json(json.loads(dataset.recipe_text(int(number))))


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.replace("/", ",").split(",") if word.strip())


def _numbers(text: str) -> tuple[float, ...]:
    return tuple(float(word) for word in _words(text))


def _pair(text: str) -> tuple[float, float]:
    one, other = _numbers(text)
    return one, other


def _colours(text: str) -> tuple[str, ...]:
    """A list as it is given; of a file or a picture, from the darkest to the lightest."""
    if text.lstrip().startswith("#"):
        return tuple(text.replace(",", " ").replace("/", " ").split())
    found: Sequence[str] = list(dict.fromkeys(find_palette(text).colours))
    lightness = oklab_from_linear(linear_from_srgb(np.stack([srgb_from_hex(colour) for colour in found])))[:, 0]
    return tuple(found[place] for place in np.argsort(lightness, kind="stable"))


_NETWORK = tuple(each.name for each in fields(CPPNConfig))
_KINDS = {each.name: each.type for each in fields(CPPNConfig) if each.name != "graph"}  # which evolution alone makes
_READERS: dict[str, Callable[[str], Any]] = {"int": int, "float": float, "str": str}
PARAMETERS: dict[str, Callable[[str], Any]] = {
    **{name: _READERS.get(getattr(kind, "__name__", str(kind)), _words) for name, kind in _KINDS.items()},
    "seed": int,
    "z": _numbers,
    "colour": str,
    "palette": _colours,
    "hues": _pair,
}
"""What can be changed in a recipe, and how its text is read."""

_EXAMPLES = {"z": "0.1,-0.4,2", "hues": "20,140"}
