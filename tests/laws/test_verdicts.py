"""Laws of the verdict: scripted cycles are measured, scripted noise is not called a cycle. Small samples.

The full tables, with exact bounds, are printed by benchmarks/verdict.py.
"""

import numpy as np
import pytest

from experiments import ModeHistogram, Verdict, oscillation
from experiments.scripted import CONTROLS, drawn_counts, share_counts, swinging_shares
from experiments.verdict import KINDS
from procgen import stream

SNAPSHOTS = 256
NOISE = [name for name in CONTROLS if not name.startswith("damped")]
SERIES = 6


def control(name: str, modes: int) -> list[Verdict]:
    swing = None if name in ("one collapse", "aperiodic switching") else 0.2
    rngs = [stream(11, index, name, str(modes)) for index in range(SERIES)]
    return [oscillation(share_counts(CONTROLS[name](rng, SNAPSHOTS, modes), rng, swing=swing)) for rng in rngs]


@pytest.mark.parametrize("period", [5.3, 20.0, 41.3])
@pytest.mark.parametrize("every", [1, 2500])
def test_a_scripted_cycle_is_measured(period, every):
    shares = swinging_shares(SNAPSHOTS, 8, period=period, amplitude=0.02)
    found = oscillation(drawn_counts(shares, stream(3, 0, str(period)), every=every))
    assert found.kind == "limit cycle"
    assert found.period == pytest.approx(period * every, rel=0.01)
    assert found.period_low < period * every < found.period_high
    assert found.amplitude_low < 0.02 < found.amplitude_high
    assert found.p_value < 0.01


@pytest.mark.parametrize("sharpness", [1.0, 3.0])
def test_modes_that_hop_have_the_period_of_a_whole_turn(sharpness):
    """Strong harmonics must not pass for the cycle: one mode after the other takes nearly all."""
    turn = np.arange(SNAPSHOTS)[:, None] / 17 - np.arange(8) / 8
    weights = np.exp(sharpness * np.cos(2 * np.pi * turn))
    found = oscillation(drawn_counts(weights / weights.sum(1, keepdims=True), stream(9, 0)))
    assert found.kind == "limit cycle"
    assert found.period == pytest.approx(17_000, rel=0.01)
    assert found.recurrence > 0.8


@pytest.mark.parametrize("name", NOISE)
def test_noise_is_not_called_a_cycle(name):
    verdicts = control(name, 3)
    assert sum(v.kind == "limit cycle" for v in verdicts) <= 1
    for verdict in verdicts:
        assert verdict.kind in KINDS
        assert (verdict.period is None) == (verdict.kind not in ("limit cycle", "ringing"))


def test_what_happened_gets_its_name():
    for name, kind in {"stationary": "converged", "trend": "drifting", "one collapse": "collapsed"}.items():
        kinds = [v.kind for v in control(name, 8)]
        assert kinds.count(kind) >= SERIES - 1, (name, kinds)


@pytest.mark.parametrize("name", [name for name in CONTROLS if name.startswith("damped")])
def test_ringing_is_told_from_a_cycle(name):
    verdicts = control(name, 4)
    kinds = [v.kind for v in verdicts]
    assert kinds.count("ringing") >= SERIES - 1, kinds
    assert np.median([v.period / 1000 for v in verdicts if v.kind == "ringing"]) == pytest.approx(20, rel=0.1)
    assert all(v.quality > 1 for v in verdicts if v.kind == "ringing")


@pytest.mark.parametrize(
    ("modulus", "period"), [(1.0, 62.805655), (1.0, 12.433075), (np.sqrt(1.01), 63.040737), (0.99, 20.3)]
)
def test_an_exact_orbit_gives_its_period_and_growth(modulus, period):
    """Dirac-GAN orbits in closed form (Mescheder et al. 2018): modulus a step and period in steps."""
    steps = np.arange(320)
    found = oscillation((steps, modulus**steps * np.cos(2 * np.pi * steps / period)), unit="steps")
    assert found.kind == "limit cycle" if modulus >= 1 else found.kind in ("limit cycle", "ringing")
    assert found.period == pytest.approx(period, rel=1e-3)
    assert found.growth == pytest.approx(np.log(modulus), abs=1e-5)


