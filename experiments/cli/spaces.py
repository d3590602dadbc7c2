"""synchromy spaces [NAME]."""

import typer

from . import console
from .complete import spaces as names


def spaces(
    name: str = typer.Argument("", autocompletion=names, help="A shipped space or a TOML file; left out: all shipped."),
    schema: bool = typer.Option(False, "--schema", help="Print the JSON Schema of such files, for your editor."),
    json: bool = console.Json,
) -> None:
    """List the worlds that ship, or print one as TOML, to change into your own."""
    import procgen

    if schema:
        document = procgen.space_schema()
        return console.result(document, console.as_json(document), json=json)
    if name:
        world = procgen.load_space(name)
        facts = {"name": world.name, "digest": world.digest, "modes": world.modes, "toml": world.to_toml()}
        return console.result(facts, procgen.shipped_spaces().get(name, world.to_toml()).rstrip(), json=json)
    told = {each: _purpose(text) for each, text in procgen.shipped_spaces().items()}
    return console.result(told, "\n".join(f"{each:<14} {words}" for each, words in told.items()), json=json)


def _purpose(toml: str) -> str:
    """The comment at the head of a space."""
    head = [line[1:].strip() for line in toml.split("\n\n")[0].splitlines() if line.startswith("#")]
    return " ".join(head)
