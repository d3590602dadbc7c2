"""One Parquet file of a dataset: pictures with their factors, readable without this package.

The schema is what Hugging Face `datasets`, DuckDB and Polars agree on: `image` is struct<bytes, path> in this order,
nullable at both levels; classes are int64 labels, named in the `huggingface` metadata.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np

from .errors import ProcgenError
from .files import Digesting, is_remote, on_disk, place, reaching, reason, replacing, sha256_of
from .manifest import Manifest, identity, listed, shard_path, shard_range, versions_of
from .recipe import Recipe
from .space import Space
from .worlds import Drawing, World, pixels_of

Array = np.ndarray
MISSING = "it is missing"
FOREIGN = "it is not of this dataset"


def schema(manifest: Manifest) -> Any:
    """The pyarrow schema of the shards of a dataset, with the metadata that `datasets` reads."""
    import pyarrow as pa

    image = pa.struct([("bytes", pa.binary()), ("path", pa.string())])
    kinds = {name: pa.float64() if kind == "float64" else pa.int64() for name, kind in manifest["columns"].items()}
    columns = {"index": pa.int64(), "image": image, **kinds, "recipe": pa.string()}
    features = {
        "index": {"dtype": "int64", "_type": "Value"},
        "image": {"_type": "Image"},
        **{name: _feature(kind) for name, kind in manifest["columns"].items()},
        "recipe": {"dtype": "string", "_type": "Value"},
    }
    metadata = {"huggingface": json.dumps({"info": {"features": features}}), "synchromy": identity(manifest)}
    return pa.schema(list(columns.items()), metadata=metadata)


def write_shard(folder: str, manifest: Manifest, number: int, world: World | None = None) -> dict[str, Any]:
    """Make one shard, unless it is there and sound: the same bytes from any process, any number of times.

    Args:
        folder: of the dataset, a path or a URL.
        manifest: of the dataset; its shards are not looked at.
        number: of the shard.
        world: that draws the pictures, where no Space does.

    Returns:
        What the manifest says of it: file, rows, bytes, sha256.

    Raises:
        ProcgenError: if the libraries here are others than those of the manifest.
    """
    if manifest["versions"] != versions_of(world):
        theirs, ours = listed(manifest["versions"]), listed(versions_of(world))
        raise ProcgenError(f"This worker has {ours}, the dataset {folder} is made with {theirs}: install those here.")
    path = shard_path(place(folder), manifest, number)
    facts = {"file": f"data/{path.name}", "rows": len(shard_range(manifest, number))}
    return facts | (_kept(path, manifest, number) or _made(path, manifest, number, world))


def fault(path: Path, manifest: Manifest, number: int) -> str:
    """What is wrong with a shard in a few words, or "": its footer tells of the columns, labels, rows and indices."""
    rows, step = shard_range(manifest, number), manifest["group_rows"]
    try:
        with opened(path) as file:
            if not file.schema_arrow.equals(schema(manifest), check_metadata=True):
                return FOREIGN
            if file.metadata.num_rows != len(rows):
                return f"it has {file.metadata.num_rows} rows where {len(rows)} belong"
            groups = [rows[start : start + step] for start in range(0, len(rows), step)]
            if _ends(file.metadata) != [(group[0], group[-1]) for group in groups]:
                return "it holds other pictures"
    except ProcgenError:
        raise
    except FileNotFoundError:
        return MISSING
    except (OSError, ValueError) as error:
        return reason(error)
    return ""


def _ends(metadata: Any) -> list[tuple[int, int] | None]:
    """The least and the greatest index of each group of rows, as the footer tells them."""
    told = [metadata.row_group(group).column(0).statistics for group in range(metadata.num_row_groups)]
    return [(each.min, each.max) if each is not None and each.has_min_max else None for each in told]


@contextmanager
def opened(path: Path) -> Iterator[Any]:
    """A pyarrow ParquetFile that checks each page it reads; what is damaged raises OSError or ValueError."""
    import pyarrow.parquet as pq

    if not is_remote(path):
        with pq.ParquetFile(path, page_checksum_verification=True) as file:
            yield file
        return
    with (
        reaching(path),
        path.open("rb", cache_type="none") as source,  # type: ignore[call-overload]
        pq.ParquetFile(source, page_checksum_verification=True, pre_buffer=True) as file,
    ):
        yield file


def picture_name(index: int) -> str:
    """The name of a picture's file."""
    return f"{index:08d}.webp"


def draw(space: Space | World, manifest: Manifest, index: int) -> tuple[Recipe | Drawing, bytes]:
    """One picture of a dataset: its recipe and its file."""
    recipe = space.sample(manifest["seed"], index)
    width, height = manifest["size"]
    return recipe, encode(pixels_of(recipe, (width, height)), manifest["codec"])


