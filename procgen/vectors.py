"""A picture of hard edges as an SVG document, which has no pixels and no largest size.

Sources: SVG 2 (W3C, 2018), chapters 9 and 10 for paths and shapes; XMP part 1 for the metadata; the IPTC NewsCodes at
http://cv.iptc.org/newscodes/digitalsourcetype/ for the source type.
"""

import json
from collections.abc import Mapping
from html import escape
from typing import Any
from xml.etree import ElementTree

from .errors import ProcgenError
from .recipe import Recipe
from .shapes import Disc, Outline, Oval, Rectangle, Shape

SOURCE_TYPE = "algorithmicMedia"  # IPTC's word for what an algorithm drew that learned from nothing
_IPTC = "http://cv.iptc.org/newscodes/digitalsourcetype/"
_OURS = "urn:synchromy:provenance:1"
_SVG = "http://www.w3.org/2000/svg"
_ELEMENTS: dict[type, str] = {Rectangle: "rect", Disc: "circle", Oval: "ellipse"}
_SCALE = 1000  # user units along the short side: programs for vectors round what is much smaller than one


def svg(
    recipe: Recipe,
    size: float | tuple[float, float],
    *,
    unit: str = "",
    provenance: Mapping[str, Any] | None = None,
) -> str:
    """The picture of a recipe as an SVG document: the same shapes, with edges at any scale.

    Args:
        recipe: what to draw; its composition has to have `vectors`, as most with hard edges do.
        size: the nominal size, the side of a square or (width, height).
        unit: of the size: "" for pixels, "mm", "cm" or "in".
        provenance: what else the document says of itself; its recipe is always in it.

    Returns:
        The document, whose metadata hold the provenance as JSON and the IPTC source type as XMP.

    Raises:
        ProcgenError: if the composition has no shapes, or the size or unit cannot be.
    """
    width, height = _sides(size, unit)
    step = 1 / min(width, height)
    across, down = width * step, height * step  # to the last bit as Canvas.extent has it
    shapes = recipe.drawing.vectors((across, down), recipe.palette)
    box = " ".join(_number(value) for value in (-across / 2, -down / 2, across, down))
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}{unit}" height="{height:g}{unit}" viewBox="{box}">',
        f"<title>{escape(recipe.composition.replace('_', ' '))}</title>",
        _metadata({**(provenance or {}), "recipe": recipe.to_json(), "source_type": SOURCE_TYPE}),
        *map(_element, shapes),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def svg_provenance(text: str | bytes) -> dict[str, Any]:
    """What an SVG document says of itself: of `svg` its recipe and all else that was given; of others of ours, as much.

    Raises:
        ProcgenError: if it is no SVG document, or says nothing.
    """
    try:
        document = ElementTree.fromstring(text)
        found = document.find(f".//{{{_OURS}}}provenance")
        found = document.find(f"{{{_SVG}}}metadata") if found is None else found
        record = None if found is None else json.loads(found.text or "")
    except (ElementTree.ParseError, ValueError) as error:
        raise ProcgenError(f"This is no SVG document that synchromy made ({error}): give one that it wrote.") from None
    if not isinstance(record, dict):
        raise ProcgenError("This SVG document does not say how it was made: give one that synchromy wrote.")
    return record


def _sides(size: float | tuple[float, float], unit: str) -> tuple[float, float]:
    sides = size if isinstance(size, tuple | list) else (size, size)
    good = len(sides) == 2 and all(
        isinstance(side, int | float) and not isinstance(side, bool) and 0 < side < 1e6 for side in sides
    )
    if not good:
        raise ProcgenError(f"The size of an SVG document must be one or two numbers above 0, not {size!r}.")
    if unit not in ("", "mm", "cm", "in"):
        raise ProcgenError(f'The unit of an SVG document must be "" for pixels, "mm", "cm" or "in", not {unit!r}.')
    return sides[0], sides[1]


def _metadata(record: Mapping[str, Any]) -> str:
    return (
        "<metadata>"
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="" xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/">'
        f"<Iptc4xmpExt:DigitalSourceType>{_IPTC}{SOURCE_TYPE}</Iptc4xmpExt:DigitalSourceType>"
        "</rdf:Description></rdf:RDF>"
        f'<provenance xmlns="{_OURS}">{escape(json.dumps(record, sort_keys=True), quote=False)}</provenance>'
        "</metadata>"
    )


def _element(shape: Shape) -> str:
    turn = ""
    if isinstance(shape, Rectangle):
        left, top, right, bottom = shape.box
        names = {"x": left, "y": top, "width": right - left, "height": bottom - top}
    elif isinstance(shape, Disc):
        names = {"cx": shape.x, "cy": shape.y, "r": shape.radius}
    elif isinstance(shape, Oval):
        names = {"cx": shape.x, "cy": shape.y, "rx": shape.along, "ry": shape.across}
        turn = f' transform="rotate({360 * shape.turns:.3f} {_number(shape.x)} {_number(shape.y)})"'
    else:
        return f'<path fill="{shape.fill}" d="{"".join(map(_closed, shape.outlines))}"/>'
    places = " ".join(f'{name}="{_number(value)}"' for name, value in names.items())
    return f'<{_ELEMENTS[type(shape)]} fill="{shape.fill}" {places}{turn}/>'


def _closed(outline: Outline) -> str:
    """An outline as path data: M, then L or A for each node, then Z."""
    words = [f"M{_number(outline[0][0])} {_number(outline[0][1])}"]
    for x, y, *radius in outline[1:]:
        end = f"{_number(x)} {_number(y)}"
        if radius:
            r = _number(abs(radius[0]))
            words.append(f"A{r} {r} 0 0 {int(radius[0] > 0)} {end}")
        else:
            words.append(f"L{end}")
    return "".join(words) + "Z"


def _number(units: float) -> str:
    """A length in user units, to a hundred-thousandth of the short side."""
    text = f"{units * _SCALE:.2f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text
