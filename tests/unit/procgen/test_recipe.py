import json

import pytest

from procgen import COMPOSITIONS, ProcgenError, Recipe, Space, load_space, render

RECIPE = Space(compositions=["bars"]).sample(1, 0)
VALUES = json.loads(RECIPE.to_json())


def changed(**values):
    return json.dumps({**VALUES, **values})


def test_factors_are_names_and_numbers():
    factors = RECIPE.factors()
    assert [factors[name] for name in ("composition", "harmony", "contrast", "key", "purity")] == [
        "bars",
        RECIPE.harmony,
        RECIPE.contrast,
        RECIPE.key,
        RECIPE.purity,
    ]
    assert all(type(value) in (str, float) for value in factors.values())
    assert len({tuple(load_space("default").sample(0, index).factors()) for index in range(60)}) == 1


def test_a_digest_is_of_the_whole_recipe():
    recipes = [load_space("default").sample(2, index) for index in range(50)]
    assert len({recipe.digest for recipe in recipes}) == 50


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "JSON object"),
        ("[]", "JSON object"),
        (None, "JSON object"),
        (changed(extra=1), "JSON object"),
        (changed(composition="barz"), "did you mean bars"),
        (changed(harmony="triadd"), "did you mean triad"),
        (changed(contrast=3), "unknown"),
        (changed(key="hihg"), "did you mean high"),
        (changed(purity=None), "unknown"),
        (changed(renderer=99), "renderer 99"),
        (changed(base_hue_deg="red"), "from 0 to 360"),
        (changed(base_hue_deg=float("nan")), "from 0 to 360"),
        (changed(composition=["bars"]), "its composition is no name"),
        (changed(palette=[]), "palette does not hold a ground"),
        (changed(palette={}), "palette does not hold a ground"),
        (changed(palette={**VALUES["palette"], "figures": 7}), "are no list of colours"),
        (changed(palette={**VALUES["palette"], "ground": 5}), "a colour of its palette is no"),
        (changed(palette={**VALUES["palette"], "ground": "white"}), "#rrggbb"),
        (changed(fields=3), "its fields are no object"),
        (changed(fields={}), "needs the fields"),
        (changed(fields={**VALUES["fields"], "cuont": 3}), "did you mean count"),
        (changed(fields={**VALUES["fields"], "count": 3000}), "from 6 to 36"),
        (changed(fields={**VALUES["fields"], "count": 7.5}), "whole number"),
        (changed(fields={**VALUES["fields"], "accents": None}), "must be a number"),
        (changed(fields={**VALUES["fields"], "widths": "evn"}), "did you mean even"),
    ],
)
def test_what_is_wrong_with_a_recipe_is_said(text, said):
    with pytest.raises(ProcgenError, match=said):
        Recipe.from_json(text)


@pytest.mark.parametrize("size", [0, -5, 7, 1.5, "64", None, True, (64,), (64, 64, 3), (64, 4), 10**6])
def test_what_is_wrong_with_a_size_is_said(size):
    with pytest.raises(ProcgenError, match="whole number of pixels"):
        render(RECIPE, size)


def test_sentences_name_a_composition_as_people_do():
    for name in COMPOSITIONS:
        kind = COMPOSITIONS[name]
        with pytest.raises(ProcgenError, match=f"^{name} needs the fields"):
            kind.from_dict({})
