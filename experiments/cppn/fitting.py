"""Pictures learnt by CPPNs: a network trained on one picture, which then shows it at any size, and the film of that."""

from base64 import b64encode
from dataclasses import dataclass, replace
from itertools import pairwise
from os import SEEK_END
from pathlib import Path
from tempfile import TemporaryFile, gettempdir
from time import perf_counter
from typing import TYPE_CHECKING, Any
from weakref import finalize

import numpy as np
from PIL import Image

import mosaics
from models import fit_cppn
from models.cppn import CPPNConfig, Weights
from mosaics.saving import check_sides

from ..errors import ExperimentsError
from ..files import said_plainly
from ..sizes import Measure
from .drawing import Report, check_still, facts_of, picture_of, strips_of
from .fitting_asked import FilmOfFit, FitAsked, resized, size_of
from .recipe import CPPNRecipe
from .textures import Texture, texture_again

if TYPE_CHECKING:
    from ..original import Original

TRAINED = "trainedAlgorithmicMedia"
_CHARACTERS = 16 / 3  # of Base64 a weight
_MOST_OF_JPEG = 60_000  # characters of a record
_TIMED = 40  # steps of an estimate
_NOTHING = 5.0  # seconds of an estimate that are spent before the first step


@dataclass(frozen=True)
class Fitted:
    """What came of it: the picture as a recipe, and how well it shows what was learnt.

    Attributes:
        recipe: draws the picture at any size.
        facts: what was learnt, "psnr_db" and "ssim" at the pixels that were learnt; where the picture was larger
            than those, "larger" has those against it of the network and of bicubic interpolation.
    """

    recipe: CPPNRecipe
    facts: dict[str, Any]


def fit_picture(texture: Texture, asked: FitAsked, *, report: Report = lambda *_: None) -> Fitted:
    """Train a network on a picture.

    Raises:
        ExperimentsError or ModelsError: too few pixels, or a loss that is no number.
    """
    return _fitted(texture, asked, fit_cppn(asked.parts(texture)[0], asked.config, **_told(asked, report)))


def save_fit(
    texture: Texture,
    asked: FitAsked,
    out: Path,
    measure: Measure,
    *,
    film: tuple[FilmOfFit, Path] | None = None,
    force: bool = False,
    report: Report = lambda *_: None,
) -> dict[str, Any]:
    """Train a network, draw its picture into a file that carries it, and the film of its training into another one.

    Raises:
        ExperimentsError, ModelsError or MosaicsError: it cannot be learnt, drawn or written.
    """
    _check(asked, texture, out, film)
    for path in (out, *([film[1]] if film else [])):
        mosaics.check_new(path, force=force)
    if film:
        weights, frames = _filmed(texture, asked, film[0], report)
        facts = {"kind": "cppn fit", "texture": texture.facts, "asked": asked.to_json(), **_film_facts(film[0])}
        mosaics.save_picture(frames, film[1], provenance=facts, source_type=TRAINED, force=force)
        fitted = _fitted(texture, asked, weights)
    else:
        fitted = fit_picture(texture, asked, report=report)
    facts = facts_of(fitted.recipe, measure) | {"fitted": fitted.facts}
    raster = mosaics.Raster(strips_of(fitted.recipe, measure.size_px), measure.size_px, dpi=measure.dpi)
    mosaics.save_picture(raster, out, provenance=facts, source_type=TRAINED, force=force)
    return {"out": out, "film": film[1] if film else None, **fitted.facts, "size_px": list(measure.size_px)}


