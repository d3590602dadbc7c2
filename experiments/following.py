"""Which modes a run's generator drew, snapshot by snapshot: raw, corrected, rejected, and the verdict on it all."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from .confusion import Confusion, corrected_shares
from .files import write_atomically
from .modes import ModeHistogram, coverage, effective_modes, total_variation, write_counts
from .run import Run
from .verdict import Verdict, oscillation


@dataclass(frozen=True)
class ModeSeries:
    """Shares of K modes over S snapshots.

    nimg: (S,). raw: (S, K), parts of all readings. rejected: (S,). corrected, errors: (S, K), shares of the accepted
    readings with the probe's mistakes taken out and their standard errors; NaN where nothing was accepted.
    """

    modes: tuple[str, ...]
    nimg: np.ndarray
    raw: np.ndarray
    rejected: np.ndarray
    corrected: np.ndarray
    errors: np.ndarray


def mode_series(histograms: list[ModeHistogram], confusion: Confusion) -> ModeSeries:
    """The series of a list of histograms, one a snapshot."""
    counts = np.array([h.counts for h in histograms])
    total = np.array([h.total for h in histograms])
    corrected, errors = np.full(counts.shape, np.nan), np.full(counts.shape, np.nan)
    for row, histogram in enumerate(histograms):
        if histogram.accepted:
            shares = corrected_shares(histogram, confusion)
            corrected[row], errors[row] = shares.values, shares.errors
    rejected = np.array([h.rejected for h in histograms]) / total
    nimg = np.array([h.nimg for h in histograms])
    return ModeSeries(histograms[0].modes, nimg, counts / total[:, None], rejected, corrected, errors)


def judge(run: Run) -> Verdict:
    """The verdict on the fixed latents of a run; snapshots in which nothing was accepted are passed over."""
    histograms = run.mode_histograms()
    if not any(histogram.accepted for histogram in histograms):
        words = "In no snapshot was any picture recognised as one of the world's: there are no shares to judge."
        return Verdict("too short to say", words, 0)
    return oscillation(histograms, seed=run.config.seed)


def follow_modes(run: Run) -> dict[str, Any]:
    """What `synchromy modes RUN` says, as plain data; tables go to RUN/modes/."""
    histograms, fresh = run.mode_histograms(), run.mode_histograms(latents="fresh")
    confusion, verdict = run.confusion(), judge(run)
    series = mode_series(histograms, confusion)
    (run.folder / "modes").mkdir(exist_ok=True)
    for name, each in (("fixed", histograms), ("fresh", fresh)):
        write_counts(each, run.folder / "modes" / f"{name}.csv")
    _write_shares(series, run.folder / "modes" / "shares.csv")
    return {
        "modes": list(run.modes),
        "snapshots": len(histograms),
        "probe_accuracy": round(confusion.accuracy, 4),
        "verdict": verdict.to_dict(),
        "last": _state(fresh[-1], confusion),
        "tables": [str(run.folder / "modes" / f"{name}.csv") for name in ("fixed", "fresh", "shares")],
    }


def _state(histogram: ModeHistogram, confusion: Confusion) -> dict[str, Any]:
    """The newest snapshot's fresh latents: raw and corrected shares, coverage, distance to the uniform world."""
    facts: dict[str, Any] = {"nimg": histogram.nimg, "rejected": round(histogram.rejected / histogram.total, 4)}
    if not histogram.accepted:
        return facts
    shares = corrected_shares(histogram, confusion)
    uniform = np.full(len(shares.values), 1 / len(shares.values))
    return {
        **facts,
        "raw": _named(histogram.modes, histogram.counts / histogram.accepted),
        "corrected": _named(histogram.modes, shares.values),
        "standard_errors": _named(histogram.modes, shares.errors),
        "covered": list(coverage(histogram)),
        "effective_modes": round(effective_modes(shares.values), 3),
        "distance_to_uniform": round(total_variation(shares.values, uniform), 4),
    }


def _named(modes: tuple[str, ...], values: np.ndarray) -> dict[str, float]:
    return {mode: round(float(value), 4) for mode, value in zip(modes, values, strict=True)}


def _write_shares(series: ModeSeries, path: Path) -> None:
    head = ["nimg", "rejected", *(f"raw_{m}" for m in series.modes)]
    head += [f"{kind}_{m}" for kind in ("corrected", "error") for m in series.modes]
    table = np.column_stack([series.nimg, series.rejected, series.raw, series.corrected, series.errors])
    rows = [",".join(head), *(",".join(f"{value:.6g}" for value in row) for row in table)]
    write_atomically(path, lambda temporary: temporary.write_text("\n".join(rows) + "\n", "utf-8"))
