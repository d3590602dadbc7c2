"""The table of compositions: every way in which a picture can be laid out."""

from ..plugins import Compositions
from .automaton import Automaton
from .bars import Bars
from .base import Composition
from .bulging_dots import BulgingDots
from .chance_grid import ChanceGrid
from .cumulative import Cumulative
from .cutouts import Cutouts
from .disorder import Disorder
from .fallen_leaves import FallenLeaves
from .fish_scales import FishScales
from .floating_shapes import FloatingShapes
from .flow_lines import FlowLines
from .girih_fold import GirihFold
from .glass import Glass
from .gradient_mesh import GradientMesh
from .half_discs import HalfDiscs
from .kron_carpet import KronCarpet
from .latin_series import LatinSeries
from .marbling import Marbling
from .moire import Moire
from .morphing_fields import MorphingFields
from .nested_squares import NestedSquares
from .paired_plates import PairedPlates
from .phyllotaxis import Phyllotaxis
from .planes import Planes
from .quasicrystal import Quasicrystal
from .ring_cells import RingCells
from .rolled_rows import RolledRows
from .soft_fields import SoftFields
from .sorted_strata import SortedStrata
from .split_discs import SplitDiscs
from .targets import Targets
from .truchet import Truchet
from .turing_spots import TuringSpots
from .waves import Waves
from .weave_draft import WeaveDraft
from .xor_weave import XorWeave

__all__ = ["BUILT_IN", "COMPOSITIONS", "DEFAULT", "Composition"]

BUILT_IN: dict[str, type[Composition]] = {
    "bars": Bars,
    "nested_squares": NestedSquares,
    "paired_plates": PairedPlates,
    "targets": Targets,
    "split_discs": SplitDiscs,
    "half_discs": HalfDiscs,
    "ring_cells": RingCells,
    "soft_fields": SoftFields,
    "gradient_mesh": GradientMesh,
    "planes": Planes,
    "floating_shapes": FloatingShapes,
    "cutouts": Cutouts,
    "glass": Glass,
    "truchet": Truchet,
    "girih_fold": GirihFold,
    "waves": Waves,
    "moire": Moire,
    "quasicrystal": Quasicrystal,
    "marbling": Marbling,
    "bulging_dots": BulgingDots,
    "xor_weave": XorWeave,
    "chance_grid": ChanceGrid,
    "latin_series": LatinSeries,
    "weave_draft": WeaveDraft,
    "kron_carpet": KronCarpet,
    "rolled_rows": RolledRows,
    "sorted_strata": SortedStrata,
    "turing_spots": TuringSpots,
    "automaton": Automaton,
    "cumulative": Cumulative,
    "phyllotaxis": Phyllotaxis,
    "flow_lines": FlowLines,
    "fish_scales": FishScales,
    "disorder": Disorder,
    "fallen_leaves": FallenLeaves,
    "morphing_fields": MorphingFields,
}
COMPOSITIONS = Compositions(BUILT_IN)
# The world that is meant where none is named: all but the ring, whose kinds resemble others.
DEFAULT = tuple(name for name in BUILT_IN if name != "morphing_fields")
