"""Which modes a run's generator drew, snapshot by snapshot: raw, corrected, rejected, and the verdict on it all."""

from pathlib import Path
from typing import Any

import numpy as np

from .confusion import Confusion, corrected_shares
from .errors import ExperimentsError
from .files import said_plainly, write_atomically
from .measures import ModeSeries, mode_series
from .modes import ModeHistogram, coverage, effective_modes, total_variation, write_counts
from .run import Run
from .verdict import Verdict, oscillation


def judge(run: Run) -> Verdict:
    """The verdict on the fixed latents of a run; snapshots in which nothing was accepted are passed over."""
    histograms = run.mode_histograms()
    if not any(histogram.accepted for histogram in histograms):
        words = "In no snapshot was any picture recognised as one of the world's: there are no shares to judge."
        return Verdict("too short to say", words, 0)
    return oscillation(histograms, seed=run.config.seed)


def follow_modes(run: Run) -> dict[str, Any]:
    """What `synchromy modes RUN` says, as plain data."""
    histograms, fresh = run.mode_histograms(), run.mode_histograms(latents="fresh")
    if not histograms:
        raise ExperimentsError(f"expected snapshots in {run.folder}, got none yet: train it for longer first")
    confusion, verdict = run.confusion(), judge(run)
    return {
        "modes": list(run.modes),
        "snapshots": len(histograms),
        "probe_accuracy": round(confusion.accuracy, 4),
        "verdict": verdict.to_dict(),
        "last": _state(fresh[-1], confusion, run.shares),
    }


def write_tables(run: Run) -> list[Path]:
    """RUN/modes/fixed.csv and fresh.csv, the counts, and shares.csv, raw and corrected; returns their paths."""
    folder = run.folder / "modes"
    with said_plainly(folder):
        folder.mkdir(exist_ok=True)
    fixed = run.mode_histograms()
    write_counts(fixed, folder / "fixed.csv")
    write_counts(run.mode_histograms(latents="fresh"), folder / "fresh.csv")
    _write_shares(mode_series(fixed, run.confusion()), folder / "shares.csv")
    return [folder / f"{name}.csv" for name in ("fixed", "fresh", "shares")]


def _state(histogram: ModeHistogram, confusion: Confusion, world: np.ndarray) -> dict[str, Any]:
    """The newest snapshot's fresh latents: raw and corrected shares, coverage of the world and distance to it."""
    facts: dict[str, Any] = {"nimg": histogram.nimg, "rejected": round(histogram.rejected / histogram.total, 4)}
    if not histogram.accepted:
        return facts
    shares = corrected_shares(histogram, confusion)
    return {
        **facts,
        "raw": _named(histogram.modes, histogram.counts / histogram.accepted),
        "corrected": _named(histogram.modes, shares.values),
        "standard_errors": _named(histogram.modes, shares.errors),
        "covered": list(coverage(histogram, world)),
        "effective_modes": round(effective_modes(shares.values), 3),
        "distance_to_world": round(total_variation(shares.values, world), 4),
    }


def _named(modes: tuple[str, ...], values: np.ndarray) -> dict[str, float]:
    return {mode: round(float(value), 4) for mode, value in zip(modes, values, strict=True)}


def _write_shares(series: ModeSeries, path: Path) -> None:
    head = ["nimg", "rejected", *(f"raw_{m}" for m in series.modes)]
    head += [f"{kind}_{m}" for kind in ("corrected", "error") for m in series.modes]
    table = np.column_stack([series.nimg, series.rejected, series.raw, series.corrected, series.errors])
    rows = [",".join(head), *(",".join(f"{value:.6g}" for value in row) for row in table)]
    write_atomically(path, lambda temporary: temporary.write_text("\n".join(rows) + "\n", "utf-8"))
