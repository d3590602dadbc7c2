"""What came of the runs of a sweep: a row for each, their means over the seeds of a cell, as files and as words."""

import csv
import io
import json
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from .files import write_atomically, write_json
from .following import follow_modes
from .run import CONFIG, Run
from .side_by_side import Outcome, Task

MEASURES = {
    "period": "period",
    "amplitude": "swing",
    "covered": "covered",
    "effective_modes": "effective",
    "distance_to_world": "distance",
    "d_loss": "D loss",
    "g_loss": "G loss",
    "images_per_s": "images/s",
}
"""What is measured of a run, and what it is called in the printed table."""


def table_of(tasks: Sequence[Task], outcomes: Mapping[str, Outcome], folder: Path) -> dict[str, Any]:
    """{"runs": one row a task, "cells": one row for what tasks with equal `varied` have in common}, as plain data.

    A row has what was varied, the seed, whether it finished, nimg, the verdict's kind, and MEASURES at the end of the
    run: period (nimg) and amplitude (share) of a cycle; modes covered for certain, effective modes and distance to the
    world (total variation, in [0, 1]) of the last snapshot's fresh latents; last losses; images/s, the median of all
    lines. None where a run has no such thing.
    """
    rows = [_row(task, outcomes[task.name], folder) for task in tasks]
    cells: dict[str, list[dict[str, Any]]] = {}
    for task, row in zip(tasks, rows, strict=True):
        cells.setdefault(json.dumps(task.varied, default=str), []).append(row)
    varied = [next(t.varied for t, r in zip(tasks, rows, strict=True) if r is group[0]) for group in cells.values()]
    return {"runs": rows, "cells": [_cell(v, group) for v, group in zip(varied, cells.values(), strict=True)]}


def _row(task: Task, outcome: Outcome, folder: Path) -> dict[str, Any]:
    place = folder / task.name
    measured = _measured(Run(place)) if (place / CONFIG).is_file() else {}
    return {
        "run": task.name,
        **task.varied,
        "seed": task.config.seed,
        "finished": outcome.state == "finished",
        "nimg": measured.get("nimg", 0),
        "verdict": measured.get("verdict"),
        **{key: measured.get(key) for key in MEASURES},
        "said": outcome.said,
    }


def _measured(run: Run) -> dict[str, Any]:
    lines = run.metrics()
    facts: dict[str, Any] = dict(lines[-1]) if lines else {}
    if lines:
        facts["images_per_s"] = float(np.median([line["images_per_s"] for line in lines]))
    if not run.snapshot_files():
        return facts
    modes = follow_modes(run)
    verdict, last = modes["verdict"], modes["last"]
    return facts | {
        "verdict": verdict["kind"],
        "period": verdict["period"],
        "amplitude": verdict["amplitude"],
        "covered": len(last["covered"]) if "covered" in last else 0,
        "effective_modes": last.get("effective_modes"),
        "distance_to_world": last.get("distance_to_world"),
    }


def _cell(varied: dict[str, Any], rows: list[dict[str, Any]]) -> dict[str, Any]:
    done = [row for row in rows if row["finished"]]
    return {
        **varied,
        "runs": len(rows),
        "finished": len(done),
        "verdicts": dict(Counter(row["verdict"] for row in done if row["verdict"])),
        **{key: _mean([row[key] for row in done]) for key in MEASURES},
    }


def _mean(values: Sequence[float | None]) -> dict[str, float | int] | None:
    """Mean over those runs that have a value, its standard error where there are two or more, and their number."""
    there = [value for value in values if value is not None and math.isfinite(value)]
    if not there:
        return None
    error = {"standard_error": float(np.std(there, ddof=1) / np.sqrt(len(there)))} if len(there) > 1 else {}
    return {"mean": float(np.mean(there)), **error, "runs": len(there)}


def write_table(table: dict[str, Any], folder: Path) -> None:
    """FOLDER/table.csv, one row a run, and FOLDER/table.json, all of it; each whole or not at all."""
    text = io.StringIO(newline="")
    rows = csv.DictWriter(text, table["runs"][0], lineterminator="\n")
    rows.writeheader()
    rows.writerows(table["runs"])
    write_atomically(folder / "table.csv", lambda temporary: temporary.write_text(text.getvalue(), "utf-8"))
    write_json(folder / "table.json", table)


def in_words(table: dict[str, Any]) -> str:
    """The table for a person: runs, cells where these hold several runs, and why runs failed."""
    runs = [[*_named(row), row["verdict"] or "-", *(_figure(row[key]) for key in MEASURES)] for row in table["runs"]]
    text = _columns([["run", "verdict", *MEASURES.values()], *runs])
    if any(cell["runs"] > 1 for cell in table["cells"]):
        text += "\n\n" + _columns([["cell", "runs", "verdict", *MEASURES.values()], *map(_cell_words, table["cells"])])
    failed = [f"{row['run']} failed: {row['said']}" for row in table["runs"] if not row["finished"]]
    return "\n".join([text, *([""] if failed else []), *failed])


def _named(row: dict[str, Any]) -> list[str]:
    return [row["run"] if row["finished"] else f"{row['run']} (failed)"]


def _cell_words(cell: dict[str, Any]) -> list[str]:
    own = list(cell)[: list(cell).index("runs")]
    name = ", ".join(f"{key.rpartition('.')[2]}={cell[key]}" for key in own) or "all"
    verdicts = ", ".join(f"{kind} {count}" for kind, count in cell["verdicts"].items()) or "-"
    return [name, f"{cell['finished']}/{cell['runs']}", verdicts, *(_figure(cell[key]) for key in MEASURES)]


def _figure(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, dict):
        return f"{value['mean']:.4g}" + (f" +-{value['standard_error']:.2g}" if "standard_error" in value else "")
    return f"{value:.4g}"


def _columns(rows: list[list[str]]) -> str:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)
