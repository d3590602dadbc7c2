"""One Parquet file of a dataset: pictures with their factors, readable without this package.

The schema is what Hugging Face `datasets`, DuckDB and Polars agree on: `image` is struct<bytes, path> in this order,
nullable at both levels; classes are int64 labels, named in the `huggingface` metadata.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np

from .errors import ProcgenError
from .files import replacing, sha256_of
from .manifest import Manifest, identity, shard_path, shard_range
from .recipe import Recipe
from .rendering import render, to_uint8
from .space import Space

Array = np.ndarray


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


def write_shard(folder: str, manifest: Manifest, number: int) -> dict[str, Any]:
    """Make one shard, unless it is there and sound: the same bytes from any process, any number of times.

    Returns:
        What the manifest says of it: file, rows, bytes, sha256.
    """
    path = shard_path(Path(folder), manifest, number)
    if fault(path, manifest, number, thorough=True):
        with replacing(path) as file:
            _write(file, manifest, shard_range(manifest, number))
    rows = len(shard_range(manifest, number))
    return {"file": f"data/{path.name}", "rows": rows, "bytes": path.stat().st_size, "sha256": sha256_of(path)}


def fault(path: Path, manifest: Manifest, number: int, *, thorough: bool = False) -> str:
    """What is wrong with a shard in a few words, or "".

    The quick look reads the footer: columns, labels, number of rows. The thorough one reads everything against the
    checksums of its pages.
    """
    rows = shard_range(manifest, number)
    try:
        with opened(path) as file:
            if not file.schema_arrow.equals(schema(manifest), check_metadata=True):
                return "it is not of this dataset"
            if file.metadata.num_rows != len(rows):
                return f"it has {file.metadata.num_rows} rows where {len(rows)} belong"
            for group in range(file.num_row_groups if thorough else 0):
                if file.read_row_group(group)["index"][0].as_py() != rows[group * manifest["group_rows"]]:
                    return "it holds other pictures"
    except (OSError, ValueError) as error:
        return "it is missing" if isinstance(error, FileNotFoundError) else str(error).splitlines()[0].rstrip(".")
    return ""


@contextmanager
def opened(path: Path) -> Iterator[Any]:
    """A pyarrow ParquetFile that checks each page it reads; what is damaged raises OSError or ValueError."""
    import pyarrow.parquet as pq

    with pq.ParquetFile(path, page_checksum_verification=True) as file:
        yield file


def draw(space: Space, manifest: Manifest, index: int) -> tuple[Recipe, bytes]:
    """One picture of a dataset: its recipe and its file."""
    recipe = space.sample(manifest["seed"], index)
    width, height = manifest["size"]
    return recipe, encode(to_uint8(render(recipe, (width, height))), manifest["codec"])


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
    from PIL import Image

    try:
        with Image.open(BytesIO(data)) as image:
            if image.size == tuple(size):
                return np.asarray(image.convert("RGB"))
            reason = f"it has {image.size[0]}x{image.size[1]} pixels where {size[0]}x{size[1]} belong"
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        reason = str(error)
    raise ProcgenError(f"A picture cannot be decoded ({reason}).")


def _feature(kind: str | list[str]) -> dict[str, Any]:
    return {"dtype": kind, "_type": "Value"} if isinstance(kind, str) else {"names": kind, "_type": "ClassLabel"}


def _write(file: Any, manifest: Manifest, rows: range) -> None:
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
    with pq.ParquetWriter(file, schema(manifest), **options) as writer:
        for start in range(0, len(rows), manifest["group_rows"]):
            writer.write_table(_table(manifest, rows[start : start + manifest["group_rows"]]))


def _table(manifest: Manifest, rows: range) -> Any:
    import pyarrow as pa

    space = _space(manifest["space"], manifest["space_digest"])
    drawn = [draw(space, manifest, index) for index in rows]
    factors = [recipe.factors() for recipe, _ in drawn]
    columns: dict[str, list[Any]] = {
        "index": list(rows),
        "image": [{"bytes": data, "path": f"{index:08d}.webp"} for index, (_, data) in zip(rows, drawn, strict=True)],
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
