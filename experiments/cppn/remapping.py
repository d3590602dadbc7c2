"""Pictures bent by CPPNs: a network with two outputs says for each pixel which place of a texture it shows.

Each output is stretched from its least value to its greatest over the texture, as the first post does, or spread out
first so that all of the texture has its share.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np

import mosaics
from models import cppn_strips
from models.cppn import Weights
from procgen.color import encode_uint8

from ..errors import ExperimentsError
from ..loops import SAMPLED, loop_bytes
from ..sizes import Measure
from .colouring import evened, spread_of
from .drawing import Report
from .filming import Seam, check_film
from .motion import Motion, Moving
from .origins import source_type_of
from .recipe import CPPNRecipe, weights_of
from .texels import BORDERS, Texels
from .textures import Texture, texture_again

if TYPE_CHECKING:
    from ..original import Original

_SOUGHT = 256  # pixels of the longer side at which the least and the greatest value are sought, whatever is drawn
_SAMPLED = 256  # pixels a side of the picture that an estimate draws
_FINEST = 8
Range = tuple[np.ndarray, np.ndarray]


@dataclass(frozen=True)
class RemapAsked:
    """How a texture is bent.

    Attributes:
        texture: what is seen.
        recipe: a network with two outputs.
        border: a row of `BORDERS`: what is seen beyond the texture's borders.
        spread: a row of `SPREADS`.
        fine: so many by so many places of the texture are looked up for each pixel.

    Raises:
        ExperimentsError: a value that is none of these.
    """

    texture: Texture
    recipe: CPPNRecipe
    border: str = "mirror"
    spread: str = "even"
    fine: int = 1

    def __post_init__(self) -> None:
        for name, table in (("border", BORDERS), ("spread", SPREADS)):
            if getattr(self, name) not in table:
                raise ExperimentsError(f"expected a {name} of {', '.join(table)}, got {getattr(self, name)}")
        if not 1 <= self.fine <= _FINEST:
            raise ExperimentsError(f"expected a fineness from 1 to {_FINEST}, got {self.fine}")
        if self.recipe.config.channels != 2:
            raise ExperimentsError(
                f"expected a network with 2 outputs, for across and down, got {self.recipe.config.channels}: "
                "give warp, or --channels 2"
            )

    @cached_property
    def texels(self) -> Texels:
        """The texture, to be looked up."""
        return Texels(self.texture.pixels, self.border)

    def facts(self) -> dict[str, Any]:
        """What the record of a file says of it."""
        bent = {"border": self.border, "spread": self.spread, "fine": self.fine}
        return {"texture": self.texture.facts, "cppn": self.recipe.to_json(), **bent}

    @classmethod
    def again(cls, original: "Original") -> "RemapAsked":
        """What a record says; ExperimentsError if the texture has gone or changed."""
        made = original.made
        recipe = CPPNRecipe.from_json(made["cppn"])
        return cls(texture_again(original), recipe, made["border"], made["spread"], made["fine"])


def remapped(asked: RemapAsked, size_px: tuple[int, int]) -> Iterator[np.ndarray]:
    """The rows of a bent texture from the top down, sRGB, uint8 (rows, width, 3).

    Raises:
        ModelsError: sizes below 1, or values that are no numbers.
    """
    return _drawn(asked, asked.recipe, weights_of(asked.recipe), size_px)


def save_remap(
    asked: RemapAsked, out: Path, measure: Measure, *, force: bool = False, report: Report = lambda *_: None
) -> dict[str, Any]:
    """Bend a texture into a file that says how; returns what it says of itself.

    Raises:
        ExperimentsError, ModelsError or MosaicsError: it cannot be drawn or written.
    """
    mosaics.check_ending(out)
    mosaics.check_new(out, force=force)
    facts = {"kind": "cppn remap", **asked.facts(), "size_px": list(measure.size_px)}
    facts |= {"dpi": measure.dpi} if measure.dpi else {}
    strips = _told(remapped(asked, measure.size_px), measure.size_px[1], report)
    raster = mosaics.Raster(strips, measure.size_px, dpi=measure.dpi)
    mosaics.save_picture(raster, out, provenance=facts, source_type=source_type_of(asked.recipe), force=force)
    return {"out": out, **facts}


def plan_remap(asked: RemapAsked, out: Path, measure: Measure) -> dict[str, Any]:
    """What `save_remap` would say, with "bytes" and "seconds" estimated from a smaller picture."""
    mosaics.check_ending(out)
    small = (min(_SAMPLED, measure.size_px[0]), min(_SAMPLED, measure.size_px[1]))
    list(remapped(asked, small))  # what is compiled at first use is not counted
    start = perf_counter()
    size = mosaics.written_bytes(mosaics.Raster(remapped(asked, small), small), out)
    share = np.prod(small) / np.prod(measure.size_px)
    seconds = round((perf_counter() - start) / share, 1)
    return {"out": out, **asked.facts(), "bytes": round(size / share), "seconds": seconds}


def film_of_remap(
    asked: RemapAsked, motion: Motion, size_px: tuple[int, int], report: Report, seam: Seam | None = None
) -> mosaics.Film:
    """The frames of a texture that bends as the network's latent or its parameters move."""
    recipes = Moving(asked.recipe, motion, uv_strips).at_frames

    def frame(number: int) -> np.ndarray:
        report("drawing", number + 1, len(recipes))
        picture = np.concatenate(list(_drawn(asked, recipes[number], weights_of(recipes[number]), size_px)))
        if seam:
            seam.see(number, picture)
        return picture

    return mosaics.Film(frame, len(recipes), motion.seconds, size_px)


