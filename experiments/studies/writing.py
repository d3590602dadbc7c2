"""What a study found, as a page of Markdown with figures and tables, a CSV of the runs and a JSON of all of it."""

import csv
import io
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from ..files import write_atomically, write_json
from .analysis import LEVEL, Effect
from .results import Results, RunRow


def written(results: Results, folder: Path) -> Path:
    """Write FOLDER/NAME-KIND.md with its figures (SVG, PNG) beside it in FOLDER/NAME-KIND/; the page's path."""
    name = f"{results.plan.name}-{results.plan.kind}"
    _draw(results, folder / name)
    write_json(folder / name / "results.json", results.plain())
    _text(folder / name / "runs.csv", _csv(results))
    _text(folder / f"{name}.md", page(results, name))
    return folder / f"{name}.md"


def _text(path: Path, text: str) -> None:
    write_atomically(path, lambda temporary: temporary.write_text(text, "utf-8"))


def _draw(results: Results, folder: Path) -> None:
    from PIL import Image

    from ..figures.theme import png_pixels, svg_text
    from .pictures import FIGURES

    for name, drawn in FIGURES.items():
        figure = drawn(results)
        _text(folder / f"{name}.svg", svg_text(figure))
        _picture(folder / f"{name}.png", Image.fromarray(png_pixels(figure)))


def _picture(path: Path, image: Any) -> None:
    write_atomically(path, lambda temporary: image.save(temporary, format="PNG"))


def _csv(results: Results) -> str:
    text = io.StringIO(newline="")
    rows = csv.writer(text, lineterminator="\n")
    names = list(results.plan.factors)
    numbers = ("s", "period", "effective", "rejected")
    rows.writerow(["run", *names, "block", "seed", "outcome", "s", "period_kimg", "effective_bins", "rejected_share"])
    for row in results.rows:
        values = [f"{getattr(row, key):.6g}" if np.isfinite(getattr(row, key)) else "" for key in numbers]
        rows.writerow([row.run, *(row.levels[n] for n in names), row.block, row.seed, row.outcome, *values])
    return text.getvalue()


def page(results: Results, name: str) -> str:
    """The page: the answer first, then the tests, the runs, the factors, the worlds, and what was not shown."""
    parts = [
        f"# {results.plan.name.capitalize()}: the {results.plan.kind} study",
        results.plan.about,
        *_answer(results),
        f"![paired differences]({name}/effects.png)",
        "## The tests",
        _tests(results.effects),
        *_robust(results),
        f"![S of every run]({name}/cells.png)",
        "## The runs",
        *_runs(results),
        f"![periodograms]({name}/spectra.png)",
        f"![shares]({name}/shares.png)",
        SHARES,
        "## The other factors",
        *_screening(results),
        *_endings(results),
        "## The worlds",
        *_worlds(results),
        "## What was not shown",
        *_limits(results),
    ]
    return "\n\n".join(parts) + "\n"


ASKED = (
    "Each run is asked one number, S: how far the strongest rhythm of its mode shares stands out of noise with as much "
    "memory, as a power of ten."
)
SHARES = "One block of four runs that share seed, first weights and latents; each colour is one of the eight bins."


def _answer(results: Results) -> list[str]:
    pilot = results.plan.kind == "pilot"
    first = "This is a pilot. It shows that the whole runs and ranks the other factors; it decides nothing."
    lines = [*([first] if pilot else []), ASKED]
    if not results.complete:
        ended = sum(row.outcome != "not finished" for row in results.rows)
        lines.append(f"**{ended} of {len(results.rows)} runs have ended: what follows is of these alone.**")
    if not results.effects:
        return [*lines, "No block is whole yet, so there is nothing to test."]
    return [*lines, *(_said(effect) for effect in results.effects), *(f"- {words}" for words in _endings(results)[2:])]


def _said(effect: Effect) -> str:
    numbers = f"{effect.mean:+.3f} ({interval(effect)}), {_p(effect)} after Holm"
    if effect.adjusted >= LEVEL:
        return f"- **{effect.name}**: no effect on S was shown: {numbers}. That is no proof that there is none."
    how = "stronger" if effect.mean > 0 else "weaker"
    if " x " in effect.name:
        return f"- **{effect.name}**: the effect of one depends on the other: {numbers}."
    factor = 10**effect.mean
    return (
        f"- **{effect.name}**: the strongest line is {how} at the high level, by a factor of {factor:.2f}: {numbers}."
    )


def interval(effect: Effect) -> str:
    """An effect's interval in words."""
    if not np.isfinite(effect.low):
        return "too few pairs for an interval"
    return f"95% interval {effect.low:+.3f} to {effect.high:+.3f}"


def _p(effect: Effect) -> str:
    return "p < .001" if effect.adjusted < 0.001 else f"p = {effect.adjusted:.3f}".replace("0.", ".", 1)


def _tests(effects: Iterable[Effect]) -> str:
    rows = [
        (e.name, len(e.differences), f"{e.mean:+.3f}", interval(e), f"{e.p_value:.4f}", f"{e.adjusted:.4f}")
        for e in effects
    ]
    return _table(("effect on S", "pairs", "mean difference", "interval", "p", "p after Holm"), rows)


