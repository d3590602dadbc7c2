"""The whole way from pictures to corrected shares: a calibrated probe, the scripted world, the check by pixels."""

import numpy as np
import pytest

import models
from experiments import Verdict, oscillation
from experiments.calibration import FalseAccepts, between, calibrate, calibration_rows, false_accepts
from experiments.confusion import Confusion, share_bounds
from experiments.corrected import corrected_amplitude, corrected_series
from experiments.cross_checking import cross_check
from experiments.errors import ExperimentsError
from experiments.files import read_json
from experiments.modes import ModeHistogram
from experiments.probing import run_probe
from experiments.scripted_world import EVERY, Script, mode_readings, rendered_histograms, resampled_histograms
from experiments.world_sources import LiveSource
from procgen import Space, load_space

SPACE = Space(
    compositions=("bars", "targets", "waves"),
    harmonies=("triad",),
    contrasts=("hue",),
    keys=("middle",),
    purities=("vivid",),
)
SIZE = 32


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A probe trained for little more than half of its time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("models.probe.LEAST_STEPS", 360)
        patch.setattr("models.probe.STEPS_PER_MODE", 120)
        patch.setattr("experiments.probing.PICTURES_PER_MODE", 300)
        folder = tmp_path_factory.mktemp("probe")
        run_probe(folder, LiveSource(SPACE, 0, SIZE))
    return folder


@pytest.fixture(scope="module")
def probe(folder):
    return run_probe(folder, LiveSource(SPACE, 0, SIZE))


# --- the calibration ------------------------------------------------------------------------------------------------


def test_the_calibration_is_kept_with_the_probe_and_is_a_function_of_its_seed(folder, probe):
    rows = calibration_rows(read_json(folder / "probe" / "probe.json")["calibration"])
    assert [(row.kind, row.weight) for row in rows] == [
        (name, weight) for name, kind in models.OFF_WORLD.items() for weight in kind.weights
    ]
    images, labels = LiveSource(SPACE, 3, SIZE).labelled(60)
    first, again, other = (calibrate(probe, images, labels, seed=seed) for seed in (1, 1, 2))
    assert first == again != other


def test_what_is_further_off_the_world_is_accepted_less(probe):
    images, labels = LiveSource(SPACE, 3, SIZE).labelled(120)
    rows = calibrate(probe, images, labels)
    for name, limit in (("blend", 0.75), ("collage", 0.7), ("noise", 0.7), ("checkerboard", 0.5)):
        shares = [row.share for row in rows if row.kind == name]
        assert shares[-1] < min(limit, shares[0]), name
    blends = [row.recovered for row in rows if row.kind == "blend"]
    assert blends[0] < 0.2 < 0.3 < blends[-1] < 0.7
    assert 0 < false_accepts(rows) < 1


def test_a_ring_is_calibrated_on_the_fields_between_its_modes():
    ring = load_space("ring-8")
    source = LiveSource(ring, 0, 16)
    halfway = between(ring, 7, 0.25)
    assert halfway.sample(0, 0).drawing.position == pytest.approx(7.25 / 8, abs=1e-3)
    network = models.build_probe((16, 16, 3), 8, 0)
    untrained = models.Probe(source.modes, network, 0.0, np.eye(9, 8, dtype=int))
    rows = calibrate(untrained, *source.labelled(40), space=ring)
    fields = [row for row in rows if row.kind == "fields"]
    assert [row.weight for row in fields] == [0.1, 0.2, 0.3, 0.4, 0.5]
    assert all(row.pictures == 128 and row.accepted == 0 for row in fields)  # nothing is below a threshold of 0


def test_a_world_of_one_mode_has_nothing_to_calibrate():
    alone = models.Probe(("waves",), None, 1.0, np.array([[5], [0]]))
    assert calibrate(alone, np.zeros((5, 16, 16, 3), np.uint8), np.zeros(5, int)) == []
    assert false_accepts([]) == 1.0


