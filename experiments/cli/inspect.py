"""synchromy inspect PATH."""

from pathlib import Path

import typer

from . import console


def inspect(
    path: Path = typer.Argument(help="A dataset, a run, or a picture that synchromy made."),
    json: bool = console.Json,
) -> None:
    """Say what a dataset, run or picture is, and how it was made."""
    if (path / "config.json").is_file():
        console.start_keras()
    from experiments.inspecting import inspect_path

    facts = inspect_path(path)
    return console.result(facts, "\n".join(_lines(facts)), json=json)


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
