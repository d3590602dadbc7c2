"""Sheets of samples: latents that a run's generator draws, kept in the picture so that they can be picked from it."""

import os
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

import mosaics

from .errors import ExperimentsError
from .sampling import Drawing
from .sheets import Sheet, check_cells, columns_for
from .trained import AT_ONCE, SOURCE_TYPE, Trained, open_checkpoint

_LEAST = 128  # pixels of a side that a picture on a sheet has, if the run's are smaller


@dataclass(frozen=True, eq=False)
class Samples:
    """Pictures that a generator draws from latents, for a sheet.

    Attributes:
        trained: the generator.
        latents: float32 (N, latent).
    """

    trained: Trained
    latents: np.ndarray
    source_type: ClassVar[str] = SOURCE_TYPE

    def __len__(self) -> int:
        return len(self.latents)

    def take(self, places: Sequence[int]) -> "Samples":
        """Some of them."""
        return replace(self, latents=self.latents[list(places)])

    def drawn(self, cell: int) -> Iterator[np.ndarray]:
        """uint8 (cell, cell, 3) of each, every pixel of the network as a square."""
        scale = whole_scale(cell, self.trained.side)
        for start in range(0, len(self), AT_ONCE):
            for picture in self.trained.draw(self.latents[start : start + AT_ONCE]):
                yield enlarged(picture, scale)

    def record(self, folder: Path) -> dict[str, Any]:
        """The run, as it is found from the folder, and the latents as text."""
        run = {**self.trained.facts, "run": os.path.relpath(self.trained.facts["run"], folder)}
        return {**run, "latents": encoded(self.latents)}


def sample_sheet(trained: Trained, drawing: Drawing) -> Sheet:
    """A sheet of samples, each with its number, which is that of its latent."""
    return sheet_of_samples(Samples(trained, drawing.latents(trained)))


def sheet_of_samples(samples: Samples) -> Sheet:
    """Samples as a sheet, each with its number."""
    return Sheet(samples, [(str(number),) for number in range(len(samples))], columns_for(len(samples)))


def read_samples(path: Path, cells: Iterable[int], run: Path | None = None) -> tuple[Samples, dict[str, Any]]:
    """(the samples of some cells, what the sheet says of itself).

    Args:
        path: a sheet of samples.
        cells: the numbers under its pictures.
        run: where the run is now, if it has moved.

    Raises:
        ExperimentsError or MosaicsError: it is no such sheet, has no such cell, or its run has gone or changed.
    """
    latents, made = read_latents(path, cells)
    trained = open_checkpoint(run or path.parent / made["run"], made["checkpoint_sha256"], str(path))
    return Samples(trained, latents), made


def read_latents(path: Path, cells: Iterable[int]) -> tuple[np.ndarray, dict[str, Any]]:
    """(latents, float32 (N, latent), of some cells of a sheet of samples, what the sheet says of itself).

    Raises:
        ExperimentsError or MosaicsError: it is no such sheet, or has no such cell.
    """
    made = mosaics.read_provenance(path)
    if "latents" not in made:
        raise ExperimentsError(f"expected a sheet of samples, got {path}, a {made.get('kind', 'picture')}")
    chosen = list(cells)
    check_cells(path, len(made["latents"]), chosen)
    return decoded([made["latents"][cell] for cell in chosen], path), made


def encoded(latents: np.ndarray) -> list[str]:
    """Each latent as text: little-endian float32 in base64."""
    return [b64encode(each.astype("<f4").tobytes()).decode() for each in latents]


def decoded(texts: Iterable[str], path: Path) -> np.ndarray:
    """float32 (N, latent) from `encoded`; ExperimentsError if what the picture at `path` holds is something else."""
    try:
        return np.stack([np.frombuffer(b64decode(text, validate=True), "<f4").astype(np.float32) for text in texts])
    except (ValueError, TypeError):
        raise ExperimentsError(f"expected latents in {path}, got something else: make the sheet again") from None


def default_cell(trained: Trained) -> int:
    """The smallest whole multiple of the pictures' side that is large enough to be looked at."""
    return trained.side * max(1, -(-_LEAST // trained.side))


def whole_scale(size: int, side: int) -> int:
    """How often a side goes into a size; ExperimentsError unless that is a whole number."""
    if size < side or size % side:
        near = side * max(1, round(size / side))
        raise ExperimentsError(f"expected a side that is a multiple of the run's {side} pixels, got {size}: try {near}")
    return size // side


def enlarged(picture: np.ndarray, scale: int) -> np.ndarray:
    """A picture (H, W, 3) with every pixel as a square of `scale` pixels a side."""
    return picture if scale == 1 else picture.repeat(scale, axis=0).repeat(scale, axis=1)