def test_a_row_says_its_share_and_its_error():
    row = FalseAccepts("blend", 0.3, 100, 25, 0.28, 0.2)
    assert row.share == 0.25
    assert row.error == pytest.approx(0.043, abs=0.001)
    assert row.recovered_error == pytest.approx(0.02)
    assert str(row) == "blend 0.3: 25.0% +- 4.3% accepted, weight read 0.28 +- 0.20"
    assert FalseAccepts("noise", 0.3, 100, 0).error > 0


# --- bounds where much is rejected ------------------------------------------------------------------------------------


def test_bounds_hold_whatever_the_rejected_images_are():
    truth, none, badly = np.array([300, 200, 100]), 400, 0.25
    passed = int(none * badly)
    for lands in range(3):  # accepted images of no mode land in one mode
        counts = truth + passed * (np.arange(3) == lands)
        low, high = share_bounds(ModeHistogram(0, ("a", "b", "c"), counts, none - passed), badly)
        assert (low <= truth / truth.sum() + 1e-9).all()
        assert (truth / truth.sum() <= high + 1e-9).all()
    for lost in range(3):  # or all rejected images are one mode's, badly drawn
        low, high = share_bounds(ModeHistogram(0, ("a", "b", "c"), truth, none), badly)
        whole = (truth + none * (np.arange(3) == lost)) / (truth.sum() + none)
        assert (low <= whole + 1e-9).all()
        assert (whole <= high + 1e-9).all()


def test_bounds_close_where_nothing_is_rejected():
    low, high = share_bounds(ModeHistogram(0, ("a", "b"), np.array([30, 10])), 0.5)
    assert np.allclose([low, high], [[0.75, 0.25]] * 2)
    with pytest.raises(ExperimentsError, match="from 0 to 1"):
        share_bounds(ModeHistogram(0, ("a", "b"), np.array([30, 10])), 1.5)


# --- the scripted world ---------------------------------------------------------------------------------------------


def right(histograms, probe, script):
    confusion, verdict = Confusion(probe.modes, probe.confusion), oscillation(histograms)
    _, low, high = corrected_amplitude(histograms, confusion, verdict)
    period = verdict.period / EVERY
    return abs(period / script.period - 1) <= 0.01, low <= script.amplitude(len(probe.modes)) <= high


def test_the_scripted_world_is_read_with_its_period_and_its_amplitude(probe):
    script = Script(snapshots=128, latents=256, period=16, strength=0.5)
    pool = mode_readings(probe, SPACE, SIZE, count=512, seed=11)
    found = [right(resampled_histograms(pool, probe.modes, script, seed=seed), probe, script) for seed in range(8)]
    assert np.sum(found, axis=0).min() >= 7
    whole = Script(snapshots=64, latents=32, period=8, strength=1.0)
    assert all(right(rendered_histograms(probe, SPACE, SIZE, whole, seed=12), probe, whole))


def test_the_amplitude_of_a_script_is_that_of_its_shares():
    script = Script(snapshots=400, period=20, strength=0.7)
    turn = np.exp(2j * np.pi * np.arange(400) / 20)
    for modes in (2, 5, 8):
        assert script.amplitude(modes) == pytest.approx(2 * abs(script.shares(modes).T @ turn / 400).mean())


def bad_probe(modes, accuracy, labelled, rng):
    """A probe's chances, and the matrix that so many labelled images a mode give."""
    chances = rng.dirichlet(np.full(modes + 1, 0.5), modes).T * (1 - accuracy)
    chances[np.arange(modes), np.arange(modes)] += accuracy
    chances /= chances.sum(0)
    pool = np.stack([rng.choice(modes + 1, 4096, p=column) for column in chances.T])
    counts = np.stack([rng.multinomial(labelled, column) for column in chances.T], 1)
    names = tuple(f"mode {k}" for k in range(modes))
    return np.where(pool == modes, -1, pool), Confusion(names, counts)


