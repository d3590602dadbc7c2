"""What the probe read in every snapshot of a run, read once: the modes that its latents went through."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from .errors import ExperimentsError
from .files import nimg_of, read_arrays
from .judging import SETTLE, judge_paths
from .measures import churn_series, count_measures, handovers, mean_circulation, mode_series
from .modes import ModeHistogram
from .verdict import Verdict

if TYPE_CHECKING:
    from .run import Run


@dataclass(frozen=True, eq=False)
class Paths:
    """Labels of latents over the S snapshots of a run, in order.

    files: of the snapshots. nimg: int64 (S,). fixed: int64 (S, N), the mode of each of N latents that stay the same,
    -1 for rejected; fixed_nearest: the likeliest mode even so; fresh: int64 (S, N), of new latents each time. settle:
    the share of the snapshots, at the start, that verdict and means leave out.
    """

    run: "Run"
    files: list[Path]
    nimg: NDArray[np.int64]
    fixed: NDArray[np.int64]
    fixed_nearest: NDArray[np.int64]
    fresh: NDArray[np.int64]
    settle: float = SETTLE

    @cached_property
    def histograms(self) -> list[ModeHistogram]:
        """Of the fixed latents, one a snapshot."""
        return self._counted(self.fixed)

    @cached_property
    def nearest(self) -> list[ModeHistogram]:
        """The same with none rejected."""
        return self._counted(self.fixed_nearest)

    @cached_property
    def fresh_histograms(self) -> list[ModeHistogram]:
        """Of the fresh latents, one a snapshot."""
        return self._counted(self.fresh)

    @cached_property
    def verdict(self) -> Verdict:
        """On the fixed latents, in nimg."""
        return judge_paths(self.run, self.nimg, self.fixed, settle=self.settle)

    @cached_property
    def measures(self) -> dict[str, Any]:
        """See `run_measures`."""
        run, fresh, fixed = self.run, self.fresh_histograms, self.fixed
        series = count_measures(fresh, run.shares, shares=mode_series(fresh, run.confusion()).corrected)
        series["churn"], series["excess_churn"] = churn_series(fixed)
        settled = int(self.settle * len(fixed))
        flow = mean_circulation(fixed[settled:], len(run.modes)) if len(fixed) - settled > 1 else None
        handed = handovers(self.histograms)
        totals: dict[str, Any] = {
            name: series[name][-1].item() for name in ("covered", "effective_modes", "tv", "js", "rejected")
        }
        totals |= {name: _mean(series[name][settled:]) for name in ("churn", "excess_churn")}
        totals |= {"handovers": len(handed), "circulation_p_value": flow.p_value if flow else None}
        return {"modes": run.modes, **series, "circulation": flow, "handovers": handed, "totals": totals}

    def _counted(self, labels: NDArray[np.int64]) -> list[ModeHistogram]:
        modes = self.run.modes
        return [ModeHistogram.from_labels(at, modes, row) for at, row in zip(self.nimg.tolist(), labels, strict=True)]


def read_paths(run: "Run", *, settle: float = SETTLE) -> Paths:
    """The labels of all snapshots of a run; ExperimentsError if it has none yet, or a damaged one."""
    files = run.snapshot_files()
    if not files:
        raise ExperimentsError(f"expected snapshots in {run.folder}, got none yet: train it for longer first")
    names = ("fixed", "fixed_nearest", "fresh")
    read = [read_arrays(path, *names) for path in files]
    labels = {name: np.array([arrays[name] for arrays in read], np.int64) for name in names}
    return Paths(run, files, np.array([nimg_of(path) for path in files]), **labels, settle=settle)


def run_measures(run: "Run", *, settle: float = SETTLE) -> dict[str, Any]:
    """All measures of a run but the verdict: series over its S snapshots, and totals.

    Shares, coverage and distances are those of fresh latents, corrected for the probe; movement is that of fixed ones.

    Args:
        run: The run.
        settle: Share of the snapshots at the start left out of circulation and means.

    Returns:
        modes; the series of `count_measures` with a world; churn and excess_churn (S,), NaN at the first; circulation,
        a `Circulation` or None under two settled snapshots; handovers, a list of (nimg, from, to); totals, the plain
        numbers: the last of a series, the settled mean of a churn.
    """
    return read_paths(run, settle=settle).measures


def _mean(values: NDArray[np.float64]) -> float:
    there = values[np.isfinite(values)]
    return float(there.mean()) if len(there) else float("nan")
