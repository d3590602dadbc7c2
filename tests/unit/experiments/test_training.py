"""Runs that are stopped, resumed, made longer or watched compute what an uninterrupted run does, bit for bit."""

import json
import re
import shutil
import zipfile
from hashlib import sha256

import keras
import numpy as np
import pytest

import models
import mosaics
from experiments import ExperimentsError, Run, callbacks, events, preset, train
from experiments.checkpoints import checkpoints, step_of
from experiments.cli import console
from experiments.pacing import SHARE, affordable_kimg
from procgen import Space

WORLD = Space(compositions=("waves",))
SMALL = (
    "network.size=16 network.latent=4 train.batch=4 train.kimg=0.048 snapshots.every_kimg=0.016 snapshots.pictures=4 "
    "snapshots.readings=8 checkpoints.every_kimg=0.004 checkpoints.keep=99"
).split()
STEPS = 12
CASES = {  # what is resumed: a preset of each family, and what a step can have beside it
    "essay": ("essay-64", ""),
    "essay joint, penalised": ("essay-64", "train.d_updates=joint train.r1_gamma=1 train.ema_kimg=0.01"),
    "dcgan with its average": ("dcgan-64", "network.width=2"),
    "compact, lazy R1, average": ("quick-64", "network.width=2"),
    "compact, R1 + R2": ("quick-64", "network.width=2 train.r2_gamma=1 train.penalty_every=1"),
    "compact, sgd": ("quick-64", "network.width=2 train.optimizer=sgd train.r1_gamma=0"),
}
TRICKS = {  # each on the compact pair
    "extragradient": "train.method=extragradient train.order=simultaneous",
    "lookahead": "train.method=lookahead train.lookahead_steps=5",
    "replayed fakes": "train.replay=0.5 train.replay_size=8",
    "two critic steps, gradient penalty": "train.loss=wasserstein train.d_steps=2 train.gp_weight=1 train.r1_gamma=0",
    "noise and smoothing": "train.loss=hinge train.noise=0.5 train.noise_kimg=0.03 train.r1_gamma=0",
    "DiffAugment": 'train.augment=["colour","translation","cutout"]',
    "spectral norm, packs of two": "network.spectral_norm=true network.pack=2 train.r1_gamma=0",
    "bfloat16": "network.precision=mixed_bfloat16",
    "simultaneous, optimistic": "train.order=simultaneous train.optimizer=optimistic-adam",
}
CASES |= {name: ("quick-64", f"network.width=2 {settings}") for name, settings in TRICKS.items()}


@pytest.fixture(autouse=True)
def every_step_is_logged(monkeypatch):
    monkeypatch.setattr(callbacks, "LOG_EVERY_STEPS", 1)


def config_of(case, *more):
    name, settings = CASES[case]
    return preset(name).override(*SMALL, *settings.split(), *more)


def outcome(run):
    """All that a run leaves behind but its pace: the last state, the losses, the snapshots."""
    state = run.checkpoint().state
    losses = [{key: value for key, value in line.items() if key != "images_per_s"} for line in run.metrics()]
    shots = {
        shot.nimg: [getattr(shot, name).tobytes() for name in ("pictures", "fixed", "fresh")]
        for shot in run.snapshots()
    }
    return {name: array.tobytes() for name, array in state.items()}, losses, shots


def exported_is_plain(run):
    """Whether plain Keras knows every layer of generator.keras."""
    with zipfile.ZipFile(run.folder / "generator.keras") as file:
        modules = re.findall(r'"module": "([^"]*)"', file.read("config.json").decode())
    return len(modules) > 3 and all(module.split(".")[0] in ("keras", "builtins") for module in modules)


def as_killed(run, folder, step):
    """A copy of a finished run as a kill soon after the checkpoint of `step` would have left it."""
    shutil.copytree(run.folder, folder)
    (folder / "done.json").unlink()
    for path in checkpoints(folder):
        if step_of(path) > step:
            shutil.rmtree(path)
    for path in folder.glob("snapshots/nimg-*.npz"):
        if int(path.stem.split("-")[1]) > step * run.config.train.shown:
            path.unlink()
    return folder


@pytest.fixture(scope="module")
def short(tmp_path_factory):
    patch = pytest.MonkeyPatch()
    patch.setattr(callbacks, "LOG_EVERY_STEPS", 1)
    config = config_of("compact, lazy R1, average")
    yield train(config, WORLD, tmp_path_factory.mktemp("short") / "run")
    patch.undo()


