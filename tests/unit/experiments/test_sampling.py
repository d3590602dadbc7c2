"""Samples of a run: the same at any count, gone on with, refused beside others; sheets of them can be picked from."""

import json
import shutil
import tracemalloc

import numpy as np
import pytest
from PIL import Image

import models
from experiments import ExperimentsError, Run
from experiments.checkpoints import checkpoints
from experiments.picking import Breeding, holds_samples, next_name, pick_variations
from experiments.pictures import find_recipe
from experiments.sample_sheets import Samples, default_cell, read_samples, sample_sheet
from experiments.sampling import Drawing, plan_folder, sample_folder
from experiments.sheets import draw_sheet, plan_sheet, save_sheet
from experiments.trained import Trained, open_trained
from mosaics import read_provenance
from tests.support.folders import digests


@pytest.fixture(scope="module")
def trained(example):
    return open_trained(example.run)


@pytest.fixture
def sheet(trained, tmp_path):
    path = tmp_path / "samples.png"
    drawing = Drawing(6, 3)
    save_sheet(sample_sheet(trained, drawing), path, cell=64, facts={"kind": "sample", **drawing.facts})
    return path


def test_a_folder_holds_the_samples_of_the_library_and_says_where_they_are_from(trained, example, tmp_path):
    facts = sample_folder(trained, tmp_path / "a", Drawing(5, 3))
    images = models.sample(Run(example.run).generator(), count=5, seed=3)
    for number, image in enumerate(images):
        path = tmp_path / "a" / f"{number:06d}.png"
        assert np.array_equal(np.asarray(Image.open(path)), image)
        made = read_provenance(path)
        assert (made["latent"], made["seed"], made["source_type"]) == (number, 3, "trainedAlgorithmicMedia")
        assert made["checkpoint_sha256"] == facts["checkpoint_sha256"] == trained.facts["checkpoint_sha256"]
    rows = [json.loads(line) for line in (tmp_path / "a" / "metadata.jsonl").read_text().splitlines()]
    assert [row["file_name"] for row in rows] == [f"{number:06d}.png" for number in range(5)]


def test_it_goes_on_to_the_same_files_however_often_it_was_stopped(trained, tmp_path):
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    sample_folder(trained, whole, Drawing(150, 1, 0.5))

    def stop(_, done, of):
        if done == 70:
            raise KeyboardInterrupt

    sample_folder(trained, parts, Drawing(3, 1, 0.5))
    with pytest.raises(KeyboardInterrupt):
        sample_folder(trained, parts, Drawing(150, 1, 0.5), stop)
    (parts / "000005.png").unlink()
    (parts / ".000099.png.99999999999.tmp").touch()
    assert sample_folder(trained, parts, Drawing(150, 1, 0.5))["drawn"] == 81
    assert digests(parts) == digests(whole)
    assert sample_folder(trained, parts, Drawing(150, 1, 0.5))["drawn"] == 0


@pytest.mark.parametrize(
    ("drawing", "words"),
    [(Drawing(9, 2), "same seed"), (Drawing(9, 1, 0.5), "same truncation"), (Drawing(2, 1), "at most the 2 samples")],
)
def test_other_samples_are_not_mixed_in(trained, tmp_path, drawing, words):
    sample_folder(trained, tmp_path / "a", Drawing(4, 1))
    before = digests(tmp_path)
    for act in (sample_folder, plan_folder):
        with pytest.raises(ExperimentsError, match=words):
            act(trained, tmp_path / "a", drawing)
    assert digests(tmp_path) == before


def test_a_folder_of_other_files_is_refused(trained, tmp_path):
    (tmp_path / "thesis.txt").write_text("irreplaceable")
    with pytest.raises(ExperimentsError, match=r"got thesis\.txt"):
        sample_folder(trained, tmp_path, Drawing(4))
    with pytest.raises(ExperimentsError, match="got the file"):
        sample_folder(trained, tmp_path / "thesis.txt", Drawing(4))


@pytest.mark.slow
def test_memory_does_not_grow_with_the_count(trained, tmp_path):
    peaks = []
    sample_folder(trained, tmp_path / "0", Drawing(64))
    for count in (64, 1024):
        tracemalloc.start()
        sample_folder(trained, tmp_path / str(count), Drawing(count))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    pixels = 32 * 32 * 3
    assert peaks[1] - peaks[0] < 0.25 * (1024 - 64) * pixels


def test_truncation_shrinks_latents(trained):
    assert np.allclose(Drawing(9, 0, 0.25).latents(trained), 0.25 * Drawing(9).latents(trained))
    for psi in (0, -0.5, 1.5, float("nan")):
        with pytest.raises(ExperimentsError, match="truncation above 0"):
            Drawing(1, 0, psi)


def test_a_checkpoint_is_named_by_its_step_or_its_images(example):
    steps = {int(path.name.split("-")[1]) for path in checkpoints(example.run)}
    assert steps == {20, 40}
    first, named = open_trained(example.run, "20"), open_trained(example.run, "0.16kimg")
    assert first.facts == named.facts
    assert (first.facts["step"], open_trained(example.run).facts["step"]) == (20, 40)
    assert not np.array_equal(first.generator.get_weights()[0], open_trained(example.run).generator.get_weights()[0])
    with pytest.raises(ExperimentsError, match=r"step 20 \(0\.16kimg\), step 40 \(0\.32kimg\), got '30'"):
        open_trained(example.run, "30")