@pytest.mark.parametrize("ends", [(18, 22), (25, 15)])
def test_a_slowly_changing_period_is_a_cycle_with_a_rate(ends):
    frequency = np.linspace(1 / ends[0], 1 / ends[1], SNAPSHOTS)
    turns = np.cumsum(frequency)[:, None] - np.arange(8) / 8
    found = oscillation(drawn_counts(1 / 8 + 0.02 * np.cos(2 * np.pi * turns), stream(10, 0), every=1))
    bend = (frequency[-1] - frequency[0]) / (SNAPSHOTS - 1)
    middle = frequency[len(frequency) // 5 :].mean()
    assert found.kind == "limit cycle"
    assert found.period == pytest.approx(1 / middle, rel=0.01)
    assert abs(found.period_rate + bend / middle**3) < 3 * found.period_rate_error < 0.1


@pytest.mark.parametrize("name", ["random walk", "1/f"])
def test_what_wanders_has_no_place_to_return_to(name):
    kinds = [v.kind for v in control(name, 2)]
    assert kinds.count("converged") <= SERIES // 3, kinds


@pytest.mark.parametrize(("modes", "amplitude"), [(2, 0.01), (8, 0.005)])
def test_a_weak_cycle_is_seen(modes, amplitude):
    shares = swinging_shares(SNAPSHOTS, modes, period=11.7, amplitude=amplitude)
    kinds = [oscillation(drawn_counts(shares, stream(12, index, str(modes)))).kind for index in range(5)]
    assert kinds.count("limit cycle") >= 4, kinds


def test_a_weak_cycle_of_two_modes_is_rarely_too_broad():
    """In white noise nothing lies beside a line, whatever one comparison in twenty says."""
    shares = swinging_shares(SNAPSHOTS, 2, period=11.7, amplitude=0.012)
    kinds = [oscillation(drawn_counts(shares, stream(15, index))).kind for index in range(40)]
    assert set(kinds) == {"limit cycle"}


def test_a_clear_cycle_is_never_taken_for_ringing():
    shares = swinging_shares(SNAPSHOTS, 8, period=20, amplitude=0.025)
    kinds = [oscillation(drawn_counts(shares, stream(16, index))).kind for index in range(10)]
    assert set(kinds) == {"limit cycle"}


@pytest.mark.parametrize("swing", [0.2, 0.8])
def test_uneven_modes_that_swing_are_counted_out(swing):
    """Shares of .4 to .1, or so far apart that the rarest is all but gone at times, keep their common period."""
    base = np.log([0.4, 0.3, 0.2, 0.1])
    turn = 2 * np.pi * (np.arange(SNAPSHOTS)[:, None] / 17.3 - np.arange(4) / 4)
    weights = np.exp(base + swing * np.cos(turn))
    shares = weights / weights.sum(1, keepdims=True)
    found = oscillation(drawn_counts(shares, stream(22, 0, str(swing)), every=1), world=(0.4, 0.3, 0.2, 0.1))
    lines = 2 * np.abs(np.exp(-2j * np.pi * np.arange(173) / 17.3) @ shares[:173]) / 173  # ten whole turns
    assert found.kind == "limit cycle"
    assert found.period == pytest.approx(17.3, rel=0.01)
    assert found.amplitude == pytest.approx(np.sqrt((lines**2).mean()), rel=0.05)


def test_uneven_snapshots_give_the_same_period():
    times = np.sort(stream(4, 0, "times").permutation(1000)[:200])
    values = np.cos(2 * np.pi * times / 43.7) + 0.5 * stream(4, 0, "noise").standard_normal(200)
    found = oscillation((times, values))
    assert found.kind == "limit cycle"
    assert found.period == pytest.approx(43.7, rel=0.01)
    assert "unevenly" in found.reasons[0]


@pytest.mark.parametrize(("amplitude", "kind"), [(0.0, "converged"), (0.03, "limit cycle")])
def test_jittered_snapshots_with_dense_bursts_are_judged(amplitude, kind):
    rng = stream(13, 0)
    jittered = np.arange(1, 161) * 1000 + rng.integers(-300, 300, 160)
    bursts = np.concatenate([start + np.arange(32) * 60 for start in (40_000, 90_000, 140_000)])
    times = np.unique(np.concatenate([jittered, bursts]))
    shares = 1 / 4 + amplitude * np.cos(2 * np.pi * (times[:, None] / 20_000 - np.arange(4) / 4))
    names = ("a", "b", "c", "d")
    series = [ModeHistogram(int(t), names, rng.multinomial(1024, row)) for t, row in zip(times, shares, strict=True)]
    found = oscillation(series)
    assert found.kind == kind
    if amplitude:
        assert found.period == pytest.approx(20_000, rel=0.01)


@pytest.mark.parametrize("snapshots", [1, 2, 5, 12, 18])
def test_a_short_run_is_too_short_and_has_no_numbers(snapshots):
    shares = swinging_shares(snapshots, 8, period=4, amplitude=0.05)
    found = oscillation(drawn_counts(shares, stream(5, snapshots)))
    assert found.kind == "too short"
    assert found.snapshots_needed > 0
    assert (found.period, found.amplitude, found.growth, found.p_value) == (None,) * 4


def test_too_few_images_are_too_short_to_say():
    found = oscillation(drawn_counts(np.full((30, 8), 1 / 8), stream(6, 0), images=32))
    assert found.kind == "too short"
    assert found.snapshots_needed > 0


def test_a_cycle_seen_too_rarely_is_too_short_to_say():
    shares = swinging_shares(SNAPSHOTS, 8, period=80, amplitude=0.04)
    found = oscillation(drawn_counts(shares, stream(8, 0)))
    assert found.kind == "too short"
    assert found.period is None
    assert found.snapshots_needed > 64
