"""Counts of modes: their statistics against known values, the table, and what is refused."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments import modes as m
from experiments.errors import ExperimentsError

MODES = ("bars", "rings", "glass")


def histogram(*counts: int, rejected: int = 0, nimg: int = 0) -> m.ModeHistogram:
    return m.ModeHistogram(nimg, tuple(f"m{k}" for k in range(len(counts))), np.array(counts), rejected)


def test_labels_are_counted_and_rejects_kept_apart():
    found = m.ModeHistogram.from_labels(64, MODES, [0, 2, 2, -1])
    assert found.counts.tolist() == [1, 0, 2]
    assert (found.accepted, found.total, found.rejected_share) == (3, 4, 0.25)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((0, ("a", "a"), np.array([1, 2])), "different names"),
        ((0, ("a", "a"), np.array([1, 1])), "different names"),
        ((0, ("a", "b"), np.array([1.0, 2.0])), "whole counts"),
        ((0, ("a", "b"), np.array([1, 2, 3])), "2 whole counts"),
        ((0, ("a", "b"), np.array([1, -2])), "negative"),
        ((-1, ("a", "b"), np.array([1, 2])), "negative"),
        ((0, ("a", "b"), np.array([0, 0])), "no image"),
    ],
)
def test_a_wrong_histogram_is_refused(arguments, words):
    with pytest.raises(ExperimentsError, match=words):
        m.ModeHistogram(*arguments)


def test_counts_cannot_be_changed():
    with pytest.raises(ValueError, match="read-only"):
        histogram(1, 2).counts[0] = 5


def test_wilson_bound_agrees_with_scipy():
    from scipy.stats import binomtest

    ours = m.wilson_lower(np.array([0, 3, 10]), 20)
    theirs = [binomtest(k, 20, alternative="greater").proportion_ci(0.95, "wilson").low for k in (0, 3, 10)]
    assert ours == pytest.approx(theirs, abs=1e-12)


def test_coverage_leaves_out_what_could_be_chance():
    found = histogram(500, 480, 2, 0)
    assert m.coverage(found) == ("m0", "m1")
    assert m.coverage(found, world=[0.5, 0.499, 0.001, 0.0]) == ("m0", "m1", "m2")
    with pytest.raises(ExperimentsError, match="add up to 1"):
        m.coverage(found, world=[1, 1, 1, 1])


@given(st.integers(2, 12))
def test_effective_modes_of_equal_shares_is_their_number(size):
    assert m.effective_modes(np.full(size, 1 / size)) == pytest.approx(size)
    assert m.effective_modes(np.eye(size)[0]) == 1


def test_churn_splits_into_what_the_shares_need_and_the_excess():
    before, after = [0, 0, 1, 1], [1, 0, 0, 1]
    assert m.churn(before, after) == 0.5
    assert m.excess_churn(before, after) == 0.5  # two latents traded places
    assert m.excess_churn([0, 0, 1, -1], [0, 1, 1, 1]) == 0
    with pytest.raises(ExperimentsError, match="same fixed latents"):
        m.churn([0, 1], [0])


@given(st.lists(st.lists(st.integers(0, 10**6), min_size=4, max_size=4).filter(any), min_size=2, max_size=9))
def test_a_table_read_back_is_the_table_written(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("table") / "counts.csv"
    written = [m.ModeHistogram(10 * i, MODES, np.array(row[:3]), row[3]) for i, row in enumerate(rows)]
    m.write_counts(written, path)
    read = m.read_counts(path)
    assert [(h.nimg, h.modes, h.counts.tolist(), h.rejected) for h in read] == [
        (h.nimg, h.modes, h.counts.tolist(), h.rejected) for h in written
    ]
    assert [p.name for p in path.parent.iterdir()] == ["counts.csv"]


def test_kimg_becomes_images(tmp_path):
    path = tmp_path / "counts.csv"
    path.write_text("kimg,a,b\n0.5,3,4\n12.8,5,0\n")
    assert [h.nimg for h in m.read_counts(path)] == [500, 12_800]
    assert m.time_unit(path) == "kimg"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "empty file"),
        ("a,b\n1,2\n", "begin with a header"),
        ("nimg,a,b\n0,1,2\n", "at least two snapshots"),
        ("nimg,a\n0,1\n1,1\n", "at least two modes"),
        ("nimg,a,a\n0,1,2\n1,1,2\n", "name of its own"),
        ("nimg,a,b\n0,1,2\n1,1\n", "3 cells in row 3"),
        ("nimg,a,b\n0,1,2\n1,,2\n", "write 0 where a mode is missing"),
        ("nimg,a,b\n0,1,2\n1,nan,2\n", "'nan'"),
        ("nimg,a,b\n0,1,2\n1,inf,2\n", "'inf'"),
        ("nimg,a,b\n0,.5,.5\n1,.4,.6\n", "not shares"),
        ("nimg,a,b\n0,1,2\n1,-1,2\n", "'-1'"),
        ("nimg,a,b\n0,1,2\n1,0,0\n", "at least one image in every row"),
        ("nimg,a,b\n0,1,2\n0,1,2\n", "rise from row to row"),
        ("nimg,a,b\n5,1,2\n0,1,2\n", "rise from row to row"),
        ("nimg,a,b\nx,1,2\n1,1,2\n", "whole number"),
        ("nimg,a,b,rejected\n0,1,2,-1\n1,1,2,0\n", "rejected"),
    ],
)
def test_a_table_that_is_none_gets_one_clear_sentence(tmp_path, text, words):
    path = tmp_path / "counts.csv"
    path.write_text(text)
    with pytest.raises(ExperimentsError, match=words) as caught:
        m.read_counts(path)
    assert "\n" not in str(caught.value)


def test_what_is_not_text_or_not_there_is_refused(tmp_path):
    (tmp_path / "picture.csv").write_bytes(bytes(range(128, 256)))
    for name in ("picture.csv", "missing.csv", "."):
        with pytest.raises(ExperimentsError, match="expected a table"):
            m.read_counts(tmp_path / name)


def test_histograms_of_other_modes_are_not_written(tmp_path):
    with pytest.raises(ExperimentsError, match="in every snapshot"):
        m.write_counts([histogram(1, 2), histogram(1, 2, 3)], tmp_path / "counts.csv")
    with pytest.raises(ExperimentsError, match="may be called"):
        m.write_counts([m.ModeHistogram(0, ("a", "step"), np.array([1, 2]))], tmp_path / "counts.csv")
    assert not list(tmp_path.iterdir())
