"""Runs that are stopped, resumed or made longer compute what an uninterrupted run does, bit for bit."""

import json
import shutil

import pytest

from experiments import ExperimentsError, Run, train
from tests.support.runs import STEPS, WORLD, as_killed, exported_is_plain, outcome, tiny

COMPACT = "network.width=2"
CASES = {  # what is resumed: a preset of each family, and what a step can have beside it, much at once
    "essay": ("essay-64", ""),
    "dcgan with its average": ("dcgan-64", COMPACT),
    "compact, lazy R1, average": ("quick-64", COMPACT),
    "compact, R1 + R2, sgd": ("quick-64", f"{COMPACT} train.r2_gamma=1 train.penalty_every=1 train.optimizer=sgd"),
    "extragradient, replayed fakes": (
        "quick-64",
        f"{COMPACT} train.method=extragradient train.order=simultaneous train.replay=0.5 train.replay_size=8",
    ),
    "lookahead, DiffAugment, noise": (
        "quick-64",
        f"{COMPACT} train.method=lookahead train.lookahead_steps=5 train.loss=hinge train.r1_gamma=0 "
        'train.augment=["colour","translation","cutout"] train.noise=0.5 train.noise_kimg=0.03',
    ),
    "two critic steps, gradient penalty, spectral norm, packs of two": (
        "quick-64",
        f"{COMPACT} network.spectral_norm=true network.pack=2 "
        "train.loss=wasserstein train.d_steps=2 train.gp_weight=1 train.r1_gamma=0",
    ),
    "bfloat16, simultaneous, optimistic": (
        "quick-64",
        f"{COMPACT} network.precision=mixed_bfloat16 train.order=simultaneous train.optimizer=optimistic-adam",
    ),
}
ALONE = {  # slow: the same, each beside nothing else
    "essay joint, penalised": ("essay-64", "train.d_updates=joint train.r1_gamma=1 train.ema_kimg=0.01"),
    "R1 + R2": ("quick-64", f"{COMPACT} train.r2_gamma=1 train.penalty_every=1"),
    "extragradient": ("quick-64", f"{COMPACT} train.method=extragradient train.order=simultaneous"),
    "lookahead": ("quick-64", f"{COMPACT} train.method=lookahead train.lookahead_steps=5"),
    "spectral norm, packs of two": (
        "quick-64",
        f"{COMPACT} network.spectral_norm=true network.pack=2 train.r1_gamma=0",
    ),
    "bfloat16": ("quick-64", f"{COMPACT} network.precision=mixed_bfloat16"),
}


pytestmark = pytest.mark.usefixtures("every_step_is_logged")


@pytest.mark.parametrize("case", [*CASES, *(pytest.param(name, marks=pytest.mark.slow) for name in ALONE)])
def test_a_run_goes_on_as_if_it_had_never_stopped(case, tmp_path):
    config = tiny(*(CASES | ALONE)[case])
    whole = train(config, WORLD, tmp_path / "whole")
    # Another step in each case, between two takings of a lazy penalty or at one.
    step = 2 + len(case) % (whole.config.train.steps - 3)
    resumed = train(config, WORLD, as_killed(whole, tmp_path / "killed", step))
    assert [session["step"] for session in resumed.sessions()] == [0, step]
    assert exported_is_plain(resumed)
    assert outcome(resumed) == outcome(whole)


def test_it_goes_on_from_every_step(short, tmp_path):
    whole = outcome(short)
    for step in range(1, STEPS, 3):
        assert outcome(train(short.config, WORLD, as_killed(short, tmp_path / str(step), step))) == whole


def test_snapshots_at_given_times_go_on_too(short, tmp_path):
    config = short.config.override("snapshots.at_kimg=0.005,0.03,0.06")
    whole = train(config, WORLD, tmp_path / "whole")
    assert [shot.nimg for shot in whole.snapshots()] == [0, 8, 32, 48]
    assert outcome(whole)[:2] == outcome(short)[:2]
    assert outcome(train(config, WORLD, as_killed(whole, tmp_path / "killed", 5))) == outcome(whole)
    longer = train(config.override("train.kimg=0.064"), WORLD, whole.folder)
    assert [shot.nimg for shot in longer.snapshots()] == [0, 8, 32, 48, 60, 64]


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