def save_remap_film(
    asked: RemapAsked,
    motion: Motion,
    out: Path,
    size_px: tuple[int, int],
    *,
    force: bool = False,
    report: Report = lambda *_: None,
) -> dict[str, Any]:
    """Film a texture that bends; returns what the file says of itself, and how much frames differ.

    Raises:
        ExperimentsError, ModelsError or MosaicsError: it cannot be drawn, or the file cannot hold it.
    """
    _check_film(size_px, motion, out)
    mosaics.check_new(out, force=force)
    seam = Seam()
    film = film_of_remap(asked, motion, size_px, report, seam)
    facts = _film_facts(asked, motion, size_px)
    mosaics.save_picture(film, out, provenance=facts, source_type=source_type_of(asked.recipe), force=force)
    return {"out": out, **facts, **seam.facts(motion.loop)}


def plan_remap_film(asked: RemapAsked, motion: Motion, out: Path, size_px: tuple[int, int]) -> dict[str, Any]:
    """What `save_remap_film` would say, with "bytes" and "seconds" estimated from a few frames."""
    _check_film(size_px, motion, out)
    film = film_of_remap(asked, motion, size_px, lambda *_: None)
    film.frame(0)  # what is compiled at first use is not counted
    start = perf_counter()
    size = loop_bytes(film, out)
    seconds = round((perf_counter() - start) * film.count / SAMPLED, 1)
    return {"out": out, **_film_facts(asked, motion, size_px), "bytes": round(size), "seconds": seconds}


def remap_again(original: "Original") -> mosaics.Raster | mosaics.Film:
    """A bent texture, still or moving, from its record."""
    made, asked = original.made, RemapAsked.again(original)
    size_px = (made["size_px"][0], made["size_px"][1])
    if "motion" in made:
        return film_of_remap(asked, Motion.from_json(made["motion"]), size_px, original.report)
    return mosaics.Raster(remapped(asked, size_px), size_px, dpi=made.get("dpi"))


def uv_strips(recipe: CPPNRecipe, weights: Weights, size_px: tuple[int, int]) -> Iterator[np.ndarray]:
    """What a network with two outputs says, as colours: red is across, green is down."""
    least, most = _range(recipe, weights, size_px, SPREADS["even"])
    for values in _places(recipe, weights, size_px, SPREADS["even"]):
        levels = np.clip((values - least) / (most - least), 0, 1) * 255
        yield np.concatenate([levels, np.full_like(levels[..., :1], 128)], axis=-1).astype(np.uint8)


def _film_facts(asked: RemapAsked, motion: Motion, size_px: tuple[int, int]) -> dict[str, Any]:
    moves = {"motion": motion.to_json(), "film_seconds": motion.seconds, "frames": motion.frames}
    return {"kind": "cppn remap", **asked.facts(), **moves, "size_px": list(size_px)}


def _check_film(size_px: tuple[int, int], motion: Motion, out: Path) -> None:
    if not out.suffix:
        raise ExperimentsError(f"expected a file for a texture that bends, as bent.webp, got {out}")
    check_film(size_px, motion, out)


