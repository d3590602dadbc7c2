"""Sheets: their cells can be drawn, picked and varied without end; grids vary what they say and nothing else."""

from itertools import product

import numpy as np
import pytest
from PIL import Image, ImageFont

from experiments import ExperimentsError
from experiments.grids import FACTORS, factor_grid
from experiments.inspecting import inspect_path
from experiments.picking import Breeding, next_name, pick_variations
from experiments.pictures import find_recipe
from experiments.sheets import _fitting, _shortened, contact_sheet, draw_sheet, plan_sheet, read_sheet, save_sheet
from mosaics import MosaicsError
from procgen import COMPOSITIONS, ProcgenError, Space, load_space, recolour, render_uint8, with_roles
from procgen.contrasts import CONTRASTS
from procgen.domains import Choice
from procgen.harmonies import SCHEMES

SPACE = Space(compositions=("bars", "planes", "targets"), contrasts=("hue", "light_dark"))
OWN = with_roles(["#f4efe6", "#20242c", "#c8402f"])


@pytest.fixture
def sheet(tmp_path):
    path = tmp_path / "preview.png"
    save_sheet(contact_sheet(SPACE, count=6, seed=2), path, cell=40, facts={"kind": "preview"})
    return path


def test_a_sheet_shows_and_carries_its_pictures(sheet):
    recipes, made = read_sheet(sheet, range(6))
    assert recipes == [SPACE.sample(2, index) for index in range(6)]
    assert made["cell_px"] == 40
    page = np.asarray(Image.open(sheet))
    picture = render_uint8(recipes[0], 40)
    found = [
        np.array_equal(page[y : y + 40, x : x + 40], picture)
        for y in range(0, len(page) - 40, 2)
        for x in range(0, 40, 2)
    ]
    assert any(found)
    recipe, source = find_recipe(f"{sheet}:3")
    assert recipe == recipes[3]
    assert (source["sheet"], source["cell"], source["lineage"]) == ("preview.png", 3, [])


def test_the_chosen_come_first_and_children_are_spread(sheet):
    page, facts = pick_variations(sheet, [4, 1], Breeding(count=11, amount=0.3))
    parents, _ = read_sheet(sheet, [4, 1])
    assert page.recipes[:2] == parents
    assert facts["parents"] == [[4], [1], [4], [1], [4], [1], [4, 1], [1, 4], [4], [1], [4]]
    for recipe, (drawing, *_) in zip(page.recipes, facts["parents"], strict=True):
        assert recipe.composition == dict(zip([4, 1], parents, strict=True))[drawing].composition
    assert len(set(page.recipes)) == 11
    assert pick_variations(sheet, [4, 1], Breeding(count=11, amount=0.3)) == (page, facts)


def test_locks_hold_and_exclude_crossing(sheet):
    parents, _ = read_sheet(sheet, [0, 1])
    page, facts = pick_variations(sheet, [0, 1], Breeding(count=12, lock=("palette",)))
    assert all(len(of) == 1 for of in facts["parents"])
    assert all(recipe.palette == parents[number % 2].palette for number, recipe in enumerate(page.recipes))
    field = next(iter(parents[0].drawing.domains))
    page, facts = pick_variations(sheet, [0, 1], Breeding(count=12, amount=1, lock=(field,)))
    children = zip(page.recipes, facts["parents"], strict=True)
    kept = [recipe.drawing.to_dict()[field] for recipe, of in children if of[0] == 0]
    assert len(set(kept)) == 1


def test_generations_go_on_and_every_cell_knows_its_line(sheet, tmp_path):
    path = sheet
    for generation in (1, 2, 3):
        page, facts = pick_variations(path, [2, 0], Breeding(count=5, seed=generation))
        path = next_name(path, generation)
        assert path.name == f"preview-{generation + 1}.png"
        save_sheet(page, path, cell=32, facts=facts)
    _, source = find_recipe(f"{path}:4")
    assert [step["sheet"] for step in source["lineage"]] == ["preview.png", "preview-2.png", "preview-3.png"]
    assert [step["seed"] for step in source["lineage"]] == [1, 2, 3]
    chosen = read_sheet(tmp_path / "preview-3.png", [2, 0])[0]
    assert source["lineage"][-1]["parents"] == [recipe.digest for recipe in chosen]
    facts = inspect_path(path)
    assert (facts["kind"], facts["pictures"], len(facts["lineage"])) == ("pick", 5, 3)
    assert sum(facts["compositions"].values()) == 5


def test_a_palette_of_ones_own(sheet):
    assert {recipe.palette for recipe in contact_sheet(SPACE, count=4, seed=0, palette=OWN).recipes} == {OWN}
    page, facts = pick_variations(sheet, [1], Breeding(count=4, lock=("palette",), palette=OWN))
    assert {recipe.palette for recipe in page.recipes} == {OWN}
    assert page.recipes[0] == recolour(read_sheet(sheet, [1])[0][0], OWN)
    assert facts["lineage"][0]["palette"] == list(OWN.colours)


