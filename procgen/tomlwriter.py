"""The few kinds of TOML that a space is written in; tomllib only reads."""

import json
from collections.abc import Mapping
from typing import Any


def pairs(table: Mapping[str, Any]) -> list[str]:
    """A line `name = value` for each entry of a table."""
    return [f"{_key(name)} = {one_line(each)}" for name, each in table.items()]


def one_line(given: Any) -> str:
    """Text, numbers, lists and tables of these, on one line."""
    if isinstance(given, bool):
        return str(given).lower()
    if isinstance(given, str):
        return json.dumps(given, ensure_ascii=False)
    if isinstance(given, list | tuple):
        return f"[{', '.join(map(one_line, given))}]"
    if isinstance(given, Mapping):
        return "{ " + ", ".join(pairs(given)) + " }"
    return repr(given)


def _key(name: str) -> str:
    return name if name and name.isascii() and name.replace("_", "").isalnum() else one_line(name)
