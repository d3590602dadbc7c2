"""Shared by all tests: quiet backends, and the option that stores new reference pictures."""

import atexit
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import hypothesis
import pytest

from tests.support.probes import hasty

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("MPLBACKEND", "Agg")
# Probes are kept between the tests of a session, and no longer; what JAX compiled is the user's.
CACHE = Path(tempfile.mkdtemp(prefix="synchromy-cache-"))
atexit.register(shutil.rmtree, CACHE, ignore_errors=True)
(CACHE / "synchromy").mkdir()
COMPILED = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "synchromy" / "jax"
if COMPILED.is_dir():
    (CACHE / "synchromy" / "jax").symlink_to(COMPILED)
os.environ["XDG_CACHE_HOME"] = str(CACHE)
# Heard by the tests and by the commands they start, even where the tests were started in the background, deaf to it.
signal.signal(signal.SIGINT, signal.default_int_handler)
# A law that holds does so on a busy machine, too.
hypothesis.settings.register_profile("patient", deadline=None)
hypothesis.settings.load_profile("patient")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--store-golden", action="store_true", help="store what is drawn now as the reference")


@pytest.fixture
def store_golden(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--store-golden"))


@pytest.fixture
def namespace() -> list[str]:
    """The beginning of a command that may mount for itself alone."""
    command = ["unshare", "--user", "--map-root-user", "--mount"]
    if not shutil.which("unshare") or subprocess.run([*command, "mount", "-t", "tmpfs", "none", "/mnt"]).returncode:
        pytest.skip("this system lets no test mount a small disk")
    return command


@dataclass(frozen=True)
class Example:
    """A tiny dataset, a tiny finished run on it, a sheet; `small` are the settings the run was trained with."""

    folder: Path
    data: Path
    run: Path
    sheet: Path
    small: list[str]


@pytest.fixture(scope="session")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny dataset of one mode, which takes no probe."""
    from procgen import Space, write_dataset

    folder = tmp_path_factory.mktemp("plain") / "data"
    write_dataset(Space(compositions=("waves",)), folder, count=16, size=32, seed=1)
    return folder


SMALL = (
    "network.size=32 network.width=2 network.latent=8 train.batch=8 train.kimg=0.32 "
    "snapshots.every_kimg=0.08 snapshots.pictures=8 snapshots.readings=32 checkpoints.every_kimg=0.16"
).split()


@pytest.fixture(scope="module", autouse=True)
def networks_are_forgotten() -> Iterator[None]:
    """What a module of tests compiled is freed after it: a long session would grow to gigabytes and slow down."""
    yield
    if "keras" in sys.modules:
        sys.modules["keras"].utils.clear_session()


@pytest.fixture
def hasty_probes() -> Iterator[None]:
    """See `hasty`."""
    with hasty():
        yield


@pytest.fixture(scope="session")
def example(tmp_path_factory: pytest.TempPathFactory) -> Example:
    from experiments import preset, train
    from experiments.sheets import contact_sheet, save_sheet
    from procgen import Space, open_dataset, write_dataset

    folder = tmp_path_factory.mktemp("example")
    space = Space(name="pair", compositions=("bars", "nested_squares"), contrasts=("hue",))
    write_dataset(space, folder / "data", count=240, size=32, seed=1)
    with hasty():
        train(preset("quick-64").override(*SMALL), open_dataset(folder / "data"), folder / "run")
    save_sheet(contact_sheet(space, count=4, seed=1), folder / "sheet.png", cell=32, facts={"kind": "preview"})
    return Example(
        folder,
        folder / "data",
        folder / "run",
        folder / "sheet.png",
        [word for key in SMALL for word in ("--set", key)],
    )
