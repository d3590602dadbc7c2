"""The verdict's edges: what it accepts and refuses, determinism, and the parts it rests on."""

import json
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from experiments import ModeHistogram, oscillation, recurrence, recurrence_index
from experiments.cycle import lasting, over_floor, rotation
from experiments.errors import ExperimentsError
from experiments.evidence import surrogates
from experiments.periodograms import periodogram
from experiments.readings import from_histograms
from experiments.scripted import CONTROLS, drawn_counts, share_counts, swinging_shares
from experiments.spectrum import PAIRS, Grid, correlation, detrended
from procgen import stream

EVEN = np.arange(128.0)


def cycle(**changes):
    shares = swinging_shares(128, 4, period=11, amplitude=0.05)
    return oscillation(drawn_counts(shares, stream(1, 0)), **changes)


def test_the_same_seed_gives_the_same_verdict_and_json_takes_it():
    assert cycle() == cycle()
    found = json.loads(json.dumps(cycle(unit="images").to_dict(), allow_nan=False))
    assert found["kind"] == "limit cycle"
    assert found["unit"] == "images"
    assert "images" in found["summary"]
    assert str(cycle()).startswith("limit cycle: ")
    short = oscillation((EVEN[:8], EVEN[:8]))
    assert str(short).startswith("too short to say: ")
    assert (short.to_dict()["kind"], short.to_dict()["said"]) == ("too short", "too short to say")


def test_kimg_is_a_thousand_images():
    images, thousands = cycle(), cycle(unit="kimg")
    assert thousands.period == pytest.approx(images.period / 1000)
    assert thousands.growth == pytest.approx(images.growth * 1000)
    assert "kimg" in thousands.summary


def test_a_swing_that_dies_away_is_a_ringing_with_its_quality():
    found = oscillation((EVEN, 0.97**EVEN * np.cos(2 * np.pi * EVEN / 12.3)), settle=0)
    assert found.kind == "ringing"
    assert found.period == pytest.approx(12.3, rel=1e-3)
    assert found.growth == pytest.approx(np.log(0.97), rel=1e-3)
    assert found.quality == pytest.approx(np.pi / 12.3 / -np.log(0.97), rel=1e-3)


def test_a_period_of_the_training_itself_is_flagged():
    turn = [("the epoch", 11_000.0)]
    assert any("that of the epoch (11,000)" in reason for reason in cycle(rhythms=turn).reasons)
    assert any("that of the epoch (11)" in reason for reason in cycle(rhythms=turn, unit="kimg").reasons)
    assert any("harmonic 3 of" in reason for reason in cycle(rhythms=[("a penalty", 33_000.0)]).reasons)
    fast = 1 / (1 / 1000 + 1 / 11_000)  # what a snapshot every 1,000 images shows at 11,000
    assert any("as snapshots" in reason for reason in cycle(rhythms=[("a penalty", fast)]).reasons)
    assert not any("training itself" in reason for reason in cycle(rhythms=[("a penalty", 12_500.0)]).reasons)
    with pytest.raises(ExperimentsError, match="period over 0"):
        cycle(rhythms=[("the epoch", 0.0)])


def test_a_fast_cycle_may_be_an_alias():
    found = oscillation((EVEN, np.cos(2 * np.pi * EVEN / 2.2)), settle=0)
    assert found.kind == "limit cycle"
    assert "under 2.5 snapshots" in found.reasons[-1]


def test_modes_are_missed_by_the_shares_of_the_world():
    rare = np.array([0.49, 0.49, 0.02])
    histograms = drawn_counts(np.tile(rare, (60, 1)), stream(8, 0), images=500)
    assert "2 of 3" in oscillation(histograms).reasons[-1]
    assert "3 of 3" in oscillation(histograms, world=rare).reasons[-1]
    assert "2 of 2" in oscillation(histograms, world=[0.5, 0.5, 0.0]).reasons[-1]
    with pytest.raises(ExperimentsError, match="add up to 1"):
        oscillation(histograms, world=[0.5, 0.5, 0.5])


def test_the_periodogram_stands_out_where_the_cycle_is():
    histograms = drawn_counts(swinging_shares(128, 4, period=11, amplitude=0.05), stream(1, 0))
    found = periodogram(histograms, unit="kimg")
    assert found.line == pytest.approx(1 / 11, rel=0.05)
    top = found.power.argmax()
    assert found.frequencies[top] == found.line
    assert found.power[top] > found.level[top] > found.null[top]
    still = periodogram(drawn_counts(np.full((128, 4), 0.25), stream(1, 1)))
    assert still.line is None
    assert (still.power < still.level).all()
    assert still.power.mean() == pytest.approx(still.null.mean(), rel=0.2)
    assert not periodogram(histograms[:10]).power.size


def test_settling_is_left_out():
    assert cycle(settle=0.0).snapshots == 128
    assert cycle(settle=0.5).snapshots == 64
    with pytest.raises(ExperimentsError, match="settle"):
        cycle(settle=1.0)


