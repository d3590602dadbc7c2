"""What `synchromy modes COUNTS` says of anybody's table, as data; it needs no network."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from .judging import SETTLE
from .measures import count_measures, handovers
from .modes import TIME_UNITS, ModeHistogram, coverage
from .verdict import Verdict, oscillation

MOST = {33: 4096, 10**9: 2048}  # snapshots judged one by one, for up to so many modes: memory grows with their square


def follow_counts(
    histograms: Sequence[ModeHistogram], unit: str, *, settle: float = SETTLE, world: ArrayLike | None = None
) -> dict[str, Any]:
    """What `synchromy modes COUNTS` says of anybody's table, as plain data.

    Args:
        histograms: One a snapshot, in order.
        unit: "nimg", "step" or "kimg": what times are told in.
        settle: Share of the snapshots left out at the start.
        world: float (K,), shares of the data; equal ones for coverage, and no distances, when None.
    """
    most = next(snapshots for modes, snapshots in MOST.items() if len(histograms[0].modes) <= modes)
    group = -(-len(histograms) // most)
    verdict = oscillation(summed(histograms, group), settle=settle, unit=unit, world=world)
    if group > 1:
        words = (
            f"The table is long: about {group} snapshots each were summed, in uneven groups; "
            f"a cycle under {3 * group} snapshots is not seen."
        )
        verdict = replace(_slow_enough(verdict, histograms, group), reasons=(words, *verdict.reasons))
    series = count_measures(histograms[-1:], world)
    last = histograms[-1]
    return {
        "modes": list(last.modes),
        "snapshots": len(histograms),
        "verdict": verdict.to_dict(),
        **{name: values[-1].item() for name, values in series.items() if name != "nimg"},
        "handovers": handed(handovers(histograms), unit),
        "last": {
            "at": last.nimg / TIME_UNITS[unit],
            "raw": named(last.modes, last.counts / max(1, last.accepted)),
            "covered": list(coverage(last, world)),
        },
    }


def _slow_enough(verdict: Verdict, histograms: Sequence[ModeHistogram], group: int) -> Verdict:
    """The verdict, or none where its period is one that a faster cycle leaves in sums."""
    every = (histograms[-1].nimg - histograms[0].nimg) / (len(histograms) - 1) / TIME_UNITS.get(verdict.unit, 1)
    if verdict.period is None or verdict.period >= 3 * group * every:
        return verdict
    words = "there is a rhythm that is too fast for so long a table, which had to be summed: judge a part of it."
    return Verdict("too short", words, verdict.snapshots, p_value=verdict.p_value, unit=verdict.unit)


def summed(histograms: Sequence[ModeHistogram], group: int) -> list[ModeHistogram]:
    """Neighbouring snapshots as one, about `group` at a time, at their mean time; all of them where group is 1.

    The groups are from a half to three halves as large, at random but always alike: a cycle too fast to be seen then
    spreads over the spectrum, where even groups would show it as a slow one.
    """
    if group == 1:
        return list(histograms)
    rng = np.random.default_rng(np.random.SeedSequence(group, spawn_key=(4,)))
    sizes = rng.integers((group + 1) // 2, 3 * group // 2 + 1, 2 * len(histograms) // group + 1)
    ends = np.cumsum(sizes)
    parts = np.split(np.arange(len(histograms)), ends[ends < len(histograms)])
    return [_sum([histograms[i] for i in part]) for part in parts]


def _sum(part: Sequence[ModeHistogram]) -> ModeHistogram:
    counts = np.sum([h.counts for h in part], axis=0)
    return ModeHistogram(round(np.mean([h.nimg for h in part])), part[0].modes, counts, sum(h.rejected for h in part))


def at_top(facts: dict[str, Any]) -> dict[str, Any]:
    """Facts with the verdict's kind as `verdict` and its numbers beside it: the one document of `synchromy modes`."""
    numbers = dict(facts["verdict"])
    rest = {key: value for key, value in facts.items() if key not in ("verdict", "recurrence")}
    return {"verdict": numbers.pop("kind"), "judged": numbers.pop("snapshots"), **numbers, **rest}


def handed(found: Sequence[tuple[int, str, str]], unit: str) -> list[dict[str, Any]]:
    """Handovers with their times in a unit."""
    return [{"at": nimg / TIME_UNITS.get(unit, 1), "from": old, "to": new} for nimg, old, new in found]


def named(modes: tuple[str, ...], values: np.ndarray) -> dict[str, float]:
    """One rounded value a mode, by its name."""
    return {mode: round(float(value), 4) for mode, value in zip(modes, values, strict=True)}
