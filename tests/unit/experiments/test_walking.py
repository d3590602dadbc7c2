"""Walks: loops close and frames change evenly, latents fall on beats, a factor moves as far as it can and says so."""

import numpy as np
import pytest
from PIL import Image

from experiments import ExperimentsError
from experiments.directions import FACTORS, Along, follow, read_along
from experiments.sample_sheets import sample_sheet
from experiments.sampling import Drawing
from experiments.sheets import save_sheet
from experiments.trained import open_trained
from experiments.walking import Tempo, Walk, find_latents, plan_walk, save_walk
from mosaics import MosaicsError, read_provenance
from procgen.measure import measured_factors


@pytest.fixture(scope="module")
def trained(example):
    return open_trained(example.run)


def walk(trained, names="0,3,5", **kwargs):
    names = names.split(",")
    return Walk(find_latents(trained, names, seed=kwargs.pop("seed", 0), truncation=1.0), tuple(names), **kwargs)


def frames(path):
    with Image.open(path) as image:
        for number in range(image.n_frames):
            image.seek(number)
            yield np.asarray(image.convert("RGB"), float)


def steps_of(pictures, loop):
    after = pictures[1:] + pictures[:1] if loop else pictures[1:]
    return np.array([np.abs(one - other).mean() for one, other in zip(pictures, after, strict=False)])


@pytest.mark.parametrize("names", ["0,3", "0,3,5", "7,1,4,2,9"])
@pytest.mark.parametrize("loop", [True, False], ids=["loop", "open"])
def test_no_step_is_a_jump_nor_where_a_loop_closes(trained, tmp_path, names, loop):
    facts = save_walk(trained, walk(trained, names, loop=loop), tmp_path / "a.png")
    pictures = list(frames(tmp_path / "a.png"))
    assert len(pictures) == facts["frames"]
    steps = steps_of(pictures, loop)
    assert steps.max() < 2 * np.median(steps)
    assert np.array_equal(pictures[0], trained.draw(walk(trained, names).latents[:1])[0])


@pytest.mark.parametrize("loop", [True, False], ids=["loop", "open"])
@pytest.mark.parametrize(("bpm", "beats", "fps"), [(120, 4, 25), (128, 2, 24), (97.5, 1, 30)])
def test_each_latent_falls_on_a_beat_and_on_a_frame(trained, tmp_path, bpm, beats, fps, loop):
    asked = walk(trained, "0,3,5", loop=loop, tempo=Tempo(bpm=bpm, beats=beats, fps=fps))
    facts = save_walk(trained, asked, tmp_path / "a.png")
    between = beats * 60 / bpm * facts["fps"]
    assert between == pytest.approx(round(between), abs=1e-3)
    assert facts["fps"] == pytest.approx(fps, rel=0.05)
    assert facts["walk_seconds"] == pytest.approx((2 + loop) * beats * 60 / bpm)
    pictures = list(frames(tmp_path / "a.png"))
    for number, picture in enumerate(trained.draw(asked.latents)):
        assert np.abs(pictures[round(number * between)] - picture).max() <= 2  # of 255: a path is a sum of floats
    assert steps_of(pictures, loop).max() < 4 * np.median(steps_of(pictures, loop))


@pytest.mark.parametrize("name", ["a.webp", "a.gif", "a.png"])
def test_the_file_says_how_it_was_made_and_is_the_same_each_time(trained, tmp_path, name):
    asked = walk(trained, loop=True, tempo=Tempo(seconds=0.5, fps=12), scale=2)
    save_walk(trained, asked, tmp_path / name)
    save_walk(trained, asked, tmp_path / f"b{name}")
    assert (tmp_path / name).read_bytes() == (tmp_path / f"b{name}").read_bytes()
    made = read_provenance(tmp_path / name)
    assert (made["kind"], made["through"], made["loop"]) == ("walk", ["0", "3", "5"], True)
    assert made["source_type"] == "trainedAlgorithmicMedia"
    assert made["checkpoint_sha256"] == trained.facts["checkpoint_sha256"]
    with Image.open(tmp_path / name) as image:
        assert (image.size, image.n_frames) == ((64, 64), 6)
    with pytest.raises(MosaicsError, match="exists"):
        save_walk(trained, asked, tmp_path / name)


@pytest.mark.parametrize("name", FACTORS)
def test_a_factor_moves_by_what_was_asked_or_says_how_far(trained, name):
    factor = FACTORS[name]
    latents = Drawing(64, 4).latents(trained)
    defined = np.isfinite([measured_factors(image)[factor.measure] for image in trained.draw(latents)])
    for latent in latents[~defined][:1]:
        with pytest.raises(ExperimentsError, match="got one without: choose another"):
            follow(trained, latent, Along(name, factor.most))
    latent = latents[defined][0]
    for change in (0.02 * factor.most, -0.02 * factor.most):
        found = follow(trained, latent, Along(name, change))
        first, last = (measured_factors(image)[factor.measure] for image in trained.draw(found.latents[[0, -1]]))
        assert np.array_equal(found.latents[0], latent)
        assert found.start == pytest.approx(first)
        assert found.moved == pytest.approx(
            (last - first + 180) % 360 - 180 if factor.turns else last - first, abs=1e-6
        )
        assert 0 <= found.moved / change < 1.5
        lengths = np.linalg.norm(found.latents, axis=1)
        assert lengths.max() < 1.001 * lengths.min()


