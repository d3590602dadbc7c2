"""What a training tells and leaves: intervals, sheets, exports, notes, event files, and what diverges."""

import json
import logging
import re
import shutil
from hashlib import sha256

import keras
import numpy as np
import pytest

import models
import mosaics
from experiments import ExperimentsError, callbacks, events, pacing, preset, train
from experiments.building import build
from experiments.cli import console
from experiments.pacing import SHARE, affordable_kimg
from models.optimizers import OPTIMIZERS
from tests.support.runs import COMPACT, STEPS, WORLD, as_killed, exported_is_plain, outcome, tiny

pytestmark = pytest.mark.usefixtures("every_step_is_logged")


def test_a_chosen_interval_is_said_written_and_changes_nothing(short, tmp_path):
    said = []
    left_open = short.config.override("snapshots.every_kimg=null", "snapshots.middle=true")
    run = train(left_open, WORLD, tmp_path / "run", say=said.append)
    kimg = run.config.snapshots.every_kimg
    assert said == run.sessions()[0]["notes"] == [said[0]]
    assert said[0].startswith(f"a snapshot every {kimg:g} kimg: ")
    assert re.search(r"% of the time \(pictures and readings \d+\.\d%, the middle \d+\.\d%\)$", said[0])
    assert outcome(run)[:2] == outcome(short)[:2]
    again = train(left_open, WORLD, as_killed(run, tmp_path / "killed", 5), say=said.append)
    assert again.config == run.config
    assert len(said) == 1
    assert outcome(again) == outcome(run)


def test_what_snapshots_take_is_said_where_the_config_says_how_often(short, tmp_path):
    said = []
    train(short.config.override("snapshots.every_kimg=0.008"), WORLD, tmp_path / "run", say=said.append)
    early, late = said
    assert re.match(
        r"snapshots cost \d+\.\d% of the time of the steps \(pictures and readings \d+\.\d%\): every 0", early
    )
    assert "--set snapshots.every_kimg=null takes as many as cost at most 5%" in early
    assert re.fullmatch(r"snapshots took \d+\.\d% of the time of the steps \(pictures and readings \d+\.\d%\)", late)


def test_the_share_of_snapshots_is_that_of_what_is_beside_them(short, monkeypatch):
    now, said = [0.0], []
    monkeypatch.setattr(pacing.time, "perf_counter", lambda: now[0])

    class Slow(callbacks.AtSteps):
        def act(self, step, logs):
            now[0] += 0.02

    due = callbacks.snapshots_due(short.config)
    part = Slow(0, due)
    share = pacing.SnapshotShare(0, short.config, {"pictures": part}, said.append)
    for step in range(STEPS):
        now[0] += 0.1
        part.on_train_batch_end(step)
        share.on_train_batch_end(step)
    share.on_train_end()
    assert due(STEPS)
    assert share.shares() == {"pictures": pytest.approx(0.02 / 0.4)}
    assert said == ["snapshots took 5.0% of the time of the steps (pictures 5.0%)"]


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_the_optimizer_that_is_named_is_built(name):
    gan = build(tiny("quick-64", f"network.width=2 train.optimizer={name} train.g_rate=0.5 train.beta_1=0.25"))
    asked = OPTIMIZERS[name](0.5, 0.25, gan.config.beta_2)
    assert type(gan.g_optimizer) is type(asked)
    settings = {**gan.g_optimizer.get_config(), "name": asked.name}
    assert settings == asked.get_config()


@pytest.mark.parametrize("snapshot", [1e-4, 0.3, 2.0, 700.0])
@pytest.mark.parametrize("batch", [1, 64])
def test_snapshots_cost_a_twentieth_at_most(snapshot, batch):
    config = preset("dcgan-64").override(f"train.batch={batch}")
    kimg, step = affordable_kimg(snapshot, 0.1, config), 0.1
    assert f"{kimg:e}"[0] in "125"
    assert f"{kimg:e}"[1:6] == ".00000"[:5]
    costs = snapshot / (kimg * 1000 / batch * step)
    assert costs <= SHARE * 1.0001
    assert kimg <= 2.5001 * max(snapshot / (SHARE * step) * batch / 1000, config.train.kimg / 500)


