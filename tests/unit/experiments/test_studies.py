"""Studies: plans that say what is wrong with them, S, the tests against enumeration and by hand, simulated runs."""

import itertools
import json
from dataclasses import replace

import numpy as np
import pytest

from experiments.errors import ExperimentsError
from experiments.studies import analysis, matching, plan, simulate, statistic
from experiments.studies.plan import code_digest, load_plan, plan_of
from procgen import load_space

# --- plans ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "runs"), [("pilot", 32), ("confirmatory", 64)])
def test_shipped_plans_are_whole_and_of_this_code(name, runs):
    asked = load_plan(name)
    tasks = asked.tasks()
    assert len({task.name for task in tasks}) == runs
    assert len(tasks) == runs
    assert asked.code == code_digest(), "S or its tests have changed: that is another plan, with another digest"
    assert not set(load_plan("pilot").seeds) & set(load_plan("confirmatory").seeds)


@pytest.mark.parametrize("name", ["pilot", "confirmatory"])
def test_the_four_runs_of_a_block_differ_in_what_is_tested_alone(name):
    asked = load_plan(name)
    blocks = itertools.groupby(asked.tasks(), key=lambda task: task.varied["block"])
    for _, block in blocks:
        tasks = list(block)
        assert len({task.config.seed for task in tasks}) == 1
        others = {json.dumps({k: v for k, v in task.varied.items() if k not in asked.tested}) for task in tasks}
        assert len(others) == 1
        penalties = {(task.config.train.r1_gamma, task.config.train.r2_gamma) for task in tasks}
        assert penalties == {(0.0, 0.0), (1.0, 1.0)}
        assert len({task.data.digest for task in tasks}) == 2
        assert len({task.config.override("train.r1_gamma=0", "train.r2_gamma=0").digest() for task in tasks}) == 1


def test_the_pilots_fraction_is_balanced_and_holds_the_essays_own_setting():
    asked = load_plan("pilot")
    levels = 2 * np.array([list(setting.values()) for setting in asked.others]) - 1
    assert (levels.T @ levels == 8 * np.eye(5)).all()
    assert dict.fromkeys(asked.others[0], 0) in asked.others


def test_snapshots_rise_end_with_the_run_and_are_dense_in_bursts():
    times = np.array(plan.Schedule().kimg(500.0, 32))
    gaps = np.diff(times)
    assert times[-1] == 500.0
    assert gaps.min() > 0
    assert len(times) == 256
    assert np.count_nonzero(gaps < 0.3 * 500 / 208) > 40


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (('kind = "pilot"', 'kind = "trial"'), "kind"),
        (("crossed = false", "crosed = false"), "'crosed'"),
        (("9007, 9008", "9007"), "a seed for each of the 8 settings"),
        (("9007, 9008", "9007, 9007"), "each once"),
        (('"- head * frozen"', '"- head * frost"'), "generators"),
        (('tested = ["gap", "penalty"]', 'tested = ["gap", "gap"]'), "tested"),
        (("low = { kappa = 0.0 }", 'low = { "train.batch" = 8 }'), "same keys"),
        (("jitter = 0.8", "jitter = 1.8"), "jitter in [0, 1)"),
        (("jitter = 0.8", "jiter = 0.8"), "'jiter'"),
        (('code = "', 'cod = "'), "'cod'"),
        (("[band]", "[band"), "TOML"),
    ],
)
def test_a_wrong_plan_is_one_sentence(change, said):
    text = (plan.resources.files("experiments.studies") / plan.SHIPPED["pilot"]).read_text()
    assert change[0] in text
    with pytest.raises(ExperimentsError) as error:
        plan_of(text.replace(*change))
    assert said in str(error.value)
    assert "\n" not in str(error.value)


def test_a_config_that_cannot_be_is_said_before_anything_is_written():
    asked = load_plan("pilot")
    with pytest.raises(ExperimentsError, match=r"train\.batsh"):
        replace(asked, settings=("train.batsh=3",)).tasks()
    with pytest.raises(ExperimentsError, match="pilot, confirmatory or a TOML file"):
        load_plan("pilott")


# --- S ----------------------------------------------------------------------------------------------------------------


def moments():
    asked = load_plan("pilot")
    config = asked.tasks()[0].config
    return np.array(config.snapshots.at_kimg), asked.schedule.interval(config.train.kimg)


@pytest.mark.parametrize("cycles", [5.3, 7.0, 9.1])
def test_s_finds_a_line_at_jittered_times(cycles):
    times, interval = moments()
    period = 0.8 * times[-1] / cycles
    line = statistic.strongest_line(
        times, simulate.simulated_run(times, 1, memory=0.6, amplitude=0.4, period=period), interval
    )
    assert line.s > 0.6
    assert line.period == pytest.approx(period, rel=0.03)


