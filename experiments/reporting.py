"""A run folder as one self-contained HTML page: nothing is fetched, every picture and figure is inside."""

import base64
import html
import io
import json
import shlex
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Any

import numpy as np

import models
import mosaics
from procgen import Dataset

from .baseline import Comparison, compare_baseline
from .cross_checking import run_cross_check
from .decoding import in_colour
from .errors import ExperimentsError
from .figure_data import RunEvidence
from .figures.theme import FAINT, INK, PAPER, svg_text
from .files import write_atomically
from .following import follow_paths
from .panels import PANELS, Panel, drawn
from .probing import run_calibration, run_probe_of
from .report_tables import baseline_table, calibration_table, cross_check_table, shares_table
from .run import Run, read_snapshot
from .sources import sample_tiles

SHEET = 64
BESIDE = 36
MOSAIC_TILES = 1500
WIDEST_PICTURE = 1800


def write_report(run: Run, out: Path, *, mosaic: Path | None = None, baseline: Dataset | None = None) -> dict[str, Any]:
    """Write the page of `run` to `out`, whole or not at all; returns its facts.

    Args:
        run: with metrics and snapshots.
        out: the page.
        mosaic: a picture to show, or None for one made on the spot.
        baseline: pictures to put beside the world and the GAN, or None.
    """
    if not run.metrics():
        raise ExperimentsError(f"expected a run with metrics in {run.folder}, got none yet: train it for longer first")
    known = RunEvidence(run)
    facts = follow_paths(known.paths)
    compared = compare_baseline(run, baseline) if baseline else None
    page = _page(known, facts, mosaic, compared)
    write_atomically(out, lambda temporary: temporary.write_text(page, "utf-8"))
    beside = {"beside": compared.facts()} if compared else {}
    return {"report": out, "bytes": len(page.encode()), "verdict": facts["verdict"], **beside}


def _page(known: RunEvidence, facts: dict[str, Any], mosaic: Path | None, compared: Comparison | None) -> str:
    run = known.run
    verdict, last = facts["verdict"], run.metrics()[-1]
    generator = run.generator()
    average = " of the averaged generator" if run.config.train.ema_kimg else ""
    collage, tiles = _mosaic(run, mosaic)
    values = {
        "title": html.escape(f"{run.config.preset}: {last['nimg'] / 1000:g} thousand images"),
        "subtitle": html.escape(_subtitle(run, facts)),
        "kind": html.escape(verdict.get("said", verdict["kind"]).capitalize()),
        "summary": html.escape(verdict["summary"][:1].upper() + verdict["summary"][1:]),
        "reasons": "".join(f"<li>{html.escape(reason)}</li>" for reason in verdict["reasons"]),
        "mosaic": _embedded(collage, smooth=True),
        "mosaic_caption": html.escape(tiles),
        "world": _embedded(_sheet(run.world_pictures(SHEET))),
        "world_caption": _world_caption(run),
        "samples": _embedded(_sheet(models.sample(generator, count=SHEET, seed=0))),
        "samples_caption": f"Generated: samples{average} at the end.",
        "baseline": _beside(compared) if compared else "",
        "probe": _probe_words(run, facts),
        "table": shares_table(facts["last"]),
        "trust": _trust(known),
        "commands": html.escape(_commands(run)),
        "config": html.escape(json.dumps(run.document["config"], indent=2)),
        **_panels(known),
    }
    return Template(files("experiments").joinpath("page.html").read_text("utf-8")).substitute(values)


def _beside(compared: Comparison) -> str:
    """World, GAN and baseline: some pictures of each, and the table."""
    names = {"world": "The world.", "gan": "The GAN.", "baseline": f"The baseline: {compared.about}."}
    shown = ""
    for side in compared.sides:
        said, source = html.escape(names[side.name]), _embedded(_sheet(side.pictures[:BESIDE]))
        shown += f'<figure><img class="pixels" alt="{said}" src="{source}"><figcaption>{said}</figcaption></figure>'
    heading = "<h2>Beside networks that learned nothing</h2>" if compared.untrained else "<h2>Beside another world</h2>"
    return f'{heading}<div class="pair three">{shown}</div>{baseline_table(compared)}'


