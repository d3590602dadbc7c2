"""synchromy release OUT."""

from pathlib import Path
from typing import Any

import typer

from . import console


def release(
    out: Path = typer.Argument(help="A new folder; with --verify, a release."),
    runs: list[Path] = typer.Option([], "--runs", help="A run, or a folder of runs such as a sweep; may be repeated."),
    worlds: list[str] = typer.Option([], "--worlds", help="A space by name or TOML, or a dataset; may be repeated."),
    probes: bool = typer.Option(False, "--probes", help="Pack the probes of the runs and of the ring worlds, too."),
    verify: bool = typer.Option(False, "--verify", help="Check a release instead: every byte, and every part opened."),
    json: bool = console.Json,
    dry_run: bool = console.DryRun,
) -> None:
    """Pack worlds, runs and probes into a folder with card, licence, citation and digests, and check such a folder."""
    if verify and (runs or worlds or probes or dry_run):
        raise typer.BadParameter("expected --verify alone: a release is packed, or checked")
    console.start_keras()
    if verify:
        return _verify(out, json)
    from experiments.releasing import contents_of, plan_release, write_release

    contents = contents_of(runs, worlds, probes)
    if dry_run:
        plan = {"out": out, **plan_release(out, contents)}
        return console.result(plan, f"would pack {_told(plan)} into {out}, {console.about(plan)}", json=json)
    with console.progress() as show:
        facts = write_release(out, contents, lambda stage, done, of, _: show(stage, done, of))
    words = (
        f"{out}: {_told(facts)} in {console.in_bytes(facts['bytes'])}; check it with `synchromy release {out} --verify`"
    )
    return console.result({"out": out, **facts}, words, json=json)


def _verify(out: Path, json: bool) -> None:
    from experiments.release_checks import verify_release

    with console.progress() as show:
        problems = verify_release(out, lambda stage, done, of, _: show(stage, done, of))
    words = "\n".join(problems) or f"{out} is what was packed"
    console.result({"release": out, "problems": problems}, words, json=json)
    if problems:
        raise typer.Exit(1)


def _told(facts: dict[str, Any]) -> str:
    counts = {"run": len(facts["runs"]), "world": len(facts["worlds"]), "probe": len(facts["probes"])}
    return ", ".join(console.plural(count, noun) for noun, count in counts.items() if count)
