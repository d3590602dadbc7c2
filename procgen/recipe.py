"""The whole description of one picture, and the factors of colour it realises."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from hashlib import sha256
from typing import Any

from .color import oklch_from_oklab
from .compositions import COMPOSITIONS, Composition
from .contrasts import CONTRASTS, KEYS, PURITIES
from .domains import Real, known
from .errors import ProcgenError
from .harmonies import SCHEMES
from .palettes import Palette

GIVEN = "given"  # the name of a choice that a person's own palette has made instead
RENDERER = 2  # the version of the drawing code: raised with every published change of any picture
_CHOICES: dict[str, Mapping[str, Any]] = {"harmony": SCHEMES, "contrast": CONTRASTS, "key": KEYS, "purity": PURITIES}
_KEYS = ("renderer", "composition", "fields", "harmony", "contrast", "key", "purity", "base_hue_deg", "palette")
_PLUGIN = "plugin"  # beside them for a composition of a third party: whose drawing code, and its version


@dataclass(frozen=True)
class Recipe:
    """Everything that is needed to draw one picture, at any size.

    Attributes:
        drawing: the composition with its fields.
        palette: the colours by role.
        harmony: the name the palette's hues were chosen by, in SCHEMES.
        contrast: the name of what the palette plays with, in CONTRASTS.
        key: the name of its lightness, in KEYS.
        purity: the name of its chroma, in PURITIES. All four are "given" where a person chose the colours.
        base_hue_deg: the hue that the harmony started from, OKLCH, 0..360; of given colours, that of the ground.
        renderer: the version of the drawing code.
    """

    drawing: Composition
    palette: Palette
    harmony: str
    contrast: str
    key: str
    purity: str
    base_hue_deg: float
    renderer: int = RENDERER

    def __post_init__(self) -> None:
        for factor, names in _CHOICES.items():
            known(factor.capitalize(), getattr(self, factor), (*names, GIVEN))
        Real(0, 360).check("base_hue_deg", self.base_hue_deg)
        if self.renderer != RENDERER:
            raise ProcgenError(
                f"This recipe was made for renderer {self.renderer!r}, this is renderer {RENDERER}: "
                "its picture would differ; install the version that made it."
            )

    @classmethod
    def given(cls, drawing: Composition, palette: Palette) -> "Recipe":
        """The recipe of a drawing in a person's own palette, whose base hue is that of its ground."""
        hue = float(oklch_from_oklab(palette.oklab[0])[2])
        return cls(drawing, palette, GIVEN, GIVEN, GIVEN, GIVEN, base_hue_deg=round(hue, 2) % 360)

    @property
    def mode(self) -> str:
        """The mode of the world that the picture belongs to: its composition, or the variant within it."""
        return self.drawing.variant or self.composition

    @property
    def composition(self) -> str:
        """The name of the composition in COMPOSITIONS."""
        return COMPOSITIONS.name_of(type(self.drawing))

    @cached_property
    def digest(self) -> str:
        """sha256 of the JSON text: equal digests draw equal pictures."""
        return sha256(self.to_json().encode()).hexdigest()

    def to_json(self) -> str:
        """The recipe as one line of JSON; `from_json` gives it back exactly."""
        values = {
            "renderer": self.renderer,
            "composition": self.composition,
            "fields": self.drawing.to_dict(),
            **{factor: getattr(self, factor) for factor in _CHOICES},
            "base_hue_deg": self.base_hue_deg,
            "palette": asdict(self.palette),
        }
        origin = COMPOSITIONS.origin(values["composition"])
        return json.dumps(values | {_PLUGIN: origin} if origin else values)

    @classmethod
    def from_json(cls, text: str) -> "Recipe":
        """The recipe of `to_json`.

        Raises:
            ProcgenError: if the text is not a recipe, saying what is wrong with it.
        """
        values = _object(text)
        COMPOSITIONS.check_origin(values["composition"], values.get(_PLUGIN, ""))
        drawing = COMPOSITIONS[values["composition"]].from_dict(values["fields"])
        colours = values["palette"]
        palette = Palette(colours["ground"], tuple(colours["figures"]), colours["accent"])
        choices = {factor: values[factor] for factor in _CHOICES}
        return cls(drawing, palette, **choices, base_hue_deg=values["base_hue_deg"], renderer=values["renderer"])

    def factors(self) -> dict[str, str | float]:
        """What the picture is made of: names of choices, and numbers of its colours as realised.

        The numbers are those of `procgen.factors.colour_factors`, to four decimals; NaN where one is not defined.
        """
        from .factors import colour_factors

        names = {"mode": self.mode, "composition": self.composition}
        names |= {factor: getattr(self, factor) for factor in _CHOICES}
        numbers = colour_factors(self.drawing, self.palette)
        return names | {name: round(float(number), 4) for name, number in numbers.items()}


def _object(text: str) -> dict[str, Any]:
    try:
        values = json.loads(text)
    except (TypeError, ValueError):
        values = None
    if not isinstance(values, dict) or sorted({*values} - {_PLUGIN}) != sorted(_KEYS):
        raise ProcgenError(f"A recipe must be a JSON object with the keys {', '.join(_KEYS)}.")
    if fault := _fault(values):
        raise ProcgenError(f"This JSON is not a recipe, {fault}: use the text of Recipe.to_json().")
    return values


def _fault(values: dict[str, Any]) -> str:
    """What has the wrong shape, or ""."""
    if not isinstance(values["composition"], str):
        return "its composition is no name"
    if not isinstance(values["fields"], dict):
        return "its fields are no object of names and values"
    colours = values["palette"]
    if not isinstance(colours, dict) or sorted(colours) != ["accent", "figures", "ground"]:
        return "its palette does not hold a ground, figures and an accent"
    if not isinstance(colours["figures"], list):
        return "the figures of its palette are no list of colours"
    listed = [colours["ground"], *colours["figures"], colours["accent"]]
    return "" if all(isinstance(colour, str) for colour in listed) else "a colour of its palette is no '#rrggbb'"