@pytest.mark.parametrize("factor", FACTORS)
def test_an_axis_varies_one_factor_and_nothing_else(factor):
    page = factor_grid(SPACE, "", factor, count=3, seed=5)
    names = SPACE.names(factor)
    assert (page.across, page.columns) == (tuple(names), len(names))
    assert page.down == ("no. 0", "no. 1", "no. 2")
    for number, recipe in enumerate(page.recipes):
        index, column = divmod(number, len(names))
        own = SPACE.sample(5, index)
        assert getattr(recipe, factor) == names[column]
        for other in set(FACTORS) - {factor}:
            assert getattr(recipe, other) == getattr(own, other)
        if factor == "composition":
            assert recipe.palette == own.palette
        else:
            assert recipe.drawing == own.drawing


def test_a_field_is_spread_over_its_domain():
    page = factor_grid(SPACE, "bars.count", "harmony", count=6, seed=0)
    domain = COMPOSITIONS["bars"].domains["count"]
    values = [recipe.drawing.count for recipe in page.recipes[:: page.columns]]
    assert (min(values), max(values), len(values)) == (domain.low, domain.high, len(page.down))
    rest = [{**recipe.drawing.to_dict(), "count": 0} for recipe in page.recipes]
    assert all(each == rest[0] for each in rest)
    assert page.down[0] == f"count {domain.low}"


@pytest.mark.parametrize("name", COMPOSITIONS)
def test_every_field_can_be_an_axis(name):
    for field, domain in COMPOSITIONS[name].domains.items():
        page = factor_grid(load_space("default"), f"{name}.{field}", "", count=1, seed=0)
        values = [recipe.drawing.to_dict()[field] for recipe in page.recipes]
        assert 1 < len(values) == len(set(values))
        ends = set(domain.options) if isinstance(domain, Choice) else {domain.low, domain.high}
        assert ends <= set(values)


def test_an_axis_keeps_to_what_the_space_narrows():
    space = Space(compositions=("bars",), fields={"bars": {"count": [7, 10]}})
    page = factor_grid(space, "bars.count", "", count=1, seed=0)
    assert [recipe.drawing.count for recipe in page.recipes] == [7, 8, 9, 10]


def test_a_drifting_space_stands_still_in_a_grid():
    hues = {"hue": 1.0}
    frames = [{"index": 0, "contrasts": hues}, {"index": 9, "contrasts": {"light_dark": 1.0}}]
    space = Space(compositions=("bars", "planes"), keyframes=frames)
    page = factor_grid(space, "composition", "contrast", count=1, seed=0)
    assert [recipe.contrast for recipe in page.recipes] == [*page.across, *page.across]
    assert {"hue", "light_dark"} <= set(page.across)


@pytest.mark.parametrize(
    ("rows", "columns"),
    [("harmonie", ""), ("bars", ""), ("bars.cout", ""), ("bras.count", ""), ("key", "key"),
     ("bars.count", "composition"), ("bars.count", "waves.colours")],
)  # fmt: skip
def test_axes_that_cannot_be(rows, columns):
    with pytest.raises((ExperimentsError, ProcgenError)):
        factor_grid(load_space("default"), rows, columns, count=2, seed=0)


def test_headings_and_numbers_are_written():
    page = factor_grid(SPACE, "key", "composition", count=2, seed=0)
    pixels = draw_sheet(page, 40)
    left = pixels[:, :30]
    assert (left < 100).any()
    assert (pixels[:20] < 100).any()


def test_a_grid_of_harmonies_shows_them_and_says_what_it_holds():
    page = factor_grid(SPACE, "harmony", "composition", count=1, seed=0)
    assert {recipe.contrast for recipe in page.recipes} == {"hue"}
    assert "contrast hue" in page.held
    assert "harmony" not in " ".join(page.held)
    assert "light_dark" in factor_grid(SPACE, "harmony", "contrast", count=1, seed=0).across


def test_no_label_is_cut_from_160_pixels_on():
    font = ImageFont.load_default(160 // 13)
    for harmony, contrast in product(SCHEMES, CONTRASTS):
        assert "…" not in _shortened(f"{harmony}, {contrast}".replace("_", " "), font, 168)
    assert all(f"1234 {name}" == _shortened(f"1234 {name}", font, 168) for name in COMPOSITIONS)


def test_small_cells_say_less():
    label = ("7  bars", "triad, hue", "low key, vivid")
    assert [_fitting(label, cell) for cell in (96, 64, 32)] == [label, ("7", "bars"), ("7",)]


def test_a_plan_of_a_sheet_comes_near(tmp_path):
    page = contact_sheet(SPACE, count=12, seed=2)
    plan = plan_sheet(page, tmp_path / "a.png", cell=64, facts={})
    assert not list(tmp_path.iterdir())
    save_sheet(page, tmp_path / "a.png", cell=64, facts={})
    assert plan["bytes"] == pytest.approx((tmp_path / "a.png").stat().st_size, rel=0.4)


def test_a_sheet_that_exists_is_noticed_before_anything_is_drawn(sheet, monkeypatch):
    monkeypatch.setattr("experiments.sheets.draw_sheet", None)
    with pytest.raises(MosaicsError, match="exists"):
        save_sheet(contact_sheet(SPACE, count=2, seed=0), sheet, cell=40, facts={})
