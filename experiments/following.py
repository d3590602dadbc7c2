"""What `synchromy modes RUN` says, as data: the verdict, the measures, the newest shares; and its tables."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from .calibration import false_accepts
from .confusion import Confusion, corrected_shares, share_bounds
from .corrected import corrected_amplitude
from .count_facts import handed, named
from .files import said_plainly, write_atomically
from .judging import SETTLE
from .measures import Circulation
from .modes import ModeHistogram, coverage, effective_modes, total_variation, write_counts
from .paths import Paths, read_paths
from .probing import run_calibration
from .run import Run
from .share_series import ModeSeries, mode_series
from .verdict import Verdict

MANY = 0.1  # of the pictures rejected: shares of the others then say less than they seem to
SERIES = ("covered", "effective_modes", "tv", "js", "rejected", "churn", "excess_churn")


def judge(run: Run, *, settle: float = SETTLE) -> Verdict:
    """The verdict on the fixed latents of a run, which knows its world and the rhythms of its training."""
    return read_paths(run, settle=settle).verdict


def follow_modes(run: Run, *, settle: float = SETTLE) -> dict[str, Any]:
    """What `synchromy modes RUN` says, as plain data: the verdict, the measures and the newest shares."""
    return follow_paths(read_paths(run, settle=settle))


def follow_paths(paths: Paths) -> dict[str, Any]:
    """`follow_modes` of what was read of a run."""
    run, verdict, measures = paths.run, paths.verdict, paths.measures
    confusion, last = run.confusion(), paths.fresh_histograms[-1]
    passing = false_accepts(rows) if (rows := run_calibration(run)) else None
    return {
        "modes": list(run.modes),
        "snapshots": len(paths.files),
        "probe_accuracy": round(confusion.accuracy, 4),
        "false_accepts": passing,
        "verdict": verdict.to_dict(),
        "corrected_amplitude": _swing(paths, confusion),
        **measures["totals"],
        "circulation": _circulation(measures["circulation"], run.modes),
        "handovers": handed(measures["handovers"], verdict.unit),
        "last": {**_state(last, confusion, run.shares), **_bounds(last, passing)},
    }


def _swing(paths: Paths, confusion: Confusion) -> dict[str, float] | None:
    """The amplitude of the verdict's cycle with the probe's mistakes taken out, and its 95% interval."""
    found = corrected_amplitude(
        paths.histograms, confusion, paths.verdict, settle=paths.settle, seed=paths.run.config.seed
    )
    return None if found is None else dict(zip(("amplitude", "low", "high"), found, strict=True))


def _bounds(histogram: ModeHistogram, passing: float | None) -> dict[str, Any]:
    """How far the rejected pictures leave each share open, where there are many of them: see `share_bounds`."""
    if passing is None or histogram.rejected_share < MANY or not histogram.accepted:
        return {}
    low, high = share_bounds(histogram, passing)
    return {"least": named(histogram.modes, low), "most": named(histogram.modes, high)}


def _circulation(flow: Circulation | None, modes: tuple[str, ...]) -> dict[str, Any] | None:
    """Arrows that stand out of their error, a step and summed along the run."""
    if flow is None:
        return None
    names = ("from", "to", "flow", "error")
    arrows: list[dict[str, Any]] = [dict(zip(names, arrow, strict=True)) for arrow in flow.arrows(modes)]
    return {
        "p_value": flow.p_value,
        "steps": flow.steps,
        "arrows": [{**arrow, "along_the_run": arrow["flow"] * flow.steps} for arrow in arrows],
    }


def write_tables(run: Run) -> list[Path]:
    """RUN/modes/fixed.csv and fresh.csv, the counts; shares.csv, raw and corrected; measures.csv; returns the paths."""
    folder = run.folder / "modes"
    with said_plainly(folder):
        folder.mkdir(exist_ok=True)
    paths = read_paths(run)
    write_counts(paths.histograms, folder / "fixed.csv")
    write_counts(paths.fresh_histograms, folder / "fresh.csv")
    _write_shares(mode_series(paths.histograms, run.confusion()), folder / "shares.csv")
    columns = [paths.measures[name] for name in ("nimg", *SERIES)]
    _write_table(["nimg", *SERIES], columns, folder / "measures.csv")
    return [folder / f"{name}.csv" for name in ("fixed", "fresh", "shares", "measures")]


def _state(histogram: ModeHistogram, confusion: Confusion, world: np.ndarray) -> dict[str, Any]:
    """The newest snapshot's fresh latents: raw and corrected shares, coverage of the world and distance to it."""
    facts: dict[str, Any] = {"nimg": histogram.nimg, "rejected": round(histogram.rejected / histogram.total, 4)}
    if not histogram.accepted:
        return facts
    shares = corrected_shares(histogram, confusion)
    return {
        **facts,
        "raw": named(histogram.modes, histogram.counts / histogram.accepted),
        "corrected": named(histogram.modes, shares.values),
        "standard_errors": named(histogram.modes, shares.errors),
        "covered": list(coverage(histogram, world)),
        "effective_modes": round(effective_modes(shares.values), 3),
        "distance_to_world": round(total_variation(shares.values, world), 4),
    }


def _write_shares(series: ModeSeries, path: Path) -> None:
    head = ["nimg", "rejected", *(f"raw_{m}" for m in series.modes)]
    head += [f"{kind}_{m}" for kind in ("corrected", "error") for m in series.modes]
    _write_table(head, [series.nimg, series.rejected, *series.raw.T, *series.corrected.T, *series.errors.T], path)


def _write_table(head: Sequence[str], columns: Sequence[np.ndarray], path: Path) -> None:
    rows = [",".join(head), *(",".join(f"{value:.9g}" for value in row) for row in zip(*columns, strict=True))]
    write_atomically(path, lambda temporary: temporary.write_text("\n".join(rows) + "\n", "utf-8"))
