"""What holds for every composition that is made of shapes: an SVG document shows what `render` does."""

import io
import re
from xml.etree import ElementTree

import numpy as np
import pytest
import resvg_py
from PIL import Image

from procgen import Recipe, Space, render, svg, svg_provenance
from procgen.color import encode, linear_from_srgb
from procgen.compositions import BUILT_IN, Composition

VECTORS = [name for name, kind in BUILT_IN.items() if kind.vectors is not Composition.vectors]
SIZES = [(160, 160), (192, 128), (130, 190), (200, 96)]
every_vector = pytest.mark.parametrize("name", VECTORS)


def recipes(name, count, seed=5):
    return [Space(compositions=[name]).sample(seed, index) for index in range(count)]


def rasterised(document: str, width: int, height: int) -> np.ndarray:
    """The document by an independent renderer, sRGB in 0..1, (height, width, 3); nothing behind may shine through."""
    png = bytes(resvg_py.svg_to_bytes(svg_string=document, width=width, height=height))
    with Image.open(io.BytesIO(png)) as image:
        pixels = np.asarray(image.convert("RGBA")) / 255
    assert pixels[..., 3].min() > 0.98, "a gap between shapes"
    return pixels[..., :3]


def seen(document: str, width: int, height: int) -> np.ndarray:
    """Four times as large, then averaged in linear light, as the edges of `render` are."""
    large = linear_from_srgb(rasterised(document, 4 * width, 4 * height))
    return encode(large.reshape(height, 4, width, 4, 3).mean((1, 3)).astype(np.float32))


def test_none_of_those_made_of_shapes_has_lost_them():
    assert set(VECTORS) >= set(
        "bars nested_squares targets split_discs half_discs planes floating_shapes truchet xor_weave chance_grid "
        "latin_series weave_draft kron_carpet rolled_rows sorted_strata automaton phyllotaxis paired_plates "
        "fish_scales disorder fallen_leaves".split()
    )


@every_vector
def test_the_document_shows_the_picture(name):
    for recipe, size in zip(recipes(name, 8), SIZES * 2, strict=True):
        assert np.abs(seen(svg(recipe, size), *size) - render(recipe, size)).mean() <= 0.02


@every_vector
def test_there_are_no_seams_between_shapes(name):
    # Where a renderer blends edges in sRGB a pixel strays by a quarter at most; a seam shows what lies beneath.
    for recipe in recipes(name, 4):
        strays = np.abs(rasterised(svg(recipe, 1), 611, 611) - render(recipe, 611)).max(2)
        assert np.mean(strays > 0.3) < 0.01


@every_vector
def test_fills_are_colours_and_the_recipe_is_inside(name):
    for recipe in recipes(name, 3):
        document = svg(recipe, (300, 200))
        fills = {each.get("fill") for each in ElementTree.fromstring(document).iter() if each.get("fill")}
        assert len(fills & set(recipe.palette.colours)) > 1
        assert all(re.fullmatch("#[0-9a-f]{6}", fill) for fill in fills)
        assert Recipe.from_json(svg_provenance(document)["recipe"]) == recipe


def test_another_picture_would_be_seen():
    one, other = recipes(VECTORS[0], 2)
    assert np.abs(seen(svg(one, 160), 160, 160) - render(other, 160)).mean() > 0.02
