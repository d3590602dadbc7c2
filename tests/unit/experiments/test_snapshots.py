"""What a snapshot keeps of the probe's readings, and that files of an older kind are still read."""

import numpy as np
import pytest

import models
from experiments import train
from experiments.files import write_arrays
from experiments.snapshots import HYBRIDS, hybrid_arrays, reading_arrays
from tests.support.runs import COMPACT, WORLD, tiny

NEW = {"fixed_second", "fixed_hybridity", "fresh_second", "fresh_hybridity", "hybrids", "hybrids_modes"}


def reading(count, modes, seed=0):
    posterior = np.random.default_rng(seed).dirichlet(np.full(modes, 0.3), count)
    nearest, off_world = posterior.argmax(1), np.linspace(0, 1, count)
    return models.Reading(np.where(off_world > 0.8, -1, nearest), nearest, posterior, off_world)


def test_hybridity_is_the_entropy_of_the_posterior_over_that_of_a_fair_die():
    posterior = np.array([[1, 0, 0, 0], [0.25] * 4, [0, 0.5, 0.5, 0], [0, 0.2, 0, 0.8]])
    found = models.Reading(posterior.argmax(1), posterior.argmax(1), posterior, np.zeros(4))
    assert np.allclose(found.hybridity[:3], [0, 1, 0.5])
    assert found.second[2:].tolist() == [2, 1]
    alone = models.Reading(*np.zeros((2, 3), int), np.ones((3, 1)), np.zeros(3))
    assert alone.hybridity.tolist() == [0, 0, 0]
    assert alone.second.tolist() == [-1, -1, -1]


def test_the_runner_up_is_the_likeliest_but_one():
    found = reading(200, 5)
    order = np.argsort(-found.posterior, axis=1)
    assert np.array_equal(found.nearest, order[:, 0])
    assert np.array_equal(found.second, order[:, 1])


def test_a_snapshot_keeps_the_readings_and_the_pictures_of_the_greatest_hybridity():
    pictures = np.arange(40, dtype=np.uint8)[:, None, None, None] * np.ones((1, 2, 2, 3), np.uint8)
    found = reading(40, 4)
    kept = {**reading_arrays("fresh", found), **hybrid_arrays(pictures, found)}
    assert kept["fresh_hybridity"].dtype == np.float16
    assert kept["fresh_second"].dtype == kept["hybrids_modes"].dtype == np.int16
    chosen = kept["hybrids"][:, 0, 0, 0]
    assert len(chosen) == HYBRIDS
    assert (np.diff(found.hybridity[chosen]) <= 0).all()
    assert found.hybridity[chosen].min() >= np.delete(found.hybridity, chosen).max()
    assert np.array_equal(kept["hybrids_modes"], np.stack([found.nearest, found.second], 1)[chosen])


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return train(tiny(*COMPACT), WORLD, tmp_path_factory.mktemp("shots") / "run")


def test_a_run_keeps_them_and_reads_what_an_older_one_left(run):
    shot = list(run.snapshots())[-1]
    assert all(getattr(shot, name) is not None for name in NEW)
    assert shot.fixed_hybridity.tolist() == [0] * 8
    assert shot.hybrids.shape == (0, 16, 16, 3)  # a world of one mode has nothing between modes
    path = run.folder / "snapshots" / f"nimg-{shot.nimg:09d}.npz"
    with np.load(path) as arrays:
        older = {name: arrays[name] for name in arrays.files if name not in NEW}
    write_arrays(path, older)
    again = list(run.snapshots())[-1]
    assert all(getattr(again, name) is None for name in NEW)
    assert np.array_equal(again.fresh, shot.fresh)
    assert [h.total for h in run.mode_histograms(latents="fresh")] == [8] * len(list(run.snapshots()))
