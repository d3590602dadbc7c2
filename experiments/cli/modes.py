"""synchromy modes RUN|CSV."""

from pathlib import Path

import typer

from . import console


def modes(
    source: Path = typer.Argument(help="A run, or a CSV of counts: first column nimg or step, then one a mode."),
    json: bool = console.Json,
    dry_run: bool = typer.Option(False, "--dry-run", help="Say it all, but write no tables into the run."),
) -> None:
    """Say what the modes did over training: converged, drifting, collapsed, a cycle, ringing, or too short to say."""
    if source.is_file():
        from experiments.modes import read_counts, time_unit
        from experiments.verdict import oscillation

        histograms = read_counts(source)
        verdict = oscillation(histograms, unit=time_unit(source))
        facts = {"modes": list(histograms[0].modes), "snapshots": len(histograms), "verdict": verdict.to_dict()}
        return console.result(facts, str(verdict), json=json)
    console.start_keras()
    from experiments.following import follow_modes, write_tables
    from experiments.run import Run

    facts = follow_modes(Run(source))
    facts["tables"] = [] if dry_run else write_tables(Run(source))
    return console.result(facts, _words(facts), json=json)


def _words(facts: dict) -> str:
    verdict, last = facts["verdict"], facts["last"]
    lines = [f"{verdict['kind']}: {verdict['summary']}", *(f"  {reason}" for reason in verdict["reasons"])]
    if "raw" in last:
        lines += [f"{'mode':<18} raw    corrected", *(_row(mode, last) for mode in last["raw"])]
    lines += [f"{'rejected':<18} {last['rejected']:.3f}", f"probe accuracy {facts['probe_accuracy']:.1%}"]
    return "\n".join([*lines, *(f"table {path}" for path in facts["tables"])])


def _row(mode: str, last: dict) -> str:
    return f"{mode:<18} {last['raw'][mode]:.3f}  {last['corrected'][mode]:.3f} ± {last['standard_errors'][mode]:.3f}"