def _drawn(asked: RemapAsked, recipe: CPPNRecipe, weights: Weights, size_px: tuple[int, int]) -> Iterator[np.ndarray]:
    spread, fine = SPREADS[asked.spread], asked.fine
    least, most = _range(recipe, weights, size_px, spread)
    height, width, _ = asked.texture.pixels.shape
    whole = (size_px[0] * fine, size_px[1] * fine)
    for values in _with_neighbours(_places(recipe, weights, whole, spread), fine):
        at = (values - least) / (most - least) * np.array([width, height])
        across, down = np.maximum(_extent(at), 1).transpose(2, 0, 1)
        inner = at[1:-1, 1:-1]
        light = asked.texels.means(inner[..., 0], inner[..., 1], across, down)
        rows = light.reshape(-1, fine, size_px[0], fine, 3).mean(axis=(1, 3)) if fine > 1 else light
        yield encode_uint8(rows)


def _extent(at: np.ndarray) -> np.ndarray:
    """How many texels across and down a pixel sees, (rows, width, 2), of places with a neighbour on all sides.

    The nearer of two neighbours says: where the network jumps, a pixel shows one side or the other, not all between.
    """
    inner = at[1:-1, 1:-1]
    along_row = np.minimum(np.abs(at[1:-1, 2:] - inner), np.abs(at[1:-1, :-2] - inner))
    along_column = np.minimum(np.abs(at[2:, 1:-1] - inner), np.abs(at[:-2, 1:-1] - inner))
    return np.hypot(along_row, along_column)


def _with_neighbours(strips: Iterator[np.ndarray], of: int) -> Iterator[np.ndarray]:
    """Rows in multiples of `of`, and with them a pixel more on all sides; outside the picture the slope goes on."""
    above, held = None, next(strips)
    for strip in strips:
        held = np.concatenate([held, strip])
        ready = (len(held) - 1) // of * of
        yield _grown(above, held[:ready], held[ready : ready + 1])
        above, held = held[ready - 1 : ready], held[ready:]
    yield _grown(above, held, None)


def _grown(above: np.ndarray | None, rows: np.ndarray, below: np.ndarray | None) -> np.ndarray:
    parts = [part for part in (above, rows, below) if part is not None]
    missing = ((above is None) * 1, (below is None) * 1)
    return _padded(_padded(np.concatenate(parts), 0, missing), 1, (1, 1))


def _padded(values: np.ndarray, axis: int, more: tuple[int, int]) -> np.ndarray:
    pads = [(0, 0)] * values.ndim
    pads[axis] = more
    if values.shape[axis] == 1:
        return np.pad(values, pads, mode="edge")
    return np.pad(values, pads, mode="reflect", reflect_type="odd")


def _places(
    recipe: CPPNRecipe, weights: Weights, size_px: tuple[int, int], spread: Callable[..., np.ndarray]
) -> Iterator[np.ndarray]:
    scale = spread_of(*weights[-1])[-recipe.config.channels :]
    return (spread(values, scale) for values in cppn_strips(recipe.config, weights, size_px, recipe.z))


def _range(recipe: CPPNRecipe, weights: Weights, size_px: tuple[int, int], spread: Callable[..., np.ndarray]) -> Range:
    """The least and the greatest value of each output, found at one density so that all sizes show the same."""
    share = _SOUGHT / max(size_px)
    small = (max(1, round(size_px[0] * share)), max(1, round(size_px[1] * share)))
    values = np.concatenate(list(_places(recipe, weights, small, spread))).reshape(-1, 2).astype(float)
    least, most = values.min(axis=0), values.max(axis=0)
    return least, np.where(most > least, most, least + 1)


SPREADS: dict[str, Callable[[np.ndarray, np.ndarray], np.ndarray]] = {
    "even": evened,
    "post": lambda values, _: values,
}
"""What is stretched over the texture: outputs spread out, so that their values are about even; or as they are, which
in a deep network with N(0, 1) weights shows its borders and leaps from one to the other."""


def _told(strips: Iterator[np.ndarray], rows: int, report: Report) -> Iterator[np.ndarray]:
    done = 0
    for strip in strips:
        done += len(strip)
        report("drawing", done, rows)
        yield strip
