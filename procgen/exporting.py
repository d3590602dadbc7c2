"""A dataset as other tools want it: a folder of pictures, a StyleGAN zip, WebDataset tars."""

import json
import os
import re
import shutil
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from io import BytesIO
from itertools import groupby
from math import isnan
from pathlib import Path
from time import perf_counter
from typing import Any

from .dataset import Dataset
from .domains import known
from .encoded import explained
from .errors import ProcgenError
from .files import UNFINISHED, at_work, local_place, names, reason, replacing
from .manifest import identity, shard_count, shard_path
from .shards import encode, opened

Progress = Callable[[int, int], None]

LABEL = "mode"  # the factor that is the class of a picture
PNG = {"format": "png", "compress_level": 1}
MARK = ".synchromy.json"  # in a folder that was exported: what may be replaced
_PER_FOLDER = 1_000
_AT_ONCE = 2**26  # bytes of pixels
_SAMPLED = 16  # pictures encoded for an estimate
_BESIDE = 1_500  # bytes of factors and recipe of a picture, about


def plan_export(data: Dataset, out: str | Path, *, format: str, force: bool = False) -> dict[str, Any]:
    """What `export_dataset` would write, with nothing written: extrapolated from a few pictures.

    Raises:
        ProcgenError: as `export_dataset`.
    """
    known("Format", format, FORMATS)
    _check(data, local_place(out), format, force)
    indices = sorted({round(part * (len(data) - 1) / _SAMPLED) for part in range(_SAMPLED + 1)})
    start = perf_counter()
    beside = 0 if format == "stylegan" else _BESIDE
    weight = sum(len(encode(image, PNG)) + beside for image in data.images(indices)) / len(indices)
    seconds = (perf_counter() - start) / len(indices)
    return {"estimated_bytes": round(weight * len(data)), "estimated_seconds": round(seconds * len(data), 1)}


def export_dataset(
    data: Dataset, out: str | Path, *, format: str, force: bool = False, progress: Progress | None = None
) -> Path:
    """Write a dataset for other tools, its pictures as PNG; the same bytes each time, whole or not at all.

    Args:
        data: what to export.
        out: a new file, stylegan, or a new folder, the others.
        format: "folder", pictures and metadata.jsonl with all factors and recipes, as `datasets` loads them from an
            imagefolder; "stylegan", the zip of StyleGAN 2 and 3, with modes as labels in dataset.json;
            "webdataset", tars of 1,000 pictures with their factors as JSON and their mode as cls.
        force: replace what an export has left at `out`.
        progress: called with (pictures done, pictures in all).

    Raises:
        ProcgenError: if there is something at `out`, or it is the URL of a store, or it cannot be written, or the
            format cannot hold the pictures.
    """
    known("Format", format, FORMATS)
    out = local_place(out)
    _check(data, out, format, force)
    tell = progress or (lambda done, total: None)
    try:
        _remove_unfinished(out)
        FORMATS[format](data, out, lambda done: tell(done, len(data)))
    except OSError as error:
        raise ProcgenError(
            f"{out} cannot be written ({reason(error)}): give it room and a folder that exists."
        ) from error
    return out


def _check(data: Dataset, out: Path, format: str, force: bool) -> None:
    width, height = data.manifest["size"]
    if format == "stylegan" and (width != height or width & (width - 1)):
        raise ProcgenError(
            f"StyleGAN learns from squares whose side is a power of two, these are {width}x{height}: generate others, "
            "or choose another format."
        )
    if not out.exists():
        return
    ours = _is_stylegan(out) if format == "stylegan" else (out / MARK).is_file()
    if not force:
        raise ProcgenError(f"{out} exists: give another name, or replace it with --force (force=True).")
    if not ours:
        raise ProcgenError(f"{out} is not the export it would be replaced by: give another name, or remove it first.")


def _is_stylegan(path: Path) -> bool:
    if not zipfile.is_zipfile(path):
        return False
    with zipfile.ZipFile(path) as pack:
        return "dataset.json" in pack.namelist()


def _folder(data: Dataset, out: Path, tell: Callable[[int], None]) -> None:
    with _new_folder(data, out) as folder, (folder / "metadata.jsonl").open("w", encoding="utf-8") as table:
        for index, picture, facts in _rows(data):
            name = f"images/{index // _PER_FOLDER:05d}/{index:08d}.png"
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(picture)
            table.write(json.dumps({"file_name": name, **facts}) + "\n")
            tell(index + 1)


