"""The whole loop, small: a dataset, a run, its modes, a mosaic, a report. Every step resumes."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import mosaics
from procgen import load_space, open_dataset, write_dataset

from .config import preset
from .errors import ExperimentsError
from .files import said_plainly
from .following import judge
from .reporting import write_report
from .sources import sample_tiles
from .training import train

SPACE, PRESET, COUNT, SIZE = "quick", "quick-64", 4000, 64
MOSAIC_TILES, MOSAIC_SIZE = 1500, (3000, 1860)


def run_quickstart(
    out: Path,
    *,
    seed: int = 0,
    workers: int = 1,
    settings: tuple[str, ...] = (),
    progress: Callable[..., None],
    say: Callable[[str], object] | None = None,
) -> dict[str, Any]:
    """Make OUT/data, OUT/run, OUT/mosaic.png and OUT/report.html; the same call again goes on where it stopped.

    `progress` is called as (stage, done, of, facts) by every step, and its stage "mosaic" or "report" when one is made;
    `say` with what a person should know of the training, as for `train`.
    """
    if out.exists() and not (out / "data").is_dir() and any(out.iterdir()):
        raise ExperimentsError(
            f"expected an empty folder or an earlier quickstart in {out}, got other files: name another"
        )
    config = preset(PRESET).override(f"seed={seed}", *settings)
    with said_plainly(out):
        out.mkdir(parents=True, exist_ok=True)
    write_dataset(
        load_space(SPACE), out / "data", count=COUNT, size=SIZE, seed=seed, workers=workers,
        progress=lambda done, of: progress("drawing", done, of, {}),
    )  # fmt: skip
    run = train(config, open_dataset(out / "data"), out / "run", progress=progress, say=say)
    verdict = judge(run)
    progress("mosaic", 0, 1, {})
    tiles = sample_tiles(run, MOSAIC_TILES, seed=1)
    mosaics.compose(tiles, order="hue", size_px=MOSAIC_SIZE).save(out / "mosaic.png", force=True)
    progress("mosaic", 1, 1, {})
    progress("report", 0, 1, {})
    write_report(run, out / "report.html", mosaic=out / "mosaic.png")
    progress("report", 1, 1, {})
    names = {"data": "data", "run": "run", "mosaic": "mosaic.png", "report": "report.html"}
    outputs = {name: out / place for name, place in names.items()}
    return {**outputs, "verdict": verdict.to_dict()}
