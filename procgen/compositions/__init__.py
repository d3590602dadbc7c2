"""The table of compositions: every way in which a picture can be laid out."""

from .bars import Bars
from .base import Composition, domains
from .nested_squares import NestedSquares

__all__ = ["COMPOSITIONS", "Composition", "domains"]

COMPOSITIONS: dict[str, type[Composition]] = {
    "bars": Bars,
    "nested_squares": NestedSquares,
}