def test_grey_pictures_have_three_channels():
    config = models.NetworkConfig("compact", size=16, channels=1, latent=4, width=2)
    grey = Trained(models.build_pair(config, 0)[0], {})
    pictures = grey.draw(models.latents(3, 4, 0))
    assert pictures.shape == (3, 16, 16, 3)
    assert np.array_equal(pictures[..., 0], pictures[..., 2])


def test_a_plan_of_a_folder_comes_near(trained, tmp_path):
    plan = plan_folder(trained, tmp_path / "a", Drawing(100))
    assert not (tmp_path / "a").exists()
    sample_folder(trained, tmp_path / "a", Drawing(100))
    written = sum(path.stat().st_size for path in (tmp_path / "a").glob("*.png"))
    assert plan["bytes"] == pytest.approx(written, rel=0.2)


def test_a_sheet_shows_whole_pixels_and_keeps_its_latents(trained, sheet):
    samples, made = read_samples(sheet, range(6))
    assert np.array_equal(samples.latents, Drawing(6, 3).latents(trained))
    assert (made["kind"], made["cell_px"], made["run"][:2]) == ("sample", 64, "..")
    page = np.asarray(Image.open(sheet))
    picture = trained.draw(samples.latents[:1])[0].repeat(2, axis=0).repeat(2, axis=1)
    places = ((y, x) for y in range(32) for x in range(32))
    assert any(np.array_equal(page[y : y + 64, x : x + 64], picture) for y, x in places)
    assert default_cell(trained) == 128
    with pytest.raises(ExperimentsError, match="multiple of the run's 32 pixels, got 100: try 96"):
        draw_sheet(sample_sheet(trained, Drawing(2)), 100)
    with pytest.raises(ExperimentsError, match="a sheet of samples"):
        find_recipe(f"{sheet}:0")


def test_generations_of_samples_go_on_and_know_their_line(sheet):
    path = sheet
    assert holds_samples(path)
    for generation in (1, 2, 3):
        page, facts = pick_variations(path, [2, 0], Breeding(count=7, amount=0.3, seed=generation))
        parents = read_samples(path, [2, 0])[0].latents
        assert isinstance(page.pictures, Samples)
        assert np.array_equal(page.pictures.latents[:2], parents)
        path = next_name(path, generation)
        save_sheet(page, path, cell=32, facts=facts)
    assert path.name == "samples-4.png"
    assert facts["parents"][:6] == [[2], [0], [2], [0], [2], [0]]
    assert facts["parents"][6] == [2, 0]
    assert [step["seed"] for step in facts["lineage"]] == [1, 2, 3]
    child = page.pictures.latents[2]
    cosine = child @ parents[0] / np.linalg.norm(child) / np.linalg.norm(parents[0])
    assert np.arccos(cosine) == pytest.approx(0.3 * np.pi / 2, abs=1e-4)
    again, _ = pick_variations(next_name(sheet, 2), [2, 0], Breeding(count=7, amount=0.3, seed=3))
    assert np.array_equal(again.pictures.latents, page.pictures.latents)


def test_a_plan_of_a_sheet_of_samples_writes_nothing(trained, tmp_path):
    page = sample_sheet(trained, Drawing(12))
    plan = plan_sheet(page, tmp_path / "a.png", cell=64, facts={})
    assert not list(tmp_path.iterdir())
    save_sheet(page, tmp_path / "a.png", cell=64, facts={})
    assert plan["bytes"] == pytest.approx((tmp_path / "a.png").stat().st_size, rel=0.4)


@pytest.mark.parametrize(
    ("how", "words"),
    [(Breeding(lock=("layout",)), "expected no --lock .* a latent has no parts"),
     (Breeding(count=2), "more pictures than the 2 chosen")],
)  # fmt: skip
def test_what_has_no_meaning_for_samples_is_said(sheet, how, words):
    with pytest.raises(ExperimentsError, match=words):
        pick_variations(sheet, [0, 1], how)


def test_a_sheet_finds_its_run_from_where_it_lies_or_says_what_has_become_of_it(example, tmp_path, monkeypatch):
    run = shutil.copytree(example.run, tmp_path / "there" / "run")
    monkeypatch.chdir(tmp_path / "there")
    out = tmp_path / "sheets" / "a.png"
    out.parent.mkdir()
    save_sheet(sample_sheet(open_trained(run, "20"), Drawing(4)), out, cell=32, facts={"kind": "sample"})
    monkeypatch.chdir("/")
    assert pick_variations(out, [1], Breeding(count=3))[0].pictures.trained.facts["step"] == 20
    run.rename(tmp_path / "moved")
    with pytest.raises(ExperimentsError, match="got nothing: name it as --run"):
        pick_variations(out, [1], Breeding(count=3))
    page, _ = pick_variations(out, [1], Breeding(count=3), run=tmp_path / "moved")
    assert len(page.pictures) == 3
    shutil.rmtree(tmp_path / "moved" / "checkpoints" / "step-000000020")
    with pytest.raises(ExperimentsError, match="others since: make a new sheet with `synchromy sample"):
        pick_variations(out, [1], Breeding(count=3), run=tmp_path / "moved")
    with pytest.raises(ExperimentsError, match="expected --run with a sheet of samples alone"):
        pick_variations(example.sheet, [1], Breeding(count=3), run=tmp_path / "moved")


def test_damaged_latents_and_cells_that_are_not_there(sheet, trained, tmp_path):
    with pytest.raises(ExperimentsError, match="from 0 to 5, got 6"):
        read_samples(sheet, [6])
