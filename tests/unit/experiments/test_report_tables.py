"""The tables of a report: what they hold, what they leave out, and that names are only words."""

import re

import pytest

from experiments.calibration import FalseAccepts
from experiments.report_tables import APART, calibration_table, cross_check_table, shares_table

LAST = {
    "raw": {"bars": 0.25, "a <b> & c": 0.75},
    "corrected": {"bars": 0.2, "a <b> & c": 0.8},
    "standard_errors": {"bars": 0.011, "a <b> & c": 0.012},
    "rejected": 0.04,
    "covered": ["bars"],
    "effective_modes": 1.65,
    "distance_to_world": 0.3,
}


def cells(page):
    return [re.findall(r"<t[hd]>(.*?)</t[hd]>", row) for row in re.findall(r"<tr>(.*?)</tr>", page)]


def test_shares_are_a_row_a_mode():
    page = shares_table(LAST)
    head, *rows = cells(page)
    assert head == ["last snapshot, fresh latents", "raw", "corrected", "standard error"]
    assert rows == [
        ["bars", "0.250", "0.200", "0.011"],
        ["a &lt;b&gt; &amp; c", "0.750", "0.800", "0.012"],
    ]
    assert "4% rejected; 1 of 2 modes covered for certain" in page


def test_bounds_are_a_column_of_their_own():
    bounds = {"least": {"bars": 0.1, "a <b> & c": 0.5}, "most": {"bars": 0.5, "a <b> & c": 0.9}}
    head, *rows = cells(shares_table(LAST | bounds))
    assert head[-1] == "whatever the rejected are"
    assert [row[-1] for row in rows] == ["0.10 to 0.50", "0.50 to 0.90"]


def test_without_an_accepted_picture_there_is_a_sentence():
    assert "no fresh picture was accepted" in shares_table({"rejected": 1.0})


def test_the_calibration_is_a_row_a_kind_as_wide_as_the_widest():
    rows = [FalseAccepts("blend", w, 128, n, 0.1, 0.2) for w, n in ((0.1, 128), (0.3, 64), (0.5, 0))]
    head, *found = cells(calibration_table([*rows, FalseAccepts("blur", 0.02, 128, 32)]))
    assert found[0] == ["two pictures seen through each other", "100% at 0.1", "50% at 0.3", "0% at 0.5"]
    assert found[1] == ["a blurred picture", "25% at 0.02", "", ""]
    assert {len(row) for row in (head, *found)} == {4}
    assert calibration_table([]) == ""


@pytest.mark.parametrize(("away", "word"), [(APART * 0.05 - 0.001, ""), (APART * 0.05 + 0.001, "differs")])
def test_shares_differ_from_three_standard_errors_on(away, word):
    row = {"name": "low_key", "world": 0.5, "world_error": 0.03, "pictures": 0.5 + away, "error": 0.04}
    rare = row | {"name": "rare", "world": 0.05, "pictures": 0.05}
    agreement = {key: {"agreement": 0.9, "error": 0.01} for key in ("truth", "real", "pictures")}
    found = {"shares": {"key": [row, rare]}, "pictures": 64, "real": 256, "modes": None}
    page = cross_check_table(found)
    _, *rows = cells(page)
    assert [each[0] for each in rows] == ["lightness: low key"]
    assert rows[0][-1] == word
    assert "hue of its own" not in page
    assert "90% ± 2% of real pictures" in cross_check_table(found | {"modes": agreement})
    assert cross_check_table(None) == ""
