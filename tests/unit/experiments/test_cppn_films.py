"""CPPNs that move: paths, loops without a seam, parameters over time, files that carry it all."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import mosaics
from experiments import ExperimentsError
from experiments.cppn.asking import find_cppn
from experiments.cppn.courses import COURSES
from experiments.cppn.filming import FilmAsked, Seam, check_film, plan_film, save_film
from experiments.cppn.motion import Motion, Moving, calm, reached, read_over, stations_of
from experiments.cppn.moving_sheets import GridAsked, plan_grid, save_grid
from experiments.cppn.sheets import read_axis
from experiments.rebuilding import rebuild
from mosaics import MosaicsError

POINTS = np.array([[0.0, 1, 2], [3, 1, -1], [2, 2, 0], [-1, 0, 1]])
BASE = find_cppn("silk-z", {"width": 10, "depth": 4, "seed": 2})
THROUGH = stations_of(BASE, "0,1,2")
VIDEO = Path("a.mp4")


@pytest.mark.parametrize("path", COURSES)
@pytest.mark.parametrize("closed", [False, True])
@pytest.mark.parametrize("count", [2, 3, 4])
def test_a_path_meets_its_points_and_a_closed_one_comes_back(path, closed, count):
    points = POINTS[:count]
    course = COURSES[path](points, closed)
    met = course(np.arange(count) / (count if closed else count - 1))
    assert met == pytest.approx(points, abs=1e-9)
    assert course(np.array([1.0]))[0] == pytest.approx(points[0] if closed else points[-1], abs=1e-9)


@pytest.mark.parametrize("count", [2, 3, 4])
def test_a_closed_spline_has_no_corner_where_it_closes(count):
    course, step = COURSES["spline"](POINTS[:count], True), 1e-5
    before, at, after = course(np.array([1 - step, 0.0, step]))
    assert (at - before) / step == pytest.approx((after - at) / step, abs=1e-2)
    assert np.linalg.norm(after - at) > 0


def test_there_and_back_where_there_is_one_dimension():
    course = COURSES["spline"](np.array([[0.0], [1.0]]), True)
    assert course(np.array([0, 0.25, 0.5, 0.75, 1])).ravel() == pytest.approx([0, 0.5, 1, 0.5, 0], abs=1e-9)


@pytest.mark.parametrize("loop", [False, True])
@pytest.mark.parametrize("even", [False, True])
def test_frames_go_from_the_first_station_to_the_last(loop, even):
    motion = Motion(THROUGH, loop=loop, seconds=1, fps=12, even=even)
    frames = Moving(BASE, motion).at_frames
    assert len(frames) == motion.frames == 12
    assert frames[0].latent == pytest.approx(THROUGH[0], abs=1e-6)
    end = frames[-1].latent
    assert (end == pytest.approx(THROUGH[-1], abs=1e-6)) != loop
    assert len({frame.latent for frame in frames}) == 12


def test_a_loop_leads_into_its_first_frame_without_a_jump(tmp_path):
    """The step from the last frame to the first is one like all others, and no frame is shown twice."""
    motion, _ = calm(BASE, Motion(THROUGH, loop=True, seconds=2, fps=20))
    facts = save_film(FilmAsked(BASE, motion, (64, 64)), tmp_path / "a.png")
    assert facts["step_last_to_first"] <= 1.2 * facts["step_max"]
    assert facts["step_last_to_first"] >= 0.3 * facts["step_mean"]
    with Image.open(tmp_path / "a.png") as film:
        frames = []
        for number in range(film.n_frames):
            film.seek(number)
            frames.append(np.asarray(film.convert("RGB"), int))
    steps = [np.abs(one - other).mean() for one, other in zip(frames, [*frames[1:], frames[0]], strict=True)]
    assert len(frames) == 40
    assert steps[-1] <= 1.2 * max(steps[:-1])
    assert min(steps) > 0


def test_pictures_change_evenly_where_that_is_asked_for():
    def spread(even):
        moving = Moving(BASE, Motion(THROUGH, seconds=2, fps=20, even=even))
        seam = Seam()
        film = FilmAsked(BASE, moving.motion, (48, 48)).film(lambda *_: None, seam)
        for number in range(film.count):
            film.frame(number)
        return max(seam.steps) / np.mean(seam.steps)

    assert spread(True) < min(1.8, 0.7 * spread(False))


def test_a_calm_motion_stays_near_its_first_station():
    wild = find_cppn("silk-z", {"seed": 1})
    motion = Motion(stations_of(wild, "0,1,2,3"), loop=True, seconds=2, fps=10)
    calmed, reach = calm(wild, motion)
    assert reach < 0.25
    assert calmed.stations[0] == motion.stations[0]
    assert np.array(reached(motion, 1.0).stations) == pytest.approx(np.array(motion.stations))
    assert calm(BASE, reached(motion, 0.0))[1] == 1.0


@pytest.mark.parametrize(
    ("over", "loop", "seen"),
    [
        ("low=-1:0", False, lambda r: [round(each.config.low, 3) for each in r] == [-1, -0.75, -0.5, -0.25, 0]),
        ("low=-1:0", True, lambda r: r[0].config.low == -1 and min(each.config.low for each in r[1:]) > -1),
        ("width=4:8:9", False, lambda r: [each.config.width for each in r] == [4, 4, 8, 9, 9]),
        ("z2=0:1", False, lambda r: [each.latent[1] for each in r] == [0, 0.25, 0.5, 0.75, 1]),
        ("hues=0/60:360/420", True, lambda r: [each.hues[0] for each in r] == pytest.approx([0, 72, 144, 216, 288])),
        ("activation=sin:tanh", False, lambda r: [each.config.activation[0] for each in r][::4] == ["sin", "tanh"]),
    ],
)
def test_parameters_over_time(over, loop, seen):
    motion = Motion((), loop=loop, over=(read_over(over),), seconds=1, fps=5)
    assert seen(Moving(BASE, motion).at_frames)
    assert Motion.from_json(json.loads(json.dumps(motion.to_json()))) == motion


@pytest.mark.parametrize("ending", [".webp", ".gif", ".avif", ".png", ".mp4", ".webm"])
def test_a_film_is_made_again_byte_for_byte(tmp_path, ending):
    path, again = tmp_path / f"a{ending}", tmp_path / f"b{ending}"
    motion = Motion(THROUGH, loop=True, over=(read_over("high=1:2"),), seconds=1, fps=6)
    asked = FilmAsked(BASE, motion, (32, 24), full_colour=True)
    try:
        save_film(asked, path)
    except MosaicsError as error:
        if "the program ffmpeg" in str(error):
            pytest.skip("there is no ffmpeg")
        raise
    assert FilmAsked.from_facts(mosaics.read_provenance(path)) == asked
    rebuild(path, again, report=lambda *_: None)
    assert path.read_bytes() == again.read_bytes()


def test_a_folder_of_frames_each_of_which_is_a_picture_of_its_own(tmp_path):
    motion = Motion(THROUGH, seconds=1, fps=11)
    save_film(FilmAsked(BASE, motion, (32, 24)), tmp_path / "frames")
    names = sorted(path.name for path in (tmp_path / "frames").iterdir())
    assert names == [f"frame-{number:02}.png" for number in range(11)]
    last = tmp_path / "frames" / names[-1]
    assert find_cppn(str(last)).latent == pytest.approx(THROUGH[-1], abs=1e-6)
    rebuild(last, tmp_path / "again.png", report=lambda *_: None)
    assert last.read_bytes() == (tmp_path / "again.png").read_bytes()
    with pytest.raises(MosaicsError, match="expected a new file"):
        save_film(FilmAsked(BASE, motion, (32, 24)), tmp_path / "frames")
    left = tmp_path / ".frames.new.999999999.tmp"  # of a writer that was killed
    left.mkdir()
    short = replace(motion, seconds=0.2)
    save_film(FilmAsked(BASE, short, (32, 24)), tmp_path / "frames", force=True)
    assert len(list((tmp_path / "frames").iterdir())) == 2
    assert not left.exists()


@pytest.mark.parametrize("what", ["a folder of others", "a file", "a link"])
def test_a_folder_that_holds_anything_else_is_never_replaced(tmp_path, what):
    taken, kept = tmp_path / "taken", tmp_path / "kept"
    kept.mkdir()
    (kept / "thesis.txt").write_text("years of work")
    (kept / "frame-0.png").touch()
    if what == "a folder of others":
        kept.rename(taken)
    elif what == "a file":
        (kept / "frame-0.png").rename(taken)
    else:
        taken.symlink_to(kept)
    with pytest.raises(ExperimentsError, match=r"expected (nothing but frames|a folder of frames)"):
        save_film(FilmAsked(BASE, Motion(THROUGH, seconds=0.2, fps=10), (32, 24)), taken, force=True)
    assert [*tmp_path.rglob("thesis.txt")]
    assert taken.exists()


def test_sheets_that_move(tmp_path):
    motion = Motion(THROUGH, loop=True, seconds=0.5, fps=6)
    asked = GridAsked(BASE, read_axis("depth=3,4"), read_axis("width=5,9"), 33, motion, calm=True)
    path, again = tmp_path / "a.webp", tmp_path / "b.webp"
    facts = save_grid(asked, path)
    with Image.open(path) as film:
        assert film.n_frames == 3
        assert [side % 2 for side in film.size] == [0, 0]
    assert facts["step_last_to_first"] <= 1.5 * facts["step_max"]
    assert find_cppn(f"{path}:3").config.width == 9
    rebuild(path, again, report=lambda *_: None)
    assert path.read_bytes() == again.read_bytes()
    still = GridAsked(BASE, read_axis("depth=3,4"), read_axis("activation=sin,tanh/sin"), 33)
    save_grid(still, tmp_path / "c.png")
    rebuild(tmp_path / "c.png", tmp_path / "d.png", report=lambda *_: None)
    assert (tmp_path / "c.png").read_bytes() == (tmp_path / "d.png").read_bytes()
    with pytest.raises(ExperimentsError, match="where the latent moves"):
        GridAsked(BASE, read_axis("z1=0:1"), read_axis("width=5,9"), 33, motion)


def test_estimates_are_near(tmp_path):
    motion, _ = calm(BASE, Motion(THROUGH, loop=True, seconds=2, fps=10))
    asked = FilmAsked(BASE, motion, (64, 48))
    plan = plan_film(asked, tmp_path / "a.webp")
    save_film(asked, tmp_path / "a.webp")
    assert 0.4 < plan["bytes"] / (tmp_path / "a.webp").stat().st_size < 2.5
    grid = GridAsked(BASE, read_axis("depth=3,4"), read_axis("width=5,9"), 33, motion)
    assert plan_grid(grid, tmp_path / "b.webp")["bytes"] > 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.webp"]


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (lambda: stations_of(find_cppn("silk"), "0,1"), "give --latent 3"),
        (lambda: stations_of(replace(find_cppn("silk"), origin={"line": []}), "0,1"), "give --over low=-1:-0.2"),
        (lambda: stations_of(BASE, "a,b"), "stations as 0,3,7"),
        (lambda: stations_of(BASE, "1,2;3,4"), "stations of 3 numbers each"),
        (lambda: Motion(THROUGH[:1]), "two stations"),
        (lambda: Motion(THROUGH, path="zigzag"), "path of spline, straight"),
        (lambda: Motion(THROUGH, seconds=0), "0.1 to 600 seconds"),
        (lambda: Motion(THROUGH, fps=float("nan")), "1 to 60 frames"),
        (lambda: Motion((), over=(read_over("low=1"),)), "low=FROM:TO"),
        (lambda: read_over("low"), "low=-1:-0.2"),
        (lambda: read_over("speed=1:2"), "parameter of width"),
        (lambda: check_film((33, 32), Motion(THROUGH), VIDEO), "even width and height .* add a pixel: 34x32"),
        (lambda: check_film((32, 32), Motion(THROUGH, fps=60), VIDEO.with_suffix(".gif")), "at most 50 frames"),
        (lambda: check_film((8193, 8192), Motion(THROUGH), VIDEO.with_suffix(".webp")), "frames of up to 67,108,864"),
        (lambda: check_film((20_000, 32), Motion(THROUGH), VIDEO.with_suffix(".webp")), "up to 16383"),
        (lambda: check_film((32, 32), Motion(THROUGH), VIDEO.with_suffix(".doc")), "a loop with a name that ends in"),
    ],
)
def test_what_cannot_be_is_one_sentence(act, words):
    with pytest.raises((ExperimentsError, MosaicsError), match=words):
        act()
