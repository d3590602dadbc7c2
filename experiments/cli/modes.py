"""synchromy modes RUN|CSV|FOLDERS."""

from pathlib import Path
from typing import Any

import typer

from . import console


def modes(
    sources: list[Path] = typer.Argument(
        help="A run; a table of counts (first column nimg, step or kimg, then one a mode); "
        "or folders of pictures, one a snapshot, named by step or kimg."
    ),
    probe: Path | None = typer.Option(None, help="The run whose probe reads folders of pictures."),
    resize: str | None = typer.Option(None, help="What to do with pictures of another size: crop, fit or stretch."),
    world: str | None = typer.Option(None, help="Shares of your data, one a mode: 4,3,2,1. With a table alone."),
    settle: float = typer.Option(0.2, min=0, max=0.9, help="Share of the snapshots left out at the start."),
    distances: int = typer.Option(0, min=0, help="Of a run: compare so many samples with the world, say 2048."),
    figures: Path | None = typer.Option(None, help="Write the figures into this folder, as PNG and SVG."),
    force: bool = typer.Option(False, "--force", help="Replace figures that exist."),
    json: bool = console.Json,
    dry_run: bool = typer.Option(False, "--dry-run", help="Say it all, but write no tables and no figures."),
) -> None:
    """Say what the modes did over training: converged, drifting, collapsed, a cycle, ringing, or too short to say."""
    kind = _kind(sources, probe)
    if distances and kind != "run":
        raise typer.BadParameter("expected --distances with a run alone: it compares the run's samples with its world")
    if (world is not None and kind != "table") or (resize is not None and kind != "folders"):
        raise typer.BadParameter("expected --world with a table of counts alone, and --resize with folders alone")
    if kind == "run":
        facts = _of_run(sources[0], settle, distances, None if dry_run else figures, force, dry_run)
    else:
        facts = _of_counts(sources, probe, resize, world, settle, None if dry_run else figures, force)
    from experiments.count_facts import at_top

    return console.result(at_top(facts), _words(facts), json=json)


def _kind(sources: list[Path], probe: Path | None) -> str:
    """ "run", "table" or "folders"; what does not fit together is said."""
    from experiments.errors import ExperimentsError

    for path in sources:
        if not path.exists():
            raise ExperimentsError(
                f"expected a run, a table of counts or folders of pictures, got {path}, which does not exist"
            )
        if not path.is_file() and not path.is_dir():
            raise ExperimentsError(
                f"expected a file or a folder, got {path}, which is neither: save what it gives first"
            )
    if len(sources) == 1 and probe is None:
        if sources[0].is_file():
            return "table"
        if (sources[0] / "config.json").is_file():
            return "run"
    if not all(path.is_dir() for path in sources):
        raise ExperimentsError("expected one run, one table of counts, or folders of pictures with --probe, got a mix")
    if probe is None:
        raise ExperimentsError(
            f"expected a run folder or a table of counts, got {sources[0]}: to read folders of pictures, "
            "say by --probe RUN whose probe knows their modes"
        )
    return "folders"


def _of_run(
    folder: Path, settle: float, distances: int, figures: Path | None, force: bool, dry_run: bool
) -> dict[str, Any]:
    console.start_keras()
    from experiments.following import follow_modes, write_tables
    from experiments.run import Run

    run = Run(folder)
    facts = follow_modes(run, settle=settle)
    if distances:
        from dataclasses import asdict

        from experiments.distances import expected_coverage
        from experiments.world_distances import run_distances

        with console.progress() as report:
            found = run_distances(run, distances, progress=report)
        alike = expected_coverage(found.real, found.fake, found.neighbours)
        facts["distances"] = {**asdict(found), "coverage_if_alike": alike}
    facts["tables"] = [] if dry_run else write_tables(run)
    facts["figures"] = []
    if figures is not None:
        from experiments.figure_files import write_figures

        facts["figures"] = write_figures(run, figures, force=force)
    return facts


def _of_counts(
    sources: list[Path],
    probe: Path | None,
    resize: str | None,
    world: str | None,
    settle: float,
    figures: Path | None,
    force: bool,
) -> dict[str, Any]:
    if probe is None:
        from experiments.modes import read_counts, time_unit

        histograms, unit = read_counts(sources[0]), time_unit(sources[0])
        shares: Any = None if world is None else _shares(world)
    else:
        console.start_keras()
        from experiments.folder_counts import count_folders
        from experiments.run import Run

        with console.progress() as report:
            histograms, unit = count_folders(sources, Run(probe), resize=resize, progress=report)
        shares = Run(probe).shares
    from experiments.count_facts import follow_counts

    facts = follow_counts(histograms, unit, settle=settle, world=shares)
    if probe is not None:
        facts["counts"] = [[h.nimg, *h.counts.tolist(), h.rejected] for h in histograms]
    facts["figures"] = []
    if figures is not None:
        from experiments.figure_files import counts_figures

        facts["figures"] = counts_figures(histograms, unit, figures, force=force)
    return facts


