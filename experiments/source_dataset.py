"""Tiles of a dataset: its pictures by index, with their recipes."""

import shlex
from collections.abc import Callable
from hashlib import sha256
from typing import Any

import numpy as np

from procgen import Dataset, open_dataset

from .tile_source import Column, TileSource, measured

_ALL_AT_ONCE = 100_000  # recipes that are read as a whole column, some 1.5 kB each


def dataset_source(place: str, name: str) -> TileSource:
    """The pictures of a dataset, in the order of their indices.

    Args:
        place: where it lies, a folder or a URL.
        name: what the user calls it.

    Raises:
        ProcgenError: there is none, or it is damaged.
    """
    dataset = open_dataset(place)
    width, height = dataset.manifest["size"]
    known = list(dataset.manifest["columns"])
    columns: dict[str, Column] = {each: _column(dataset, each) for each in known}
    columns |= {"index": lambda numbers: numbers, "recipe": lambda numbers: _recipes(dataset, numbers)}
    named = [each for each in known if isinstance(dataset.manifest["columns"][each], list)]
    size = str(width) if width == height else f"{width}x{height}"

    drawn_by = dataset.manifest.get("drawn_by")
    verb = ["synchromy", *([drawn_by["kind"]] if drawn_by else []), "render"]

    def command(number: int) -> str:
        return shlex.join([*verb, f"{name}:{number}", f"picture-{number}.png", "--size", size])

    return TileSource(
        name=name,
        total=len(dataset),
        size=(height, width),
        read=dataset.images,
        facts=lambda numbers: _facts(dataset),
        source_type="algorithmicMedia",
        columns=columns,
        seen=(measured(),),
        kept=("mode", "index", "recipe"),
        command=command,
        words={each: dataset.classes(each) for each in named},
        cheap=True,
    )


def _facts(dataset: Dataset) -> dict[str, Any]:
    manifest = dataset.manifest
    together = sha256("".join(shard["sha256"] for shard in manifest["shards"]).encode()).hexdigest()
    kept = {key: manifest[key] for key in ("count", "space_digest", "seed")}
    return {"kind": "dataset", **kept, "sha256": together}


def _column(dataset: Dataset, name: str) -> Callable[[np.ndarray], np.ndarray]:
    held: list[np.ndarray] = []  # read when it is first asked for

    def values(numbers: np.ndarray) -> np.ndarray:
        if not held:
            held.append(dataset.column(name))
        return held[0][numbers]

    return values


def _recipes(dataset: Dataset, numbers: np.ndarray) -> np.ndarray:
    if len(dataset) <= _ALL_AT_ONCE:
        return dataset.column("recipe")[numbers]
    return np.array([dataset.recipe_text(number) for number in numbers.tolist()], dtype=object)
