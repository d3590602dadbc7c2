"""What `synchromy modes RUN` says, as data: the verdict, the measures, the newest shares; and its tables."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from .confusion import Confusion, corrected_shares
from .count_facts import SETTLE, handed, named
from .errors import ExperimentsError
from .files import said_plainly, write_atomically
from .measures import Circulation, fixed_paths, run_measures
from .modes import ModeHistogram, coverage, effective_modes, total_variation, write_counts
from .run import Run
from .share_series import ModeSeries, mode_series
from .verdict import Verdict, oscillation

SERIES = ("covered", "effective_modes", "tv", "js", "rejected", "churn", "excess_churn")


def judge(run: Run, *, settle: float = SETTLE) -> Verdict:
    """The verdict on the fixed latents of a run, which knows its world and the rhythms of its training."""
    nimg, labels = fixed_paths(run)
    if (labels < 0).all():
        words = "in no snapshot was any picture recognised as one of the world's: there are no shares to judge."
        return Verdict("too short", words, 0)
    histograms = [ModeHistogram.from_labels(at, run.modes, row) for at, row in zip(nimg, labels, strict=True)]
    paths = labels if len(run.modes) > 1 else None  # one mode has no noise to share
    return oscillation(
        histograms, settle=settle, seed=run.config.seed, world=run.shares, rhythms=_rhythms(run), labels=paths
    )


def _rhythms(run: Run) -> list[tuple[str, float]]:
    """Periods in images at which the training itself repeats something: the epoch, the lazy penalty."""
    train, count = run.config.train, run.document["data"].get("count")
    found = [("the epoch", float(count))] if count else []
    if train.penalty_every > 1 and train.penalties:
        found.append(("the lazy penalty", float(train.penalty_every * train.shown)))
    return found


def follow_modes(run: Run, *, settle: float = SETTLE) -> dict[str, Any]:
    """What `synchromy modes RUN` says, as plain data: the verdict, the measures and the newest shares."""
    fresh = run.mode_histograms(latents="fresh")
    if not fresh:
        raise ExperimentsError(f"expected snapshots in {run.folder}, got none yet: train it for longer first")
    confusion, verdict = run.confusion(), judge(run, settle=settle)
    measures = run_measures(run, settle=settle)
    return {
        "modes": list(run.modes),
        "snapshots": len(fresh),
        "probe_accuracy": round(confusion.accuracy, 4),
        "verdict": verdict.to_dict(),
        **measures["totals"],
        "circulation": _circulation(measures["circulation"], run.modes),
        "handovers": handed(measures["handovers"], verdict.unit),
        "last": _state(fresh[-1], confusion, run.shares),
    }


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
    fixed, found = run.mode_histograms(), run_measures(run)
    write_counts(fixed, folder / "fixed.csv")
    write_counts(run.mode_histograms(latents="fresh"), folder / "fresh.csv")
    _write_shares(mode_series(fixed, run.confusion()), folder / "shares.csv")
    _write_table(["nimg", *SERIES], [found[name] for name in ("nimg", *SERIES)], folder / "measures.csv")
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
