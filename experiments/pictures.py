"""One picture from whatever names it: a space and an index, a recipe, a picture that says how it was made, a cell."""

from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

import mosaics
from procgen import Palette, Recipe, Space, load_space, read_palette, render_strips, render_uint8, with_roles
from procgen.canvas import Canvas
from procgen.color import encode_uint8, encode_uint16

from .errors import ExperimentsError
from .files import said_plainly
from .sizes import Measure

PICTURES = (".png", ".apng", ".tif", ".tiff", ".webp", ".gif", ".jpg", ".jpeg")
_SAMPLED_PIXELS = 2**18  # of a strip that is drawn for an estimate


@dataclass(frozen=True)
class Form:
    """How a picture is to be drawn.

    Attributes:
        measure: its size.
        bits: 8 or 16 a channel.
        time: the moment of its loop, in turns; that of the first frame of a loop.
        seconds: how long the loop takes, or None for a still.
        fps: frames a second of a loop.
    """

    measure: Measure
    bits: int = 8
    time: float = 0.0
    seconds: float | None = None
    fps: float = 25.0

    def __post_init__(self) -> None:
        if self.bits not in (8, 16):
            raise ExperimentsError(f"expected 8 or 16 bits a channel, got {self.bits}")
        if not np.isfinite(self.time):
            raise ExperimentsError(f"expected a time in turns of the loop as 0.25, got {self.time}")
        if self.seconds is None:
            return
        if not 0.1 <= self.seconds <= 600 or not 1 <= self.fps <= 60:
            raise ExperimentsError(
                "expected a loop of 0.1 to 600 seconds with 1 to 60 frames a second, "
                f"got {self.seconds:g} s with {self.fps:g}"
            )
        if self.bits == 16:
            raise ExperimentsError("expected 8 bits a channel in a loop, got 16: only stills have 16")

    @property
    def frames(self) -> int:
        """How many frames the loop has; 1 for a still."""
        return 1 if self.seconds is None else max(2, round(self.seconds * self.fps))


def find_recipe(what: str, seed: int = 0) -> tuple[Recipe, dict[str, Any]]:
    """(recipe, where it came from) of what names a picture.

    Args:
        what: "SPACE:INDEX", "SHEET.png:CELL", a recipe's .json, or a picture that carries its recipe.
        seed: of the space.

    Raises:
        ExperimentsError, ProcgenError or MosaicsError: it is none of these.
    """
    path = Path(what)
    if path.suffix.lower() in PICTURES:
        return _of_picture(path)
    if path.suffix.lower() == ".json":
        with said_plainly(path, "read"):
            return Recipe.from_json(path.read_text("utf-8", errors="replace")), {}
    name, colon, number = what.rpartition(":")
    if not colon or not number.isdecimal():
        raise ExperimentsError(
            f"expected SPACE:INDEX as default:42, SHEET.png:CELL, a picture of ours or a .json, got {what!r}"
        )
    if Path(name).suffix.lower() in PICTURES:
        return _of_cell(Path(name), int(number))
    world = load_space(name)
    return world.sample(seed, int(number)), _source(world, seed, int(number))


def find_palette(text: str) -> Palette:
    """The palette that a list, a palette file or a picture gives; a drawn picture gives the one it was drawn with.

    Raises:
        ExperimentsError, ProcgenError or MosaicsError: it gives none.
    """
    if text.lstrip().startswith("#"):
        return with_roles(read_palette(text))
    if Path(text.rpartition(":")[0]).suffix.lower() in PICTURES:
        return find_recipe(text)[0].palette
    try:
        drawn = "recipe" in mosaics.read_provenance(text)
    except mosaics.MosaicsError:
        drawn = False
    return find_recipe(text)[0].palette if drawn else with_roles(read_palette(text))


def render_picture(
    recipe: Recipe, out: Path, form: Form, *, source: dict[str, Any] | None = None, force: bool = False
) -> dict[str, Any]:
    """Draw a recipe into a file, which then carries it; returns what was drawn.

    Raises:
        ExperimentsError, ProcgenError or MosaicsError: the file cannot have that form, or cannot be written.
    """
    check_form(out, form)
    facts = _facts(recipe, form, source or {})
    picture = _film(recipe, form) if form.seconds else _raster(recipe, form)
    mosaics.save_picture(picture, out, provenance=facts, source_type="algorithmicMedia", force=force)
    return {"out": out, **facts, "factors": recipe.factors()}


