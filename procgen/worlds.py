"""What a dataset can be drawn from: a Space, or any other world that keeps these words."""

from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np

from .errors import ProcgenError
from .recipe import RENDERER, Recipe
from .rendering import render_uint8
from .space import Space

Pixels = tuple[int, int]


class Drawing(Protocol):
    """One picture of a world."""

    def factors(self) -> dict[str, str | float]:
        """What it is made of: names, its `mode` among them, and numbers; NaN where one is not defined."""

    def to_json(self) -> str:
        """All that draws it again, as one line of JSON."""

    def pixels(self, size: Pixels) -> np.ndarray:
        """uint8 (height, width, 3) at a size of (width, height)."""


class World(Protocol):
    """Where pictures come from that no Space draws: picture `index` of a seed, and what the world says of itself."""

    @property
    def kind(self) -> str:
        """What draws it, in a word."""

    @property
    def name(self) -> str:
        """The world in a few words."""

    @property
    def digest(self) -> str:
        """sha256 of all that decides its pictures."""

    @property
    def renderer(self) -> int:
        """The version of what draws them."""

    @property
    def versions(self) -> Mapping[str, str]:
        """Libraries that decide the bytes beside those of every dataset, by name."""

    def sample(self, seed: int, index: int) -> Drawing:
        """Picture `index` of a seed."""

    def names(self, factor: str) -> list[str]:
        """The closed set of names of a factor, in the order of its labels."""

    def to_toml(self) -> str:
        """The world as text that gives it back."""

    def command(self, count: int, size: str, seed: int) -> str:
        """The command that makes a dataset of it in the folder DATA."""


def pixels_of(drawing: Recipe | Drawing, size: Pixels) -> np.ndarray:
    """A picture of a Space or of another world, uint8 (height, width, 3)."""
    return render_uint8(drawing, size) if isinstance(drawing, Recipe) else drawing.pixels(size)


def renderer_of(world: Space | World) -> int:
    """The version of what draws a world."""
    return RENDERER if isinstance(world, Space) else world.renderer


def check_world(world: Any) -> None:
    """Raise ProcgenError unless something is a Space or keeps the words of a World."""
    if not isinstance(world, Space) and not all(hasattr(world, word) for word in _WORDS):
        raise ProcgenError(f"The space must be a Space, as load_space(name) gives, not {world!r:.60}.")


_WORDS = ("kind", "name", "digest", "renderer", "versions", "sample", "names", "to_toml", "command")
