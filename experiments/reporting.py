"""A run folder as one self-contained HTML page: nothing is fetched, every picture and figure is inside."""

import base64
import html
import io
import json
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Any

import numpy as np

import models
import mosaics

from .decoding import in_colour
from .errors import ExperimentsError
from .figures import corrected_shares_figure, losses, stacked_shares
from .files import write_atomically
from .following import follow_modes, mode_series
from .run import Run
from .sources import sample_tiles, snapshot_tiles

SHEET = 64
MOSAIC_TILES = 1500
WIDEST_PICTURE = 1800


def write_report(run: Run, out: Path, *, mosaic: Path | None = None) -> dict[str, Any]:
    """Write the page of `run` to `out`, with the picture `mosaic` or one made on the spot; returns its facts."""
    if not run.metrics():
        raise ExperimentsError(f"expected a run with metrics in {run.folder}, got none yet: train it for longer first")
    facts = follow_modes(run)
    page = _page(run, facts, mosaic)
    write_atomically(out, lambda temporary: temporary.write_text(page, "utf-8"))
    return {"report": out, "bytes": len(page.encode()), "verdict": facts["verdict"]}


def _page(run: Run, facts: dict[str, Any], mosaic: Path | None) -> str:
    fixed, nearest = run.mode_histograms(), run.mode_histograms(nearest=True)
    verdict, last = facts["verdict"], run.metrics()[-1]
    generator = run.generator()
    average = " of the averaged generator" if run.config.train.ema_kimg else ""
    collage, tiles = _mosaic(run, mosaic)
    values = {
        "title": html.escape(f"{run.config.preset}: {last['nimg'] / 1000:g} thousand images"),
        "subtitle": html.escape(_subtitle(run, facts)),
        "kind": html.escape(verdict["kind"].capitalize()),
        "summary": html.escape(verdict["summary"][:1].upper() + verdict["summary"][1:]),
        "reasons": "".join(f"<li>{html.escape(reason)}</li>" for reason in verdict["reasons"]),
        "mosaic": _embedded(collage, smooth=True),
        "mosaic_caption": html.escape(tiles),
        "world": _embedded(_sheet(run.world_pictures(SHEET))),
        "samples": _embedded(_sheet(models.sample(generator, count=SHEET, seed=0))),
        "samples_caption": f"Generated: samples{average} at the end.",
        "stacked": stacked_shares(fixed, nearest),
        "readings": f"{fixed[0].total:,}",
        "accuracy": f"{facts['probe_accuracy']:.1%}",
        "corrected": corrected_shares_figure(mode_series(fixed, run.confusion())),
        "table": _table(facts["last"]),
        "filmstrip": _embedded(mosaics.compose(snapshot_tiles(run, 0, every=True), layout="filmstrip").pixels),
        "losses": losses(run.metrics()),
        "commands": html.escape(_commands(run)),
        "config": html.escape(json.dumps(run.document["config"], indent=2)),
    }
    return Template(files("experiments").joinpath("page.html").read_text("utf-8")).substitute(values)


def _subtitle(run: Run, facts: dict[str, Any]) -> str:
    data = run.document["data"]
    shown = f"{data['count']:,} pictures" if data["count"] else "pictures drawn live"
    modes = f"{len(run.modes)} modes" if len(run.modes) > 1 else "one mode, so that there is nothing to tell apart"
    return (
        f"{shown} of {data['size']} px in {modes}, seed {run.config.seed}, "
        f"{facts['snapshots']} snapshots. World {data.get('space_digest', data.get('sha256'))[:12]}."
    )


def _mosaic(run: Run, mosaic: Path | None) -> tuple[np.ndarray, str]:
    if mosaic is None:
        tiles = sample_tiles(run, MOSAIC_TILES, seed=1)
        return mosaics.compose(
            tiles, order="hue", size_px=(1800, 1116)
        ).pixels, f"{len(tiles):,} new samples, ordered by hue."
    from PIL import Image

    made = mosaics.read_provenance(mosaic)
    if made.get("kind") != "mosaic":
        raise ExperimentsError(
            f"expected a mosaic in {mosaic}, got a {made.get('kind', 'picture')}: leave --mosaic out"
        )
    with Image.open(mosaic) as picture:
        return np.asarray(picture.convert("RGB")), f"{made['tiles']:,} tiles, ordered by {made['order']}: {mosaic.name}"


def _sheet(pictures: np.ndarray) -> np.ndarray:
    look = mosaics.Look(gutter=0.05, margin=0.0)
    return mosaics.compose(mosaics.Tiles.from_images(in_colour(pictures)), look=look).pixels


def _embedded(pixels: np.ndarray, *, smooth: bool = False) -> str:
    """The picture as a data URI: lossless WebP, or JPEG's lossy kin where it is large and not to be measured."""
    from PIL import Image

    picture = Image.fromarray(pixels)
    if picture.width > WIDEST_PICTURE:
        picture = picture.resize(
            (WIDEST_PICTURE, round(picture.height * WIDEST_PICTURE / picture.width)), Image.Resampling.LANCZOS
        )
    file = io.BytesIO()
    picture.save(file, "webp", lossless=not smooth, quality=90 if smooth else 20, method=2)
    return "data:image/webp;base64," + base64.b64encode(file.getvalue()).decode()


def _table(last: dict[str, Any]) -> str:
    if "raw" not in last:
        return "<p>At the last snapshot no fresh picture was accepted as one of the world's.</p>"
    rows = "".join(
        f"<tr><td>{html.escape(mode.replace('_', ' '))}</td><td>{last['raw'][mode]:.3f}</td>"
        f"<td>{last['corrected'][mode]:.3f}</td><td>{last['standard_errors'][mode]:.3f}</td></tr>"
        for mode in last["raw"]
    )
    head = "<tr><th>last snapshot, fresh latents</th><th>raw</th><th>corrected</th><th>standard error</th></tr>"
    words = (
        f"{last['rejected']:.0%} rejected; {len(last['covered'])} of {len(last['raw'])} modes covered for certain; "
        f"{last['effective_modes']:.1f} effective modes; distance to the world {last['distance_to_world']:.2f}."
    )
    return f"<table>{head}{rows}</table><p class='faint'>{words}</p>"


def _commands(run: Run) -> str:
    from .config import differences, preset

    data, config = run.document["data"], run.document["config"]
    changed = differences(preset(config["preset"]).model_dump(), config)
    settings = "".join(
        f" --set {key}={json.dumps(_value(config, key))}" for key in (line.split(":")[0] for line in changed)
    )
    train = f"synchromy train RUN --preset {config['preset']}{settings}"
    if data["kind"] == "pictures":
        resized = f" --resize {data['resize']}" if data["resize"] else ""
        return f"{train} --data PICTURES{resized}\nsynchromy report RUN"
    if data["kind"] == "live":
        return f"# world.toml holds:\n{run.document['world']['space']}\n{train} --data live --space world.toml"
    sizes = f"--count {data['count']} --size {data['size']} --seed {data['seed']}"
    generate = f"synchromy generate DATA --space world.toml {sizes}"
    return (
        f"# world.toml holds:\n{run.document['world']['space']}\n{generate}\n{train} --data DATA\nsynchromy report RUN"
    )


def _value(config: dict[str, Any], key: str) -> Any:
    for part in key.split("."):
        config = config[part]
    return config
