"""Where a tile goes, and the air around it: the words that layouts and composing share."""

import math
import re
from dataclasses import dataclass

from mosaics.errors import MosaicsError


@dataclass(frozen=True, slots=True)
class Placement:
    """One tile on the canvas: its number and its rectangle in pixels, (0, 0) at the top left."""

    tile: int
    x: int
    y: int
    w: int
    h: int


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