def encode(pixels: Array, codec: dict[str, Any]) -> bytes:
    """A picture, uint8 (height, width, 3), as the bytes of a file."""
    from PIL import Image

    file = BytesIO()
    Image.fromarray(pixels).save(file, **codec)
    return file.getvalue()


def decode(data: bytes, size: tuple[int, int]) -> Array:
    """The picture in the bytes of a file, uint8 (height, width, 3).

    Raises:
        ProcgenError: if they are not a picture of this size, (width, height).
    """
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(BytesIO(data), formats=("WEBP",)) as image:
            if image.size == tuple(size):
                # Converting what is RGB already would copy it once more, inside the interpreter's lock.
                return np.asarray(image if image.mode == "RGB" else image.convert("RGB"))
            reason = f"it has {image.size[0]}x{image.size[1]} pixels where {size[0]}x{size[1]} belong"
    except UnidentifiedImageError:  # whose own words hold an address in memory
        reason = "it is no WebP file"
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        reason = str(error)
    raise ProcgenError(f"A picture cannot be decoded ({reason}).")


def _feature(kind: str | list[str]) -> dict[str, Any]:
    return {"dtype": kind, "_type": "Value"} if isinstance(kind, str) else {"names": kind, "_type": "ClassLabel"}


def _kept(path: Path, manifest: Manifest, number: int) -> dict[str, Any] | None:
    """The facts of a shard that is there and sound to the last byte, or None."""
    try:
        with on_disk(path) as found:
            return _checked(found, manifest, number)
    except FileNotFoundError:
        return None


def _checked(path: Path, manifest: Manifest, number: int) -> dict[str, Any] | None:
    # Pages carry checksums, but neither their headers nor the footer do: so what is read is written again to
    # nowhere, which has to give the file's own bytes.
    if fault(path, manifest, number):
        return None
    again, indices = Digesting(), []
    try:
        with opened(path) as file, _writer(again, manifest) as writer:
            for group in range(file.num_row_groups):
                table = file.read_row_group(group)
                indices += table["index"].to_pylist()
                writer.write_table(table)
    except ProcgenError:
        raise
    except (OSError, ValueError):
        return None
    sound = indices == list(shard_range(manifest, number)) and sha256_of(path) == again.sha256
    return {"bytes": again.count, "sha256": again.sha256} if sound else None


def _made(path: Path, manifest: Manifest, number: int, world: World | None) -> dict[str, Any]:
    rows, step = shard_range(manifest, number), manifest["group_rows"]
    with replacing(path) as file:
        target = Digesting(file)
        with _writer(target, manifest) as writer:
            for start in range(0, len(rows), step):
                writer.write_table(_table(manifest, rows[start : start + step], world))
    return {"bytes": target.count, "sha256": target.sha256}


def weight_of(manifest: Manifest, indices: Sequence[int], world: World | None = None) -> int:
    """The bytes of a shard that held just these pictures: drawn, described and written as one is, to nowhere."""
    target = Digesting()
    with _writer(target, manifest) as writer:
        writer.write_table(_table(manifest, indices, world))
    return target.count


def _writer(file: Any, manifest: Manifest) -> Any:
    import pyarrow.parquet as pq

    classes = [name for name, kind in manifest["columns"].items() if kind != "float64"]
    options = {
        # WebP does not shrink further; the two leaves of the image are columns of their own.
        "compression": {"image.bytes": "none"}
        | dict.fromkeys(["index", "image.path", *manifest["columns"], "recipe"], "zstd"),
        "use_dictionary": classes,
        "write_statistics": ["index", *manifest["columns"]],
        "write_page_checksum": True,
    }
    return pq.ParquetWriter(file, schema(manifest), **options)


def _table(manifest: Manifest, rows: Sequence[int], world: World | None) -> Any:
    import pyarrow as pa

    space = world or _space(manifest["space"], manifest["space_digest"])
    drawn = [draw(space, manifest, index) for index in rows]
    factors = [recipe.factors() for recipe, _ in drawn]
    columns: dict[str, list[Any]] = {
        "index": list(rows),
        "image": [{"bytes": data, "path": picture_name(index)} for index, (_, data) in zip(rows, drawn, strict=True)],
        "recipe": [recipe.to_json() for recipe, _ in drawn],
    }
    for name, kind in manifest["columns"].items():
        values = [each[name] for each in factors]
        columns[name] = values if kind == "float64" else [kind.index(value) for value in values]
    wanted = schema(manifest)
    # A factor that is not defined for a picture is NaN here and null in the file, which every reader leaves out.
    arrays = [pa.array(columns[field.name], field.type, from_pandas=True) for field in wanted]
    return pa.Table.from_arrays(arrays, schema=wanted)


@lru_cache(maxsize=4)
def _space(toml: str, digest: str) -> Space:
    space = Space.from_toml(toml)
    if space.digest != digest:
        raise ProcgenError(
            "A worker draws this space with other code than the process that planned the dataset: "
            "install the same versions of synchromy and of its plug-ins on all machines."
        )
    return space