@pytest.mark.parametrize(
    ("series", "words"),
    [
        (([0, 1, 1], [1.0, 2.0, 3.0]), "repeated or falling"),
        (([0, 2, 1], [1.0, 2.0, 3.0]), "repeated or falling"),
        (([0, 1, 2], [1.0, np.nan, 3.0]), "NaN"),
        (([0, 1], [1.0, 2.0, 3.0]), r"expected times \(N,\)"),
        (([], []), r"expected times \(N,\)"),
        ([], "at least one snapshot"),
        ([ModeHistogram(0, ("a", "b"), np.array([1, 2])), ModeHistogram(1, ("a", "c"), np.array([1, 2]))], "in every"),
    ],
)
def test_a_series_that_is_none_is_refused(series, words):
    with pytest.raises(ExperimentsError, match=words):
        oscillation(series)


@pytest.mark.parametrize("value", [0.0, 3.0, 1e-200, 1e200])
def test_a_constant_series_has_converged(value):
    assert oscillation((EVEN, np.full(128, value))).kind == "converged"


def test_one_mode_all_along_is_a_collapse():
    histograms = [ModeHistogram(i, ("a", "b", "c"), np.array([64, 0, 0])) for i in range(40)]
    found = oscillation(histograms)
    assert found.kind == "collapsed"
    assert "missing: b, c" in found.reasons[-1]


def test_snapshots_without_a_recognised_image_are_left_out_and_said():
    histograms = drawn_counts(np.full((60, 4), 0.25), stream(2, 0))
    blank = [ModeHistogram(h.nimg, h.modes, np.zeros(4, int), 1024) for h in histograms]
    mixed = [b if i % 3 == 0 else h for i, (h, b) in enumerate(zip(histograms, blank, strict=True))]
    found = oscillation(mixed)
    assert found.snapshots == 32
    assert found.reasons[0].startswith("20 snapshots without")
    assert oscillation(blank).kind == "too short"


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 40), st.integers(2, 5), st.integers(0, 10**6), st.sampled_from([1, 5, 100]))
def test_any_counts_get_a_verdict_without_a_warning(snapshots, modes, seed, images):
    rng = stream(seed, 0)
    shares = rng.dirichlet(np.full(modes, 0.3), snapshots)
    found = oscillation(drawn_counts(shares, rng, images=images))
    json.dumps(found.to_dict(), allow_nan=False)
    assert (found.snapshots_needed is not None) == (found.kind == "too short")


def test_recurrence_holds_for_noise_and_returns_for_a_cycle():
    still = recurrence(drawn_counts(np.full((80, 8), 1 / 8), stream(3, 1)))
    assert still.mean() == pytest.approx(0.95, abs=0.02)
    assert recurrence_index(still) is None
    turning = recurrence(drawn_counts(swinging_shares(80, 8, period=20, amplitude=0.08), stream(3, 1)))
    assert recurrence_index(turning) > 0.8
    leaving = recurrence(drawn_counts(np.linspace([0.8, 0.2], [0.2, 0.8], 80), stream(3, 2)))
    assert recurrence_index(leaving) < 0.5


def test_one_mode_alone_always_comes_back():
    alone = [ModeHistogram(i, ("a",), np.array([64])) for i in range(20)]
    assert recurrence(alone).all()
    assert recurrence(alone, np.zeros((20, 64), int)).all()


@pytest.mark.parametrize("rare", [0, 1])
def test_a_mode_that_hardly_shows_hides_no_cycle(rare):
    """What would be seen of the other modes is what would be seen without it."""
    histograms = drawn_counts(np.full((120, 4), 0.25), stream(14, 0))
    more = [ModeHistogram(h.nimg, (*h.modes, "e"), np.append(h.counts, 0)) for h in histograms]
    more[60] = ModeHistogram(more[60].nimg, more[60].modes, more[60].counts + np.array([0, 0, 0, -rare, rare]))
    found, expected = oscillation(more).detectable, oscillation(histograms).detectable
    assert found * np.sqrt(5) == pytest.approx(expected * np.sqrt(4), rel=0.25)


@pytest.mark.parametrize(("frequency", "modulus"), [(1 / 20, 0.95), (0.31, 0.8)])
def test_the_correlation_of_ringing_obeys_its_recursion(frequency, modulus):
    found = rotation(np.arange(6.0), frequency, -np.log(modulus))
    assert found[2:] == pytest.approx(
        2 * modulus * np.cos(2 * np.pi * frequency) * found[1:-1] - modulus**2 * found[:-2]
    )
    assert found[1] * (1 + modulus**2) == pytest.approx(2 * modulus * np.cos(2 * np.pi * frequency))


@pytest.mark.slow
def test_a_table_of_many_modes_ends():
    """Two thousand snapshots of two hundred modes: under a minute of processor time."""
    shares = swinging_shares(2000, 200, period=37, amplitude=0.0015)
    before = time.process_time()
    found = oscillation(drawn_counts(shares, stream(15, 0), every=1))
    assert time.process_time() - before < 60
    assert found.kind == "limit cycle"
    assert found.period == pytest.approx(37, rel=1e-3)


