"""What every composition is: fields that say what is drawn, and a pure function that draws it."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, ClassVar, Self, get_type_hints

import numpy as np

from ..canvas import Canvas, Indexed
from ..domains import Distribution, Domain, known
from ..errors import ProcgenError
from ..palettes import Palette
from ..shapes import Shape

Array = np.ndarray


@dataclass(frozen=True)
class Composition:
    """The base of all compositions; a new one adds fields `name: Annotated[type, domain]` and a `draw`.

    The domains are all that is needed to choose values, to check them, and to read them back from JSON.

    Attributes:
        domains: the domain of each field, in the order of the fields.
        variants: the modes within it, where one composition holds several; else it is a mode itself.
    """

    domains: ClassVar[dict[str, Domain]] = {}
    variants: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls) -> None:
        hints = get_type_hints(cls, include_extras=True)
        cls.domains = {name: hint.__metadata__[0] for name, hint in hints.items() if hasattr(hint, "__metadata__")}

    def __post_init__(self) -> None:
        for name, domain in self.domains.items():
            domain.check(f"{_said(type(self))}.{name}", getattr(self, name))

    @classmethod
    def sample(cls, rng: np.random.Generator, narrowed: Mapping[str, Distribution] | None = None) -> Self:
        """A composition with every field drawn from its domain, or a narrowed one, in the order of the fields."""
        domains = cls.domains | dict(narrowed or {})
        return cls(**{name: domain.sample(rng) for name, domain in domains.items()})

    @classmethod
    def narrowed(cls, what: str, given: Mapping[str, Any]) -> dict[str, Distribution]:
        """What a space asks of some fields, as what they are drawn from.

        Raises:
            ProcgenError: if a field is unknown, or what is asked lies outside its domain.
        """
        for name in given:
            known(f"Field of {what}", name, cls.domains)
        return {name: cls.domains[name].narrowed(f"{what}.{name}", value) for name, value in given.items()}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """The composition of `to_dict`.

        Raises:
            ProcgenError: if a field is unknown, missing or outside its domain.
        """
        for name in values:
            known(f"Field of {_said(cls)}", name, cls.domains)
        missing = sorted(set(cls.domains) - set(values))
        if missing:
            raise ProcgenError(f"{_said(cls)} needs the fields {', '.join(missing)} as well: add them.")
        return cls(**values)

    @property
    def variant(self) -> str:
        """The one of `variants` that this picture belongs to, or ""."""
        return ""

    @classmethod
    def variant_shares(cls, narrowed: Mapping[str, Distribution]) -> dict[str, float]:
        """How often each of `variants` occurs where some fields are narrowed; the shares sum to 1."""
        return {}

    def to_dict(self) -> dict[str, Any]:
        """The fields, as JSON holds them."""
        return asdict(self)

    def draw(self, canvas: Canvas, palette: Palette) -> Array | Indexed:
        """The picture, linear light, float32, shape (canvas.height, canvas.width, channels); a pure function.

        The channels are those of `palette.linear`: three of colour, or more for a `palette.marked`. A window of a
        picture is drawn as the same bytes as that part of the whole, but for its last row and column, where `bands`
        sees no neighbour; at `canvas.time` 1 the picture is that of 0.
        """
        raise NotImplementedError

    def vectors(self, extent: tuple[float, float], palette: Palette) -> list[Shape]:
        """What `draw` shows at time 0, as filled shapes from back to front; only where the edges are all hard.

        Args:
            extent: width and height of the picture, in units; the smaller one is 1.
            palette: the colours; a fill is one of `palette.colours`.

        Raises:
            ProcgenError: if the composition is made of pixels.
        """
        raise ProcgenError(
            f"The composition {_said(type(self))} is made of pixels, not of shapes, so it cannot be an SVG document: "
            "write a PNG or a TIFF."
        )

    def picture(self, canvas: Canvas, palette: Palette) -> Array:
        """What `draw` gives, always as pixels."""
        drawn = self.draw(canvas, palette)
        return drawn.linear if isinstance(drawn, Indexed) else drawn


def _said(kind: type) -> str:
    """GradientMesh as people name it: gradient_mesh."""
    return re.sub(r"(?<=.)(?=[A-Z])", "_", kind.__name__).lower()
