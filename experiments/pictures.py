"""One picture from whatever names it: a space and an index, a recipe, a picture that says how it was made, a cell."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

import mosaics
from procgen import (
    Palette,
    ProcgenError,
    Recipe,
    Space,
    load_space,
    open_dataset,
    read_palette,
    render_strips,
    render_uint8,
    svg,
    svg_provenance,
    with_roles,
)
from procgen.canvas import Canvas
from procgen.color import encode_uint8, encode_uint16

from .errors import ExperimentsError
from .files import said_plainly
from .loops import SAMPLED, check_frame, loop_bytes
from .sizes import Measure
from .wav import read_wav

PICTURES = (".png", ".apng", ".tif", ".tiff", ".webp", ".gif", ".jpg", ".jpeg", ".svg")
"""How the name of a picture that may carry its recipe ends."""

Report = Callable[..., object]
_SAMPLES = 3  # strips that are drawn for an estimate
_SAMPLED_PIXELS = 2**18  # of such a strip


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
        what: "SPACE:INDEX", "DATASET:INDEX", "SHEET.png:CELL", a recipe's .json, or a picture that carries its recipe.
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
            "expected SPACE:INDEX as default:42, DATASET:INDEX, SHEET.png:CELL, a picture of ours or a .json, "
            f"got {what!r}"
        )
    if Path(name).suffix.lower() in PICTURES:
        return _of_cell(Path(name), int(number))
    if "://" in name or (Path(name) / "manifest.json").is_file():
        return _of_dataset(name, int(number))
    world = load_space(name)
    return world.sample(seed, int(number)), _source(world, seed, int(number))


def read_made(path: Path) -> dict[str, Any]:
    """What a picture of any kind, or a sound, says of itself.

    Raises:
        ExperimentsError, ProcgenError or MosaicsError: it cannot be read, or says nothing.
    """
    if path.suffix.lower() == ".wav":
        return read_wav(path)
    if path.suffix.lower() != ".svg":
        return mosaics.read_provenance(path)
    with said_plainly(path, "read"):
        return svg_provenance(path.read_bytes())


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
        ours = {"recipe", "recipes"} & {*read_made(Path(text))}
    except (mosaics.MosaicsError, ProcgenError, ExperimentsError):
        ours = set()
    return find_recipe(text)[0].palette if ours else with_roles(read_palette(text))


def render_picture(
    recipe: Recipe, out: Path, form: Form, *, source: dict[str, Any], force: bool = False, report: Report | None = None
) -> dict[str, Any]:
    """Draw a recipe into a file, which then carries it; returns what was drawn.

    Raises:
        ExperimentsError, ProcgenError or MosaicsError: the file cannot have that form, or cannot be written.
    """
    check_form(out, form)
    facts = _facts(recipe, out, form, source)
    if out.suffix.lower() == ".svg":
        mosaics.save_document(document_of(recipe, form, facts), out, force=force)
    else:
        mosaics.check_new(out, force=force)
        picture = (raster_of if form.seconds is None else film_of)(recipe, form, report)
        mosaics.save_picture(picture, out, provenance=facts, source_type="algorithmicMedia", force=force)
    return {"out": out, **facts, "factors": _factors(recipe)}


def plan_picture(recipe: Recipe, out: Path, form: Form, *, source: dict[str, Any]) -> dict[str, Any]:
    """What `render_picture` would draw, with "bytes" and "seconds" estimated from a few strips or frames of it."""
    check_form(out, form)
    facts = _facts(recipe, out, form, source)
    if out.suffix.lower() != ".svg":  # what is imported at first use is not counted below
        small = replace(form, measure=Measure((16, 16)), seconds=form.seconds and 0.1, fps=20)
        mosaics.written_bytes((raster_of if form.seconds is None else film_of)(recipe, small), out)
    start = perf_counter()
    if out.suffix.lower() == ".svg":
        size, share = float(len(document_of(recipe, form, facts).encode())), 1.0
    elif form.seconds is not None:
        share = SAMPLED / form.frames
        size = loop_bytes(film_of(recipe, form), out) * share
    else:
        sample, share = _sampled(recipe, form)
        size = mosaics.written_bytes(sample, out)
    facts |= {"bytes": round(size / share), "seconds": round((perf_counter() - start) / share, 1)}
    return {"out": out, **facts, "factors": _factors(recipe)}


def check_form(out: Path, form: Form) -> None:
    """Raise ExperimentsError or MosaicsError unless a file of that name can hold that form."""
    ending = out.suffix.lower()
    if ending == ".svg":
        if form.seconds is not None or form.time or form.bits != 8:
            raise ExperimentsError(f"expected neither time nor bits in {out}, which is made of shapes: leave them out")
        return
    if form.seconds is None and ending in mosaics.MOVING and ending not in mosaics.ENDINGS:
        raise ExperimentsError(f"expected the length of the loop in {out}, got none: give --seconds 6, or name it .png")
    mosaics.check_ending(out, moving=form.seconds is not None, bits=form.bits)
    if ending == ".gif" and form.fps > 50:
        raise ExperimentsError(f"expected at most 50 frames a second in a GIF, got {form.fps:g}: choose .webp")
    if form.seconds is not None:
        check_frame(form.measure.size_px)


def _factors(recipe: Recipe) -> dict[str, Any]:
    """The factors as JSON holds them: null for what is not defined in this picture."""
    return {name: None if value != value else value for name, value in recipe.factors().items()}


def _facts(recipe: Recipe, out: Path, form: Form, source: dict[str, Any]) -> dict[str, Any]:
    facts: dict[str, Any] = {"kind": "render", "recipe": recipe.to_json(), "source": source}
    if out.suffix.lower() == ".svg":
        return facts | {"size": list(form.measure.sides), "unit": form.measure.unit}
    facts |= {"size_px": list(form.measure.size_px), "bits": form.bits}
    for name, value in (("dpi", form.measure.dpi), ("time", form.time), ("loop_seconds", form.seconds)):
        facts |= {name: value} if value else {}
    return facts | ({"frames": form.frames} if form.seconds else {})


def document_of(recipe: Recipe, form: Form, facts: dict[str, Any]) -> str:
    """The SVG of a recipe, which says the facts of itself."""
    measure = form.measure
    return svg(recipe, measure.sides, unit="" if measure.unit == "px" else measure.unit, provenance=facts)


def raster_of(recipe: Recipe, form: Form, report: Report | None = None) -> mosaics.Raster:
    """The still of a recipe, drawn strip by strip."""
    size = form.measure.size_px

    def strips() -> Iterator[np.ndarray]:
        done = 0
        for strip in render_strips(recipe, size, time=form.time, bits=form.bits):
            done += len(strip)
            if report:
                report("drawing", done, size[1])
            yield strip

    return mosaics.Raster(strips(), size, form.bits, form.measure.dpi)


def film_of(recipe: Recipe, form: Form, report: Report | None = None) -> mosaics.Film:
    """The loop of a recipe, drawn frame by frame."""
    size = form.measure.size_px

    def frame(number: int) -> np.ndarray:
        if report:
            report("drawing", number + 1, form.frames)
        return render_uint8(recipe, size, time=form.time + number / form.frames)

    return mosaics.Film(frame, form.frames, form.seconds or 0.0, size)


def _sampled(recipe: Recipe, form: Form) -> tuple[mosaics.Raster, float]:
    """A few strips of a picture, from its top to its bottom, and their share of it."""
    width, height = form.measure.size_px
    rows = max(1, min(height // _SAMPLES, _SAMPLED_PIXELS // width))
    encode = encode_uint8 if form.bits == 8 else encode_uint16
    strips = []
    for number in range(_SAMPLES):
        top = int((number + 0.5) / _SAMPLES * (height - rows))
        canvas = Canvas(width, rows, form.time % 1.0, (width, height), (0, top))
        strips.append(encode(recipe.drawing.picture(canvas, recipe.palette)))
    return mosaics.Raster(strips, (width, rows * _SAMPLES), form.bits), rows * _SAMPLES / height


def _of_picture(path: Path) -> tuple[Recipe, dict[str, Any]]:
    made = read_made(path)
    if "recipes" in made:
        last = len(made["recipes"]) - 1
        raise ExperimentsError(f"expected one picture, got the sheet {path}: name a cell as {path}:0, up to {last}")
    if "recipe" not in made:
        kind = made.get("kind", "picture")
        raise ExperimentsError(f"expected a drawn picture in {path}, got a {kind}: it has no recipe")
    return Recipe.from_json(made["recipe"]), made.get("source", {})


def _of_cell(path: Path, cell: int) -> tuple[Recipe, dict[str, Any]]:
    from .sheets import read_sheet

    recipes, made = read_sheet(path, [cell])
    return recipes[0], {"sheet": path.name, "cell": cell, "lineage": made.get("lineage", [])}


def _of_dataset(name: str, index: int) -> tuple[Recipe, dict[str, Any]]:
    dataset = open_dataset(name)
    return dataset.recipe(index), _source(dataset.space, dataset.manifest["seed"], index)


def _source(space: Space, seed: int, index: int) -> dict[str, Any]:
    return {"space": space.name, "space_digest": space.digest, "seed": seed, "index": index}
