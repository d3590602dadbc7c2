"""A film of training: each latent stays in its place, each frame is a snapshot."""

import numpy as np
import pytest

from experiments import ExperimentsError
from experiments.decoding import in_colour
from experiments.run import Run
from experiments.tiles_asked import TilesAsked
from experiments.timelapse import Lapse, film_of_training, plan_timelapse, save_timelapse
from mosaics import Look, Options, compose, read_provenance
from mosaics.tiles import Tiles

BARE = Look(gutter=0, margin=0)


def lapse(layout="grid", order=None, size_px=None, seconds=1.0) -> Lapse:
    return Lapse(layout, order, size_px, 0, BARE, Options(), seconds)


@pytest.fixture
def asked(example) -> TilesAsked:
    return TilesAsked((str(example.run),))


def pictures(example) -> np.ndarray:
    """uint8 (snapshots, latents, 32, 32, 3)."""
    return np.stack([in_colour(shot.pictures) for shot in Run(example.run).snapshots()])


@pytest.mark.parametrize("order", ["hue", "similarity", "random"])
def test_each_latent_stays_where_its_last_picture_put_it(example, asked, order):
    film, _ = film_of_training(asked, lapse(order=order), even=False)
    shots = pictures(example)
    last = compose(Tiles(shots[-1]), order=order, look=BARE)
    assert np.array_equal(film.frame(film.count - 1), last.pixels)
    for number, shot in enumerate(shots):
        frame = film.frame(number)
        for place in last.placements:
            there = frame[place.y : place.y + place.h, place.x : place.x + place.w]
            assert np.array_equal(there, shot[place.tile])


def test_the_last_snapshot_stands_before_the_film_begins_again(asked):
    film, facts = film_of_training(asked, lapse(), even=False)
    steps = facts["source"]["sources"][0]["steps"]
    assert facts["frames"] == film.count >= len(steps)
    assert np.array_equal(film.frame(len(steps) - 1), film.frame(film.count - 1))


def test_latents_are_chosen_by_their_last_pictures(example, asked):
    shots = list(Run(example.run).snapshots())
    middle = float(np.median(shots[-1].fixed_hybridity[: len(shots[-1].pictures)]))
    wanted = np.flatnonzero(shots[-1].fixed_hybridity[: len(shots[-1].pictures)] < middle)
    film, facts = film_of_training(
        TilesAsked(asked.sources, select=f"hybridity<{middle}"), lapse(size_px=(32 * len(wanted), 32)), even=False
    )
    assert facts["tiles"] == len(wanted)
    cells = np.split(film.frame(0), len(wanted), axis=1)
    assert {cell.tobytes() for cell in cells} == {pictures(example)[0][latent].tobytes() for latent in wanted}


def test_a_video_has_even_sides(asked):
    look = Look(gutter=0.1, margin=0.03)
    odd = Lapse("grid", None, None, 0, look, Options(), 1.0)
    film, facts = film_of_training(TilesAsked(asked.sources, count=3), odd, even=True)
    assert [side % 2 for side in film.size_px] == [0, 0]
    assert list(film.size_px) == facts["size_px"]
    assert film.frame(0).shape == (film.size_px[1], film.size_px[0], 3)


@pytest.mark.parametrize("ending", ["webp", "gif", "png"])
def test_a_dry_run_says_what_then_happens(asked, tmp_path, ending):
    out = tmp_path / f"film.{ending}"
    plan = plan_timelapse(asked, lapse(), out)
    assert not out.exists()
    facts = save_timelapse(asked, lapse(), out)
    assert {key: plan[key] for key in ("frames", "size_px", "tiles")} == {
        key: facts[key] for key in ("frames", "size_px", "tiles")
    }
    assert abs(plan["bytes"] / out.stat().st_size - 1) < 0.2
    made = read_provenance(out)
    assert made["kind"] == "timelapse"
    assert made["source_type"] == "trainedAlgorithmicMedia"


def test_a_photomosaic_becomes_its_target(example, asked):
    shots = pictures(example)
    target = np.linspace(0, 255, 40 * 60 * 3).reshape(40, 60, 3).astype(np.uint8)
    how = Lapse("photomosaic", None, (240, 160), 0, BARE, Options(target=target, cells=24), 1.0)
    film, _ = film_of_training(asked, how, even=False)
    still = compose(Tiles(shots[-1]), layout="photomosaic", size_px=(240, 160), look=BARE, options=how.options)
    assert np.array_equal(film.frame(len(shots) - 1), still.pixels)
    moved = compose(Tiles(shots[0]), layout="photomosaic", size_px=(240, 160), look=BARE, options=how.options)
    assert not np.array_equal(film.frame(0), still.pixels)
    assert [p.tile for p in moved.placements] != [p.tile for p in still.placements]  # so that staying is a choice


@pytest.mark.parametrize("layout", ["filmstrip", "tapestry"])
def test_layouts_that_show_all_moments_are_no_films(layout):
    with pytest.raises(ExperimentsError, match="shows them all at once"):
        lapse(layout=layout)


def test_it_takes_one_run(example, asked):
    for sources in ((str(example.data),), (*asked.sources, *asked.sources)):
        with pytest.raises(ExperimentsError, match="expected one run"):
            film_of_training(TilesAsked(sources), lapse(), even=False)
