"""Mosaics made again from their records: the same tiles of the same sources, arranged as they were."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

import mosaics
from mosaics.kinds import VIDEOS
from mosaics.raster import PAPER
from mosaics.tiles import Tiles

from .decoding import in_colour
from .errors import ExperimentsError
from .targets import read_shape, read_target, shape_of

if TYPE_CHECKING:
    from .original import Original
    from .tiles_asked import TilesAsked


def named(
    picture: mosaics.Picture, *, target: Path | None = None, shape: Path | None = None, text: str | None = None
) -> mosaics.Picture:
    """The same picture, whose record says where its target and its shape can be read again."""
    found: dict[str, dict[str, str]] = {}
    if target is not None:
        found["target"] = {"file": str(target)}
    if shape is not None or text is not None:
        found["shape"] = {"file": str(shape)} if text is None else {"text": text}
    return replace(picture, provenance=with_names(picture.provenance, found))


def with_names(record: Mapping[str, Any], names: Mapping[str, dict[str, str]]) -> dict[str, Any]:
    """A record in which the options that it holds say of what they are."""
    return {**record, **{key: {**record[key], **words} for key, words in names.items() if key in record}}


def mosaic_again(original: "Original") -> mosaics.Raster:
    """A mosaic of any sources, or the sheet of a run.

    Raises:
        ExperimentsError: a source, a target or a shape that has gone or changed, or tiles that had no name.
    """
    made = original.made
    tiles = _snapshot_sheet(original) if "latents" in made["source"] else tiles_again(original)
    picture = composed_again(original, tiles)
    paper = {name: made[name] for name in PAPER if name in made}
    return mosaics.Raster(picture.strips(), picture.size_px, **paper)


def composed_again(original: "Original", tiles: Tiles) -> mosaics.Picture:
    """Tiles arranged as the record says."""
    made, size_px = original.made, _size_px(original)
    look, options = mosaics.Look(**made["look"]), _options(original)
    picture = mosaics.compose(
        tiles,
        layout=made["layout"],
        order=made["order"],
        size_px=size_px,
        seed=made["seed"],
        look=look,
        options=options,
    )
    _check_options(original, picture.provenance)
    return picture


def timelapse_again(original: "Original") -> mosaics.Film:
    """A mosaic over training; as `mosaic_again`."""
    from .tiles_asked import TilesAsked
    from .timelapse import Lapse, film_of_training

    made, size_px = original.made, _size_px(original)
    look, options = mosaics.Look(**made["look"]), _options(original)
    lapse = Lapse(made["layout"], made["order"], size_px, made["seed"], look, options, made["film_seconds"])
    asked, even = TilesAsked.from_dict(made["source"]["asked"]), original.path.suffix.lower() in VIDEOS
    film, facts = film_of_training(asked, lapse, even=even, places=_places(original, asked), report=original.report)
    _check_sources(original, facts["source"]["sources"])
    _check_options(original, facts)
    return film


def _size_px(original: "Original") -> tuple[int, int] | None:
    width, height = original.made["size_px"]
    return (width, height) if original.made.get("fitted", True) else None


def tiles_again(original: "Original") -> Tiles:
    """The tiles that a record asks for; ExperimentsError where they are no longer what they were."""
    from .sources import tiles_of
    from .tiles_asked import TilesAsked

    source = original.made["source"]
    if "asked" not in source:
        raise ExperimentsError(
            f"expected a mosaic that names its tiles, got {original.path}, which a program made of pictures it held: "
            "run that program again"
        )
    asked = TilesAsked.from_dict(source["asked"])
    tiles = tiles_of(asked, places=_places(original, asked), report=original.report)
    _check_sources(original, tiles.source["sources"])
    return tiles


def _places(original: "Original", asked: "TilesAsked") -> dict[str, str | Path]:
    return {name: name if "://" in name else original.place_of(name, "source") for name in asked.sources}


def _check_sources(original: "Original", found: Sequence[Mapping[str, Any]]) -> None:
    plain = json.loads(json.dumps(found, default=lambda value: value.tolist()))
    for before, now in zip(original.made["source"]["sources"], plain, strict=True):
        if before != now:
            parts = [key for key in before if before[key] != now.get(key)]
            raise ExperimentsError(
                f"expected {before['name']} as it was when {original.path} was made of it, got one that differs in "
                f"{', '.join(parts) or 'what is known of it'}: say with --source where the same one is"
            )


def _check_options(original: "Original", found: Mapping[str, Any]) -> None:
    for name in ("target", "shape"):
        before = original.made.get(name)
        if before and before["sha256"] != found[name]["sha256"]:
            raise ExperimentsError(
                f"expected the {name} that {original.path} was made with in {before.get('file', 'its words')}, "
                "got another: say with --source where the same one is"
            )


def _options(original: "Original") -> mosaics.Options:
    made = original.made
    known: dict[str, Any] = {name: made[name] for name in ("cells", "repeats", "blend") if name in made}
    return mosaics.Options(**known, target=_pixels(original, "target"), shape=_pixels(original, "shape"))


def _pixels(original: "Original", name: str) -> np.ndarray | None:
    """The target or the shape, if there is one."""
    if name not in original.made:
        return None
    of = original.made[name]
    if "text" in of:
        return shape_of(of["text"])
    if "file" not in of:
        raise ExperimentsError(f"expected a {name} that has a name in {original.path}, got pixels of a program")
    path = original.place_of(of["file"], name)
    return read_target(path) if name == "target" else read_shape(path)


def _snapshot_sheet(original: "Original") -> Tiles:
    """The tiles of sheet.png, which lies in its run."""
    from .run import Run, read_snapshot
    from .snapshots import SHEET

    source = original.made["source"]
    inside = (original.path.parent / "config.json").is_file() and not original.moved
    run = Run(original.path.parent if inside else original.place_of(source["run"], "run"))
    shot = run.folder / "snapshots" / f"nimg-{source['nimg']:09d}.npz"
    if run.config.plain() != source["config"] or not shot.is_file():
        raise ExperimentsError(
            f"expected the run that {original.path} is of, with its snapshot at {source['nimg']:,} images, got "
            f"{run.folder}, which has not: say with --source where it is"
        )
    return Tiles(in_colour(read_snapshot(shot).pictures[:SHEET]))
