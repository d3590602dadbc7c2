"""synchromy compositions."""

from typing import Any

import typer

from . import console


def compositions(
    plugins: bool = typer.Option(False, "--plugins", help="Only those of plug-ins, and what is wrong with each."),
    json: bool = console.Json,
) -> None:
    """List every composition: what it draws, whether as shapes too, and which plug-in it comes from."""
    from procgen import COMPOSITIONS, list_plugins
    from procgen.compositions import BUILT_IN

    facts = {} if plugins else {name: _facts(COMPOSITIONS[name]) for name in BUILT_IN}
    for each in list_plugins():
        origin = {"plugin": each.origin, "problem": each.problem} | ({"svg": False} if each.problem else {})
        key = f"{each.name} of {each.origin}" if each.name in BUILT_IN else each.name
        facts[key] = {**_facts(each.kind), **origin}
    words = "\n".join(_line(name, fact) for name, fact in facts.items()) or "no plug-in is installed"
    return console.result(facts, words, json=json)


def _facts(kind: type) -> dict[str, Any]:
    from procgen import Composition

    lines = (kind.__doc__ or "").strip().split("\n\n")[0].split()
    return {"about": " ".join(lines), "svg": kind.vectors is not Composition.vectors}  # type: ignore[attr-defined]


def _line(name: str, facts: dict[str, Any]) -> str:
    if facts.get("problem"):
        return f"{name:<16} broken, of {facts['plugin']}: {facts['problem']}"
    notes = [facts["plugin"]] if "plugin" in facts else []
    notes += ["SVG too"] if facts["svg"] else []
    return f"{name:<16} {facts['about']}" + (f" [{', '.join(notes)}]" if notes else "")
