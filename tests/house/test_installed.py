"""What is installed: the wheel's content, the editable install, the time an import takes, what the repository says."""

import os
import re
import resource
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("procgen", "models", "mosaics", "experiments")
COMMAND = Path(sysconfig.get_path("scripts")) / "synchromy"


def python(code: str, cwd: Path) -> str:
    done = subprocess.run([sys.executable, "-c", code], cwd=cwd, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_the_wheel_holds_the_four_packages_and_nothing_else(tmp_path):
    build = "from hatchling.build import build_wheel; import sys; print(build_wheel(sys.argv[1]))"
    subprocess.run([sys.executable, "-c", build, str(tmp_path)], cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    inside = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    tracked = subprocess.run(["git", "ls-files", *PACKAGES], cwd=ROOT, check=True, capture_output=True, text=True)
    assert inside >= set(tracked.stdout.split())
    assert {name.split("/")[0] for name in inside} == set(PACKAGES)
    assert {"experiments/page.html", "procgen/spaces/quick.toml", "models/py.typed", "models/__init__.pyi"} <= inside


def test_an_empty_models_folder_does_not_hide_ours(tmp_path):
    (tmp_path / "models").mkdir()
    assert "quick-64" in python("import models; print(list(models.PRESETS))", tmp_path)


def fastest(arguments: list[str]) -> float:
    """Seconds of processor time, the best of seven: a machine that is busy with other things does not count.

    Nor does the compiling of modules, which an installation does once.
    """
    times, cached = [], {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    for _ in range(7):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(arguments, check=True, capture_output=True, env=cached)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        times.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return min(times)


@pytest.mark.skipif(not COMMAND.exists(), reason="the command is not installed beside this Python")
def test_help_is_quick():
    assert fastest([str(COMMAND), "--help"]) < 0.3


@pytest.mark.parametrize("package", ["procgen", "mosaics"])
def test_a_leaf_is_imported_quickly_and_without_keras(package, tmp_path):
    code = f"import {package}, sys; [getattr({package}, name) for name in {package}.__all__]; "
    assert fastest([sys.executable, "-c", code]) < 0.3
    loaded = python(code + "print([m for m in ('keras', 'tensorflow', 'jax') if m in sys.modules])", tmp_path)
    assert loaded == "[]"


def test_everything_is_importable_with_jax_alone(tmp_path):
    (tmp_path / "tensorflow.py").write_text("raise ImportError('not installed')")
    code = "import models, experiments, experiments.cli.app\n"
    code += "for package in (models, experiments):\n  [getattr(package, name) for name in package.__all__]\nprint('ok')"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        env={**os.environ, "KERAS_BACKEND": "jax"},
    )
    assert done.stdout.strip() == "ok", done.stderr


def test_the_constraints_name_versions_and_no_place():
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    assert all(
        re.fullmatch(r"[A-Za-z0-9_.-]+==[A-Za-z0-9_.+]+( ; .+)?", line) for line in lines if not line.startswith("#")
    )
