"""The figures of a run, or of anybody's table of counts, as files: opaque PNG of 200 dpi, and SVG."""

from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import mosaics
from mosaics.provenance import record_text

from .errors import ExperimentsError
from .figure_data import Counts, Evidence, RunEvidence
from .figures.theme import DPI, png_pixels, svg_text
from .files import said_plainly
from .modes import ModeHistogram
from .panels import PANELS, drawn

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from .run import Run

FORMATS = ("png", "svg")
SOURCE = "dataDrivenMedia"


def write_figures(run: "Run", folder: Path, formats: Sequence[str] = FORMATS, *, force: bool = False) -> list[Path]:
    """Draw all figures of `run` that its files allow; the same run gives the same bytes.

    Args:
        run: With a snapshot or a line of metrics at least.
        folder: Where shares.png, shares.svg, ... go; made if it is not there.
        formats: Of "png" and "svg".
        force: Replace figures that are there.

    Returns:
        The paths written. What cannot be drawn (a run of one mode has no circulation) is left out.

    Raises:
        ExperimentsError: unknown formats, a figure that is there already, or nothing to draw.
    """
    facts = {"kind": "figure", "config": run.document["config"], "data": run.document["data"]}
    return _written(RunEvidence(run), folder, formats, facts, force)


def counts_figures(
    histograms: Sequence[ModeHistogram],
    unit: str,
    folder: Path,
    formats: Sequence[str] = FORMATS,
    *,
    force: bool = False,
) -> list[Path]:
    """Shares, recurrence and periodogram of a table of counts, as `read_counts` gives it; else as `write_figures`.

    Args:
        histograms: One a snapshot.
        unit: What the table's first column counts: "nimg", "kimg" or "step", as `time_unit` gives.
        folder: Where the files go.
        formats: Of "png" and "svg".
        force: Replace figures that are there.
    """
    return _written(Counts(histograms, unit), folder, formats, {"kind": "figure"}, force)


def _written(known: Evidence, folder: Path, formats: Sequence[str], facts: dict[str, Any], force: bool) -> list[Path]:
    if not formats or set(formats) - set(FORMATS):
        raise ExperimentsError(f"expected formats of {' and '.join(FORMATS)}, got {', '.join(formats) or 'none'}")
    possible = [folder / f"{panel.name}.{ending}" for panel in PANELS for ending in formats]
    there = [path for path in possible if path.exists()]
    if there and not force:
        raise ExperimentsError(
            f"expected a folder without figures, but {there[0]} exists: choose another folder or --force"
        )
    figures = {name: each for name, each in drawn(known).items() if not isinstance(each, str)}
    if not figures:
        raise ExperimentsError("expected something to draw, got no snapshots and no metrics: train for longer first")
    with said_plainly(folder):
        folder.mkdir(parents=True, exist_ok=True)
    return [
        _save(figure, folder / f"{name}.{ending}", {**facts, "figure": name})
        for name, figure in figures.items()
        for ending in formats
    ]


def _save(figure: "Figure", path: Path, facts: dict[str, Any]) -> Path:
    if path.suffix == ".svg":
        return mosaics.save_document(document_of_figure(figure, facts), path, force=True)
    return mosaics.save_picture(raster_of_figure(figure), path, provenance=facts, source_type=SOURCE, force=True)


def raster_of_figure(figure: "Figure") -> mosaics.Raster:
    """A figure as pixels, for print."""
    pixels = png_pixels(figure)
    return mosaics.Raster([pixels], (pixels.shape[1], pixels.shape[0]), dpi=DPI)


def document_of_figure(figure: "Figure", facts: dict[str, Any]) -> str:
    """A figure as an SVG, which says the facts of itself."""
    return _told(svg_text(figure), facts)


def _told(svg: str, facts: dict[str, Any]) -> str:
    """The SVG with how it was made as its first element."""
    head, body = svg.split(">", 1)
    return f"{head}><metadata>{escape(record_text(facts, SOURCE), quote=False)}</metadata>{body}"
