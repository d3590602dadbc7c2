"""The verdict on the fixed latents of a run, with all that the run knows: its world and the rhythms of its training."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from .modes import ModeHistogram
from .verdict import Verdict, oscillation

if TYPE_CHECKING:
    from .run import Run

SETTLE = 0.2  # of the snapshots, at the start, that are left out
Rhythms = Sequence[tuple[str, float]]


def judge_paths(run: "Run", nimg: np.ndarray, labels: np.ndarray, *, settle: float = SETTLE) -> Verdict:
    """The verdict on the modes that fixed latents went through.

    Args:
        run: whose modes, world and rhythms they are.
        nimg: (S,) images shown before each snapshot, rising.
        labels: int (S, N), the mode of each of N latents, below 0 where it was rejected.
        settle: share of the run left out at its start.
    """
    histograms = [ModeHistogram.from_labels(int(at), run.modes, row) for at, row in zip(nimg, labels, strict=True)]
    rhythms, seed = rhythms_of(run), run.config.seed
    return judge_counts(histograms, labels, world=run.shares, rhythms=rhythms, seed=seed, settle=settle)


def judge_counts(
    histograms: Sequence[ModeHistogram],
    labels: np.ndarray | None,
    *,
    world: ArrayLike,
    rhythms: Rhythms,
    seed: int,
    settle: float = SETTLE,
) -> Verdict:
    """The same of counts, and of the labels behind them where they were kept: see `oscillation`."""
    if not any(histogram.accepted for histogram in histograms):
        words = "in no snapshot was any picture recognised as one of the world's: there are no shares to judge."
        return Verdict("too short", words, 0)
    if len(histograms[0].modes) == 1:
        labels = None  # one mode has no noise to share
    return oscillation(histograms, settle=settle, seed=seed, world=world, rhythms=rhythms, labels=labels)


def rhythms_of(run: "Run") -> list[tuple[str, float]]:
    """What a training repeats by itself, and might put into a spectrum: (name, period in images), see `oscillation`."""
    config, train = run.config, run.config.train
    every, count = config.snapshots.every_kimg, run.document["data"].get("count")
    lazy = train.penalty_every > 1 and train.penalties
    found = {
        "the epoch": count,
        "the lazy penalty": train.penalty_every * train.shown if lazy else None,
        "the lookahead": train.lookahead_steps * train.shown if train.method == "lookahead" else None,
        "the snapshots": every * 1000 if every and not config.snapshots.at_kimg else None,
    }
    return [(name, float(period)) for name, period in found.items() if period]
