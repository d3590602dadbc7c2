import numpy as np
import pytest

from mosaics import LAYOUTS, Sheet, Tiles


def rows_of(count: int, canvas=None) -> list[int]:
    """How many tiles stand in each row."""
    tiles = Tiles(np.broadcast_to(np.uint8(0), (count, 8, 8, 3)))
    return np.unique([p.y for p in LAYOUTS["grid"].place(tiles, Sheet(canvas))], return_counts=True)[1].tolist()


@pytest.mark.parametrize(
    ("count", "want"),
    [(1, [1]), (2, [2]), (7, [4, 3]), (10, [5, 5]), (12, [4] * 3), (200, [20] * 10), (400, [20] * 20)],
)
def test_a_free_sheet_has_full_rows(count, want):
    assert rows_of(count) == want


@pytest.mark.parametrize(("canvas", "want"), [((600, 600), [4, 4, 2]), ((900, 90), [10]), ((90, 900), [1] * 10)])
def test_a_given_canvas_decides(canvas, want):
    assert rows_of(10, canvas) == want


def test_a_short_last_row_is_centred():
    places = LAYOUTS["grid"].place(Tiles(np.zeros((10, 8, 8, 3), np.uint8)), Sheet((600, 600)))
    first, last = places[:4], places[8:]
    assert last[0].x - first[0].x == first[-1].x - last[-1].x > 0
