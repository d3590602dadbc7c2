"""New pictures of a run's generator, as many as wished, into a folder that can be gone on with."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

import mosaics
from models.sampling import latent_batches
from mosaics.saving import save_pictures

from .checkpoints import digest
from .decoding import in_colour
from .errors import ExperimentsError
from .files import nimg_of, read_arrays, said_plainly, write_atomically
from .named_steps import read_steps
from .run import Run
from .trained import AT_ONCE, SOURCE_TYPE, Trained

METADATA = "metadata.jsonl"
_NAME = re.compile(r"\d{6,}\.png")


@dataclass(frozen=True)
class Drawing:
    """Which samples.

    Attributes:
        count: how many.
        seed: of the latents; sample i is a function of (seed, i).
        truncation: psi in (0, 1], by which latents are multiplied: less of it draws what is more usual.
    """

    count: int
    seed: int = 0
    truncation: float = 1.0

    def __post_init__(self) -> None:
        if self.count < 1:
            raise ExperimentsError(f"expected a count of 1 or more, got {self.count}")
        if not 0 < self.truncation <= 1:
            raise ExperimentsError(f"expected a truncation above 0 and up to 1, got {self.truncation:g}")

    def latents(self, trained: Trained) -> np.ndarray:
        """float32 (count, latent)."""
        return np.concatenate(list(self.batches(trained)))

    def batches(self, trained: Trained) -> Iterator[np.ndarray]:
        """The same in order, AT_ONCE rows at a time and then what is left."""
        drawn = latent_batches(self.count, trained.latent, self.seed, batch=AT_ONCE)
        return (z * np.float32(self.truncation) for z in drawn)

    @property
    def facts(self) -> dict[str, Any]:
        """What a picture says of it: seed and truncation."""
        return {"seed": self.seed, "truncation": self.truncation}


def sample_folder(trained: Trained, out: Path, drawing: Drawing, report: Any = None) -> dict[str, Any]:
    """Samples 0 to count - 1 as OUT/000000.png and so on, with metadata.jsonl; what is there already stays.

    Each file appears whole or not at all and says which run, checkpoint and latent it is of. Memory does not grow with
    the count.

    Raises:
        ExperimentsError: the folder holds something else, or samples of another run, checkpoint or seed.
    """
    facts = {"kind": "sample", **trained.facts, **drawing.facts}
    there = _check_folder(out, facts, drawing.count)
    with said_plainly(out):
        out.mkdir(parents=True, exist_ok=True)
    wanted = ((name, image, {**facts, "latent": i}) for i, name, image in _missing(trained, drawing, there))
    done = len(there)
    for _ in save_pictures(wanted, out, source_type=SOURCE_TYPE):
        done += 1
        if report:
            report("drawing", done, drawing.count)
    write_atomically(out / METADATA, lambda temporary: _write_rows(temporary, facts, drawing.count))
    return {"out": out, "count": drawing.count, "drawn": drawing.count - len(there), **facts}


def save_sample(trained: Trained, out: Path, drawing: Drawing, number: int, *, force: bool = False) -> dict[str, Any]:
    """One sample as a picture of its own: of a .png the very bytes that `sample_folder` writes; returns what it says.

    Raises:
        ExperimentsError or MosaicsError: a number below 0, or a file that is there or cannot be written.
    """
    if number < 0:
        raise ExperimentsError(f"expected a sample's number of 0 or more, got {number}")
    facts = {"kind": "sample", **trained.facts, **drawing.facts, "latent": number}
    row = replace(drawing, count=number + 1).latents(trained)[number:]
    mosaics.save_picture(trained.draw(row)[0], out, provenance=facts, source_type=SOURCE_TYPE, force=force)
    return facts


def read_fixed(folder: Path, number: int, checkpoint: str | None = None) -> tuple[np.ndarray, dict[str, Any]]:
    """(the picture of a fixed latent as a snapshot keeps it, uint8 (side, side, 3), what it says of itself).

    Args:
        folder: the run.
        number: of the latent.
        checkpoint: the snapshot's step as "1200" or its images as "9.6kimg"; the last one if none is given.

    Raises:
        ExperimentsError: no such snapshot or latent.
    """
    run = Run(folder)
    files = {nimg_of(path) // run.config.train.shown: path for path in run.snapshot_files()}
    if not files:
        raise ExperimentsError(f"expected snapshots in {folder}, got none: train it for longer first")
    chosen = read_steps(checkpoint or "", sorted(files), run.config.train.shown, f"snapshots in {folder}")
    if len(chosen) > 1:
        raise ExperimentsError(f"expected one snapshot, got {checkpoint}, which are {len(chosen)}: name one")
    pictures = in_colour(read_arrays(files[chosen[0]], "pictures")["pictures"])
    if not 0 <= number < len(pictures):
        raise ExperimentsError(f"expected a fixed latent from 0 to {len(pictures) - 1}, got {number}")
    facts = {"kind": "snapshot", "run": str(folder), "step": chosen[0], "nimg": nimg_of(files[chosen[0]])}
    return pictures[number], facts | {"latent": number, "snapshot_sha256": digest(files[chosen[0]])}


def _missing(trained: Trained, drawing: Drawing, there: set[str]) -> Iterator[tuple[int, str, np.ndarray]]:
    """(number, name, picture) of each sample that is not there."""
    for block, latents in enumerate(drawing.batches(trained)):
        start = block * AT_ONCE
        names = [_name(start + k) for k in range(len(latents))]
        if not {*names} <= there:
            images = trained.draw(latents)
            yield from ((start + k, name, images[k]) for k, name in enumerate(names) if name not in there)


def _name(number: int) -> str:
    return f"{number:06d}.png"


def _check_folder(out: Path, facts: dict[str, Any], count: int) -> set[str]:
    """The names of the samples that are there."""
    if out.is_file():
        raise ExperimentsError(f"expected a folder for the samples, got the file {out}: choose another name")
    with said_plainly(out, "read"):
        names = {path.name for path in out.iterdir() if path.suffix != ".tmp"} if out.exists() else set()
    there = {name for name in names if _NAME.fullmatch(name)}
    other = sorted(names - there - {METADATA})
    if other:
        raise ExperimentsError(f"expected an empty folder or earlier samples in {out}, got {other[0]}: choose another")
    if there:
        _check_same(out / min(there), facts)
        last = max(int(name.removesuffix(".png")) for name in there)
        if last >= count:
            raise ExperimentsError(
                f"expected at most the {count:,} samples asked for in {out}, got one of number {last:,}: "
                "ask for more, or choose another folder"
            )
    return there


def _check_same(path: Path, facts: dict[str, Any]) -> None:
    made = mosaics.read_provenance(path)
    words = {"config_sha256": "run", "checkpoint_sha256": "checkpoint", "seed": "seed", "truncation": "truncation"}
    for key, word in words.items():
        if made.get(key) != facts[key]:
            raise ExperimentsError(f"expected samples of the same {word} in {path.parent}, got others: choose another")


def _write_rows(path: Path, facts: dict[str, Any], count: int) -> None:
    kept = {key: facts[key] for key in ("seed", "truncation", "nimg", "checkpoint_sha256")}
    with path.open("w", encoding="utf-8") as file:
        for number in range(count):
            file.write(json.dumps({"file_name": _name(number), "latent": number, **kept}) + "\n")


def plan_folder(trained: Trained, out: Path, drawing: Drawing) -> dict[str, Any]:
    """ "bytes" and "seconds" of `sample_folder`, from a few samples drawn on the spot."""
    there = _check_folder(out, {**trained.facts, **drawing.facts}, drawing.count)
    few = replace(drawing, count=min(drawing.count, AT_ONCE))
    latents = few.latents(trained)
    trained.draw(latents)  # what is compiled at first use is not counted
    start = perf_counter()
    pictures = trained.draw(latents)
    size = sum(mosaics.written_bytes(mosaics.Raster([each], (each.shape[1], len(each))), "a.png") for each in pictures)
    seconds, left = perf_counter() - start, drawing.count - len(there)
    record = len(json.dumps({**trained.facts, **drawing.facts})) + 800  # of each file, beside its pixels
    return {"bytes": round(left * (size / few.count + record)), "seconds": round(left * seconds / few.count, 1)}