def _robust(results: Results) -> list[str]:
    words = (
        "S is log10 of the largest ratio of the combined periodogram to its fitted null, between "
        f"{results.plan.band.cycles:g} cycles and {results.plan.band.nyquist:g} of Nyquist, the first "
        f"{results.plan.band.settle:.0%} of each run dropped. p is two-sided, by flipping the signs of the paired "
        "differences. A run that collapsed or diverged counts with the S of a quiet run."
    )
    if results.plan.kind == "pilot":
        words += " Two pairs of a block share a seed; the test takes them as independent."
    dropped = [row for row in results.rows if row.outcome in ("collapsed", "diverged")]
    if not dropped or not results.without_outcomes:
        return [words]
    return [words, "Only the blocks in which no run collapsed or diverged:", _tests(results.without_outcomes)]


def _runs(results: Results) -> list[str]:
    names = results.plan.tested
    rows = []
    for b in (0, 1):
        for a in (0, 1):
            cell = [row for row in results.rows if (row.levels[names[0]], row.levels[names[1]]) == (a, b)]
            rows.append([f"{names[0]} {('low', 'high')[a]}, {names[1]} {('low', 'high')[b]}", *_cell(cell)])
    head = ("cell", "runs read", "collapsed", "diverged", "S", "period, kimg", "effective bins", "like no world")
    levels = "; ".join(f"{name}: {factor.about}" for name, factor in results.plan.factors.items())
    ended = ", ".join(f"{count} {outcome}" for outcome, count in results.outcomes.items())
    closing = "Medians over the runs of a cell; bins and share of the last fifth of each."
    return [f"Levels, low then high. {levels}.", f"Of {len(results.rows)} runs: {ended}.", _table(head, rows), closing]


def _cell(rows: list[RunRow]) -> list[str]:
    count = [sum(row.outcome == kind for row in rows) for kind in ("read", "collapsed", "diverged")]
    read = [row for row in rows if row.outcome == "read"]
    numbers = [f"{np.median([getattr(row, key) for row in read]):.3g}" if read else "-" for key in NUMBERS]
    return [*map(str, count), *numbers]


NUMBERS = ("s", "period", "effective", "rejected")


def _screening(results: Results) -> list[str]:
    if not results.screening:
        return ["Not every setting has ended, or there is none: nothing is ranked."]
    ranked = sorted(results.screening, key=lambda row: -abs(row["difference"]))
    rows = [
        (
            row["factor"],
            f"{row['difference']:+.3f}",
            "-" if row["half_width"] is None else f"+- {row['half_width']:.3f}",
        )
        for row in ranked
    ]
    words = [_table(("factor", "difference in S, high less low", "95%"), rows)]
    if results.plan.generators:
        words.append(
            "These are a fraction: each main effect is mixed with interactions of two others, each setting has one "
            f"seed, and the intervals rest on two degrees of freedom. The largest is **{ranked[0]['factor']}**."
        )
    return words


def _endings(results: Results) -> list[str]:
    """How many runs collapsed or diverged at each level of each factor; nothing where none did."""
    bad = [row.outcome in ("collapsed", "diverged") for row in results.rows]
    if not any(bad):
        return []
    rows, parting = [], []
    for name in results.plan.factors:
        ends = [[b for row, b in zip(results.rows, bad, strict=True) if row.levels[name] == at] for at in (0, 1)]
        rows.append((name, *(f"{sum(each)} of {len(each)}" for each in ends)))
        if all(ends) and sorted(sum(each) / len(each) for each in ends) == [0.0, 1.0]:
            parting.append(f"**{name}** ({('low', 'high')[all(ends[1])]})")
    words = [
        "Runs that collapsed or diverged, at either level of each factor:",
        _table(("factor", "low", "high"), rows),
    ]
    if parting:
        settings = len({row.block for row in results.rows})
        words.append(
            f"Every run that collapsed or diverged, {sum(bad)} of {len(bad)}, is at one level of "
            f"{' and '.join(parting)}, and every run there did. Divided between the levels are {settings} settings of "
            "the other factors, not runs."
        )
    return words


def _worlds(results: Results) -> list[str]:
    worlds = [key for key in results.matching[0] if key not in ("what", "apart", "within")]
    rows = [
        (
            row["what"],
            *(f"{row[world]:.4g}" for world in worlds),
            f"{row['apart']:.1%}",
            "yes" if row["within"] else "NO",
        )
        for row in results.matching
    ]
    beyond = [row["what"] for row in results.matching if not row["within"]]
    said = "All are matched within 5%."
    if beyond:
        said = (
            f"**Not matched within 5%: {'; '.join(beyond)}.** The levels differ in more than the gap, and an effect of "
            "the gap cannot be told from an effect of these."
        )
    return [_table(("what", *worlds, "apart", "within 5%"), rows), said]


def _limits(results: Results) -> list[str]:
    plan = results.plan
    lines = [
        "- One world, one probe, one schedule: nothing is said of other numbers of modes, spreads inside a mode or "
        "amounts of data.",
        "- S says how far the strongest line stands out, not that there is a limit cycle: `synchromy modes` gives each "
        "run's verdict.",
        "- No period was predicted before training; the theory of the linearised game is not tested here.",
        "- Bins are those nearest to each picture, none rejected; where the share like no world is large, they say "
        "little.",
    ]
    if plan.kind == "pilot":
        lines.insert(
            0,
            "- The network is narrower, its pictures smaller and its runs shorter than the essay's: nothing here is "
            "said of the essay's own.",
        )
    if not results.code_as_planned:
        lines.insert(0, "- **The code of S or of its tests has changed since the plan was committed.**")
    return ["\n".join(lines), f"Plan {plan.digest[:12]}, code {plan.code[:12]}."]


def _table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    head = list(head)
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)
