"""How each kind of picture is drawn again from its record: one function for each, one row in KINDS."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

import mosaics
from procgen import Recipe, Space

from .errors import ExperimentsError
from .grids import factor_grid
from .picking import sheet_of_picked
from .pictures import Form, document_of, film_of, raster_of
from .rebuilding_mosaics import mosaic_again, timelapse_again
from .sheets import draw_sheet, sheet_of
from .sizes import Measure

if TYPE_CHECKING:
    from .original import Original
    from .sample_sheets import Samples
    from .trained import Trained

Made = np.ndarray | mosaics.Raster | mosaics.Film | str | bytes
"""What a kind of picture is drawn as: pixels, strips, frames, the text of an SVG, or the bytes of a sound."""

SAVED = ("software", "source_type")
"""What saving adds to every record."""


def _render(original: "Original") -> Made:
    made = original.made
    recipe = Recipe.from_json(made["recipe"])
    if "unit" in made:
        size = (made["size"][0], made["size"][1])
        facts = {key: value for key, value in made.items() if key not in SAVED}
        return document_of(recipe, Form(Measure((1, 1), None, size, made["unit"])), facts)
    measure = Measure((made["size_px"][0], made["size_px"][1]), made.get("dpi"))
    form = Form(measure, made["bits"], made.get("time", 0.0))
    if not original.moving:
        return raster_of(recipe, form, original.report)
    seconds = made["loop_seconds"]
    return film_of(recipe, replace(form, seconds=seconds, fps=_fps(made["frames"], seconds)), original.report)


def _fps(frames: int, seconds: float) -> float:
    """Frames a second that a loop of so many can have been asked for with."""
    return min(max(frames / seconds, 1.0), 60.0)


def _preview(original: "Original") -> Made:
    made = original.made
    recipes = _recipes(made)
    if "rows" not in made and "columns" not in made:
        return draw_sheet(sheet_of(recipes), made["cell_px"])
    space, rows, columns = Space.from_toml(made["space"]), made.get("rows", ""), made.get("columns", "")
    one = factor_grid(space, rows, columns, count=1, seed=made["seed"])
    sheet = factor_grid(space, rows, columns, count=max(1, len(recipes) // len(one.drawer)), seed=made["seed"])
    return draw_sheet(replace(sheet, pictures=recipes, held=tuple(made.get("held", ()))), made["cell_px"])


def _pick(original: "Original") -> Made:
    made = original.made
    if "cppns" in made:
        from .cppn.again import recipes_of
        from .cppn.sheets import CPPNs

        pictures: list[Recipe] | Samples | CPPNs = CPPNs(recipes_of(made))
    else:
        pictures = _recipes(made) if "recipes" in made else _samples(original)
    return draw_sheet(sheet_of_picked(pictures, made["parents"], len(made["lineage"][-1]["cells"])), made["cell_px"])


def _sample(original: "Original") -> Made:
    from .sample_sheets import sheet_of_samples
    from .sampling import Drawing
    from .trained import AT_ONCE

    made = original.made
    if "latents" in made:
        return draw_sheet(sheet_of_samples(_samples(original)), made["cell_px"])
    trained, block = _trained(original), made["latent"] // AT_ONCE * AT_ONCE
    latents = Drawing(block + AT_ONCE, made["seed"], made["truncation"]).latents(trained)[block:]
    return trained.draw(latents)[made["latent"] - block]


def _snapshot(original: "Original") -> Made:
    from .sampling import read_fixed

    made = original.made
    picture, facts = read_fixed(original.place_of(made["run"], "run"), made["latent"], str(made["step"]))
    if facts["snapshot_sha256"] != made["snapshot_sha256"]:
        raise ExperimentsError(f"expected the snapshot that {original.path} is of, got another in {made['run']}")
    return picture


def _walk(original: "Original") -> Made:
    from .directions import Along
    from .sample_sheets import decoded
    from .walking import Tempo, Walk, film_of_walk

    made = original.made
    seconds, steps = made["walk_seconds"], made["frames"] - (not made["loop"])
    tempo = Tempo(min(max(seconds, 0.1), 600.0), made.get("bpm"), made.get("beats", 4), _fps(steps, seconds))
    along = Along(made["along"], made["asked"]) if "along" in made else None
    latents, names = decoded(made["through_latents"], original.path), tuple(made["through"])
    walk = Walk(latents, names, made["seed"], made["loop"], along, tempo, made["scale"])
    return film_of_walk(_trained(original), walk, original.report)[0]


def _figure(original: "Original") -> Made:
    from .figure_data import Counts, Evidence, RunEvidence
    from .figure_files import document_of_figure, raster_of_figure
    from .modes import read_counts, time_unit
    from .panels import drawn
    from .run import CONFIG, Run

    made, near = original.made, [each for each in original.path.resolve().parents if (each / CONFIG).is_file()]
    if not original.moved and not (near and "config" in made):
        raise ExperimentsError(f"expected what {original.path} was drawn from, which it does not name: say --source")
    place = Path(original.moved[0]) if original.moved else near[0]
    if "config" not in made:
        known: Evidence = Counts(read_counts(place), time_unit(place))
    elif Run(place).document["config"] == made["config"]:
        known = RunEvidence(Run(place))
    else:
        raise ExperimentsError(f"expected the run that {original.path} was drawn from, got another in {place}")
    figure = drawn(known)[made["figure"]]
    if isinstance(figure, str):
        raise ExperimentsError(f"expected what the figure {made['figure']} needs in {place}: {figure}")
    if original.path.suffix.lower() == ".svg":
        return document_of_figure(figure, {key: value for key, value in made.items() if key not in SAVED})
    return raster_of_figure(figure)


def _recipes(made: dict[str, Any]) -> list[Recipe]:
    return [Recipe.from_json(recipe) for recipe in made["recipes"]]


def _samples(original: "Original") -> "Samples":
    from .sample_sheets import Samples, decoded

    return Samples(_trained(original), decoded(original.made["latents"], original.path))


def _trained(original: "Original") -> "Trained":
    """The generator that drew the picture, if its run still has it."""
    from .trained import open_checkpoint

    made = original.made
    return open_checkpoint(original.place_of(made["run"], "run"), made["checkpoint_sha256"], str(original.path))


def _cppn(original: "Original") -> Made:
    from .cppn.again import drawn_again

    return drawn_again(original.made, original.report)


def _cppn_fit(original: "Original") -> Made:
    from .cppn.fitting import film_again

    return film_again(original)


def _cppn_remap(original: "Original") -> Made:
    from .cppn.remapping import remap_again

    return remap_again(original)


def _cppn_latents(original: "Original") -> Made:
    from .cppn.showing_latents import latents_again

    return latents_again(original.made)


def _cppn_sound(original: "Original") -> Made:
    from .cppn.sounding import sound_again

    return sound_again(original)


def _cppn_spectrogram(original: "Original") -> Made:
    from .cppn.spectrogram import spectrogram_again

    return spectrogram_again(original)


KINDS: dict[str, Callable[["Original"], Made]] = {
    "render": _render,
    "preview": _preview,
    "pick": _pick,
    "sample": _sample,
    "snapshot": _snapshot,
    "walk": _walk,
    "mosaic": mosaic_again,
    "timelapse": timelapse_again,
    "figure": _figure,
    "cppn": _cppn,
    "cppn film": _cppn,
    "cppn grid": _cppn,
    "cppn evolve": _cppn,
    "cppn fit": _cppn_fit,
    "cppn remap": _cppn_remap,
    "cppn latents": _cppn_latents,
    "cppn sound": _cppn_sound,
    "cppn spectrogram": _cppn_spectrogram,
}
"""How each kind of picture is drawn again."""
