"""The runs of a study, through the sweep engine: one probe for all of them, and the same call again goes on.

OUT/study.json                     the plan's digest and what it says
OUT/matching.json                  how alike the worlds are in all but the gap
OUT/probe/                         the one probe
OUT/runs/block-00/gap=low,.../     a run like any other
OUT/outcomes.json                  how each ended
OUT/results/                       what `written` writes
"""

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from procgen.files import locked

from ..batches import source_of
from ..errors import ExperimentsError
from ..files import read_json, said_plainly, write_atomically, write_json
from ..side_by_side import Outcome, Task, is_finished, run_all
from .matching import compared, measured_world
from .plan import StudyPlan

STUDY, MATCHING, OUTCOMES = "study.json", "matching.json", "outcomes.json"
PROBE_SEED = 0
Show = Callable[..., None]


def run_study(
    plan: StudyPlan, folder: str | Path, *, workers: int = 1, progress: Show = lambda *_: None
) -> dict[str, Outcome]:
    """Train every run of the plan in `folder`; finished ones are passed over, begun ones go on.

    Args:
        plan: what to train.
        folder: new, empty, or that of the same plan.
        workers: runs at once; the cores are shared out evenly.
        progress: called as progress(stage, done, of, words).

    Returns:
        How each run ended, by name; a run that fails fails alone, and is an outcome.

    Raises:
        ExperimentsError: a folder of another plan, or of other things.
    """
    folder = Path(folder).absolute()
    tasks = plan.tasks()
    check_folder(plan, folder)
    with said_plainly(folder):
        folder.mkdir(parents=True, exist_ok=True)
    with locked(folder):
        check_folder(plan, folder)
        write_json(folder / STUDY, {"name": plan.name, "kind": plan.kind, "digest": plan.digest})
        matching(plan, folder)
        _begin(plan, tasks, folder, progress)
        outcomes = run_all(
            tasks, folder, workers=workers, progress=lambda done, of, words: progress("training", done, of, words)
        )
        said = {name: {"state": each.state, "said": each.said} for name, each in outcomes.items()}
        write_json(folder / OUTCOMES, said)
    return outcomes


def check_folder(plan: StudyPlan, folder: Path) -> None:
    """ExperimentsError if the folder holds anything but a study of this plan."""
    if (folder / STUDY).is_file():
        old = read_json(folder / STUDY)
        if old.get("digest") != plan.digest:
            raise ExperimentsError(
                f"expected the plan that {folder} was begun with ({old.get('name')}, {old.get('kind')}), got "
                "another or a changed one: use another folder, or the same plan to go on"
            )
    elif folder.exists() and (not folder.is_dir() or {path.name for path in folder.iterdir()} - {".lock"}):
        raise ExperimentsError(f"expected an empty folder or a study in {folder}, got other files: choose another")


def opened(plan: StudyPlan, folder: Path) -> None:
    """ExperimentsError if there is no study of this plan in the folder to be read."""
    if not (folder / STUDY).is_file():
        raise ExperimentsError(f"expected a study in {folder}, got none: train it first")
    check_folder(plan, folder)


def matching(plan: StudyPlan, folder: Path) -> list[dict[str, Any]]:
    """The rows of `compared` for the worlds of the plan; measured once, kept in matching.json."""
    if not (folder / MATCHING).is_file():
        config = plan.tasks()[0].config
        worlds = {f"kappa {k:g}": plan.world(k) for k in plan.kappas}
        measured = {name: measured_world(world, PROBE_SEED, config.network.size) for name, world in worlds.items()}
        write_json(folder / MATCHING, compared(measured))
    return read_json(folder / MATCHING)


def _begin(plan: StudyPlan, tasks: Sequence[Task], folder: Path, progress: Show) -> None:
    """Begin every run with the probe of the study in it.

    The probe learns the world of least concentration: all that a world of any can draw lies in it. A mode is the
    nearest anchor, at any concentration.
    """
    from ..beginning import only_writer, start_run
    from ..probing import run_probe
    from ..run import CONFIG

    widest = source_of(plan.world(plan.kappas[0]), tasks[0].config.override(f"seed={PROBE_SEED}"))
    run_probe(folder, widest, progress)
    for task in tasks:
        place = folder / task.name
        if (place / "probe").is_dir():
            continue
        with only_writer(place):
            if not (place / CONFIG).is_file():
                start_run(place, task.config, source_of(task.data, task.config))
            write_atomically(place / "probe", lambda temporary: shutil.copytree(folder / "probe", temporary))


def outcomes_of(plan: StudyPlan, folder: Path) -> dict[str, Outcome]:
    """How each run ended as far as the folder says; "interrupted" for those it says nothing of."""
    kept = read_json(folder / OUTCOMES) if (folder / OUTCOMES).is_file() else {}
    states = ("interrupted", "finished")
    return {
        task.name: Outcome(**kept.get(task.name, {"state": states[is_finished(task, folder)]})) for task in plan.tasks()
    }
