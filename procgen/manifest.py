"""What a dataset is: the page beside its shards, written before the first of them and finished after the last."""

import json
from collections.abc import Callable, Mapping
from functools import cache
from hashlib import sha256
from math import inf
from pathlib import Path
from typing import Any

from .errors import ProcgenError
from .files import is_remote, names, reaching, reason, replacing
from .sizes import Size, canvas_size
from .space import Space
from .worlds import World, check_world, renderer_of

Manifest = dict[str, Any]

FORMAT = 1  # the version of this page and of the shards' layout
CODEC = {"format": "webp", "lossless": True, "method": 0, "quality": 0}  # Pillow's words; the fastest, and exact
LARGEST_SIDE = 16_383  # pixels; WebP's own limit
SHARD_ROWS = 1_000
FEWEST_SHARDS = 8  # so that a small dataset, too, is spread over its workers
GROUP_ROWS = 100
GROUP_BYTES = 2**28  # of pixels in a group of rows, which a worker holds: fewer rows where pictures are large
LARGEST_COUNT = 99_999 * SHARD_ROWS  # shards are numbered by five digits
_NAME = "manifest.json"
_IDENTITY = ("format", "space_digest", "seed", "count", "size", "shard_rows", "group_rows", "codec", "columns")


def new_manifest(space: Space | World, *, count: int, size: Size, seed: int) -> Manifest:
    """The manifest of a dataset that has no shards yet.

    `columns` maps each factor to its names, in the order of their labels, or to "float64". `drawn_by` is there where
    no Space draws the pictures: the kind and the name of their world, and the command that makes the dataset again.

    Raises:
        ProcgenError: if count, size or seed cannot be, saying what can.
    """
    check_world(space)
    if isinstance(count, bool) or not isinstance(count, int) or not 1 <= count <= LARGEST_COUNT:
        raise ProcgenError(f"The count must be a whole number from 1 to {LARGEST_COUNT}, not {count!r}.")
    sides = canvas_size(size)
    if max(sides) > LARGEST_SIDE:
        raise ProcgenError(f"The pictures of a dataset must be at most {LARGEST_SIDE} pixels a side, not {size!r}.")
    factors = space.sample(seed, 0).factors()
    group_rows = max(1, min(GROUP_ROWS, GROUP_BYTES // (3 * sides[0] * sides[1])))
    return {
        "format": FORMAT,
        "space": space.to_toml(),
        "space_digest": space.digest,
        "renderer": renderer_of(space),
        "seed": int(seed),
        "count": count,
        "size": list(sides),
        "shard_rows": min(SHARD_ROWS, -(-count // FEWEST_SHARDS)),
        "group_rows": group_rows,
        "codec": dict(CODEC),
        "columns": {
            name: space.names(name) if isinstance(value, str) else "float64" for name, value in factors.items()
        },
        "versions": versions_of(space),
        **_drawn_by(space, count, sides, int(seed)),
        "complete": False,
        "shards": [],
    }


def _drawn_by(world: Space | World, count: int, sides: tuple[int, int], seed: int) -> dict[str, Any]:
    if isinstance(world, Space):
        return {}
    command = world.command(count, f"{sides[0]}x{sides[1]}", seed)
    return {"drawn_by": {"kind": world.kind, "name": world.name, "command": command}}


def read_manifest(folder: Path) -> Manifest:
    """The manifest of the dataset in a folder, finished or not.

    Raises:
        ProcgenError: if there is no folder, no manifest, or none of this format.
    """
    try:
        if not (names(folder) if is_remote(folder) else folder.is_dir()):
            raise ProcgenError(f"There is no dataset folder {folder}: check the path, or generate a dataset there.")
        with reaching(folder):
            manifest = json.loads((folder / _NAME).read_text("utf-8"))
    except FileNotFoundError:
        raise ProcgenError(f"The folder {folder} is no dataset, as it holds no {_NAME}: check the path.") from None
    except ProcgenError:
        raise
    except (OSError, ValueError, RecursionError) as error:
        raise ProcgenError(
            f"{folder / _NAME} cannot be read ({reason(error)}): restore it, or generate elsewhere."
        ) from None
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise ProcgenError(f"{folder / _NAME} is no manifest of format {FORMAT}: check the path and the version.")
    if key := _flaw(manifest):
        raise ProcgenError(f"The manifest {folder / _NAME} is damaged at {key!r}: restore it, or generate elsewhere.")
    return manifest


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Put the manifest in its place, whole or not at all."""
    with replacing(folder / _NAME) as file:
        file.write(manifest_bytes(manifest))


def manifest_bytes(manifest: Manifest) -> bytes:
    """What the file of a manifest holds."""
    return (json.dumps(manifest, indent=1) + "\n").encode()


def identity(manifest: Manifest) -> str:
    """sha256 of all that decides the rows and the layout of a dataset; libraries and names of spaces do not."""
    return sha256(json.dumps([manifest[key] for key in _IDENTITY]).encode()).hexdigest()


def differences(old: Manifest, new: Manifest) -> str:
    """What tells two datasets apart, in words: 'seed 7, not 8'; empty if nothing does."""
    words = [f"{key} {old[key]}, not {new[key]}" for key in ("seed", "count", "size") if old[key] != new[key]]
    if old["renderer"] != new["renderer"]:
        words.append(f"renderer {old['renderer']}, not {new['renderer']}")
    elif old["space_digest"] != new["space_digest"]:
        words.append("another space")
    return ", ".join(words) or ("" if identity(old) == identity(new) else "another layout")


def shard_count(manifest: Manifest) -> int:
    """How many shards the dataset has."""
    return -(-manifest["count"] // manifest["shard_rows"])


def shard_range(manifest: Manifest, number: int) -> range:
    """The indices of the pictures in a shard."""
    start = number * manifest["shard_rows"]
    return range(start, min(start + manifest["shard_rows"], manifest["count"]))


def shard_path(folder: Path, manifest: Manifest, number: int) -> Path:
    """Where a shard lies; the name is the one that Hugging Face `datasets` looks for."""
    return folder / "data" / f"train-{number:05d}-of-{shard_count(manifest):05d}.parquet"


def _flaw(manifest: Manifest) -> str:
    """The first key whose value is not there or none that a writer puts there, or ""."""
    flaw = next((key for key, sound in _SOUND.items() if key not in manifest or not sound(manifest[key])), "")
    if not flaw and not _listed_shards(manifest):
        return "shards"
    drawn_by = manifest.get("drawn_by", dict.fromkeys(_DRAWN_BY, ""))
    told = isinstance(drawn_by, dict) and all(_text(drawn_by.get(key)) for key in _DRAWN_BY)
    return flaw or ("" if told else "drawn_by")


def _whole(least: int, most: float = inf) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def _text(value: Any) -> bool:
    return isinstance(value, str)


def _columns(value: Any) -> bool:
    kinds = value.values() if isinstance(value, dict) else [None]
    return all(kind == "float64" or (isinstance(kind, list) and all(map(_text, kind))) for kind in kinds)


def _sides(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(map(_whole(1, LARGEST_SIDE), value))


def _listed_shards(manifest: Manifest) -> bool:
    shards = manifest["shards"]
    if not manifest["complete"]:
        return shards == []
    return (
        isinstance(shards, list)
        and len(shards) == shard_count(manifest)
        and all(
            isinstance(shard, dict)
            and shard.get("file") == f"data/{shard_path(Path(), manifest, number).name}"
            and shard.get("rows") == len(shard_range(manifest, number))
            and _whole(0)(shard.get("bytes"))
            and _text(shard.get("sha256"))
            for number, shard in enumerate(shards)
        )
    )


_SOUND: dict[str, Callable[[Any], bool]] = {
    "format": _whole(FORMAT, FORMAT),
    "space": _text,
    "space_digest": _text,
    "renderer": _whole(0),
    "seed": _whole(0),
    "count": _whole(1, LARGEST_COUNT),
    "size": _sides,
    "shard_rows": _whole(1),
    "group_rows": _whole(1),
    "codec": lambda value: isinstance(value, dict),
    "columns": _columns,
    "versions": lambda value: isinstance(value, dict),
    "complete": lambda value: isinstance(value, bool),
    "shards": lambda value: isinstance(value, list),
}
_DRAWN_BY = ("kind", "name", "command")


def versions_of(world: Space | World | None) -> dict[str, str]:
    """The libraries that decide the bytes of a shard of a world."""
    more = {} if world is None or isinstance(world, Space) else world.versions
    return {**versions(), **more}


@cache
def versions() -> Mapping[str, str]:
    """The libraries that decide the bytes of a shard: numpy's generators choose, the others encode and write."""
    import numpy
    import PIL.features
    import pyarrow

    return {
        "numpy": numpy.__version__,
        "pillow": PIL.__version__,
        "libwebp": str(PIL.features.version("webp")),
        "pyarrow": pyarrow.__version__,
    }


def listed(versions: Mapping[str, str]) -> str:
    """Libraries and their versions in words."""
    return ", ".join(f"{name} {version}" for name, version in versions.items())
