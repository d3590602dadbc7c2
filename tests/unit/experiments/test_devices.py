"""Several devices train what one would, and what JAX compiled is found again; both in processes of their own."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from experiments import ExperimentsError
from experiments.devices import start_devices
from procgen import Space
from tests.support.device_steps import BATCH, CASES, SIZE

ROOT = Path(__file__).parents[3]
WORKER = ROOT / "tests" / "support" / "device_steps.py"
QUICK = "dcgan, adam"


def run(*command: object, cache: Path, before: tuple[str, ...] = (), **more: str) -> subprocess.CompletedProcess:
    environment = {**os.environ, "KERAS_BACKEND": "jax", "TF_CPP_MIN_LOG_LEVEL": "3", "XDG_CACHE_HOME": str(cache)}
    environment |= {"XLA_FLAGS": "--xla_force_host_platform_device_count=4", "PYTHONPATH": str(ROOT)} | more
    words = [*before, sys.executable, *map(str, command)]
    return subprocess.run(words, env=environment, capture_output=True, text=True)


def trained(devices: int, steps: int, *cases: str, cache: Path, **how) -> dict:
    done = run(WORKER, devices, steps, *cases, cache=cache, **how)
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout.splitlines()[-1]) | {"stderr": done.stderr}


@pytest.fixture(scope="module")
def one_and_four(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cache")
    return [trained(devices, 20, *CASES, cache=folder)["cases"] for devices in (0, 4)]


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES)
def test_four_devices_give_one_devices_losses(one_and_four, case):
    one, four = (each[case]["logs"] for each in one_and_four)
    assert len(one) == len(four) == 20
    for step, (a, b) in enumerate(zip(one, four, strict=True)):
        for name in ("d_loss", "g_loss"):
            assert abs(a[name] - b[name]) <= 1e-5, (step, name)
    assert abs(one[0]["d_loss"] - one[-1]["d_loss"]) > 1e-3  # it did learn something meanwhile


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES)
def test_four_devices_share_the_batch_and_hold_every_weight(one_and_four, case):
    one, four = (each[case] for each in one_and_four)
    assert (one["devices"], four["devices"]) == ([1], [4])
    assert one["parts"][-1] == [BATCH, SIZE, SIZE, 3]
    assert four["parts"][-1] == [BATCH // 4, SIZE, SIZE, 3]


@pytest.mark.slow
def test_a_pair_of_full_width_trains_on_more_devices_than_there_are_cores(tmp_path):
    # With as many threads as cores its sums over the devices waited for one another until JAX ended the process.
    (tmp_path / "bars.toml").write_text(Space(name="bars", compositions=("bars",)).to_toml())
    settings = ("train.kimg=0.08", "train.batch=8", "snapshots.middle=false", "snapshots.readings=64")
    options = ["--devices", 4, "--space", tmp_path / "bars.toml", *(f"--set={setting}" for setting in settings)]
    command = "from experiments.cli.app import main; main()"
    done = run("-c", command, "train", tmp_path / "run", *options, cache=tmp_path)
    assert done.returncode == 0, done.stderr[-2000:]
    assert (tmp_path / "run" / "done.json").is_file()


REFUSALS = [
    ({"count": 0}, "1 device or more"),
    ({"count": 4, "batch": 30}, "train.batch=30: try 28"),
    ({"count": 8, "batch": 4}, "train.batch=4: try 8"),
    ({"count": 5}, "got 4 (cpu:0, cpu:1, cpu:2, cpu:3)"),
    ({"count": 5}, "XLA_FLAGS=--xla_force_host_platform_device_count=5"),
]


def test_what_jax_cannot_share_is_said(tmp_path):
    code = "import sys, json\nfrom experiments.devices import start_devices\nsaid = []\n"
    code += "for given, _ in json.loads(sys.argv[1]):\n"
    code += (
        "    try: start_devices(**given)\n    except Exception as error: said += [str(error)]\nprint(json.dumps(said))"
    )
    done = run("-c", code, json.dumps(REFUSALS), cache=tmp_path)
    said = json.loads(done.stdout)
    assert len(said) == len(REFUSALS)
    for (_, words), sentence in zip(REFUSALS, said, strict=True):
        assert words in sentence
        assert sentence.startswith("expected ")
        assert "\n" not in sentence


def test_another_backend_is_said():
    with pytest.raises(ExperimentsError, match="set KERAS_BACKEND=jax"):
        start_devices(2)


@pytest.mark.slow
def test_what_was_compiled_is_found_by_the_next_process(tmp_path):
    first, second = (trained(0, 2, QUICK, cache=tmp_path) for _ in range(2))
    assert first["cache"] == str(tmp_path / "synchromy" / "jax")
    assert list((tmp_path / "synchromy" / "jax").glob("jit_train_step*"))
    assert (first["hits"], second["hits"] > 0) == (0, True)
    assert first["cases"] == second["cases"]  # and computes the same bits


@pytest.mark.slow
def test_a_place_that_cannot_be_written_keeps_nothing(tmp_path):
    (tmp_path / "synchromy").write_text("not a folder")
    done = trained(0, 1, QUICK, cache=tmp_path)
    assert done["cache"] is None
    assert "cache" not in done["stderr"]


@pytest.mark.slow
@pytest.mark.parametrize("where", ["XDG_CACHE_HOME", "JAX_COMPILATION_CACHE_DIR"])
def test_a_disk_that_is_full_does_not_stop_training(tmp_path, namespace, where):
    script = 'mount -t tmpfs -o size=16k none "$0" && exec "$@"'
    done = trained(
        0, 1, QUICK, cache=tmp_path, before=(*namespace, "sh", "-c", script, str(tmp_path)), **{where: str(tmp_path)}
    )
    assert done["cases"][QUICK]["logs"]
    assert done["cache"] == (None if where == "XDG_CACHE_HOME" else str(tmp_path))