def test_channels_of_stationary_counts_are_white_with_the_known_variance():
    readings = from_histograms(drawn_counts(np.full((2000, 5), 0.2), stream(4, 0), images=500))
    channels = readings.channels
    assert channels.shape == (2000, 4)
    assert channels.var(0) * 4 * 500 == pytest.approx(np.ones(4), rel=0.1)


@pytest.mark.parametrize("pair", [PAIRS[3], (0.7, 0.92), (0.8, 0.8)])
def test_correlations_obey_the_recursion_of_their_roots(pair):
    found = correlation(pair, np.arange(6.0))
    total, product = sum(pair), pair[0] * pair[1]
    assert found[0] == pytest.approx(1)
    assert found[1] == pytest.approx(total / (1 + product))
    assert found[2:] == pytest.approx(total * found[1:-1] - product * found[:-2])


@pytest.mark.parametrize("times", [EVEN, np.sort(stream(5, 0).permutation(500)[:128]) / 3.9])
def test_the_null_spectrum_is_the_mean_of_its_surrogates(times):
    grid = Grid(times - times[0])
    shape = np.array([PAIRS.index((0.7, 0.87)), len(grid.shapes) - 1])
    drawn = surrogates(grid, shape, np.array([2.0, 0.5]), 4000, stream(6, 0))
    power = grid.periodogram(drawn - 0.0).mean(1)
    expected = (grid.shapes[shape] * [[2.0], [0.5]]).T
    assert np.abs(power / expected - 1).max() < 0.15


def test_a_straight_line_leaves_nothing():
    assert detrended(3 + 2 * EVEN[:, None], EVEN) == pytest.approx(np.zeros((128, 1)), abs=1e-10)


@pytest.mark.parametrize("frequency", [0.05, 0.153])
def test_beside_a_line_lies_the_floor_beside_ringing_much_more(frequency):
    grid, rng = Grid(np.arange(205.0)), stream(18, 0, str(frequency))
    line = np.cos(2 * np.pi * frequency * grid.times)[:, None]

    def height(values, near):
        flat = detrended(values, grid.times)
        return over_floor(grid, flat, lasting(grid, flat, near, np.ones(1)))

    still = [height(line * rng.uniform(0.3, 20) + rng.standard_normal((205, 1)), frequency) for _ in range(40)]
    assert np.mean(still) == pytest.approx(0.8, abs=0.2)  # the fit takes a part of the noise
    assert np.mean(np.array(still) > 1.7) <= 0.05
    rings = CONTROLS["damped rotation .95"](rng, 205, 20)
    driven = [height(2 * x[:, None] / x.std() + rng.standard_normal((205, 1)), 0.05) for x in rings.T]
    assert min(driven) > 3


def test_a_fitted_line_stays_where_it_was_seen():
    """Where there is no line a fit to weak noise would walk away, even beyond Nyquist."""
    grid = Grid(np.arange(64.0))
    for index in range(20):
        noise = detrended(stream(19, index).standard_normal((64, 1)), grid.times)
        for start in (0.08, 0.25, 0.49):
            assert abs(lasting(grid, noise, start, np.ones(1)).frequency - start) * 64 <= 2


def test_a_p_value_near_the_level_rests_on_many_draws():
    """499 draws tell .01 from .02 badly; other seeds must give nearly the same."""
    times = np.arange(205.0)
    values = 0.42 * np.cos(2 * np.pi * times / 17) + stream(21, 10).standard_normal(205)
    found = [oscillation((times, values), settle=0, seed=seed).p_value for seed in range(5)]
    assert all(0.0025 < p < 0.04 for p in found), found
    assert all(p * 2000 == pytest.approx(round(p * 2000)) for p in found)


@pytest.mark.parametrize(("modes", "images", "snapshots"), [(2, 1024, 20), (8, 1024, 20), (3, 3, 60), (8, 10, 100)])
def test_noise_is_not_called_drifting_however_few_snapshots_or_images_there_are(modes, images, snapshots):
    """It was in 7, 38, 92 and 61% of such series."""
    kinds = [
        oscillation(
            drawn_counts(np.full((snapshots, modes), 1 / modes), np.random.default_rng(seed), images=images)
        ).kind
        for seed in range(20)
    ]
    assert kinds.count("drifting") <= 3, kinds


def test_a_trend_is_seen_in_few_snapshots():
    shares = 1 / 2 + np.outer(np.linspace(0, 0.1, 20), [1, -1])
    kinds = [oscillation(drawn_counts(shares, np.random.default_rng(seed))).kind for seed in range(10)]
    assert kinds.count("drifting") >= 7, kinds


def test_a_line_whose_fit_leaves_the_spectrum_is_no_warning():
    rng = stream(7, 197, "control", "AR(1) .3", "8")
    values = CONTROLS["AR(1) .3"](rng, 256, 8)
    assert oscillation(share_counts(values, rng)).kind == "ringing"
