"""Grids of CPPNs as files: sheets of which each side varies a parameter, still, or with every picture moving."""

from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

import mosaics

from ..errors import ExperimentsError
from ..loops import SAMPLED, loop_bytes
from ..sheets import draw_sheet, plan_sheet, save_sheet
from .drawing import Report
from .filming import Seam, check_film
from .motion import Motion, Moving, calm
from .recipe import CPPNRecipe
from .sheets import Axis, CPPNs, grid_of


@dataclass(frozen=True)
class GridAsked:
    """What stands on a sheet.

    Attributes:
        recipe: what is varied.
        down: a parameter and its value in each row.
        across: another one and its value in each column.
        cell: side of a picture in pixels.
        motion: how all of its pictures move, each by the same latents, or None.
        calm: whether each picture goes only so far towards them as it stays calm: see `motion.calm`.
    """

    recipe: CPPNRecipe
    down: Axis
    across: Axis
    cell: int = 160
    motion: Motion | None = None
    calm: bool = False

    def __post_init__(self) -> None:
        for axis in (self.down, self.across):
            if self.motion and self.motion.stations and (axis.name.startswith("z") or axis.name == "latent"):
                raise ExperimentsError(f"expected no {axis.name} on a side where the latent moves: it says where it is")

    def facts(self) -> dict[str, Any]:
        """The provenance of the sheet, but for what `save_sheet` adds."""
        axes = {name: [axis.name, list(axis.values)] for name, axis in (("down", self.down), ("across", self.across))}
        made = {"kind": "cppn grid", "varied": self.recipe.to_json(), **axes}
        if self.motion is None:
            return made
        moves = {"motion": self.motion.to_json(), "film_seconds": self.motion.seconds, "calm": self.calm}
        return made | moves

    @classmethod
    def from_facts(cls, made: dict[str, Any]) -> "GridAsked":
        """What `facts` and `save_sheet` say of it."""
        down, across = (Axis(name, tuple(map(_as_value, values))) for name, values in (made["down"], made["across"]))
        motion = Motion.from_json(made["motion"]) if "motion" in made else None
        return cls(CPPNRecipe.from_json(made["varied"]), down, across, made["cell_px"], motion, made.get("calm", False))

    def film(self, report: Report, seam: Seam | None = None) -> mosaics.Film:
        """The frames of a sheet that moves; its sides are made even, as a video needs."""
        motion, sheet = self._motion, grid_of(self.recipe, self.down, self.across)
        recipes = sheet.drawer.recipes if isinstance(sheet.drawer, CPPNs) else []
        moving = [Moving(each, calm(each, motion)[0] if self.calm else motion).at_frames for each in recipes]
        height, width, _ = draw_sheet(sheet, self.cell).shape

        def frame(number: int) -> np.ndarray:
            report("drawing", number + 1, motion.frames)
            page = draw_sheet(replace(sheet, pictures=CPPNs([each[number] for each in moving])), self.cell)
            page = np.pad(page, ((0, height % 2), (0, width % 2), (0, 0)), mode="edge")
            if seam:
                seam.see(number, page)
            return page

        return mosaics.Film(frame, motion.frames, motion.seconds, (width + width % 2, height + height % 2))

    @property
    def _motion(self) -> Motion:
        assert self.motion is not None
        return self.motion


def save_grid(asked: GridAsked, out: Path, *, force: bool = False, report: Report = lambda *_: None) -> dict[str, Any]:
    """Draw a grid into a file that carries its recipes; returns what it says of itself.

    Raises:
        ExperimentsError, ModelsError or MosaicsError: it cannot be drawn, or the file cannot hold it.
    """
    sheet = grid_of(asked.recipe, asked.down, asked.across)
    if asked.motion is None:
        return {"out": out, **save_sheet(sheet, out, cell=asked.cell, facts=asked.facts(), force=force)}
    _check_moving(asked, out)
    mosaics.check_new(out, force=force)
    seam = Seam()
    film = asked.film(report, seam)
    facts = {**asked.facts(), "cell_px": asked.cell, "frames": film.count, **sheet.drawer.record(out.parent)}
    mosaics.save_picture(film, out, provenance=facts, source_type=sheet.drawer.source_type, force=force)
    return {"out": out, **facts, **seam.facts(asked.motion.loop)}


def plan_grid(asked: GridAsked, out: Path) -> dict[str, Any]:
    """What `save_grid` would say, with "bytes" and "seconds" estimated from a few pictures."""
    if asked.motion is None:
        sheet = grid_of(asked.recipe, asked.down, asked.across)
        return {"out": out, **asked.facts(), **plan_sheet(sheet, out, cell=asked.cell, facts=asked.facts())}
    _check_moving(asked, out)
    film = asked.film(lambda *_: None)
    film.frame(0)  # what is compiled at first use is not counted
    start = perf_counter()
    size = loop_bytes(film, out)
    seconds = (perf_counter() - start) * film.count / SAMPLED
    return {"out": out, **asked.facts(), "bytes": round(size), "seconds": round(seconds, 1)}


def _check_moving(asked: GridAsked, out: Path) -> None:
    if not out.suffix:
        raise ExperimentsError(f"expected a file for a sheet that moves, as sheet.webp, got {out}")
    check_film((2, 2), asked._motion, out)


def _as_value(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