def test_the_sheet_is_the_newest_snapshot_and_says_so(short):
    made = mosaics.read_provenance(short.folder / "sheet.png")
    assert made["source"]["nimg"] == list(short.snapshots())[-1].nimg == 48
    assert made["source"]["latents"] == "fixed"
    assert not list(short.folder.glob(".*.tmp"))


def test_the_exported_generator_is_the_average_and_plain_keras(short):
    loaded = keras.saving.load_model(short.folder / "generator.keras")
    z = models.latents(8, 4, seed=3)
    assert np.array_equal(models.draw(loaded, z), models.draw(short.generator(), z))
    assert exported_is_plain(short)


def test_the_generator_of_any_checkpoint(short):
    _, manifest = short.trained(7)
    assert (manifest["step"], manifest["nimg"]) == (7, 28)
    assert short.trained()[1]["step"] == STEPS
    with pytest.raises(ExperimentsError, match="those of steps: 1, 2, 3"):
        short.trained(100)


def test_a_damaged_checkpoint_is_passed_over_and_said(short, tmp_path):
    folder = as_killed(short, tmp_path / "run", 9)
    (folder / "checkpoints" / "step-000000009" / "state.safetensors").write_bytes(b"half")
    said = []
    run = train(short.config, WORLD, folder, say=said.append)
    assert said == run.sessions()[-1]["notes"]
    assert "step-000000009" in said[0]
    assert "damaged bytes" in said[0]
    assert run.sessions()[-1]["step"] == 8
    assert outcome(run) == outcome(short)


def test_other_versions_are_said_and_it_goes_on(short, tmp_path):
    folder = as_killed(short, tmp_path / "run", 9)
    path = folder / "checkpoints" / "step-000000009" / "manifest.json"
    manifest = json.loads(path.read_text())
    path.write_text(json.dumps({**manifest, "keras": "3.0.0"}))
    said = []
    run = train(short.config, WORLD, folder, say=said.append)
    (line,) = said
    assert line.startswith(f"goes on under other versions: keras 3.0.0 -> {keras.__version__};")
    assert run.sessions()[-1]["notes"] == said
    assert run.finished


def test_a_run_begins_with_the_networks_of_another(short, tmp_path):
    config = short.config.override(f"start={short.folder}", "train.g_rate=1e-4")
    run = train(config, WORLD, tmp_path / "run")
    end = {shot.nimg: shot for shot in short.snapshots()}[48]
    begin = {shot.nimg: shot for shot in run.snapshots()}[0]
    assert np.array_equal(begin.pictures, end.pictures)
    resumed = train(config, WORLD, as_killed(run, tmp_path / "killed", 0))
    assert outcome(resumed) == outcome(run)


def test_what_diverges_in_its_losses_names_the_last_good_checkpoint(short, tmp_path):
    config = short.config.override("train.optimizer=sgd", "train.g_rate=1e38", "checkpoints.every_kimg=1")
    with pytest.raises(ExperimentsError, match="at step 2: the training diverged; no checkpoint had been made"):
        train(config.override("snapshots.every_kimg=1"), WORLD, tmp_path / "none")
    folder = as_killed(short, tmp_path / "some", 9)
    _with_state(folder / "checkpoints" / "step-000000009", "g_optimizer/001", lambda rate: rate * 1e38)
    config = short.config.override("train.kimg=0.06")
    with pytest.raises(ExperimentsError, match="the training diverged") as caught:
        train(config, WORLD, folder)
    assert f"the last good checkpoint is {folder / 'checkpoints' / 'step-0000000'}" in str(caught.value)
    assert f"--set start={folder}" in str(caught.value)


def test_what_diverges_in_its_weights_alone_is_not_kept(short, tmp_path):
    folder = as_killed(short, tmp_path / "run", 9)
    _with_state(folder / "checkpoints" / "step-000000009", "ema/000.kernel", lambda weights: weights * np.inf)
    with pytest.raises(ExperimentsError, match=r"got ema/000\.kernel with NaN or infinity at step 10"):
        train(short.config, WORLD, folder)
    assert not (folder / "checkpoints" / "step-000000010").exists()
    config = short.config.override("train.optimizer=sgd", "train.g_rate=1e38", "train.kimg=0.004")
    with pytest.raises(ExperimentsError, match="with NaN or infinity at step 1"):
        train(config, WORLD, tmp_path / "one step")
    assert len(list((tmp_path / "one step" / "snapshots").iterdir())) == 1


