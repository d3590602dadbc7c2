"""The table of compositions: every way in which a picture can be laid out."""

from .bars import Bars
from .base import Composition, domains
from .glass import Glass
from .kron_carpet import KronCarpet
from .nested_squares import NestedSquares
from .planes import Planes
from .rolled_rows import RolledRows
from .soft_fields import SoftFields
from .sorted_strata import SortedStrata
from .split_discs import SplitDiscs
from .targets import Targets
from .waves import Waves
from .xor_weave import XorWeave

__all__ = ["COMPOSITIONS", "Composition", "domains"]

COMPOSITIONS: dict[str, type[Composition]] = {
    "bars": Bars,
    "nested_squares": NestedSquares,
    "targets": Targets,
    "split_discs": SplitDiscs,
    "soft_fields": SoftFields,
    "planes": Planes,
    "glass": Glass,
    "waves": Waves,
    "xor_weave": XorWeave,
    "kron_carpet": KronCarpet,
    "rolled_rows": RolledRows,
    "sorted_strata": SortedStrata,
}
