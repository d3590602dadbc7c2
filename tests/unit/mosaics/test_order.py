import numpy as np
import pytest

from mosaics import LAYOUTS, ORDERS, MosaicsError, Sheet, Tiles

RED, YELLOW, GREEN, BLUE = (230, 30, 40), (240, 220, 30), (40, 180, 60), (40, 60, 220)
BLACK, GREY, WHITE = (5, 5, 5), (128, 128, 128), (250, 250, 250)


def flat(*colours, **columns) -> Tiles:
    return Tiles.from_images(np.array(colours, np.uint8)[:, None, None, :], **columns)


def test_hue_goes_round_the_wheel_and_ends_in_greys():
    assert ORDERS["hue"](flat(GREY, BLUE, WHITE, RED, GREEN, BLACK, YELLOW)).tolist() == [3, 6, 4, 1, 2, 0, 5]


def test_lightness_goes_from_light_to_dark():
    assert ORDERS["lightness"](flat(BLUE, WHITE, YELLOW, BLACK)).tolist() == [1, 2, 0, 3]


def test_step_reads_nimg_before_step():
    assert ORDERS["step"](flat(RED, RED, RED, nimg=[3, 1, 2], step=[1, 2, 3])).tolist() == [1, 2, 0]
    assert ORDERS["step"](flat(RED, RED, RED, step=[3, 1, 2])).tolist() == [1, 2, 0]


def test_modes_stay_together():
    tiles = flat(GREEN, RED, BLUE, RED, mode=["b", "a", "a", "b"])
    assert ORDERS["mode"](tiles).tolist() == [1, 2, 3, 0]


def test_hue_on_a_sheet_runs_across_and_darkens_down():
    dark = [tuple(v // 2 for v in colour) for colour in (RED, GREEN)]
    tiles = flat(dark[0], RED, dark[1], GREEN)
    slots = np.array([(p.x, p.y) for p in LAYOUTS["grid"].place(tiles, Sheet())])
    assert ORDERS["hue"](tiles, slots=slots).tolist() == [1, 3, 0, 2]


@pytest.mark.parametrize("name", ["step", "mode"])
def test_needs_its_column(name):
    with pytest.raises(MosaicsError, match="column"):
        ORDERS[name](flat(RED), seed=0)