def test_lightness_reaches_what_was_asked(trained):
    latents = Drawing(4, 1).latents(trained)
    reached = [follow(trained, latent, Along("lightness", 0.01)).moved for latent in latents]
    assert np.median(reached) == pytest.approx(0.01, rel=0.05)


@pytest.mark.parametrize("loop", [True, False], ids=["loop", "open"])
def test_along_a_factor_there_and_back(trained, tmp_path, loop):
    asked = walk(trained, "4", loop=loop, along=Along("lightness", 0.01), tempo=Tempo(seconds=2))
    facts = save_walk(trained, asked, tmp_path / "a.png")
    pictures = list(frames(tmp_path / "a.png"))
    far = len(pictures) // 2 if loop else -1
    ends = [measured_factors(pictures[place].astype(np.uint8))["mean_lightness"] for place in (0, far)]
    assert ends[1] - ends[0] == pytest.approx(facts["moved"], abs=2e-3)
    if loop:
        assert np.array_equal(pictures[1], pictures[-1])


def test_latents_are_named_by_number_or_by_cell(trained, example, tmp_path):
    path = tmp_path / "samples.png"
    save_sheet(sample_sheet(trained, Drawing(6, 3)), path, cell=32, facts={"kind": "sample"})
    numbered = find_latents(trained, ["2", f"{path}:2"], seed=3, truncation=1.0)
    assert np.array_equal(*numbered)
    for name in ("-1", "three", ":3", "2.5", ""):
        with pytest.raises(ExperimentsError, match="expected a latent as 3"):
            find_latents(trained, [name], seed=0, truncation=1.0)
    with pytest.raises(ExperimentsError, match="a sheet of samples"):
        find_latents(trained, [f"{example.sheet}:1"], seed=0, truncation=1.0)
    with pytest.raises(ExperimentsError, match="--checkpoint 40"):
        find_latents(open_trained(example.run, "20"), [f"{path}:2"], seed=0, truncation=1.0)


@pytest.mark.parametrize(
    ("names", "more", "words"),
    [
        ("1", {}, "two latents or more"),
        ("1,1", {}, "another latent after 1"),
        ("1,2,1", {"loop": True}, "another latent after 1"),
        ("1,2", {"along": Along("hue", 3)}, "one latent to move along hue"),
    ],
)
def test_walks_that_cannot_be(trained, names, more, words):
    with pytest.raises(ExperimentsError, match=words):
        walk(trained, names, **more)


@pytest.mark.parametrize(
    ("name", "tempo", "words"),
    [
        ("a.tif", Tempo(), "expected a loop with a name"),
        ("a.gif", Tempo(fps=60), "at most 50"),
        ("a.webp", Tempo(bpm=10, beats=600), "0.1 to 600 seconds"),
    ],
)
def test_files_that_cannot_hold_it(trained, tmp_path, name, tempo, words):
    for act in (save_walk, plan_walk):
        with pytest.raises((ExperimentsError, MosaicsError), match=words):
            act(trained, walk(trained, tempo=tempo), tmp_path / name)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["seconds", "fps", "bpm", "beats"])
@pytest.mark.parametrize("value", [0, -1, float("nan"), float("inf")])
def test_times_that_cannot_be(name, value):
    with pytest.raises(ExperimentsError, match="expected"):
        Tempo(**{"bpm": 120, name: value})


def test_a_film_without_its_program_is_refused_before_anything_is_drawn(trained, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    for act in (save_walk, plan_walk):
        with pytest.raises(MosaicsError, match="expected the program ffmpeg"):
            act(trained, walk(trained), tmp_path / "a.mp4")


@pytest.mark.parametrize(
    "text", ["", "hue", "hue=", "hue=red", "tint=3", "lightness=2", "chroma=0", "hue=1e9", "hue=nan"]
)
def test_changes_that_cannot_be(text):
    with pytest.raises(ExperimentsError, match="expected a change"):
        read_along(text)


def test_changes_are_read():
    assert read_along("hue=+30") == Along("hue", 30)
    assert read_along("lightness=-.1") == Along("lightness", -0.1)


def test_a_plan_writes_nothing_and_comes_near(trained, tmp_path):
    asked = walk(trained, loop=True, tempo=Tempo(seconds=2))
    plan = plan_walk(trained, asked, tmp_path / "a.png")
    assert not list(tmp_path.iterdir())
    facts = save_walk(trained, asked, tmp_path / "a.png")
    assert plan["bytes"] == pytest.approx((tmp_path / "a.png").stat().st_size, rel=0.4)
    assert {key: plan[key] for key in facts if key != "out"} == {key: facts[key] for key in facts if key != "out"}
