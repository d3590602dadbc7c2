"""A recipe of a CPPN as pixels, whole or in strips, and as a file that carries it."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

import mosaics
from models import cppn_strips, is_chaotic
from models.cppn import Weights

from ..errors import ExperimentsError
from ..sizes import Measure
from .colouring import Look, coloured, spread_of
from .origins import source_type_of
from .recipe import CPPNRecipe, check_drawable, weights_of

Report = Callable[[str, int, int], object]
_SAMPLED = 256  # pixels a side of the picture that an estimate draws


def strips_of(recipe: CPPNRecipe, size_px: tuple[int, int], *, bits: int = 8) -> Iterator[np.ndarray]:
    """The rows of a picture from the top down, sRGB, uint8 (or uint16 for 16 bits) (rows, width, 3).

    Raises:
        ExperimentsError or ModelsError: outputs that are no colours, sizes below 1, or values that are no numbers.
    """
    return draw_strips(recipe, weights_of(recipe), size_px, bits=bits)


def picture_of(recipe: CPPNRecipe, size_px: tuple[int, int], *, bits: int = 8) -> np.ndarray:
    """A whole picture, sRGB, uint8 (or uint16 for 16 bits) (height, width, 3)."""
    return np.concatenate(list(strips_of(recipe, size_px, bits=bits)))


def draw_strips(
    recipe: CPPNRecipe, weights: Weights, size_px: tuple[int, int], *, bits: int = 8
) -> Iterator[np.ndarray]:
    """`strips_of` with weights that are known already, as for the frames of a film."""
    check_drawable(recipe.config)
    spread = spread_of(*weights[-1])[-recipe.config.channels :]  # of a graph, whose last nodes are its outputs
    look = Look(recipe.colour, spread, recipe.palette, recipe.hues, bits)
    for values in cppn_strips(recipe.config, weights, size_px, recipe.z):
        yield coloured(values, look)


def warning_of(recipe: CPPNRecipe) -> str | None:
    """What to say of a network whose picture roundings decide, or nothing."""
    if not is_chaotic(recipe.config, weights_of(recipe), recipe.z):
        return None
    return (
        "this network is chaotic: its picture is the same again only on the same machine, backend and versions; "
        "keep the file, or take fewer layers, tanh, or --init glorot"
    )


def facts_of(recipe: CPPNRecipe, measure: Measure, bits: int = 8) -> dict[str, Any]:
    """The provenance of a picture of one recipe."""
    facts: dict[str, Any] = {"kind": "cppn", "cppn": recipe.to_json(), "size_px": list(measure.size_px), "bits": bits}
    return facts | ({"dpi": measure.dpi} if measure.dpi else {})


def save_cppn(
    recipe: CPPNRecipe,
    out: Path,
    measure: Measure,
    *,
    bits: int = 8,
    force: bool = False,
    report: Report = lambda *_: None,
) -> dict[str, Any]:
    """Draw a recipe into a file, which then carries it; returns what it says of itself.

    Raises:
        ExperimentsError, ModelsError or MosaicsError: it cannot be drawn, or the file cannot be written.
    """
    check_still(recipe, out, bits)
    mosaics.check_new(out, force=force)
    facts = facts_of(recipe, measure, bits)
    raster = mosaics.Raster(_told(strips_of(recipe, measure.size_px, bits=bits), measure, report), measure.size_px)
    raster = replace(raster, bits=bits, dpi=measure.dpi)
    mosaics.save_picture(raster, out, provenance=facts, source_type=source_type_of(recipe), force=force)
    return {"out": out, **facts}


def plan_cppn(recipe: CPPNRecipe, out: Path, measure: Measure, *, bits: int = 8) -> dict[str, Any]:
    """What `save_cppn` would say, with "bytes" and "seconds" estimated from a smaller picture."""
    check_still(recipe, out, bits)
    small = tuple(min(side, _SAMPLED) for side in measure.size_px)
    strips = list(strips_of(recipe, small, bits=bits))  # type: ignore[arg-type]
    start = perf_counter()
    sample = mosaics.Raster(strips_of(recipe, small, bits=bits), small, bits)  # type: ignore[arg-type]
    size = mosaics.written_bytes(sample, out)
    share = np.prod(small) / np.prod(measure.size_px)
    assert strips
    return {
        "out": out,
        **facts_of(recipe, measure, bits),
        "bytes": round(size / share),
        "seconds": round((perf_counter() - start) / share, 1),
    }


def check_still(recipe: CPPNRecipe, out: Path, bits: int) -> None:
    """Raise ExperimentsError or MosaicsError unless a file of that name can hold a picture of that recipe."""
    if bits not in (8, 16):
        raise ExperimentsError(f"expected 8 or 16 bits a channel, got {bits}")
    mosaics.check_ending(out, bits=bits)
    check_drawable(recipe.config)


def _told(strips: Iterator[np.ndarray], measure: Measure, report: Report) -> Iterator[np.ndarray]:
    done = 0
    for strip in strips:
        done += len(strip)
        report("drawing", done, measure.size_px[1])
        yield strip