def plan_picture(recipe: Recipe, out: Path, form: Form, source: dict[str, Any]) -> dict[str, Any]:
    """What `render_picture` would draw, with "bytes" and "seconds" estimated from a few strips or frames of it."""
    check_form(out, form)
    start = perf_counter()
    if form.seconds:
        film = _film(recipe, form)
        share = min(3, film.count) / film.count
        sample: Any = mosaics.Film(film.frame, round(film.count * share), form.seconds, film.size_px)
    else:
        sample, share = _sampled(recipe, form)
    size = mosaics.written_bytes(sample, out)
    took = perf_counter() - start
    estimate = {"bytes": round(size / share), "seconds": round(took / share, 1), "frames": form.frames}
    return {"out": out, **_facts(recipe, form, source), **estimate, "factors": recipe.factors()}


def check_form(out: Path, form: Form) -> None:
    """Raise ExperimentsError or MosaicsError unless a file of that name can hold that form."""
    ending = out.suffix.lower()
    if form.seconds is None and ending in mosaics.MOVING and ending not in mosaics.ENDINGS:
        raise ExperimentsError(f"expected the length of the loop in {out}, got none: give --seconds 6, or name it .png")
    mosaics.check_ending(out, moving=form.seconds is not None, bits=form.bits)
    if ending == ".gif" and form.fps > 50:
        raise ExperimentsError(f"expected at most 50 frames a second in a GIF, got {form.fps:g}: choose .webp")


def _facts(recipe: Recipe, form: Form, source: dict[str, Any]) -> dict[str, Any]:
    facts: dict[str, Any] = {"kind": "render", "recipe": recipe.to_json(), "size_px": list(form.measure.size_px)}
    facts |= {"bits": form.bits, "source": source}
    if form.measure.dpi:
        facts["dpi"] = form.measure.dpi
    if form.time:
        facts["time"] = form.time
    if form.seconds:
        facts |= {"loop_seconds": form.seconds, "frames": form.frames}
    return facts


def _raster(recipe: Recipe, form: Form) -> mosaics.Raster:
    size = form.measure.size_px
    strips = render_strips(recipe, size, time=form.time, bits=form.bits)
    return mosaics.Raster(strips, size, form.bits, form.measure.dpi)


def _sampled(recipe: Recipe, form: Form) -> tuple[mosaics.Raster, float]:
    """A few strips from the top, the middle and the bottom of a picture, and their share of it."""
    width, height = form.measure.size_px
    rows = max(1, min(height // 3, _SAMPLED_PIXELS // width))
    encode = encode_uint8 if form.bits == 8 else encode_uint16
    strips = []
    for place in (1 / 6, 1 / 2, 5 / 6):
        canvas = Canvas(width, rows, form.time % 1.0, (width, height), (0, int(place * (height - rows))))
        strips.append(encode(recipe.drawing.picture(canvas, recipe.palette)))
    return mosaics.Raster(strips, (width, 3 * rows), form.bits), 3 * rows / height


def _film(recipe: Recipe, form: Form) -> mosaics.Film:
    def frame(number: int) -> np.ndarray:
        return render_uint8(recipe, form.measure.size_px, time=form.time + number / form.frames)

    return mosaics.Film(frame, form.frames, form.seconds or 0.0, form.measure.size_px)


def _of_picture(path: Path) -> tuple[Recipe, dict[str, Any]]:
    made = mosaics.read_provenance(path)
    if "recipes" in made:
        last = len(made["recipes"]) - 1
        raise ExperimentsError(f"expected one picture, got the sheet {path}: name a cell as {path}:0, up to {last}")
    if "recipe" not in made:
        raise ExperimentsError(
            f"expected a drawn picture in {path}, got a {made.get('kind', 'picture')}: it has no recipe"
        )
    return Recipe.from_json(made["recipe"]), made.get("source", {})


def _of_cell(path: Path, cell: int) -> tuple[Recipe, dict[str, Any]]:
    from .sheets import read_sheet

    recipes, made = read_sheet(path, [cell])
    source = {"sheet": path.name, "cell": cell, "lineage": made.get("lineage", [])}
    return recipes[0], source


def _source(space: Space, seed: int, index: int) -> dict[str, Any]:
    return {"space": space.name, "space_digest": space.digest, "seed": seed, "index": index}