def _webdataset(data: Dataset, out: Path, tell: Callable[[int], None]) -> None:
    per_tar, labels = data.manifest["shard_rows"], _labels(data)
    with _new_folder(data, out) as folder:
        for number, rows in groupby(_rows(data), lambda row: row[0] // per_tar):
            with tarfile.open(folder / f"train-{number:06d}.tar", "w", format=tarfile.USTAR_FORMAT) as tar:
                for index, picture, facts in rows:
                    _add(tar, f"{index:08d}.png", picture)
                    _add(tar, f"{index:08d}.cls", str(labels[index]).encode())
                    _add(tar, f"{index:08d}.json", json.dumps(facts).encode())
                    tell(index + 1)


def _add(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    entry = tarfile.TarInfo(name)  # of nobody, of 1970: the same bytes each time
    entry.size = len(content)
    tar.addfile(entry, BytesIO(content))


def _stylegan(data: Dataset, out: Path, tell: Callable[[int], None]) -> None:
    with replacing(out) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as pack:
        for index, picture in _pictures(data):
            pack.writestr(zipfile.ZipInfo(_stylegan_name(index)), picture)
            tell(index + 1)
        with pack.open(zipfile.ZipInfo("dataset.json"), "w", force_zip64=True) as labels:
            for index, label in enumerate(_labels(data)):
                before = '{"labels": [\n' if index == 0 else ",\n"
                labels.write(f'{before}["{_stylegan_name(index)}", {label}]'.encode())
            labels.write(b"\n]}\n")


FORMATS: dict[str, Callable[[Dataset, Path, Callable[[int], None]], None]] = {
    "folder": _folder,
    "stylegan": _stylegan,
    "webdataset": _webdataset,
}


def _stylegan_name(index: int) -> str:
    return f"{index // _PER_FOLDER:05d}/img{index:08d}.png"


def _labels(data: Dataset) -> list[int]:
    """The class of each picture."""
    places = {name: label for label, name in enumerate(data.classes(LABEL))}
    return [places[name] for name in data.column(LABEL).tolist()]


def _rows(data: Dataset) -> Iterator[tuple[int, bytes, dict[str, Any]]]:
    """(index, PNG, factors and recipe) of each picture in order."""
    recipes = _recipes(data)
    for index, picture in _pictures(data):
        factors = data.factors(index).items()
        plain = {name: None if isinstance(value, float) and isnan(value) else value for name, value in factors}
        yield index, picture, {"index": index, **plain, "recipe": next(recipes)}


def _pictures(data: Dataset) -> Iterator[tuple[int, bytes]]:
    """(index, PNG) of each picture in order, a few at a time in memory."""
    step = max(1, min(_PER_FOLDER, _AT_ONCE // (3 * data.manifest["size"][0] * data.manifest["size"][1])))
    with ThreadPoolExecutor(min(8, os.cpu_count() or 1)) as pool:
        for start in range(0, len(data), step):
            indices = range(start, min(start + step, len(data)))
            pictures = pool.map(lambda image: encode(image, PNG), data.images(indices))
            yield from zip(indices, pictures, strict=True)


def _recipes(data: Dataset) -> Iterator[str]:
    """The recipes as they are stored: those of a missing plug-in or of an older renderer, too."""
    for number in range(shard_count(data.manifest)):
        path = shard_path(data.folder, data.manifest, number)
        with explained(path), opened(path) as file:
            column = file.read(["recipe"])["recipe"]
            if column.null_count:
                raise ValueError("a recipe is missing")
        yield from column.to_pylist()


@contextmanager
def _new_folder(data: Dataset, out: Path) -> Iterator[Path]:
    """A folder to fill, which takes its name, and the place of an earlier export, only when it is whole."""
    folder = out.with_name(f"{out.name}.{os.getpid()}{UNFINISHED}")
    try:
        folder.mkdir(parents=True)
        (folder / MARK).write_text(json.dumps({"dataset": identity(data.manifest)}) + "\n")
        yield folder
        if out.exists():
            old = out.with_name(f"{out.name}.{os.getpid()}-old{UNFINISHED}")
            out.rename(old)
            folder.rename(out)
            shutil.rmtree(old)
        else:
            folder.rename(out)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _remove_unfinished(out: Path) -> None:
    """Remove what killed exports of the same name have left beside it."""
    left = re.compile(rf"{re.escape(out.name)}\.(\d{{1,9}})(-\w+)?{re.escape(UNFINISHED)}")
    for name in names(out.parent):
        if (found := left.fullmatch(name)) and not at_work(int(found[1])):
            path = out.with_name(name)
            if path.is_file():
                path.unlink()
            elif (path / MARK).is_file() or not names(path):
                shutil.rmtree(path)
