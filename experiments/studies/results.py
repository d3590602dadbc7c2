"""What came of the runs of a study: S and the outcome of each, the tests of the plan, and the factors beside them."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from ..side_by_side import Outcome, Task
from .analysis import Effect, effects_of, paired
from .plan import StudyPlan, code_digest
from .running import matching, outcomes_of
from .statistic import Line, quiet, strongest_line

READ, COLLAPSED, DIVERGED, FAILED, MISSING = "read", "collapsed", "diverged", "failed", "not finished"
LATE = 0.2  # of a run: what its end is taken to be
SCREEN_T = 4.303  # Student's 97.5% point with the two degrees of freedom a 2^(5-2) leaves


@dataclass(frozen=True)
class RunRow:
    """One run: its levels and block, how it ended, S (that of a quiet run where there is none to read), and the rest.

    period: kimg. effective: bins, exp of the entropy; rejected: share of pictures like none of the world's; both the
    mean over the last fifth.
    """

    run: str
    levels: Mapping[str, int]
    block: int
    seed: int
    outcome: str
    s: float
    period: float = np.nan
    effective: float = np.nan
    rejected: float = np.nan
    line: Line | None = field(default=None, repr=False)
    kimg: np.ndarray | None = field(default=None, repr=False)
    shares: np.ndarray | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Results:
    """Everything that is said of a study."""

    plan: StudyPlan
    rows: list[RunRow]
    effects: list[Effect]
    without_outcomes: list[Effect]
    screening: list[dict[str, Any]]
    matching: list[dict[str, Any]]
    code_as_planned: bool

    @property
    def complete(self) -> bool:
        """Whether every run has ended."""
        return all(row.outcome != MISSING for row in self.rows)

    @property
    def outcomes(self) -> dict[str, int]:
        """How many runs ended how."""
        return dict(Counter(row.outcome for row in self.rows))

    def plain(self) -> dict[str, Any]:
        """All of it as JSON holds it, without the curves."""
        hidden = ("line", "kimg", "shares")
        return {
            "study": self.plan.name,
            "kind": self.plan.kind,
            "plan_digest": self.plan.digest,
            "code_as_planned": self.code_as_planned,
            "complete": self.complete,
            "outcomes": self.outcomes,
            "effects": [_finite(asdict(effect)) for effect in self.effects],
            "without_outcomes": [_finite(asdict(effect)) for effect in self.without_outcomes],
            "screening": self.screening,
            "matching": self.matching,
            "runs": [_finite({k: v for k, v in vars(row).items() if k not in hidden}) for row in self.rows],
        }


def _finite(values: dict[str, Any]) -> dict[str, Any]:
    listed = {k: v.tolist() if isinstance(v, np.ndarray) else v for k, v in values.items()}
    return {k: None if isinstance(v, float) and not np.isfinite(v) else v for k, v in listed.items()}


def analysed(plan: StudyPlan, folder: Path) -> Results:
    """The results of the runs in `folder`, as far as they have come; unfinished blocks are in no test."""
    outcomes = outcomes_of(plan, folder)
    tasks = plan.tasks()
    first = tasks[0].config
    calm = quiet(np.array(first.snapshots.at_kimg), plan.anchors, plan.schedule.interval(first.train.kimg), plan.band)
    rows = [row_of(plan, task, outcomes[task.name], folder / task.name, calm) for task in tasks]
    read = [row for row in rows if row.outcome not in (MISSING, FAILED)]
    return Results(
        plan,
        rows,
        tested(plan, read),
        tested(plan, [row for row in rows if row.outcome == READ]),
        screened(plan, read),
        matching(plan, folder),
        code_digest() == plan.code,
    )


def row_of(plan: StudyPlan, task: Task, outcome: Outcome, place: Path, calm: float) -> RunRow:
    """What a run says; its bins are those nearest to each picture, none rejected, so that levels are read alike.

    `calm` is the S of a run that has none to read: that of a quiet one.
    """
    from ..run import Run

    levels = {name: task.varied[name] for name in plan.factors}
    base = {"run": task.name, "levels": levels, "block": task.varied["block"], "seed": task.config.seed}
    if outcome.state != "finished":
        ended = DIVERGED if "diverged" in outcome.said else FAILED if outcome.state == "failed" else MISSING
        return RunRow(**base, outcome=ended, s=calm)
    run = Run(place)
    shots = run.mode_histograms(nearest=True)
    accepted = run.mode_histograms()
    kimg, counts = np.array([h.nimg for h in shots]) / 1000, np.array([h.counts for h in shots])
    shares = counts / counts.sum(1, keepdims=True)
    late = kimg >= (1 - LATE) * kimg[-1]
    effective = float(np.exp(-(shares * np.log(np.maximum(shares, 1e-12))).sum(1))[late].mean())
    rejected = float(np.mean([h.rejected_share for h, kept in zip(accepted, late, strict=True) if kept]))
    line = strongest_line(kimg, counts, plan.schedule.interval(task.config.train.kimg), plan.band)
    collapsed = effective < plan.collapsed_below or line is None
    return RunRow(
        **base,
        outcome=COLLAPSED if collapsed else READ,
        s=calm if collapsed or line is None else line.s,
        period=np.nan if collapsed or line is None else line.period,
        effective=effective,
        rejected=rejected,
        line=line,
        kimg=kimg,
        shares=shares,
    )


def tested(plan: StudyPlan, rows: list[RunRow]) -> list[Effect]:
    """The two main effects and their interaction, over the blocks whose four runs are all among the rows."""
    first, second = plan.tested
    blocks: dict[int, dict[tuple[int, ...], float]] = {}
    for row in rows:
        blocks.setdefault(row.block, {})[row.levels[first], row.levels[second]] = row.s
    whole = [cells for _, cells in sorted(blocks.items()) if len(cells) == 4]
    if not whole:
        return []
    differences = paired({key: np.array([cells[key] for cells in whole]) for key in whole[0]})
    names = {"first": first, "second": second, "both": f"{first} x {second}"}
    return effects_of({names[key]: values for key, values in differences.items()})


def screened(plan: StudyPlan, rows: list[RunRow]) -> list[dict[str, Any]]:
    """The mean difference in S between the levels of each untested factor: settings are what vary, not pairs.

    In a pilot each setting has one seed, so that the rest of its contrasts, two in a 2^(5-2), are all the error there
    is: the half width at 95% is None where there are none.
    """
    settings: dict[str, list[RunRow]] = {}
    names = [name for name in plan.factors if name not in plan.tested]
    for row in rows:
        settings.setdefault(json.dumps([row.levels[name] for name in names]), []).append(row)
    if len(settings) < len(plan.others) or not names:
        return []
    means = np.array([np.mean([row.s for row in group]) for group in settings.values()])
    design = 2.0 * np.array([[group[0].levels[name] for name in names] for group in settings.values()]) - 1
    design = np.column_stack([np.ones(len(means)), design])
    fit = np.linalg.lstsq(design, means, rcond=None)[0]
    free = len(means) - design.shape[1]
    error = np.sqrt(((means - design @ fit) ** 2).sum() / free / len(means)) if free > 0 else None
    half = None if error is None or free != 2 else float(2 * SCREEN_T * error)
    return [{"factor": name, "difference": float(2 * fit[i + 1]), "half_width": half} for i, name in enumerate(names)]