def test_s_of_a_run_without_a_line_does_not_depend_on_its_memory():
    times, interval = moments()
    middles = [np.median(simulate.spread_of_s(times, interval, 24, memory=phi)) for phi in (0.0, 0.6, 0.97)]
    assert np.ptp(middles) < 0.1
    assert max(middles) < 0.4
    assert statistic.quiet(times, 8, interval) == pytest.approx(middles[0], abs=0.08)


def test_the_periodogram_of_white_noise_is_its_variance_at_any_times():
    times, _ = moments()
    values = statistic.detrended(np.random.default_rng(0).normal(0, 3, (len(times), 400)), times)
    power = statistic.periodogram_of(times, values, np.arange(1, 50) / np.ptp(times))
    assert power == pytest.approx(np.full(49, 9.0), rel=0.15)


def test_contrasts_are_blind_to_what_all_bins_share_and_keep_distances():
    shares = np.random.default_rng(0).dirichlet(np.ones(8), 20)
    roots = np.sqrt(shares)
    seen = statistic.contrasts(shares * 512)
    inner = roots - roots.mean(1, keepdims=True)
    assert seen @ seen.T == pytest.approx(inner @ inner.T)


@pytest.mark.parametrize("snapshots", [3, 18])
def test_s_of_too_little_or_of_nothing_that_changes_is_none(snapshots):
    times = np.arange(1.0, snapshots + 1)
    assert statistic.strongest_line(times, np.tile([5, 3], (snapshots, 1)), 1.0) is None
    times = np.arange(1.0, 101.0)
    assert statistic.strongest_line(times, np.tile([500, 12], (100, 1)), 1.0) is None


# --- tests ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("pairs", [3, 6, 9])
def test_sign_flip_is_the_share_of_all_sign_patterns(pairs):
    differences = np.random.default_rng(pairs).normal(0.4, 1, pairs)
    patterns = [np.dot(signs, differences) for signs in itertools.product((1, -1), repeat=pairs)]
    by_hand = np.mean([abs(each) >= abs(differences.sum()) - 1e-12 for each in patterns])
    assert analysis.sign_flip(differences) == pytest.approx(by_hand)


def test_sampled_flips_come_near_to_all_of_them():
    differences = np.random.default_rng(4).normal(0.5, 1, 16)
    sampled = analysis._p_value(np.append(differences, 0.0), analysis.signs(17))  # a pair of 0 changes nothing
    assert sampled == pytest.approx(analysis.sign_flip(differences), abs=0.01)


def test_holm_by_hand():
    assert analysis.holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert analysis.holm([0.5, 0.9, 0.001]) == pytest.approx([1.0, 1.0, 0.003])


def test_the_interval_holds_what_the_test_does_not_reject():
    differences = np.random.default_rng(2).normal(0.3, 1, 12)
    low, high = analysis.interval_of(differences)
    assert low < differences.mean() < high
    for edge, outside in ((low, low - 1e-3), (high, high + 1e-3)):
        assert analysis.sign_flip(differences - outside) <= 0.05
        inside = edge + 1e-3 * np.sign(differences.mean() - edge)
        assert analysis.sign_flip(differences - inside) > 0.05
    assert analysis.interval_of(differences[:4]) == (-np.inf, np.inf)


def test_an_effect_put_in_comes_out_and_nothing_else():
    base = np.random.default_rng(0).normal(0, 5, 8)
    found = analysis.paired({(i, j): base + 2.0 * i - 0.5 * j + 0.25 * i * j for i in (0, 1) for j in (0, 1)})
    assert found["first"] == pytest.approx([2.0] * 8 + [2.25] * 8)
    assert found["second"] == pytest.approx([-0.5] * 8 + [-0.25] * 8)
    assert found["both"] == pytest.approx([0.25] * 8)


@pytest.mark.parametrize("noise", simulate.NOISE)
def test_simulated_studies_without_an_effect_find_one_in_a_twentieth(noise):
    found = simulate.rates(8, 0.0, noise, 200)
    assert max(found.values()) < 0.10  # 200 studies at .05: beyond .10 one time in a thousand
    assert found["first"] > 0.01


def test_power_and_coverage_are_as_designed():
    assert simulate.power(32, 0.7, 100) >= 0.90
    assert simulate.coverage(12, 0.5, "normal", 100) >= 0.89


# --- the worlds -----------------------------------------------------------------------------------------------------


def test_a_world_is_matched_with_itself_and_not_with_another():
    ring = load_space("ring-8")
    worlds = {seed: matching.measured_world(ring, seed, 32, 512) for seed in (1, 2)}
    assert all(row["apart"] < 0.1 for row in matching.compared({str(k): v for k, v in worlds.items()}))
    other = matching.measured_world(load_space("quick"), 1, 32, 64)
    assert not all(row["within"] for row in matching.compared({"ring": worlds[1], "quick": other}))
    assert list(other) == ["mean", "variance", "spectrum", "bytes"]
