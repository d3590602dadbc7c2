"""Configs: overrides, what they refuse, digests, differences. The sentences are tested in e2e/test_mistakes.py."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments import ExperimentsError, RunConfig, preset
from experiments.callbacks import every, snapshot_count, snapshots_due
from experiments.config import differences, validated
from models import PRESETS


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_survives_its_own_dump(name):
    config = preset(name)
    assert validated(config.model_dump()) == config
    assert validated(config.model_dump()).digest() == config.digest()


def test_an_override_changes_one_key_and_the_digest():
    config = preset("quick-64")
    other = config.override("train.loss=hinge", "seed=7")
    assert differences(config.model_dump(), other.model_dump()) == [
        "seed: 0 -> 7",
        "train.loss: 'relativistic' -> 'hinge'",
    ]
    assert other.digest() != config.digest()
    assert config.train.loss == "relativistic"


@given(st.text(max_size=40))
def test_any_setting_is_taken_or_refused_in_a_sentence(text):
    with suppress(ExperimentsError):
        assert isinstance(preset("quick-64").override(text), RunConfig)


@given(
    st.sampled_from(["train.batch", "train.kimg", "network.size", "seed", "snapshots.pictures"]), st.text(max_size=12)
)
def test_any_value_is_taken_or_refused_in_a_sentence(key, value):
    with suppress(ExperimentsError):
        assert isinstance(preset("quick-64").override(f"{key}={value}"), RunConfig)


@given(st.integers(1, 64), st.floats(0.01, 5.0), st.floats(0.1, 20.0))
def test_every_so_many_kimg_and_at_the_end(batch, kimg, between):
    config = preset("quick-64").override(f"train.batch={batch}", f"train.kimg={kimg}")
    due = every(between, config)
    steps = [step for step in range(1, config.train.steps + 1) if due(step)]
    assert steps[-1] == config.train.steps
    whole = int(config.train.steps * batch / (between * 1000) + 1e-9)
    assert len(steps) in (min(whole, config.train.steps), min(whole, config.train.steps) + 1)


def test_an_interval_left_open_is_taken_from_the_run_that_chose_it():
    chosen = preset("dcgan-64").override("snapshots.every_kimg=5")
    assert preset("dcgan-64").snapshots.every_kimg is None
    assert preset("dcgan-64").with_snapshots_of(chosen) == chosen
    own = chosen.override("snapshots.every_kimg=2")
    assert own.with_snapshots_of(chosen) == own


@given(st.lists(st.floats(0.001, 40.0), min_size=1, max_size=30, unique=True).map(sorted), st.integers(1, 64))
def test_snapshots_at_the_first_step_past_each_time_given(times, batch):
    config = preset("quick-64").override(f"train.batch={batch}", "train.kimg=40", f"snapshots.at_kimg={times}")
    due, shown = snapshots_due(config), config.train.shown
    taken = {step for step in range(1, config.train.steps + 1) if due(step)}
    first_past = {next(s for s in range(1, 10**6) if s * shown >= kimg * 1000 * (1 - 1e-9)) for kimg in times[:3]}
    assert taken >= {step for step in first_past if step <= config.train.steps} | {config.train.steps}
    assert len(taken) <= len(times) + 1


@given(
    st.lists(st.floats(0.001, 40.0), max_size=10, unique=True).map(sorted),
    st.floats(0.005, 60.0),
    st.integers(1, 64),
    st.floats(40.0, 50.0),
)
def test_snapshots_are_counted_without_going_through_the_steps(times, between, batch, kimg):
    settings = f"train.batch={batch} train.kimg={kimg} snapshots.every_kimg={between}".split()
    config = preset("quick-64").override(*settings, f"snapshots.at_kimg={times}")
    assert snapshot_count(config) == 1 + sum(map(snapshots_due(config), range(1, config.train.steps + 1)))


def test_times_of_snapshots_are_numbers_with_commas_or_a_list():
    spoken = [
        preset("quick-64").override(f"snapshots.at_kimg={text}").snapshots.at_kimg for text in ("1,2.5", "[1, 2.5]")
    ]
    assert spoken == [(1.0, 2.5)] * 2
    assert preset("quick-64").override("snapshots.at_kimg=5").snapshots.at_kimg == (5.0,)


@pytest.mark.parametrize(
    ("times", "words"),
    [("[2, 1]", "got 1 after 2"), ("0,1", "leave out 0"), ("[NaN]", "to rise"), ("32000", "times are in thousands")],
)
def test_times_that_cannot_be_are_one_sentence(times, words):
    with pytest.raises(ExperimentsError, match=f"expected snapshots.at_kimg .*{words}"):
        preset("quick-64").override(f"snapshots.at_kimg={times}")


def test_progress_is_counted_in_pictures_shown():
    one, three = (preset("dcgan-64").override(f"train.d_steps={steps}") for steps in (1, 3))
    assert three.train.shown == 3 * one.train.shown
    assert one.train.steps == pytest.approx(3 * three.train.steps, abs=3)
    due = every(1.0, three)
    assert [step for step in range(1, 17) if due(step)] == [6, 11, 16]


def test_a_batch_that_cannot_be_packed_is_refused_before_anything_is_built():
    with pytest.raises(ExperimentsError, match="multiple of 3"):
        preset("quick-64").override("network.pack=3", "train.batch=16")
    assert preset("quick-64").override("network.pack=2", "train.batch=16").network.pack == 2


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ("train.kimg=1e300", "expected train.kimg of at most 1e.09, got 1e.300: it counts thousands"),
        ("preset=dcgan-64", "expected the preset by itself, got --set preset=dcgan-64: use --preset dcgan-64"),
    ],
)
def test_what_is_meant_otherwise_is_said(setting, words):
    with pytest.raises(ExperimentsError, match=words):
        preset("quick-64").override(setting)