def plan_fit(
    texture: Texture, asked: FitAsked, out: Path, measure: Measure, film: tuple[FilmOfFit, Path] | None = None
) -> dict[str, Any]:
    """What `save_fit` would make, with "bytes" and "seconds" from a few steps and the picture that is to be learnt."""
    _check(asked, texture, out, film)
    learnt, larger = asked.parts(texture)
    short = replace(asked.config, steps=min(_TIMED, asked.config.steps))
    moments: list[float] = []
    fit_cppn(learnt, short, watch=lambda *_: moments.append(perf_counter()), at=(short.steps // 2, short.steps))
    a_step = (moments[-1] - moments[0]) / max(1, short.steps - short.steps // 2)
    likely = mosaics.Raster([larger], (larger.shape[1], larger.shape[0]))
    size = mosaics.written_bytes(likely, out) * np.prod(measure.size_px) / (larger.size / 3)
    if film:
        small = resized(larger, film[0].size_px, Image.Resampling.BICUBIC)
        few = mosaics.Film(lambda _: small, 2, 2 / film[0].fps, film[0].size_px)
        size += mosaics.written_bytes(few, film[1]) / 2 * film[0].frames
    return {
        "out": out,
        "film": film[1] if film else None,
        "learnt_px": [learnt.shape[1], learnt.shape[0]],
        "weights": _weights(asked),
        "bytes": round(size + _weights(asked) * _CHARACTERS),
        "seconds": round(_NOTHING + a_step * asked.config.steps, 1),
    }


def film_again(original: "Original") -> mosaics.Film:
    """The film of a training, from its record: the network is trained once more."""
    made = original.made
    asked = FitAsked.from_json(made["asked"])
    film = FilmOfFit((made["size_px"][0], made["size_px"][1]), made["film_seconds"], made["fps"])
    return _filmed(texture_again(original), asked, film, original.report)[1]


def _film_facts(film: FilmOfFit) -> dict[str, Any]:
    facts = {"size_px": list(film.size_px), "film_seconds": film.seconds}
    return {**facts, "fps": film.fps, "frames": film.frames}


def _check(asked: FitAsked, texture: Texture, out: Path, film: tuple[FilmOfFit, Path] | None) -> None:
    asked.parts(texture)
    check_still(CPPNRecipe(asked.config.cppn), out, 8)
    if out.suffix.lower() in (".jpg", ".jpeg") and _weights(asked) * _CHARACTERS > _MOST_OF_JPEG:
        raise ExperimentsError(
            f"expected a file that holds the {_weights(asked):,} weights of the network, got {out}, as a JPEG has room "
            "for no more than 11,000: choose .png or .webp"
        )
    if film:
        mosaics.check_ending(film[1], moving=True)
        check_sides(film[0].size_px, film[1].suffix.lower())


class _Spool:
    """Frames that wait in a file, which goes when nobody has them any more."""

    def __init__(self, size_px: tuple[int, int]) -> None:
        self._shape = (size_px[1], size_px[0], 3)
        self._file = TemporaryFile()  # noqa: SIM115
        finalize(self, self._file.close)

    def put(self, frame: np.ndarray) -> None:
        """One more."""
        with said_plainly(Path(gettempdir())):
            self._file.seek(0, SEEK_END)
            self._file.write(frame.tobytes())

    def get(self, number: int) -> np.ndarray:
        """One of them, uint8 (height, width, 3)."""
        length = int(np.prod(self._shape))
        self._file.seek(number * length)
        return np.frombuffer(self._file.read(length), np.uint8).reshape(self._shape)


def _filmed(texture: Texture, asked: FitAsked, film: FilmOfFit, report: Report) -> tuple[Weights, mosaics.Film]:
    """(weights, the film of how they came about)."""
    steps, spool = film.steps(asked.config.steps), _Spool(film.size_px)
    place = {step: number for number, step in enumerate(sorted(set(steps)))}
    told = _told(asked, report)

    def see(step: int, loss: float, config: CPPNConfig, weights: Weights) -> None:
        told["watch"](step)
        if step in place:
            spool.put(picture_of(_recipe(config, weights), film.size_px))

    weights = fit_cppn(asked.parts(texture)[0], asked.config, watch=see, at={*place, *told["at"]})
    frames = mosaics.Film(lambda number: spool.get(place[steps[number]]), film.frames, film.seconds, film.size_px)
    return weights, frames


def _weights(asked: FitAsked) -> int:
    return sum(i * o + o for i, o in pairwise(asked.config.cppn.widths))


def _told(asked: FitAsked, report: Report) -> dict[str, Any]:
    """What makes a training tell how far it is."""
    steps = asked.config.steps
    return {
        "watch": lambda step, *_: report("training", step, steps),
        "at": np.linspace(0, steps, min(steps, 50) + 1).astype(int).tolist(),
    }


def _recipe(config: CPPNConfig, weights: Weights) -> CPPNRecipe:
    flat = np.concatenate([part.ravel() for layer in weights for part in layer]).astype("<f4")
    return CPPNRecipe(config, origin={"fitted": b64encode(flat.tobytes()).decode()})


def _fitted(texture: Texture, asked: FitAsked, weights: Weights) -> Fitted:
    recipe = _recipe(asked.config.cppn, weights)
    learnt, larger = asked.parts(texture)
    facts: dict[str, Any] = {"texture": texture.facts, "asked": asked.to_json()}
    facts["learnt_px"] = [learnt.shape[1], learnt.shape[0]]
    facts |= likeness(picture_of(recipe, size_of(learnt)), learnt)
    if larger.shape != learnt.shape:
        bicubic = resized(learnt, size_of(larger), Image.Resampling.BICUBIC)
        network = likeness(picture_of(recipe, size_of(larger)), larger)
        facts["larger"] = {"size_px": list(size_of(larger)), "network": network, "bicubic": likeness(bicubic, larger)}
    return Fitted(recipe, facts)


def likeness(picture: np.ndarray, truth: np.ndarray) -> dict[str, float | None]:
    """{"psnr_db": ..., "ssim": ...} of a picture against another, uint8 (H, W, 3); no dB where they are equal."""
    from skimage.metrics import structural_similarity

    error = float(np.mean((picture.astype(float) - truth) ** 2))
    psnr = 10 * np.log10(255**2 / error) if error else None
    ssim = structural_similarity(picture, truth, channel_axis=-1, data_range=255)
    return {"psnr_db": None if psnr is None else round(float(psnr), 2), "ssim": round(float(ssim), 4)}