@pytest.mark.parametrize("accuracy", [0.75, 0.97])
def test_the_interval_of_the_corrected_amplitude_holds_the_truth(accuracy):
    script, inside, swings = Script(strength=0.2), [], []
    verdict = Verdict("limit cycle", "", 205, period=20.0 * EVERY, growth=0.0)
    for seed in range(100):
        pool, confusion = bad_probe(8, accuracy, 60, np.random.default_rng(seed))
        histograms = resampled_histograms(pool, confusion.modes, script, seed=seed)
        middle, low, high = corrected_amplitude(histograms, confusion, verdict)
        inside.append(low <= script.amplitude(8) <= high)
        swings.append(middle)
    assert sum(inside) >= 90
    assert np.mean(swings) == pytest.approx(script.amplitude(8), rel=0.02)


def test_mistakes_shrink_the_raw_swing_and_leave_the_period():
    pool, confusion = bad_probe(8, 0.75, 60, np.random.default_rng(1))
    script = Script(strength=0.2)
    verdict = oscillation(resampled_histograms(pool, confusion.modes, script, seed=1))
    assert verdict.period == pytest.approx(20 * EVERY, rel=0.01)
    assert verdict.amplitude == pytest.approx(0.75 * script.amplitude(8), rel=0.2)


def test_a_surer_matrix_gives_a_narrower_interval():
    pool, few = bad_probe(4, 0.8, 30, np.random.default_rng(0))
    many = Confusion(few.modes, few.counts * 100)
    histograms = resampled_histograms(pool, few.modes, Script(strength=0.3), seed=0)
    verdict = oscillation(histograms)
    wide, narrow = (corrected_amplitude(histograms, each, verdict) for each in (few, many))
    assert wide[0] == pytest.approx(narrow[0])
    assert narrow[2] - narrow[1] < 0.7 * (wide[2] - wide[1])
    assert corrected_amplitude(histograms[:20], few, oscillation(histograms[:20])) is None
    assert np.allclose(corrected_series(histograms, few).sum(1), 1)


# --- the check by pixels --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def ring():
    return LiveSource(load_space("ring-8"), 0, SIZE).labelled(200)


def test_the_hue_tells_the_modes_of_a_ring(ring):
    images, truth = ring
    half_wrong = (truth[:40] + np.arange(40) % 2) % 8
    real = {"real_labels": truth[40:], "real_read": np.where(np.arange(160) % 4, truth[40:], -1)}
    found = cross_check(images[:40], images[40:], labels=half_wrong, **real, modes=range(8))["modes"]
    assert found["truth"]["agreement"] > 0.85
    assert found["real"]["agreement"] > 0.85
    assert found["pictures"]["agreement"] == pytest.approx(0.5, abs=0.12)
    assert (found["truth"]["of"], found["pictures"]["of"]) == (80, 40)


def test_shares_by_pixels_are_those_of_the_world_for_its_own_pictures_and_not_for_others(ring):
    images, _ = ring
    same = cross_check(images[:100], images[100:])["shares"]
    assert same.keys() == {"template", "key", "contrast"}
    for rows in same.values():
        assert sum(row["pictures"] for row in rows) == pytest.approx(1)
        assert sum(row["world"] for row in rows) == pytest.approx(1)
    keys = {row["name"]: row for row in same["key"]}
    off = abs(keys["middle"]["pictures"] - keys["middle"]["world"])
    assert off < 4 * np.hypot(keys["middle"]["error"], keys["middle"]["world_error"])
    dark = {row["name"]: row["pictures"] for row in cross_check(images[:20] // 3, images[160:])["shares"]["key"]}
    assert dark["low"] == 1.0
    grey = np.repeat(images[:10].mean(-1, keepdims=True).astype(np.uint8), 3, axis=-1)
    assert next(r for r in cross_check(grey, images[160:])["shares"]["template"] if r["name"] == "N")["pictures"] == 1.0


def test_pictures_without_colour_are_said(ring):
    with pytest.raises(ExperimentsError, match="measure colours"):
        cross_check(ring[0][..., :1], ring[0])