@pytest.mark.parametrize("case", CASES)
def test_a_run_goes_on_as_if_it_had_never_stopped(case, tmp_path):
    whole = train(config_of(case), WORLD, tmp_path / "whole")
    # Another step in each case, between two takings of a lazy penalty or at one.
    step = 2 + len(case) % (whole.config.train.steps - 3)
    resumed = train(config_of(case), WORLD, as_killed(whole, tmp_path / "killed", step))
    assert [session["step"] for session in resumed.sessions()] == [0, step]
    assert exported_is_plain(resumed)
    assert outcome(resumed) == outcome(whole)


def test_it_goes_on_from_every_step(short, tmp_path):
    whole = outcome(short)
    for step in range(1, STEPS, 3):
        assert outcome(train(short.config, WORLD, as_killed(short, tmp_path / str(step), step))) == whole


def test_stopped_by_an_error_in_the_middle(short, tmp_path):
    class Stop(Exception):
        pass

    def stop(stage, done, of, facts):
        if stage == "training" and done == stops[0]:
            stops.pop(0)
            raise Stop

    stops = [1, 6]
    config = short.config.override("checkpoints.every_kimg=0.012")
    for _ in (1, 6):
        with pytest.raises(Stop):
            train(config, WORLD, tmp_path / "run", progress=stop)
    assert outcome(train(config, WORLD, tmp_path / "run")) == outcome(short)


def test_a_run_made_longer_is_a_long_run(short, tmp_path):
    before = shutil.copytree(short.folder, tmp_path / "grown")
    config = short.config.override("train.kimg=0.074")  # its old end is on no grid of the new one
    grown = train(config, WORLD, before)
    assert grown.finished
    assert grown.config == config
    state, losses, shots = outcome(train(config, WORLD, tmp_path / "long"))
    assert outcome(grown)[:2] == (state, losses)
    assert shots.items() <= outcome(grown)[2].items()


@pytest.mark.parametrize("killed_after", ["done.json is gone", "the config is written"])
def test_a_kill_while_it_is_made_longer_harms_nothing(short, tmp_path, killed_after):
    run = Run(shutil.copytree(short.folder, tmp_path / "run"))
    longer = short.config.override("train.kimg=0.064")
    (run.folder / "done.json").unlink()
    if killed_after == "the config is written":
        document = json.loads((run.folder / "config.json").read_text())
        (run.folder / "config.json").write_text(json.dumps({**document, "config": longer.plain()}))
    assert train(longer, WORLD, run.folder).metrics()[-1]["step"] == 16


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ("train.kimg=0.02", "can only be made longer"),
        ("train.loss=hinge", "train.loss: 'relativistic' -> 'hinge'"),
        ("snapshots.every_kimg=0.5", "snapshots.every_kimg: 0.016 -> 0.5"),
    ],
)
def test_nothing_else_may_change(short, setting, words):
    with pytest.raises(ExperimentsError, match=words):
        train(short.config.override(setting), WORLD, short.folder)
    with pytest.raises(ExperimentsError, match="seed: 0 -> 1"):
        train(short.config.override("train.kimg=1", "seed=1"), WORLD, short.folder)
    assert short.finished


def test_a_chosen_interval_is_said_written_and_changes_nothing(short, tmp_path):
    said = []
    left_open = short.config.override("snapshots.every_kimg=null")
    run = train(left_open, WORLD, tmp_path / "run", say=said.append)
    kimg = run.config.snapshots.every_kimg
    assert said == run.sessions()[0]["notes"] == [said[0]]
    assert said[0].startswith(f"a snapshot every {kimg:g} kimg: ")
    assert outcome(run)[:2] == outcome(short)[:2]
    again = train(left_open, WORLD, as_killed(run, tmp_path / "killed", 5), say=said.append)
    assert again.config == run.config
    assert len(said) == 1
    assert outcome(again) == outcome(run)


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
    metrics = callbacks.Metrics(0, config_of("compact, sgd"), [lines.append])
    for batch in range(4):
        metrics.on_train_batch_end(batch, {"d_loss": 1.0})
    assert [(line["nimg"], line["images_per_s"]) for line in lines] == [(8, 4.0), (16, 4.0)]


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
