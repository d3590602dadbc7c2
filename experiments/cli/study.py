"""synchromy study sparsity OUT."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from . import console

if TYPE_CHECKING:
    from experiments.studies.plan import StudyPlan
    from experiments.studies.results import Results

STUDIES = ("sparsity",)


def study(
    name: str = typer.Argument(help="Which study: sparsity."),
    out: Path = typer.Argument(help="Folder of the study; the same command again goes on."),
    plan: str = typer.Option("pilot", help="pilot, confirmatory, or a TOML file."),
    workers: int = typer.Option(1, min=1, help="Runs at once; the cores are shared out among them."),
    results: Path = typer.Option(None, help="Folder for the page and its figures; OUT/results if not given."),
    analyse_only: bool = typer.Option(False, "--analyse-only", help="Train nothing: read what has ended."),
    json: bool = console.Json,
    dry_run: bool = console.DryRun,
) -> None:
    """Train the runs of a committed plan, reduce each to one number, test what was asked, and write what was found."""
    if name not in STUDIES:
        raise typer.BadParameter(f"expected a study among {', '.join(STUDIES)}, got {name}")
    console.start_keras()
    from experiments.studies.plan import load_plan

    asked = load_plan(plan)
    if dry_run:
        facts = _planned(asked, out)
        return console.result(facts, _in_words(facts, workers), json=json)
    if not analyse_only:
        _trained(asked, out, workers)
    found, page = _found(asked, out, results or out / "results")
    console.result({"out": out, "page": page, **found.plain()}, _told(found, page), json=json)
    raise typer.Exit(0 if found.complete else 3)


def _trained(plan: "StudyPlan", out: Path, workers: int) -> None:
    from experiments.studies.running import run_study

    with console.progress() as show:
        run_study(plan, out, workers=workers, progress=_shown(show))


def _shown(show: Callable[..., None]) -> Callable[..., None]:
    return lambda stage, done, of, words: show(stage, done, of, words if isinstance(words, str) else "")


def _found(plan: "StudyPlan", out: Path, folder: Path) -> tuple["Results", Path]:
    from experiments.studies.results import analysed
    from experiments.studies.running import opened
    from experiments.studies.writing import written

    opened(plan, out)
    found = analysed(plan, out)
    return found, written(found, folder)


def _planned(plan: "StudyPlan", out: Path) -> dict[str, Any]:
    """What would be trained, with nothing written; seconds on one core, by what the cells of the first block take."""
    from experiments.planning import plan_training
    from experiments.side_by_side import is_finished
    from experiments.studies.running import check_folder

    check_folder(plan, out)
    tasks = plan.tasks()
    left = [task for task in tasks if not is_finished(task, out)]
    first = plan_training(tasks[0].config, tasks[0].data)
    size = first["snapshot_bytes"] + first["checkpoint_bytes"]
    probe = first["seconds"]["probe"]  # one for all runs
    return {
        "out": out,
        "kind": plan.kind,
        "digest": plan.digest,
        "runs": [task.name for task in tasks],
        "left": len(left),
        "kimg": tasks[0].config.train.kimg,
        "snapshots": len(tasks[0].config.snapshots.at_kimg),
        "bytes": size * len(tasks),
        "seconds": (first["estimated_seconds"] - probe) * len(left) + (probe if left else 0.0),
    }


def _in_words(facts: dict[str, Any], workers: int) -> str:
    return (
        f"would train {facts['left']} of {console.plural(len(facts['runs']), 'run')} of the {facts['kind']}, each of "
        f"{facts['kimg']:g} kimg with {console.plural(facts['snapshots'], 'snapshot')}, {workers} at once, roughly "
        f"{console.about(facts)}, in {facts['out']}"
    )


def _told(found: "Results", page: Path) -> str:
    from experiments.studies.writing import interval

    ended = ", ".join(f"{count} {outcome}" for outcome, count in found.outcomes.items())
    lines = [f"{len(found.rows)} runs: {ended}"]
    for e in found.effects:
        lines.append(f"{e.name}: {e.mean:+.3f} ({interval(e)}), p {e.p_value:.4f}, {e.adjusted:.4f} after Holm")
    return "\n".join([*lines, f"the page is {page}"])
