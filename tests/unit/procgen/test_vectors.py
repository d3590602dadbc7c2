from xml.etree import ElementTree

import pytest

from procgen import ProcgenError, Space, svg, svg_provenance

RECIPE = Space(compositions=["truchet"]).sample(2, 0)


def root(document):
    return ElementTree.fromstring(document)


@pytest.mark.parametrize(
    ("size", "unit", "width", "height", "box"),
    [
        (600, "", "600", "600", "-500 -500 1000 1000"),
        ((60, 40), "cm", "60cm", "40cm", "-750 -500 1500 1000"),
        ((8.5, 11), "in", "8.5in", "11in", "-500 -647.06 1000 1294.12"),
    ],
)
def test_the_size_is_nominal_and_the_short_side_a_thousand(size, unit, width, height, box):
    drawn = root(svg(RECIPE, size, unit=unit))
    assert [drawn.get(name) for name in ("width", "height", "viewBox")] == [width, height, box]


def test_it_says_what_it_was_told_and_its_source_type():
    document = svg(RECIPE, 100, provenance={"kind": "render", "note": 'a < b & "c" é\u0007'})
    made = svg_provenance(document)
    assert made == {
        "kind": "render",
        "note": 'a < b & "c" é\u0007',
        "recipe": RECIPE.to_json(),
        "source_type": "algorithmicMedia",
    }
    assert svg_provenance(document.encode()) == made
    (source,) = root(document).iter("{http://iptc.org/std/Iptc4xmpExt/2008-02-29/}DigitalSourceType")
    assert source.text == "http://cv.iptc.org/newscodes/digitalsourcetype/algorithmicMedia"
    assert svg(RECIPE, 100, provenance={"kind": "render", "note": 'a < b & "c" é\u0007'}) == document


@pytest.mark.parametrize(
    ("size", "unit", "said"),
    [
        (0, "", "above 0"),
        ((3, 4, 5), "", "one or two numbers"),
        ("60cm", "", "one or two numbers"),
        (True, "", "one or two numbers"),
        (float("nan"), "", "above 0"),
        (60, "furlongs", 'must be "" for pixels'),
    ],
)
def test_a_wrong_size_is_one_sentence(size, unit, said):
    with pytest.raises(ProcgenError, match=said):
        svg(RECIPE, size, unit=unit)


def test_a_composition_of_pixels_says_so():
    with pytest.raises(ProcgenError, match="marbling is made of pixels, not of shapes"):
        svg(Space(compositions=["marbling"]).sample(0, 0), 100)


@pytest.mark.parametrize(
    "text",
    ["", "<svg", "<svg xmlns='http://www.w3.org/2000/svg'/>", b"\x89PNG", "<a xmlns='urn:synchromy:provenance:1'/>"],
)
def test_a_strange_document_is_one_sentence(text):
    with pytest.raises(ProcgenError, match="synchromy"):
        svg_provenance(text)


@pytest.mark.parametrize("text", ["", "nonsense", "[1]"])
def test_a_damaged_provenance_is_one_sentence(text):
    with pytest.raises(ProcgenError, match="synchromy"):
        svg_provenance(f"<svg><provenance xmlns='urn:synchromy:provenance:1'>{text}</provenance></svg>")