def _shares(text: str) -> list[float]:
    try:
        weights = [float(word) for word in text.split(",")]
    except ValueError:
        weights = []
    total = sum(weights)
    if not 0 < total < float("inf") or min(weights) < 0:
        raise typer.BadParameter(f"expected --world as one number of 0 or more a mode, such as 4,3,2,1, got {text!r}")
    return [weight / total for weight in weights]


def _words(facts: dict[str, Any]) -> str:
    verdict, last = facts["verdict"], facts["last"]
    lines = [f"{verdict['said']}: {verdict['summary']}", *(f"  {reason}" for reason in verdict["reasons"])]
    lines += _counted(facts) + _measured(facts) + _moved(facts)
    if swing := facts.get("corrected_amplitude"):
        words = f"{swing['amplitude']:.3g} (95%: {swing['low']:.3g} to {swing['high']:.3g})"
        lines.append(f"{'swing, corrected':<18} {words}")
    if "corrected" in last:
        bounds = "            whatever the rejected are" if "least" in last else ""
        lines += [f"{'mode':<18} raw    corrected{bounds}", *(_row(mode, last) for mode in last["raw"])]
    if "probe_accuracy" in facts:
        lines.append(f"{'probe accuracy':<18} {facts['probe_accuracy']:.1%}")
    lines += [f"{kind[:-1]} {path}" for kind in ("tables", "figures") for path in facts.get(kind, ())]
    return "\n".join(lines)


def _counted(facts: dict[str, Any]) -> list[str]:
    """The counts that were read from folders, which stand nowhere else."""
    if "counts" not in facts:
        return []
    head = ",".join([facts["verdict"]["unit"], *facts["modes"], "rejected"])
    return [head, *(",".join(map(str, row)) for row in facts["counts"])]


def _measured(facts: dict[str, Any]) -> list[str]:
    """The newest snapshot in figures; what is not a number is not said."""
    found = {
        "modes for certain": f"{facts['covered']} of {len(facts['modes'])} in the last snapshot",
        "effective modes": f"{facts['effective_modes']:.2f}",
        "rejected": f"{facts['rejected']:.3f}",
    }
    if "tv" in facts:
        found["distance to world"] = f"total variation {facts['tv']:.3f}, Jensen-Shannon {facts['js']:.3f}"
    if "churn" in facts:
        found["churn a snapshot"] = f"{facts['churn']:.3f}, {facts['excess_churn']:.3f} more than the shares need"
    if "distances" in facts:
        far = facts["distances"]
        found["pictures"] = (
            f"KID {far['kernel']['value']:.4f} ± {far['kernel']['error']:.4f}, precision {far['precision']:.3f}, "
            f"recall {far['recall']:.3f}, density {far['density']:.3f}, coverage {far['coverage']:.3f} "
            f"({far['coverage_if_alike']:.3f} if alike), {far['fake']:,} samples, {far['real']:,} of the world"
        )
    return [f"{name:<18} {words}" for name, words in found.items() if not words.startswith("nan")]


def _moved(facts: dict[str, Any], most: int = 3) -> list[str]:
    """The strongest arrows of the circulation, and the newest handovers of the lead."""
    from experiments.count_tables import SPOKEN, told

    lines, flow = [], facts.get("circulation")
    if flow:
        sure = "in a loop" if flow["p_value"] < 0.01 else "no loop beyond chance"
        words = [f"{a['from']} -> {a['to']} {a['flow']:.4f} ± {a['error']:.4f}" for a in flow["arrows"][:most]]
        lines.append(f"{'circulation':<18} {sure} (p = {flow['p_value']:.3f}){'; ' * bool(words)}{', '.join(words)}")
    handed, unit = facts["handovers"], SPOKEN.get(facts["verdict"]["unit"], facts["verdict"]["unit"])
    words = [f"{h['from']} -> {h['to']} at {told(h['at'], 6)} {unit}" for h in handed[-most:]]
    lines.append(f"{'handovers':<18} {len(handed)}{'; ' * bool(words)}{', '.join(words)}")
    return lines


def _row(mode: str, last: dict[str, Any]) -> str:
    row = f"{mode:<18} {last['raw'][mode]:.3f}  {last['corrected'][mode]:.3f} ± {last['standard_errors'][mode]:.3f}"
    return f"{row}      {last['least'][mode]:.3f} to {last['most'][mode]:.3f}" if "least" in last else row