def _with_state(folder, name, change):
    """Change an array of a checkpoint, vouched for again."""
    from safetensors.numpy import load_file, save_file

    state = load_file(folder / "state.safetensors")
    save_file({**state, name: np.asarray(change(state[name]), np.float32)}, folder / "state.safetensors")
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["sha256"] = sha256((folder / "state.safetensors").read_bytes()).hexdigest()
    (folder / "manifest.json").write_text(json.dumps(manifest))


def test_event_files_say_what_the_metrics_say(short, tmp_path):
    pytest.importorskip("tensorboard")
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    folder = as_killed(short, tmp_path / "run", 3)
    train(short.config.override("train.kimg=0.06"), WORLD, folder, tensorboard=True)
    shutil.rmtree(folder / "checkpoints" / "step-000000015")
    (folder / "done.json").unlink()
    run = train(short.config.override("train.kimg=0.06"), WORLD, folder, tensorboard=True)
    assert [path.name for path in sorted((folder / "tensorboard").iterdir())] == [
        "events.out.tfevents.000000",
        "events.out.tfevents.000001",
    ]
    read = EventAccumulator(str(folder / "tensorboard"), size_guidance={"images": 0, "scalars": 0})
    read.Reload()
    assert [(each.step, each.value) for each in read.Scalars("d_loss")] == [
        (line["nimg"], pytest.approx(line["d_loss"])) for line in run.metrics()
    ]
    assert [each.step for each in read.Images("sheet")] == [16, 32, 48, 60]
    assert read.Images("sheet")[-1].encoded_image_string == (folder / "sheet.png").read_bytes()


def test_event_files_without_the_package_are_refused_before_anything_is_written(short, tmp_path, monkeypatch):
    monkeypatch.setattr(events, "find_spec", lambda name: None)
    with pytest.raises(ExperimentsError, match="pip install tensorboard"):
        train(short.config, WORLD, tmp_path / "run", tensorboard=True)
    assert not (tmp_path / "run").exists()


def test_the_pace_is_that_of_the_last_stretch(monkeypatch):
    monkeypatch.setattr(callbacks, "LOG_EVERY_STEPS", 2)
    clock = iter([0.0, 50.0, 51.0, 53.0])  # begun, compiled, and at the second and the fourth step
    monkeypatch.setattr(callbacks.time, "monotonic", lambda: next(clock))
    lines = []
    metrics = callbacks.Metrics(0, tiny(*COMPACT), [lines.append])
    for batch in range(4):
        metrics.on_train_batch_end(batch, {"d_loss": 1.0})
    assert [(line["nimg"], line["images_per_s"]) for line in lines] == [(8, 4.0), (16, 4.0)]


def test_what_tensorflow_tells_its_own_people_is_not_heard(caplog):
    console.start_keras()
    for tell in (logging.getLogger("tensorflow").warning, logging.getLogger("tensorflow").error):
        tell("traced anew by %s", tell.__name__)
    assert [record.getMessage() for record in caplog.records] == ["traced anew by error"]


def test_a_document_is_json_whatever_its_numbers():
    text = console.as_json({"a": float("nan"), "b": [1.5, float("-inf")], "c": np.array([np.inf, 2]), "d": ({"e": 1},)})
    assert json.loads(text, parse_constant=pytest.fail) == {
        "a": None,
        "b": [1.5, None],
        "c": [None, 2],
        "d": [{"e": 1}],
    }


def test_lines_of_progress_say_what_is_left(monkeypatch, capsys):
    clock = iter([0.0, 1.0, 10.0, 75.0, 76.0])
    monkeypatch.setattr(console, "monotonic", lambda: next(clock))
    report = console._lines()
    for done in (0, 1, 10, 15, 16):
        report("training", done, 100, f"{done} kimg")
    assert capsys.readouterr().err.splitlines() == [
        "training: 0/100 0 kimg",
        "training: 10/100 10 kimg, 1 min 30 s left",
        "training: 15/100 15 kimg, 18 min 25 s left",
    ]
