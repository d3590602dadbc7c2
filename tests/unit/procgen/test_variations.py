"""Variations: near or far, within the domains, with what is locked kept."""

import numpy as np
import pytest

from procgen import COMPOSITIONS, ProcgenError, Recipe, Space, cross, recolour, render, stream, vary, with_roles
from procgen.color import delta_e_ok, oklch_from_oklab
from procgen.domains import Choice

SPACE = Space(contrasts=("hue", "light_dark"))
RECIPES = [SPACE.sample(5, index) for index in range(12)]


def varied(recipe, amount, number=0, lock=()):
    return vary(recipe, amount, stream(1, number, "test"), lock)


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.composition)
def test_nothing_is_the_same_and_little_is_near(recipe):
    assert varied(recipe, 0) is recipe
    distances = [
        np.mean([np.abs(render(varied(recipe, amount, k), 32) - render(recipe, 32)).mean() for k in range(8)])
        for amount in (0.02, 0.9)
    ]
    assert distances[0] < distances[1]


@pytest.mark.parametrize("name", COMPOSITIONS)
def test_every_field_stays_in_its_domain_and_can_reach_all_of_it(name):
    recipe = Space(compositions=(name,)).sample(0, 0)
    children = [varied(recipe, 1, number, ("palette",)).drawing for number in range(60)]
    for field, domain in recipe.drawing.domains.items():
        values = [getattr(child, field) for child in children]
        if isinstance(domain, Choice):
            assert len(set(values)) > 1 or len(set(domain.options)) == 1
        elif domain.high > domain.low:
            low, high = (
                np.quantile(values, [0.1, 0.9]) if not getattr(domain, "log", False) else (min(values), max(values))
            )
            assert high > low
            places = (np.array([low, high]) - domain.low) / (domain.high - domain.low)
            assert places[0] < 0.5 < places[1] or getattr(domain, "log", False)
    assert Recipe.from_json(varied(recipe, 1).to_json()) == varied(recipe, 1)


def test_locks_keep_and_leave_the_rest_as_it_would_be():
    recipe = next(recipe for recipe in RECIPES if len(recipe.drawing.domains) > 2)
    free = varied(recipe, 0.8)
    coloured = varied(recipe, 0.8, lock=("layout",))
    assert coloured.drawing == recipe.drawing
    assert coloured.palette == free.palette
    drawn = varied(recipe, 0.8, lock=("palette",))
    assert drawn.palette == recipe.palette
    assert (drawn.harmony, drawn.drawing) == (recipe.harmony, free.drawing)
    for field in recipe.drawing.domains:
        held = varied(recipe, 0.8, lock=(field,)).drawing.to_dict()
        assert held == {**free.drawing.to_dict(), field: getattr(recipe.drawing, field)}


def test_hues_turn_together_and_figures_stay_apart():
    for number, recipe in enumerate(RECIPES):
        child = varied(recipe, 0.5, number)
        assert child.harmony == child.contrast == "given"
        before, after = (oklch_from_oklab(each.palette.oklab) for each in (recipe, child))
        seen = (before[:, 1] > 0.05) & (after[:, 1] > 0.05)
        turns = np.exp(1j * np.radians(after[seen, 2] - before[seen, 2]))
        assert np.abs(turns.mean()) > 0.9 if seen.any() else True
        apart = delta_e_ok(child.palette.oklab[1:-1], child.palette.oklab[0]).min()
        assert apart >= min(0.15, delta_e_ok(recipe.palette.oklab[1:-1], recipe.palette.oklab[0]).min())


def test_seeds_are_kept_at_small_amounts():
    recipe = Space(compositions=("marbling",)).sample(0, 0)
    kept = [varied(recipe, 0.2, number).drawing.seed == recipe.drawing.seed for number in range(100)]
    assert 0.88 <= np.mean(kept) <= 0.99


def test_crossing_and_recolouring():
    one, other = RECIPES[:2]
    child = cross(one, other)
    assert (child.drawing, child.palette, child.harmony) == (one.drawing, other.palette, other.harmony)
    palette = with_roles(["#f4efe6", "#20242c", "#c8402f"])
    assert recolour(one, palette) == Recipe.given(one.drawing, palette)


@pytest.mark.parametrize(
    ("amount", "lock", "words"),
    [(1.1, (), "amount"), (-0.1, (), "amount"), (0.2, ("palete",), "did you mean palette"), (0.2, "palette", "list")],
)
def test_wrong_wishes(amount, lock, words):
    with pytest.raises(ProcgenError, match=words):
        varied(RECIPES[0], amount, lock=lock)
