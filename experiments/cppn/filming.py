"""Films of CPPNs: frames drawn one at a time into a file, or into a folder of pictures."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

import mosaics
from models import CPPNConfig
from models.cppn import Weights
from mosaics.saving import check_sides

from ..errors import ExperimentsError
from ..loops import SAMPLED, check_frame, loop_bytes
from ..sizes import Measure
from .drawing import Report, draw_strips, facts_of
from .folders import check_folder, save_folder
from .motion import Motion, Moving
from .origins import source_type_of
from .recipe import CPPNRecipe, check_drawable, weights_of

_EVERY = 4  # of the pixels along a side, that tell how much a frame differs from the one before
_FASTEST_GIF = 50  # frames a second: it counts in hundredths, and viewers slow down what is faster


@dataclass
class Seam:
    """How much each frame differs from the one before, in levels of 255, and the first from the last."""

    steps: list[float] = field(default_factory=list)
    closing: float = 0.0
    _first: np.ndarray | None = None
    _last: np.ndarray | None = None
    _number: int = -1

    def see(self, number: int, frame: np.ndarray) -> None:
        """Take the frames in turn; what is drawn once more, as for the palette of a GIF, is passed over."""
        if number != self._number + 1:
            return
        small = frame[::_EVERY, ::_EVERY].astype(np.int16)
        if self._first is None or self._last is None:
            self._first = small
        else:
            self.steps.append(float(np.abs(small - self._last).mean()))
            self.closing = float(np.abs(small - self._first).mean())
        self._last, self._number = small, number

    def facts(self, loop: bool) -> dict[str, Any]:
        """The mean and the largest step from frame to frame, and of a loop that from its last to its first."""
        found = {"step_mean": round(float(np.mean(self.steps)), 3), "step_max": round(max(self.steps), 3)}
        return found | ({"step_last_to_first": round(self.closing, 3)} if loop else {})


@dataclass(frozen=True)
class FilmAsked:
    """What is filmed.

    Attributes:
        recipe: what moves.
        motion: how.
        size_px: width and height of a frame.
        full_colour: whether a video keeps the colour of each pixel.
    """

    recipe: CPPNRecipe
    motion: Motion
    size_px: tuple[int, int]
    full_colour: bool = False

    def film(self, report: Report, seam: Seam | None = None) -> mosaics.Film:
        """Its frames."""
        check_drawable(self.recipe.config)
        recipes, kept = Moving(self.recipe, self.motion).at_frames, _Kept()

        def frame(number: int) -> np.ndarray:
            report("drawing", number + 1, len(recipes))
            picture = np.concatenate(list(draw_strips(recipes[number], kept.of(recipes[number]), self.size_px)))
            if seam:
                seam.see(number, picture)
            return picture

        return mosaics.Film(frame, len(recipes), self.motion.seconds, self.size_px, self.full_colour)

    def facts(self) -> dict[str, Any]:
        """The provenance of the film."""
        made: dict[str, Any] = {"kind": "cppn film", "cppn": self.recipe.to_json(), "motion": self.motion.to_json()}
        made |= {"size_px": list(self.size_px), "film_seconds": self.motion.seconds, "frames": self.motion.frames}
        return made | ({"full_colour": True} if self.full_colour else {})

    @classmethod
    def from_facts(cls, made: dict[str, Any]) -> "FilmAsked":
        """What `facts` says of itself."""
        recipe, motion = CPPNRecipe.from_json(made["cppn"]), Motion.from_json(made["motion"])
        return cls(recipe, motion, (made["size_px"][0], made["size_px"][1]), made.get("full_colour", False))


class _Kept:
    """Weights of the frame before, which are the same as long as nothing changes that they depend on."""

    def __init__(self) -> None:
        self._of: tuple[CPPNConfig, int] | None = None
        self._weights: Weights = ()

    def of(self, recipe: CPPNRecipe) -> Weights:
        same = (replace(recipe.config, low=0.0, high=1.0), recipe.seed)
        if self._of != same:
            self._of, self._weights = same, weights_of(recipe)
        return self._weights


def save_film(asked: FilmAsked, out: Path, *, force: bool = False, report: Report = lambda *_: None) -> dict[str, Any]:
    """Draw a film frame by frame into a file, or into a folder where the name has no ending.

    Returns what it says of itself, and how much frames differ from one to the next.

    Raises:
        ExperimentsError, ModelsError or MosaicsError: it cannot be drawn, or the file cannot hold it.
    """
    check_film(asked.size_px, asked.motion, out)
    if out.suffix:
        mosaics.check_new(out, force=force)
    else:
        check_folder(out, "frame", force=force)
    seam = Seam()
    film = asked.film(report, seam)
    if not out.suffix:
        save_folder(_stills(asked, film), out, source_type_of(asked.recipe))
    else:
        mosaics.save_picture(film, out, provenance=asked.facts(), source_type=source_type_of(asked.recipe), force=force)
    return {"out": out, **asked.facts(), **seam.facts(asked.motion.loop)}


def plan_film(asked: FilmAsked, out: Path) -> dict[str, Any]:
    """What `save_film` would say, with "bytes" and "seconds" estimated from a few frames."""
    check_film(asked.size_px, asked.motion, out)
    film = asked.film(lambda *_: None)
    film.frame(0)  # what is compiled at first use is not counted
    start = perf_counter()
    size = loop_bytes(film, out if out.suffix else Path("a.png"))
    seconds = (perf_counter() - start) * film.count / SAMPLED
    return {"out": out, **asked.facts(), "bytes": round(size), "seconds": round(seconds, 1)}


def check_film(size_px: tuple[int, int], motion: Motion, out: Path) -> None:
    """Raise ExperimentsError or MosaicsError unless a file of that name can hold such a film."""
    check_frame(size_px)
    if not out.suffix:
        return
    mosaics.check_ending(out, moving=True)
    check_sides(size_px, out.suffix.lower())
    if out.suffix.lower() == ".gif" and motion.fps > _FASTEST_GIF:
        raise ExperimentsError(
            f"expected at most {_FASTEST_GIF} frames a second in a GIF, got {motion.fps:g}: choose .webp"
        )


def _stills(asked: FilmAsked, film: mosaics.Film) -> Iterator[tuple[str, np.ndarray, dict[str, Any]]]:
    """Name, pixels and provenance of each frame, which is a picture of its own."""
    digits = len(str(film.count))
    for number, recipe in enumerate(Moving(asked.recipe, asked.motion).at_frames):
        facts = {**facts_of(recipe, Measure(asked.size_px)), "frame": number, "frames": film.count}
        yield f"frame-{number:0{digits}}.png", film.frame(number), facts
