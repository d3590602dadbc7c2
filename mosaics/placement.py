"""Where a tile goes, and the air around it: the words that layouts and composing share."""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from mosaics.errors import MosaicsError

Outline = tuple[tuple[float, float], ...]
"""The corners (x, y) of a polygon, in parts of a rectangle: (0, 0) its top left, (1, 1) its bottom right."""


@dataclass(frozen=True, slots=True)
class Placement:
    """One tile on the canvas: its number and its rectangle in pixels, (0, 0) at the top left.

    A tile of other proportions fills its rectangle and loses what stands over, the same on both sides.

    Attributes:
        outline: what of the rectangle is drawn; all of it when None.
        shift: added to the tile's 8-bit sRGB values, when it is to come nearer to the colour of its place.
    """

    tile: int
    x: int
    y: int
    w: int
    h: int
    outline: Outline | None = None
    shift: tuple[int, int, int] | None = None


@dataclass(frozen=True, eq=False)
class Options:
    """What some layouts ask for beside tiles, canvas, seed and look; each says what it needs.

    Attributes:
        target: the picture a photomosaic or a quadtree is to be seen as, uint8 (H, W, 3), sRGB.
        cells: how many places it has, about; as many as there are tiles when None.
        repeats: how often a tile may be used, 1 or more; as often as it fits best when None.
        blend: in [0, 1], the part of the way that each tile's mean colour is moved to that of its place.
        shape: where tiles may lie, bool (H, W), for the layout "shape"; stretched to nothing, fitted to the canvas.

    Raises:
        MosaicsError: a value that is none of these.
    """

    target: np.ndarray | None = None
    cells: int | None = None
    repeats: int | None = None
    blend: float = 0.0
    shape: np.ndarray | None = None

    def __post_init__(self) -> None:
        for name, kind, words in (("target", np.uint8, "uint8 (H, W, 3)"), ("shape", np.bool_, "bool (H, W)")):
            given = getattr(self, name)
            if given is not None and (given.dtype != kind or given.ndim != words.count(",") + 1 or 0 in given.shape):
                raise MosaicsError(f"expected a {name} as {words}, received {given.dtype} {given.shape}; convert it")
        for name in ("cells", "repeats"):
            given = getattr(self, name)
            if given is not None and given < 1:
                raise MosaicsError(f"expected {name} of 1 or more, received {given}; leave it out for as many as fit")
        if not 0 <= self.blend <= 1:
            raise MosaicsError(f"expected a blend from 0 to 1, received {self.blend}; try 0.3")


@dataclass(frozen=True)
class Look:
    """The air in and around a mosaic.

    Attributes:
        gutter: space between tiles, as a part of a tile's shorter side, >= 0.
        margin: space around them all, as a part of the picture's shorter side, below a half.
        background: the colour of both, "#rrggbb" in sRGB.

    Raises:
        MosaicsError: a negative or infinite space, or a colour that is not "#rrggbb".
    """

    gutter: float = 0.08
    margin: float = 0.07
    background: str = "#f3f0e8"

    def __post_init__(self) -> None:
        if not (math.isfinite(self.gutter) and self.gutter >= 0):
            raise MosaicsError(f"expected a gutter of 0 or more parts of a tile, received {self.gutter}; try 0.08")
        if not 0 <= self.margin < 0.5:
            raise MosaicsError(f"expected a margin of 0 to 0.5 parts of the picture, received {self.margin}; try 0.05")
        if not re.fullmatch(r"#[0-9a-fA-F]{6}", self.background):
            raise MosaicsError(f'expected a background as "#rrggbb", received {self.background!r}; try "#ffffff"')

    @property
    def background_rgb(self) -> tuple[int, int, int]:
        """The background as three 8-bit sRGB values."""
        red, green, blue = bytes.fromhex(self.background[1:])
        return red, green, blue


@dataclass(frozen=True, eq=False)
class Sheet:
    """What a layout is asked to fill.

    Attributes:
        canvas: width and height in pixels; None keeps the tiles' own size, or nearly.
        seed: of what a layout leaves to chance.
        look: gutter, margin and background.
        options: what some layouts need beside.
    """

    canvas: tuple[int, int] | None = None
    seed: int = 0
    look: Look = Look()
    options: Options = Options()


@dataclass(frozen=True)
class Layout:
    """A row of `LAYOUTS`.

    Attributes:
        place: place(tiles, sheet) -> list of Placement, inside the canvas and without overlap, drawn from nothing but
            its arguments.
        about: what it looks like, in a few words.
        repeats: whether a tile may be used more than once, or never; else each is used exactly once.
        along: whether its places follow a line, so that an order is one from first to last, not one in the plane.
        sorts: whether its places mean something, so that an order would break them.
        wraps: whether its left goes on at its right, and its top at its bottom.
        needs: the options without which there is no such layout.
        look: its gutter, margin and background where none are asked for.
    """

    place: Callable[..., list[Placement]]
    about: str
    repeats: bool = False
    along: bool = False
    sorts: bool = False
    wraps: bool = False
    needs: tuple[str, ...] = ()
    look: Look = Look()
