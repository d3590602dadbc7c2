"""A mosaic over training: the same latents in the same places, a frame a snapshot."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

import mosaics
from mosaics.kinds import VIDEOS
from mosaics.tiles import Tiles

from .errors import ExperimentsError
from .loops import SAMPLED, loop_bytes
from .named_steps import ALL, name_steps
from .run import CONFIG, Run
from .source_run import snapshot_source
from .sources import tiles_of
from .tile_source import TileSource
from .tiles_asked import FIXED, TilesAsked
from .trained import SOURCE_TYPE

SECONDS = 12.0
"""How long a film takes, if nothing is said."""
_OVER_TIME = ("filmstrip", "tapestry")  # layouts that show all moments at once
_HELD = 0.1  # of the snapshots: so long the last one stands before a loop begins again

Places = Mapping[str, str | Path]
Report = Callable[..., object]


@dataclass(frozen=True, eq=False)
class Lapse:
    """How a mosaic over training is to look.

    Attributes:
        layout: a name of `LAYOUTS` that shows one moment.
        order: a name of `ORDERS`, or None; of the last snapshot's pictures, which decide where every latent stays.
        size_px: width and height, or None for what the tiles need.
        seed: for layouts and orders that leave something to chance.
        look: gutter, margin and background.
        options: a target, a shape.
        seconds: how long it takes.
        named: what the record says of the options beside: the file of a target, say.
    """

    layout: str
    order: str | None
    size_px: tuple[int, int] | None
    seed: int
    look: mosaics.Look
    options: mosaics.Options
    seconds: float = SECONDS
    named: Callable[[mosaics.Picture], mosaics.Picture] = lambda picture: picture

    def __post_init__(self) -> None:
        if self.layout in _OVER_TIME:
            raise ExperimentsError(
                f"expected a layout that shows one moment for a film of training, got {self.layout}, which shows them "
                "all at once: choose grid, or write a still"
            )
        if not 0.1 <= self.seconds <= 600:
            raise ExperimentsError(f"expected a film of 0.1 to 600 seconds, got {self.seconds:g}")


def save_timelapse(
    asked: TilesAsked, lapse: Lapse, out: Path, *, force: bool = False, report: Report = lambda *_: None
) -> dict[str, Any]:
    """Write a mosaic over training; returns what it says of itself.

    Args:
        asked: of one run: how many of its fixed latents, which of its snapshots (all, if no steps are named), and what
            the last picture of each latent has to be.
        lapse: how it looks.
        out: a film: .mp4, .webp, .gif, .png and what else `MOVING` lists.
        force: replace a file that exists.
        report: called as ("drawing", frames done, frames of all).

    Raises:
        ExperimentsError or MosaicsError: anything but one run with snapshots, or a file that cannot hold it.
    """
    mosaics.check_ending(out, moving=True)
    mosaics.check_new(out, force=force)
    film, facts = film_of_training(asked, lapse, even=out.suffix.lower() in VIDEOS, report=report)
    mosaics.save_picture(film, out, provenance=facts, source_type=SOURCE_TYPE, force=force)
    return {"out": out, **facts}


def plan_timelapse(asked: TilesAsked, lapse: Lapse, out: Path) -> dict[str, Any]:
    """What `save_timelapse` would say, with "bytes" and "seconds" estimated from a few frames."""
    mosaics.check_ending(out, moving=True)
    film, facts = film_of_training(asked, lapse, even=out.suffix.lower() in VIDEOS)
    film.frame(0)  # what is imported at first use does not count
    shown = len(facts["source"]["sources"][0]["steps"])  # a picture that only stands adds little
    start = perf_counter()
    size = loop_bytes(replace(film, count=shown), out)
    taken = (perf_counter() - start) * film.count / SAMPLED
    return {"out": out, **facts, "bytes": round(size), "seconds": round(taken, 1)}


def film_of_training(
    asked: TilesAsked, lapse: Lapse, *, even: bool, places: Places | None = None, report: Report = lambda *_: None
) -> tuple[mosaics.Film, dict[str, Any]]:
    """(the frames, drawn when they are asked for, what the film says of itself).

    Args:
        asked: see `save_timelapse`.
        lapse: how it looks.
        even: whether its sides have to be even, as those of videos do.
        places: where the run is now, by its name, if it has moved.
        report: called as ("drawing", frames done, frames of all).
    """
    every = replace(asked, latents=FIXED, rows=None, steps=(asked.steps_of(0) or ALL,))
    source, steps, there = snapshot_source(_run_of(asked, places or {}), every, 0)
    if len(steps) < 2:
        raise ExperimentsError(f"expected two snapshots or more for a film, got step {steps[0]} alone: name more steps")
    last = tiles_of(replace(every, steps=(str(steps[-1]),)), places=places)
    picture = lapse.named(_arranged(last, lapse, even))
    count = len(steps) + round(_HELD * len(steps))
    per = (source.total or 0) // len(steps)
    numbers = np.arange(len(steps))[:, None] * per + last.columns["latent"]

    def frame(number: int) -> np.ndarray:
        report("drawing", number + 1, count)
        return _drawn(picture, source, numbers[min(number, len(steps) - 1)])

    known: dict[str, Any] = {"asked": replace(every, steps=(name_steps(steps, there),)).to_dict()}
    known["sources"] = [{"name": asked.sources[0], **source.facts(numbers.ravel())}]
    facts = {**picture.provenance, "kind": "timelapse", "source": known}
    facts |= {"frames": count, "film_seconds": lapse.seconds}
    return mosaics.Film(frame, count, lapse.seconds, picture.size_px), facts


def _run_of(asked: TilesAsked, places: Places) -> Run:
    place = Path(places.get(asked.sources[0], asked.sources[0]))
    if len(asked.sources) > 1 or not (place / CONFIG).is_file():
        raise ExperimentsError(
            f"expected one run for a film of training, got {', '.join(asked.sources)}: name a run, or write a still"
        )
    return Run(place)


def _arranged(last: Tiles, lapse: Lapse, even: bool) -> mosaics.Picture:
    """Where the latents stay: as the last pictures of them are best seen."""
    picture = mosaics.compose(
        last,
        layout=lapse.layout,
        order=lapse.order,
        size_px=lapse.size_px,
        seed=lapse.seed,
        look=lapse.look,
        options=lapse.options,
    )
    if lapse.size_px or not even:
        return picture
    size = (picture.size_px[0] + picture.size_px[0] % 2, picture.size_px[1] + picture.size_px[1] % 2)
    return replace(picture, size_px=size, provenance={**picture.provenance, "size_px": list(size)})


def _drawn(picture: mosaics.Picture, source: TileSource, numbers: np.ndarray) -> np.ndarray:
    return replace(picture, tiles=Tiles(source.read(numbers))).pixels
