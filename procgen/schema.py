"""The JSON Schema of a space's TOML file, made from the tables themselves, for editors that complete and check."""

from typing import Any

from .compositions import COMPOSITIONS
from .domains import Choice, Domain, Integer, Real
from .moments import FOLLOWS
from .space import TABLES

_WEIGHT = {"type": "number", "minimum": 0, "exclusiveMaximum": 1e9}
_COLOUR = {"type": "string", "pattern": "^#[0-9a-fA-F]{6}$"}


def space_schema() -> dict[str, Any]:
    """The schema, draft 2020-12: each space that ships meets it, and what it refuses `Space` refuses too."""
    choices = {
        **{key: _weights(list(table)) for key, table in TABLES.items()},
        "base_hue_deg": {"anyOf": [_number_or_range(0, 720, "number"), {"const": FOLLOWS}]},
        "fields": _table({name: _fields(kind.domains) for name, kind in COMPOSITIONS.items()}),
    }
    keyframe = _table({"index": {"type": "integer", "minimum": 0}, **choices}) | {"required": ["index"]}
    palette = {"type": "array", "items": _COLOUR, "minItems": 3}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A space of synchromy",
        **_table(
            {
                "name": {"type": "string", "description": "for people"},
                **choices,
                "palettes": {"type": "object", "additionalProperties": palette},
                "keyframes": {"type": "array", "items": keyframe},
                "repeat": {"type": "boolean", "description": "whether the keyframes begin again after the last"},
            }
        ),
    }


def _table(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": False, "properties": properties}


def _weights(names: list[str]) -> dict[str, Any]:
    listed = {"type": "array", "items": {"enum": names}, "minItems": 1}
    return {"anyOf": [_table(dict.fromkeys(names, _WEIGHT)), listed]}


def _fields(domains: dict[str, Domain]) -> dict[str, Any]:
    return _table({name: _field(domain) for name, domain in domains.items()})


def _field(domain: Domain) -> dict[str, Any]:
    if isinstance(domain, Choice):
        names = {"enum": sorted(set(domain.options))}
        return {"anyOf": [names, {"type": "array", "items": names, "minItems": 1}]}
    if isinstance(domain, Integer):
        return _number_or_range(domain.low, domain.high, "integer")
    given = _number_or_range(domain.low, domain.high, "number")
    return {"anyOf": [*given["anyOf"], _RING]} if _is_turn(domain) else given


def _is_turn(domain: Real) -> bool:
    return (domain.low, domain.high) == (0.0, 1.0)


_RING = _table(
    {
        "anchors": {"type": "integer", "minimum": 1, "maximum": 64},
        "concentration": {"type": "number", "minimum": 0, "maximum": 1e6},
    }
) | {"required": ["anchors", "concentration"]}


def _number_or_range(low: float, high: float, kind: str) -> dict[str, Any]:
    value = {"type": kind, "minimum": low, "maximum": high}
    return {"anyOf": [value, {"type": "array", "items": value, "minItems": 2, "maxItems": 2}]}
