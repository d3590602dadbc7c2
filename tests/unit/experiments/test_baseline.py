"""A run beside its baseline: the same measures of the world, of the GAN and of pictures that nobody learned."""

import json

import numpy as np
import pytest

import procgen
from experiments import Run, write_report
from experiments.baseline import FACTORS, compare_baseline, factor_means
from experiments.cppn.world import world_of
from experiments.errors import ExperimentsError
from experiments.report_tables import baseline_table
from procgen.measure import measured_factors


@pytest.fixture(scope="module")
def baseline(tmp_path_factory):
    folder = tmp_path_factory.mktemp("baseline") / "data"
    procgen.write_dataset(world_of(["silk"], {"width": 8, "depth": 4}, None), folder, count=120, size=32, seed=1)
    return procgen.open_dataset(folder)


@pytest.fixture(scope="module")
def compared(example, baseline):
    return compare_baseline(Run(example.run), baseline)


def test_all_sides_are_there_and_the_world_is_like_itself(compared):
    assert [side.name for side in compared.sides] == ["world", "gan", "baseline"]
    world, gan, untrained = compared.sides
    assert {side.pictures.shape for side in compared.sides} == {(120, 32, 32, 3)}
    assert abs(world.distances.kernel.value) < 4 * world.distances.kernel.error
    assert world.distances.coverage == pytest.approx(compared.coverage, abs=0.12)
    assert world.diversity == pytest.approx(1, abs=0.2)
    for other in (gan, untrained):
        assert other.distances.kernel.value > 5 * world.distances.kernel.value
        assert other.distances.coverage < world.distances.coverage
    json.dumps(compared.facts())


def test_the_worlds_own_pictures_as_baseline_are_told_to_be_like_it(example):
    compared = compare_baseline(Run(example.run), procgen.open_dataset(example.data))
    world, _, same = compared.sides
    assert not compared.untrained
    assert abs(same.distances.kernel.value) < 4 * same.distances.kernel.error
    assert same.distances.coverage == pytest.approx(compared.coverage, abs=0.12)
    for name in FACTORS:
        apart = same.factors[name][0] - world.factors[name][0]
        assert abs(apart) < 5 * np.hypot(same.factors[name][1], world.factors[name][1])


def test_means_are_those_of_single_pictures(baseline):
    pictures = baseline.images(range(5))
    found = factor_means(pictures)
    values = [measured_factors(picture)["mean_chroma"] for picture in pictures]
    assert found["mean_chroma"] == pytest.approx((np.mean(values), np.std(values, ddof=1) / 5**0.5))
    grey = np.repeat(pictures.mean(-1, keepdims=True).astype(np.uint8), 1, -1)
    assert np.isnan(factor_means(grey)["hue_spread_deg"][0])


def test_the_report_shows_them_side_by_side(example, baseline, compared, tmp_path):
    facts = write_report(Run(example.run), tmp_path / "beside.html", baseline=baseline)
    page = (tmp_path / "beside.html").read_text("utf-8")
    assert "Beside networks that learned nothing" in page
    assert baseline_table(compared) in page
    assert facts["beside"]["baseline"]["coverage"] == compared.sides[2].distances.coverage
    assert facts["beside"]["about"] == "cppn silk"


def test_what_cannot_be_compared_is_one_sentence(example, tmp_path):
    world = world_of(["silk"], {"width": 4, "depth": 3}, None)
    for size, count, said in ((16, 40, "expected a baseline of 32x32"), (32, 10, "20 pictures or more, got 10")):
        procgen.write_dataset(world, tmp_path / str(size), count=count, size=size, seed=1)
        with pytest.raises(ExperimentsError, match=said):
            compare_baseline(Run(example.run), procgen.open_dataset(tmp_path / str(size)))
