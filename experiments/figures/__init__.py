"""The figures of a run: pure functions, data in, one matplotlib figure out, all in the theme of theme.py."""

from .measures import MeasureSeries, measures_figure
from .middle import closeness_figure, layers_figure, maps_figure
from .pictures import filmstrip_figure, hybrids_figure, nearest_figure
from .rhythm import circulation_figure, periodogram_figure, recurrence_figure
from .shares import corrected_figure, losses_figure, shares_figure
from .theme import mode_colours, png_pixels, svg_text

__all__ = [
    "MeasureSeries",
    "circulation_figure",
    "closeness_figure",
    "corrected_figure",
    "filmstrip_figure",
    "hybrids_figure",
    "layers_figure",
    "losses_figure",
    "maps_figure",
    "measures_figure",
    "mode_colours",
    "nearest_figure",
    "periodogram_figure",
    "png_pixels",
    "recurrence_figure",
    "shares_figure",
    "svg_text",
]
