"""synchromy score SOURCE."""

from pathlib import Path
from typing import Any

import typer

from . import console

ROWS = {
    "overlap": "fits the world",
    "covered": "modes covered, of 8",
    "effective_modes": "effective modes",
    "total_variation": "TV to the world",
    "jensen_shannon": "JS to the world",
    "rejected": "of no mode",
    "hybridity": "hybridity",
    "kid": "KID",
    "precision": "precision",
    "recall": "recall",
    "density": "density",
    "coverage": "coverage",
}


def score(
    source: Path = typer.Argument(help="A folder of pictures, .npy or .npz, a dataset or a run; or counts as .csv."),
    density: str = typer.Option("isolated", help="How far apart the eight modes are: isolated, loose or continuum."),
    probe: Path = typer.Option(None, help="A folder with a probe, or a run; else one is trained once and kept."),
    resize: str = typer.Option(None, help="How pictures of another size become squares: crop, fit or stretch."),
    count: int = typer.Option(2000, min=100, help="How many new samples to draw of a run."),
    seed: int = console.Seed,
    json: bool = console.Json,
    dry_run: bool = console.DryRun,
) -> None:
    """Score anyone's samples or counts on the ring of eight modes: what was found of the world, and how true it is."""
    if source.suffix.lower() == ".csv":
        return _counts(source, density, json)
    console.start_keras()
    from experiments.score_sources import Asked, open_samples
    from experiments.scoring import SIZE, kept_probe, open_benchmark, score_samples

    given = open_benchmark(density, probe) if probe else None
    kept = probe or kept_probe(density)
    samples = open_samples(source, Asked(given.size if given else SIZE, resize, count, seed))
    there = given is not None or (kept / "probe.json").is_file()
    if dry_run:
        facts = {"source": source, "pictures": samples.count, "probe": kept, "probe_there": there}
        words = f"would read {samples.about} by the probe in {kept}"
        return console.result(facts, words + ("" if there else ", trained first: a minute or two"), json=json)
    if not there:
        console.say(f"a probe of this world is trained once, a minute or two on two cores, and kept in {kept}")
    with console.progress() as show:
        tell = lambda stage, done, of, _: show(stage, done, of)  # noqa: E731
        benchmark = given or open_benchmark(density, None, tell)
        facts = {"source": source, **score_samples(samples, benchmark, tell)}
    return console.result(facts, _words(facts, samples.about), json=json)


def _counts(source: Path, density: str, json: bool) -> None:
    from experiments.scoring_counts import read_scored, score_counts

    histograms, unit = read_scored(source)
    facts = {"source": source, **score_counts(histograms, unit, density)}
    words = _table({"counts": facts["samples"], "the world": facts["real"], "two modes alone": facts["bad"]})
    words += f"\n{facts['overall']}"
    if facts["verdict"]:
        words += f"\n{facts['verdict']['said']}: {facts['verdict']['summary']}"
    return console.result(facts, words, json=json)


def _words(facts: dict[str, Any], about: str) -> str:
    head = f"{about}, read at {facts['probe_accuracy']:.1%} on {facts['space']} ({facts['density']})"
    columns = {"samples": facts["samples"], "real pictures": facts["real"], "bad ones": facts["bad"]}
    return f"{head}\n{_table(columns)}\n{facts['overall']}"


def _table(columns: dict[str, dict[str, Any]]) -> str:
    lines = [" " * 22 + "".join(f"{name:<20}" for name in columns)]
    there = [name for name in ROWS if name in next(iter(columns.values()))]
    lines += [f"{ROWS[name]:<22}" + "".join(f"{_cell(each[name]):<20}" for each in columns.values()) for name in there]
    return "\n".join(line.rstrip() for line in lines)


def _cell(estimate: dict[str, float | None]) -> str:
    value, error = estimate["value"], estimate["error"]
    if value is None:
        return "-"
    return f"{value:.4g}" if error is None else f"{value:.3f} ± {error:.3f}"
