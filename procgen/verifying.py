"""What is wrong with a dataset: its files, its rows, its pictures drawn again and its factors measured again."""

from collections.abc import Callable, Iterator, Mapping
from itertools import groupby
from math import isnan, nan
from pathlib import Path
from typing import Any

import numpy as np

from .agreement import off, tolerance
from .card import CARD
from .encoded import located
from .errors import ProcgenError
from .files import names, place, reaching, reason, sha256_of
from .manifest import Manifest, read_manifest, shard_count, shard_path, shard_range
from .measure import measured_factors
from .randomness import stream
from .recipe import Recipe
from .shards import FOREIGN, decode, fault, opened, picture_name
from .space import Space
from .worlds import Drawing, World, pixels_of, renderer_of

Progress = Callable[[int, int], None]
Worlds = Mapping[str, Callable[[str], World]]
SAMPLE = 64
_MEASURED_SIDE = 128  # pixels, at which factors agree; what a small picture cannot show is not held against it
_MOST_MEASURED = 64  # pictures; measuring takes longer than drawing
_FEWEST_MEASURED = 16  # pictures, below which a factor's disagreement is taken for chance
_AGAIN = "run the same generate command again"
_FAR = 2.0  # tolerances; a space may hold only pictures that are hard to measure


def verify_dataset(
    folder: str | Path,
    *,
    sample: int | str | None = SAMPLE,
    progress: Progress | None = None,
    worlds: Worlds | None = None,
) -> list[str]:
    """Every problem of a dataset, one sentence each.

    Every byte of every shard is digested. Some pictures are decoded and compared with their recipes drawn again, byte
    for byte; their rows with the space; and their factors with those measured from pixels.

    Args:
        folder: of the dataset, or its URL.
        sample: how many pictures are drawn again, the same ones at each call; "all" or None for all. At
            most 64 are measured.
        progress: called with (steps done, steps in all).
        worlds: what makes other worlds than spaces from their text, by their kind.

    Raises:
        ProcgenError: if there is no dataset, or sample is no such number.
    """
    folder, tell, wanted = place(folder), progress or (lambda done, total: None), _sample(sample)
    manifest = read_manifest(folder)
    if not manifest["complete"]:
        return [f"{folder} is unfinished: {_AGAIN} to finish it."]
    chosen, sound = _chosen(manifest, wanted), set()
    steps = shard_count(manifest) + len(chosen)
    problems = _folder_problems(folder, manifest)
    for number in range(shard_count(manifest)):
        found = _shard_problems(folder, manifest, number)
        problems += found
        sound |= set() if found else {number}
        tell(number + 1, steps)
    space = _space(manifest, worlds or {})
    if isinstance(space, str):
        return [*problems, f"The pictures of {folder} cannot be drawn again: {space}"]
    apart: dict[str, list[bool]] = {}
    readable = [index for index in chosen if located(manifest, index)[0] in sound]
    measured = set(readable[:: -(-len(readable) // _MOST_MEASURED) or 1])
    for done, (index, row) in enumerate(_rows(folder, manifest, readable), 1):
        recipe = space.sample(manifest["seed"], index)
        if wrong := _row_problems(manifest, recipe, index, row):
            problems.append(f"Picture {index} of {folder} is not what was written: {', '.join(wrong)}.")
        elif index in measured:
            _measure(recipe, apart)
        tell(shard_count(manifest) + done, steps)
    tell(steps, steps)
    return problems + _measured_problems(folder, apart)


def _sample(sample: int | str | None) -> int | None:
    if sample is None or sample == "all":
        return None
    if isinstance(sample, bool) or not isinstance(sample, int | np.integer) or sample < 0:
        raise ProcgenError(f"The sample must be a whole number, 0 or more, or 'all', not {sample!r}.")
    return int(sample)


def _chosen(manifest: Manifest, sample: int | None) -> list[int]:
    """Ascending indices of the pictures to draw again: no pattern of a mistake is in step with them."""
    count = manifest["count"]
    if sample is None or sample >= count:
        return list(range(count))
    return sorted(stream(manifest["seed"], count, "verify").choice(count, sample, replace=False).tolist())


def _folder_problems(folder: Path, manifest: Manifest) -> list[str]:
    """What is beside the shards, missing or too much; a hidden file is nobody's business."""
    known = {"": {"manifest.json", "data", *CARD}, "data": {Path(shard["file"]).name for shard in manifest["shards"]}}
    problems = []
    for inside, belonging in known.items():
        there = folder / inside if inside else folder
        others = sorted(name for name in names(there) - belonging if not name.startswith("."))
        problems += [f"{there / name} does not belong to the dataset." for name in others]
    missing = sorted(set(CARD) - names(folder))
    problems += [f"{folder / name} is missing: the same generate command writes it again." for name in missing]
    if "croissant.json" not in missing and not _described(folder):
        problems.append(f"{folder / 'manifest.json'} is not what croissant.json describes: one of them was changed.")
    return problems


def _described(folder: Path) -> bool:
    """Whether the Croissant file holds the digest of the manifest."""
    with reaching(folder):
        text = (folder / "croissant.json").read_text("utf-8", errors="replace")
    return sha256_of(folder / "manifest.json") in text


def _shard_problems(folder: Path, manifest: Manifest, number: int) -> list[str]:
    """What is wrong with a shard as a whole: its bytes, its columns, the numbers of its pictures."""
    path = shard_path(folder, manifest, number)
    try:
        if sha256_of(path) != manifest["shards"][number]["sha256"]:
            return [f"{path} is not what was written (its sha256 differs from the manifest's): {_AGAIN}."]
        wrong = fault(path, manifest, number)
        if not wrong:
            with opened(path) as file:
                indices = file.read(["index"])["index"].to_numpy()
            wrong = "" if np.array_equal(indices, shard_range(manifest, number)) else "it holds other pictures"
        if wrong == FOREIGN:
            return [f"{path} is not what was written ({wrong}): restore manifest.json, if it was changed, or {_AGAIN}."]
        return [f"{path} is not what was written ({wrong}): {_AGAIN}."] if wrong else []
    except ProcgenError:
        raise
    except FileNotFoundError:
        return [f"{path} is missing: {_AGAIN}."]
    except (OSError, ValueError) as error:
        return [f"{path} cannot be read ({reason(error)}): delete it and {_AGAIN}."]


def _space(manifest: Manifest, worlds: Worlds) -> Space | World | str:
    """The space of a dataset, or why its pictures cannot be drawn again."""
    kind = manifest.get("drawn_by", {}).get("kind")
    if kind is not None and kind not in worlds:
        return f"they are of the kind {kind}, which is not known here."
    try:
        space: Space | World = worlds[kind](manifest["space"]) if kind else Space.from_toml(manifest["space"])
    except ProcgenError as error:
        return str(error)
    if manifest["renderer"] != renderer_of(space):
        return f"they are of renderer {manifest['renderer']}, this is renderer {renderer_of(space)}."
    same = space.digest == manifest["space_digest"]
    return space if same else "the space in manifest.json has another digest; it was changed, or its plug-ins were."


def _rows(folder: Path, manifest: Manifest, indices: list[int]) -> Iterator[tuple[int, dict[str, Any] | str]]:
    """The rows of some pictures, ascending, a group of rows in memory at a time; or why one cannot be read."""
    for (shard, group), run in groupby(indices, lambda index: located(manifest, index)[:2]):
        try:
            with opened(shard_path(folder, manifest, shard)) as file:
                table = file.read_row_group(group)
        except ProcgenError:
            raise
        except (OSError, ValueError) as error:
            yield from ((index, reason(error)) for index in run)
            continue
        for index in run:
            (row,) = table.slice(located(manifest, index)[2], 1).to_pylist()
            yield index, row


def _row_problems(manifest: Manifest, recipe: Recipe | Drawing, index: int, row: dict[str, Any] | str) -> list[str]:
    """What is wrong with a picture and with what is recorded of it, in words."""
    if isinstance(row, str):
        return [f"it cannot be read ({row})"]
    picture = row["image"] or {"path": None, "bytes": None}
    wrong = ["its name is another"] if picture["path"] != picture_name(index) else []
    if row["recipe"] != recipe.to_json():
        wrong.append("its recipe is not that of the space")
    for name, value in recipe.factors().items():
        said = _said(manifest["columns"].get(name), row.get(name))
        if said != value and not (said != said and value != value):  # NaN is not itself
            wrong.append(f"its {name} is {said}, not {value}")
    try:
        image = decode(picture["bytes"] or b"", manifest["size"])
    except ProcgenError as error:
        return [*wrong, str(error).rstrip(".")]
    if not np.array_equal(image, pixels_of(recipe, tuple(manifest["size"]))):
        wrong.append("its pixels are not those of its recipe")
    return wrong


def _said(kind: Any, stored: Any) -> str | float:
    """What a file says of a factor: a name, a number, or what stands there instead of one."""
    if not isinstance(kind, list):
        return nan if stored is None else stored
    return kind[stored] if stored is not None and 0 <= stored < len(kind) else f"label {stored}"


def _measure(recipe: Recipe | Drawing, apart: dict[str, list[bool]]) -> None:
    """Which factors of a recipe disagree with its pixels, at the size that factors are defined for."""
    palette = recipe.palette if isinstance(recipe, Recipe) else None
    measured = measured_factors(pixels_of(recipe, (_MEASURED_SIDE, _MEASURED_SIDE)), palette)
    for name, value in recipe.factors().items():
        if not isinstance(value, str) and not isnan(value):
            apart.setdefault(name, []).append(off(name, value, measured.get(name, nan)) > _FAR * tolerance(name))


def _measured_problems(folder: Path, apart: dict[str, list[bool]]) -> list[str]:
    """Factors that disagree with the pixels in most pictures: recorded by other code than that which drew them."""
    return [
        f"The factor {name} of {folder} disagrees with the pixels of {sum(wrong)} in {len(wrong)} pictures."
        for name, wrong in apart.items()
        if len(wrong) >= _FEWEST_MEASURED and sum(wrong) > len(wrong) / 2
    ]
