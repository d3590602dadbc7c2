import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from procgen import stream

numbers = st.integers(0, 2**40)


@given(numbers, numbers, st.text(max_size=8))
def test_the_same_key_gives_the_same_numbers(seed, index, name):
    assert stream(seed, index, name).random() == stream(seed, index, name).random()


def test_neighbouring_keys_share_nothing():
    keys = [
        (seed, index, *path) for seed in range(8) for index in range(8) for path in ((), ("a",), ("b",), ("a", "b"))
    ]
    assert len({stream(*key).random() for key in keys}) == len(keys)


def test_streams_of_one_picture_are_uncorrelated():
    pairs = np.array([[stream(0, i, "palette").random(), stream(0, i, "choices").random()] for i in range(2000)])
    assert abs(np.corrcoef(pairs.T)[0, 1]) < 0.07
    assert abs(np.corrcoef(pairs[:-1, 0], pairs[1:, 0])[0, 1]) < 0.07