def _trust(known: RunEvidence) -> str:
    """How far the readings can be trusted, under a heading of its own; nothing where nothing is known of that."""
    run, newest = known.run, read_snapshot(known.paths.files[-1])
    tables = calibration_table(run_calibration(run))
    tables += cross_check_table(run_cross_check(run, newest, run_probe_of(run)))
    return f"<h2>Can the readings be trusted?</h2>{tables}" if tables else ""


def _panels(known: RunEvidence) -> dict[str, str]:
    """Each panel as a figure of the page, or a line that says what it lacks."""
    found = drawn(known)
    return {panel.name: _panel(panel, found[panel.name]) for panel in PANELS}


def _panel(panel: Panel, figure: Any) -> str:
    about = html.escape(panel.about, quote=True)
    if isinstance(figure, str):
        return f'<p class="faint">Not drawn, {about}: {html.escape(figure)}.</p>'
    svg = _in_page_colours(svg_text(figure, paper=False)).replace("<svg", f'<svg role="img" aria-label="{about}"', 1)
    return f'<figure class="chart"><div>{svg}</div><figcaption>{html.escape(panel.caption)}</figcaption></figure>'


def _in_page_colours(svg: str) -> str:
    """Ink and paper of a figure as the page has them, which in the dark changes them round."""
    for colour, name in ((INK, "ink"), (FAINT, "faint"), (PAPER, "paper")):
        svg = svg.replace(f": {colour}", f": var(--{name})")
    return svg


def _world_caption(run: Run) -> str:
    if run.document["data"]["kind"] == "pictures":
        return "The world: some of the pictures the network was shown."
    return "The world: pictures of the kind the network was shown, drawn by rule."


def _probe_words(run: Run, facts: dict[str, Any]) -> str:
    return (
        f"At each snapshot a probe, a small classifier, reads the mode of {run.config.snapshots.readings:,} pictures. "
        f"It reads {facts['probe_accuracy']:.1%} of held-out real pictures rightly and is set to reject 1% of them."
    )


def _subtitle(run: Run, facts: dict[str, Any]) -> str:
    data = run.document["data"]
    shown = f"{data['count']:,} pictures" if data["count"] else "pictures drawn live"
    modes = f"{len(run.modes)} modes" if len(run.modes) > 1 else "one mode, so that there is nothing to tell apart"
    ended = f", ended at {run.stopped['nimg'] / 1000:g} kimg by its verdict" if run.stopped else ""
    return (
        f"{shown} of {data['size']} px in {modes}, seed {run.config.seed}, "
        f"{facts['snapshots']} snapshots{ended}. World {data.get('space_digest', data.get('sha256'))[:12]}."
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


def _commands(run: Run) -> str:
    from .config import differences, preset

    data, config = run.document["data"], run.document["config"]
    changed = differences(preset(config["preset"]).plain(), config)
    keys = [line.split(":")[0] for line in changed]
    settings = "".join(f" --set {shlex.quote(f'{key}={json.dumps(_value(config, key))}')}" for key in keys)
    train = f"synchromy train RUN --preset {config['preset']}{settings}"
    if data["kind"] == "pictures":
        resized = f" --resize {data['resize']}" if data["resize"] else ""
        return f"{train} --data PICTURES{resized}\nsynchromy report RUN"
    if data["kind"] == "live":
        return f"# world.toml holds:\n{run.document['world']['space']}\n{train} --data live --space world.toml"
    if drawn_by := run.document["world"].get("drawn_by"):
        world, made = drawn_by["world"].strip(), drawn_by["command"]
        return f"# world.json holds:\n{world}\n{made}\n{train} --data DATA\nsynchromy report RUN"
    sizes = f"--count {data['count']} --size {data['size']} --seed {data['seed']}"
    generate = f"synchromy generate DATA --space world.toml {sizes}"
    return (
        f"# world.toml holds:\n{run.document['world']['space']}\n{generate}\n{train} --data DATA\nsynchromy report RUN"
    )


def _value(config: dict[str, Any], key: str) -> Any:
    for part in key.split("."):
        config = config[part]
    return config
