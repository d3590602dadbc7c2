"""Anyone's samples to be scored: a folder of pictures, an array in a .npy or .npz, a dataset, a run."""

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from PIL import Image

import models
from procgen import Space, open_dataset

from .decoding import RESIZES
from .errors import ExperimentsError
from .files import said_plainly
from .picture_folder import PictureFolder
from .run import CONFIG, Run
from .world_sources import DatasetSource, evenly

LEAST = 100  # pictures: below it no share of eight modes says anything
ARRAYS = (".npy", ".npz")
_LOOKED_AT = 64
_WANTED = "expected samples as a folder of pictures, a .npy or .npz, a dataset or a run, or counts as a .csv"

Pictures = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True, eq=False)
class Samples:
    """Pictures by position.

    Attributes:
        count: how many.
        pictures: positions (N,) to uint8 (N, size, size, 3).
        about: one line for people.
    """

    count: int
    pictures: Pictures
    about: str


@dataclass(frozen=True)
class Asked:
    """What is asked of a source of samples.

    Attributes:
        size: side of the pictures in pixels.
        resize: "crop", "fit" or "stretch" where they have another; None refuses them.
        count: new samples to draw of a run; of any other source all are taken.
        seed: of the latents of a run.
    """

    size: int
    resize: str | None = None
    count: int = 2000
    seed: int = 0


def open_samples(source: str | Path, asked: Asked) -> Samples:
    """The samples in `source`.

    Raises:
        ExperimentsError: it is none of what is known, its pictures have another size or no colour, they cannot be
            read, or there are fewer than 100.
    """
    if asked.resize is not None and asked.resize not in RESIZES:
        raise ExperimentsError(f"expected resize as {', '.join(RESIZES)}, got {asked.resize!r}")
    samples = _opened(Path(source), asked)
    if samples.count < LEAST:
        raise ExperimentsError(
            f"expected {LEAST} pictures or more to score, got {samples.count} in {source}: sample more, 2,000 are best"
        )
    shown = samples.pictures(evenly(samples.count, _LOOKED_AT))
    if (shown == shown[..., :1]).all():
        raise ExperimentsError(f"expected pictures in colour as the world's are, got grey ones in {source}")
    return samples


def _opened(source: Path, asked: Asked) -> Samples:
    if source.is_file() and source.suffix.lower() in ARRAYS:
        return _array(source, asked)
    if not source.is_dir():
        what = "which does not exist: check the name" if not source.exists() else "which is none of these"
        raise ExperimentsError(f"{_WANTED}, got {source}, {what}")
    if (source / CONFIG).is_file():
        return _run(source, asked)
    if (source / "manifest.json").is_file():
        dataset = DatasetSource(open_dataset(source))
        return _sized(Samples(dataset.count, dataset.pictures, dataset.about), dataset.size, source, asked)
    folder = PictureFolder(source, asked.size, resize=asked.resize)
    return Samples(folder.count, folder.pictures, folder.about)


def _run(source: Path, asked: Asked) -> Samples:
    from .trained import open_trained

    trained = open_trained(source)
    latents = models.latents(asked.count, trained.latent, asked.seed)
    space = Run(source).document["world"].get("space")
    learned = f", which learned {Space.from_toml(space).name}" if space else ""
    about = f"{asked.count:,} new samples of {source} at {trained.facts['nimg'] / 1000:g} kimg{learned}"
    return _sized(Samples(asked.count, lambda some: trained.draw(latents[some]), about), trained.side, source, asked)


def _array(source: Path, asked: Asked) -> Samples:
    images = _loaded(source)
    if images.ndim != 4 or images.dtype != np.uint8 or images.shape[-1] != 3 or images.shape[1] != images.shape[2]:
        raise ExperimentsError(
            f"expected bytes of square pictures in colour, uint8 (N, {asked.size}, {asked.size}, 3), in {source}, "
            f"got {images.dtype} {images.shape}: scale to 0..255 and put the three channels last"
        )
    about = f"{len(images):,} pictures in {source}"
    return _sized(Samples(len(images), lambda some: images[some], about), images.shape[1], source, asked)


def _loaded(source: Path) -> np.ndarray:
    """The one array of a file."""
    with said_plainly(source, "read"):
        try:
            if source.suffix.lower() == ".npy":
                return np.load(source, allow_pickle=False, mmap_mode="r")
            with source.open("rb") as file, np.load(file, allow_pickle=False) as held:
                if len(held.files) == 1:
                    return held[held.files[0]]
                names = ", ".join(held.files) or "none"
        except (ValueError, KeyError, EOFError, BadZipFile, zlib.error) as error:
            raise ExperimentsError(f"expected an array of pictures in {source}, got damage ({error})") from None
    raise ExperimentsError(f"expected one array of pictures in {source}, got {names}: save the pictures alone")


def _sized(samples: Samples, side: int, source: Path, asked: Asked) -> Samples:
    """The samples at the size that is asked."""
    if side == asked.size:
        return samples
    if asked.resize is None:
        raise ExperimentsError(
            f"expected pictures of {asked.size}x{asked.size} as the benchmark's, got {side}x{side} in {source}: "
            "say what to do with them by --resize crop, fit or stretch"
        )
    change = RESIZES[asked.resize]

    def pictures(some: np.ndarray) -> np.ndarray:
        shown = samples.pictures(some)
        return np.stack([np.asarray(change(Image.fromarray(each), asked.size)) for each in shown])

    return Samples(samples.count, pictures, f"{samples.about}, brought to {asked.size} px")
