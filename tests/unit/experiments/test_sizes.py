import pytest

from experiments.errors import ExperimentsError
from experiments.sizes import read_bleed, read_size
from procgen import ProcgenError


@pytest.mark.parametrize(
    ("size", "bleed", "pixels"),
    [
        ("60x40cm", "3mm", 35),
        ("60x40cm", "0.3cm", 35),
        ("24x16in", "0.125in", 38),
        ("60x40cm", "36px", 36),
        ("800x600", "36", 36),
        ("800x600", "0", 0),
    ],
)
def test_a_bleed_in_pixels(size, bleed, pixels):
    assert read_bleed(bleed, read_size(size)) == pixels


def test_a_bleed_of_pixels_that_have_a_size():
    assert read_bleed("1cm", read_size("800x600", dpi=254)) == 100


@pytest.mark.parametrize(
    ("size", "bleed", "words"),
    [
        (None, "3mm", "give --size"),
        ("800x600", "3mm", "give --dpi 300"),
        ("800x600", "3 furlongs", "expected a bleed as 3mm"),
        ("800x600", "-3", "expected a bleed as 3mm"),
        ("800x600", "151", "up to a quarter of 600 pixels, got 151"),
        ("65536", "3", "from 8 to 65536"),
    ],
)
def test_bleeds_that_cannot_be(size, bleed, words):
    with pytest.raises((ExperimentsError, ProcgenError), match=words):
        read_bleed(bleed, read_size(size) if size else None)
