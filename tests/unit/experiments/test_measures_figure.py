"""The figure of measures shows the numbers it is given, gaps as gaps and changes of the lead as steps."""

import numpy as np
import pytest

from experiments.figures import MeasureSeries, measures_figure
from experiments.figures.theme import mode_colours

TIMES = np.arange(6.0)


def figure(handovers=(), churn=0.2):
    ramp = np.linspace(0, 1, 6)
    gap = np.where(TIMES == 2, np.nan, ramp)
    values = {"covered": 3 * ramp, "effective_modes": 1 + 2 * ramp, "tv": gap, "js": 1 - ramp}
    moved = {"churn": np.full(6, churn), "excess_churn": np.full(6, churn / 2)}
    return measures_figure(MeasureSeries(TIMES, **values, **moved, modes=3, due=3.0, handovers=handovers))


def test_every_series_is_drawn_as_it_is():
    many, far, moved, _ = figure().axes
    named = {line.get_label(): line.get_ydata() for axes in (many, far, moved) for line in axes.lines}
    assert named["effective"] == pytest.approx(np.linspace(1, 3, 6))
    assert named["for certain"] == pytest.approx(np.linspace(0, 3, 6))
    assert np.isnan(named["total variation"][2])
    assert named["more than the shares need"] == pytest.approx(np.full(6, 0.1))
    assert [axes.get_title("left") for axes in (many, far, moved)] == [
        "modes that are there",
        "distance to the world",
        "latents that changed their mode",
    ]


def test_each_change_of_the_lead_is_a_step_in_the_colour_of_its_mode():
    lead = figure(handovers=((1.5, 2), (4.0, 0))).axes[3]
    (dots,) = lead.collections
    assert dots.get_offsets().tolist() == [[1.5, 1], [4.0, 2]]
    assert [tuple(c) for c in dots.get_facecolors()] == [tuple(_rgba(mode_colours(3)[k])) for k in (2, 0)]
    assert lead.lines[0].get_ydata().tolist() == [0, 1, 2, 2]


def _rgba(colour):
    from matplotlib.colors import to_rgba

    return to_rgba(colour)


@pytest.mark.parametrize("churn", [0.0, np.nan])
def test_where_nothing_moves_it_is_drawn_all_the_same(churn):
    *_, moved, lead = figure(churn=churn).axes
    assert moved.get_ylim() == pytest.approx((0, 1.32 * 0.05))
    assert [text.get_text() for text in lead.texts] == ["none for certain"]
