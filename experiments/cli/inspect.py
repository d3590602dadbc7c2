"""synchromy inspect PATH."""

from pathlib import Path

import typer

from . import console


def inspect(
    path: Path = typer.Argument(help="A dataset, a run, or a picture that synchromy made."),
    rebuild: Path = typer.Option(None, metavar="OUT", help="Make the picture again into this file, byte for byte."),
    source: list[str] = typer.Option(
        [], help="Where the run, dataset or folder it was made of is now; NAME=PATH where there are several."
    ),
    force: bool = console.Force,
    json: bool = console.Json,
) -> None:
    """Say what a dataset, run or picture is, and how it was made; make a picture again from what it says."""
    if rebuild is not None:
        return _rebuild(path, rebuild, source, force, json)
    if source or force:
        raise typer.BadParameter("expected --source and --force with --rebuild alone: say where to make it again")
    if (path / "config.json").is_file():
        console.start_keras()
    from experiments.inspecting import inspect_path

    facts = inspect_path(path)
    return console.result(facts, "\n".join(_lines(facts)), json=json)


def _rebuild(path: Path, out: Path, source: list[str], force: bool, json: bool) -> None:
    from experiments.pictures import read_made

    if path.is_dir():
        raise typer.BadParameter(f"expected a picture to make again, got the folder {path}")
    kind = read_made(path).get("kind")
    if kind not in ("render", "preview"):
        console.start_keras()
    from experiments.rebuilding import rebuild

    with console.progress() as report:
        made = rebuild(path, out, moved=tuple(source), force=force, report=report)
    document = {"kind": kind, "picture": path, "rebuilt": made, "bytes": made.stat().st_size}
    return console.result(document, f"{made}: made again, the same bytes as {path}", json=json)


def _lines(facts: dict, indent: str = "") -> list[str]:
    lines = []
    for key, value in facts.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            value = dict(enumerate(value, 1))
        if isinstance(value, dict):
            lines += [f"{indent}{key}", *_lines(value, indent + "  ")]
        else:
            shown = ", ".join(map(str, value)) if isinstance(value, list) else value
            lines.append(f"{indent}{key!s:<{max(2, 22 - len(indent))}} {shown}")
    return lines
