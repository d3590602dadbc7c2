"""Mosaics keep their own OKLab, since leaves do not meet: it is the same as procgen's."""

import numpy as np

from mosaics.oklab import to_oklab
from procgen.color import linear_from_srgb, oklab_from_linear


def test_both_say_the_same():
    srgb = np.random.default_rng(0).random((500, 3))
    assert np.abs(to_oklab(srgb) - oklab_from_linear(linear_from_srgb(srgb))).max() < 1e-6
