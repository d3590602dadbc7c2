"""Tables of vectors from files and runs: rows of numbers that have no shape of their own."""

import csv
import zipfile
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import ExperimentsError
from ..files import said_plainly

MOST_NUMBERS = 4096  # in a vector: as many as a network's latent may have
_MOST_BYTES = 2**31
_PICTURES = (".png", ".tif", ".tiff", ".jpg", ".jpeg", ".webp", ".avif", ".gif")


@dataclass(frozen=True, eq=False)
class Vectors:
    """Vectors with a name each.

    Attributes:
        rows: float64 (N, D), finite.
        names: of each row: its number, and what the first column of text in a table says.
        facts: where they came from, as JSON holds it.
    """

    rows: np.ndarray
    names: tuple[str, ...]
    facts: dict[str, Any]

    @property
    def even(self) -> np.ndarray:
        """Each column with mean 0 and spread 1, or 0 where it is constant, over the root of how many vary; float64.

        Then a vector is about as long as 1 whatever its units and however many numbers it has.
        """
        spread = self.rows.std(axis=0)
        vary = spread > 1e-12 * np.maximum(np.abs(self.rows).max(axis=0), 1e-300)
        found = (self.rows - self.rows.mean(axis=0)) / np.where(vary, spread, 1)
        return np.where(vary, found, 0) / np.sqrt(max(1, vary.sum()))


def read_vectors(source: str) -> Vectors:
    """The rows of a .npy, of an array in a .npz (FILE.npz:NAME where there are several), of the columns of numbers of a
    .csv or .tsv, the fixed latents of a run, or those of a sheet of samples.

    Raises:
        ExperimentsError or MosaicsError: it is none of these, or no table of numbers.
    """
    path = Path(source)
    if (path / "config.json").is_file():
        return _of_run(path)
    name = ""
    if not path.exists() and ".npz:" in source:
        path, name = Path(source.rpartition(":")[0]), source.rpartition(":")[2]
    ending = path.suffix.lower()
    if not path.is_file() or ending not in (".npy", ".npz", ".csv", ".tsv", *_PICTURES):
        raise ExperimentsError(
            f"expected vectors as .npy, .npz, .csv, .tsv, a run or a sheet of samples, got {source}"
            + ("" if path.exists() else ", which does not exist")
        )
    if ending in _PICTURES:
        return _of_sheet(path)
    with said_plainly(path, "read"):
        if path.stat().st_size > _MOST_BYTES:
            raise ExperimentsError(f"expected up to {_MOST_BYTES / 1e9:.1f} GB of vectors, got more in {path}")
        digest = sha256(path.read_bytes()).hexdigest()
        rows, words = _of_text(path) if ending in (".csv", ".tsv") else (_of_array(path, name), [])
    return _checked(rows, words, path, {"file": path.name, "sha256": digest} | ({"array": name} if name else {}))


def _of_array(path: Path, name: str) -> np.ndarray:
    try:
        loaded = np.load(path, allow_pickle=False)
        if isinstance(loaded, np.ndarray):
            return loaded
        with loaded:
            names = loaded.files
            if len(names) != 1 and name not in names:
                raise ExperimentsError(
                    f"expected one array in {path}, got {', '.join(names) or 'none'}: say which, as {path}:NAME"
                )
            return loaded[name or names[0]]
    except (ValueError, EOFError, KeyError, zipfile.BadZipFile) as error:
        raise ExperimentsError(f"expected an array of numbers in {path}, got something else ({error})") from None


def _of_text(path: Path) -> tuple[np.ndarray, list[str]]:
    """(the columns of numbers, the first column of text)."""
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        lines = [line for line in csv.reader(file, delimiter="\t" if path.suffix.lower() == ".tsv" else ",") if line]
    if lines and not any(map(_is_number, lines[0])):
        lines = lines[1:]
    if not lines:
        return np.empty((0, 0)), []
    for number, line in enumerate(lines):
        if len(line) != len(lines[0]):
            raise ExperimentsError(
                f"expected {len(lines[0])} columns in every line of {path}, got {len(line)} in row {number}"
            )
    columns = list(zip(*lines, strict=True))
    numbers = [all(map(_is_number, column)) for column in columns]
    rows = [[float(cell) for cell in column] for column, is_it in zip(columns, numbers, strict=True) if is_it]
    words = [list(column) for column, is_it in zip(columns, numbers, strict=True) if not is_it]
    return np.array(rows).T, words[0] if words else []


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _checked(rows: np.ndarray, words: list[str], path: Path, facts: dict[str, Any]) -> Vectors:
    if rows.ndim != 2 or rows.dtype.kind not in "fiub" or 0 in rows.shape:
        raise ExperimentsError(
            f"expected a table with a vector of numbers in each row of {path}, got {rows.dtype} {rows.shape}"
        )
    if rows.shape[1] > MOST_NUMBERS:
        raise ExperimentsError(f"expected vectors of up to {MOST_NUMBERS} numbers in {path}, got {rows.shape[1]}")
    broken = np.flatnonzero(~np.isfinite(rows).all(axis=1))
    if len(broken):
        raise ExperimentsError(f"expected numbers in {path}, got nan or infinity in row {broken[0]}: leave it out")
    names = [f"{number}  {words[number]}" if words else str(number) for number in range(len(rows))]
    return Vectors(rows.astype(float), tuple(names), facts)


def _of_run(path: Path) -> Vectors:
    import models

    from ..run import Run

    config = Run(path).config
    rows = models.latents(config.snapshots.readings, config.network.latent, config.seed, purpose="fixed")
    return _checked(rows, [], path, {"run": path.name, "latents": "fixed", "seed": config.seed})


def _of_sheet(path: Path) -> Vectors:
    import mosaics

    from ..sample_sheets import read_latents

    count = len(mosaics.read_provenance(path).get("latents", ()))
    return _checked(read_latents(path, range(count))[0], [], path, {"sheet": path.name})
