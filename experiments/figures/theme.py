"""One theme for all figures: the colours of the house, and a figure as the text of an SVG or as pixels."""

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from procgen.color import hex_from_oklch, max_chroma

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK, FAINT, PAPER, LINE = "#201e1c", "#6f6a62", "#f3f0e8", "#d9d4c7"
OFF_WORLD = "#cdc8bd"
BLUE, RED = "#3d6fd1", "#d1543d"
WIDTH = 8.6
"""Inches of every figure, so that their letters are of one size on a page."""
DPI = 200
LONGEST = 26  # characters of a mode's name in a legend
IN_A_COLUMN = 14  # modes of a legend beside a figure; more stand below it

STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "synchromy",
    "text.parse_math": False,  # a mode may be called $a$
    "font.family": ["sans-serif"],
    "font.sans-serif": ["DejaVu Sans"],  # matplotlib's own: the same pixels wherever they are drawn
    "font.size": 10,
    "axes.edgecolor": FAINT,
    "axes.facecolor": "none",
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 10,
    "axes.titlecolor": INK,
    "axes.titlelocation": "left",
    "figure.facecolor": PAPER,
    "legend.frameon": False,
    "legend.labelcolor": INK,
    "text.color": INK,
    "xtick.color": FAINT,
    "ytick.color": FAINT,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "image.interpolation": "none",
    "hatch.linewidth": 0.6,
}


@contextmanager
def canvas(height: float, *, layout: Literal["constrained"] | None = "constrained") -> Iterator["Figure"]:
    """An empty figure of `height` inches; what is drawn inside the block has the theme.

    At its end the layout is made once and kept: what a figure is drawn as first would move it by a hair otherwise.
    """
    import matplotlib as mpl
    from matplotlib.figure import Figure

    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(WIDTH, height), layout=layout)
        yield figure
        with _without_missing_letters():
            figure.draw_without_rendering()
        figure.set_layout_engine("none")


def svg_text(figure: "Figure", *, paper: bool = True) -> str:
    """The figure as one <svg> element, letters as text, the same for the same figure; without `paper` see-through."""
    import matplotlib as mpl

    page = io.StringIO()
    nothing = {"Date": None, "Creator": None, "Format": None, "Type": None}
    with mpl.rc_context(STYLE), _without_missing_letters():
        figure.savefig(page, format="svg", metadata=nothing, facecolor=PAPER if paper else "none")
    text = page.getvalue()
    return text[text.index("<svg") :]


def png_pixels(figure: "Figure") -> np.ndarray:
    """The figure on paper, uint8 (H, W, 3), `DPI` pixels an inch."""
    import matplotlib as mpl
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    with mpl.rc_context(STYLE), _without_missing_letters():
        page = FigureCanvasAgg(figure)
        before = figure.dpi
        figure.dpi = DPI
        try:
            page.draw()
            return np.asarray(page.buffer_rgba())[..., :3].copy()
        finally:
            figure.dpi = before


@contextmanager
def _without_missing_letters() -> Iterator[None]:
    """A name in letters that the font lacks is drawn as boxes in pixels, and whole in the SVG: no reason to warn."""
    import warnings

    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        yield


def mode_colours(count: int) -> list[str]:
    """`count` hues of the OKLCH wheel as #rrggbb, lightness alternating so that neighbours differ in grey too."""
    hues = (np.arange(count) * 360 / count + 25) % 360
    lights = np.where(np.arange(count) % 2, 0.76, 0.58)
    chroma = 0.8 * max_chroma(lights, hues)
    return [hex_from_oklch(np.array([light, c, h])) for light, c, h in zip(lights, chroma, hues, strict=True)]


def mixed(colour: str, other: str, part: float) -> str:
    """`part` of `other` mixed into `colour`, both #rrggbb."""
    pairs = [(int(colour[i : i + 2], 16), int(other[i : i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(f"{round((1 - part) * a + part * b):02x}" for a, b in pairs)


def said(mode: str) -> str:
    """A mode's name as a figure writes it: without underscores, and not too long."""
    words = mode.replace("_", " ").strip() or "(no name)"
    return words if len(words) <= LONGEST else words[: LONGEST - 1] + "…"


def mode_legend(axes: "Axes", modes: Sequence[str], extra: Sequence[tuple[str, str]] = ()) -> None:
    """The colours of the modes beside the axes, the first one lowest as in a stack; many of them in columns below.

    Args:
        axes: Where they are drawn.
        modes: Their names.
        extra: Further (colour, words), highest of all.
    """
    from matplotlib.patches import Patch

    rows = [*zip(mode_colours(len(modes)), map(said, modes), strict=True), *extra]
    patches = [Patch(color=colour, label=words) for colour, words in rows]
    if len(modes) < IN_A_COLUMN:
        axes.legend(handles=patches[::-1], loc="upper left", bbox_to_anchor=(1.01, 1), borderaxespad=0)
        return
    place: Any = "outside lower center" if axes.figure.get_layout_engine() else "lower center"
    columns = _columns(modes)
    axes.figure.legend(handles=patches, loc=place, ncols=columns, fontsize=8, handlelength=1.2, columnspacing=1.2)


def _columns(modes: Sequence[str]) -> int:
    return 4 if max(len(said(mode)) for mode in modes) > 14 else 6


def legend_inches(modes: Sequence[str]) -> float:
    """How much higher a figure must be for the legend of so many modes."""
    return 0.0 if len(modes) < IN_A_COLUMN else float(0.17 * np.ceil((len(modes) + 1) / _columns(modes)) + 0.25)


def time_axis(axes: "Axes", times: np.ndarray, unit: str) -> None:
    """The x axis is time: `times` (N,) in `unit`, "kimg" or "step"."""
    axes.set_xlim(times[0], max(times[-1], times[0] + 1e-3))
    axes.set_xlabel(time_words(unit))


def time_words(unit: str) -> str:
    """What an axis in `unit` counts."""
    return {"kimg": "thousand images shown to the discriminator", "step": "steps of training"}.get(unit, unit)
