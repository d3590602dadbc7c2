"""Before a dataset: its place, and estimates from pictures made as a shard's are, and in figures that say something."""

import pytest

from experiments.cli.generate import _figure
from procgen import ProcgenError, Recipe, load_space, plan_dataset, write_dataset

SPACE = load_space("quick")


def test_an_estimate_is_of_all_the_work(monkeypatch):
    described = set()
    factors = Recipe.factors

    def counted(recipe):
        described.add(recipe.to_json())
        return factors(recipe)

    monkeypatch.setattr(Recipe, "factors", counted)
    plan = plan_dataset(SPACE, count=2_400, size=32, seed=5)
    assert described >= {SPACE.sample(5, index).to_json() for index in range(50, 2_400, 100)}
    assert plan["estimated_core_hours"] == pytest.approx(plan["estimated_seconds"] / 3600, rel=0.02)


def test_the_smallest_dataset_takes_time():
    assert plan_dataset(SPACE, count=1, size=8, seed=0)["estimated_core_hours"] > 0


@pytest.mark.parametrize("name", ["taken", "taken/below"])
def test_a_file_in_the_place_of_the_folder(tmp_path, name):
    (tmp_path / "taken").write_text("mine")
    with pytest.raises(ProcgenError, match="a file is there or on the way: give a new or empty folder"):
        write_dataset(SPACE, tmp_path / name, count=2, size=8, seed=0)
    assert (tmp_path / "taken").read_text() == "mine"


@pytest.mark.parametrize(("number", "words"), [(1234.5, "1,234.50"), (0.0, "0"), (0.000123, "0.00012"), (0.5, "0.5")])
def test_figures(number, words):
    assert _figure(number) == words
