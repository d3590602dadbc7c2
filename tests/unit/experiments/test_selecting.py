"""Conditions and steps in words."""

import numpy as np
import pytest

from experiments.errors import ExperimentsError
from experiments.named_steps import name_steps, read_steps
from experiments.selecting import read_conditions

NUMBERS = np.array([0.0, 0.3, 0.5, 10.0, 350.0, 9600.0, np.nan])
WORDS = np.array(["rings", "bars", "soft_fields", "rings", ""])
STEPS = [0, 50, 100, 150, 200, 1200]

HOLDS = [
    ("x<0.3", NUMBERS, [0]),
    ("x<=0.3", NUMBERS, [0, 1]),
    ("x>0.3", NUMBERS, [2, 3, 4, 5]),
    ("x >= .5", NUMBERS, [2, 3, 4, 5]),
    ("x=0.3", NUMBERS, [1]),
    ("x==0.3|10", NUMBERS, [1, 3]),
    ("x!=0.3", NUMBERS, [0, 2, 3, 4, 5]),
    ("x=0.3..10", NUMBERS, [1, 2, 3]),
    ("x=9.6kimg", NUMBERS, [5]),
    ("x=0..0.1|10..400", NUMBERS, [0, 3, 4]),
    ("hue_deg=350..10", NUMBERS[:5], [0, 1, 2, 3, 4]),
    ("hue_deg=340..0.4", NUMBERS[:5], [0, 1, 4]),
    ("mode=rings", WORDS, [0, 3]),
    ("mode=rings|bars", WORDS, [0, 1, 3]),
    ("mode!=rings", WORDS, [1, 2, 4]),
    ("mode=*s", WORDS, [0, 1, 2, 3]),
]
MISTAKES = [
    ("mode", None, "expected a condition as mode=rings.*got 'mode'"),
    ("x<", None, "expected a condition"),
    ("<3", None, "expected a condition"),
    ("x<rings", NUMBERS, "expected a number for x, got 'rings'"),
    ("x=5..1", NUMBERS, "expected a range from less to more"),
    ("mode<rings", WORDS, "expected = or != for mode, which is a word"),
]


@pytest.mark.parametrize(("text", "values", "expected"), HOLDS, ids=[row[0] for row in HOLDS])
def test_a_condition_holds(text, values, expected):
    (condition,) = read_conditions(text)
    assert np.flatnonzero(condition.holds(values)).tolist() == expected


@pytest.mark.parametrize(("text", "values", "words"), MISTAKES, ids=[row[0] for row in MISTAKES])
def test_a_wrong_condition_is_one_sentence(text, values, words):
    with pytest.raises(ExperimentsError, match=words):
        _ = [condition.holds(values) for condition in read_conditions(text)]


def test_several_conditions_and_none():
    assert [each.name for each in read_conditions("mode=rings, score>0.9,base_hue_deg=330..30")] == [
        "mode", "score", "base_hue_deg",
    ]  # fmt: skip
    assert read_conditions("") == read_conditions(" , ") == ()


def test_a_word_that_cannot_be_names_those_that_can():
    (condition,) = read_conditions("mode=ring")
    with pytest.raises(ExperimentsError, match="expected mode among bars, rings, got 'ring': did you mean rings"):
        condition.check_word(["bars", "rings"])


CHOSEN = {
    "": [1200],
    "all": STEPS,
    "100": [100],
    "0.8kimg": [100],
    "50-150": [50, 100, 150],
    "1kimg-9.6kimg": [150, 200, 1200],
    "200,0,100-150": [0, 100, 150, 200],
}


@pytest.mark.parametrize("text", CHOSEN)
def test_steps_are_read_and_named_again(text):
    chosen = read_steps(text, STEPS, 8, "here")
    assert chosen == CHOSEN[text]
    assert read_steps(name_steps(chosen, STEPS), [*STEPS, 1300, 1400], 8, "here") == chosen


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("75", r"expected steps of here, 0 \(0kimg\), 50 .*got '75'"),
        ("300-400", "got '300-400'"),
        ("soon", "expected steps as all, 1200"),
        ("200-100", "got '200-100'"),
    ],
)
def test_steps_that_are_not_there_are_one_sentence(text, words):
    with pytest.raises(ExperimentsError, match=words):
        read_steps(text, STEPS, 8, "here")


def test_of_many_steps_a_sentence_names_those_nearby():
    with pytest.raises(ExperimentsError, match=r"1000 of them, among which 0 .*, 500 .*, 510 .*, 9990 .*, got '505'"):
        read_steps("505", range(0, 10000, 10), 8, "here")
