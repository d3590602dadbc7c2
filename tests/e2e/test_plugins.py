"""The real command with plug-ins installed: the example in docs/plugin, and one that is broken."""

import json
import os
import subprocess
import sys

import pytest

from tests.support.folders import digests
from tests.support.plugins import install, install_example

WORLD = 'name = "mine"\n[compositions]\nrosettes = 2\nwaves = 1\n'


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    install_example(folder)
    install(folder, "torn", {"torn_paper": "torn:Torn"}, "import no_such_library")
    return folder


@pytest.fixture
def call(site, tmp_path):
    def run(*arguments: str, code: int = 0) -> str:
        (tmp_path / "mine.toml").write_text(WORLD)
        command = [sys.executable, "-c", "from experiments.cli.app import main; main()", *arguments]
        env = {**os.environ, "PYTHONPATH": str(site)}
        done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True)
        assert done.returncode == code, done.stderr
        assert "Traceback" not in done.stderr
        return done.stdout or done.stderr

    return run


def test_the_command_draws_what_a_plugin_offers(call, tmp_path):
    call("preview", "sheet.png", "--space", "mine.toml", "--count", "6", "--cell", "40")
    drawn = json.loads(call("render", "mine.toml:0", "one.png", "--size", "64", "--json"))
    assert json.loads(drawn["recipe"])["composition"] == "rosettes"
    assert json.loads(drawn["recipe"])["plugin"] == "synchromy-rosettes 0.1.0"
    again = json.loads(call("render", "one.png", "two.png", "--size", "64", "--json"))
    assert again["recipe"] == drawn["recipe"]


def test_worker_processes_draw_it_too(call, tmp_path):
    for workers in ("1", "2"):
        call("generate", f"by-{workers}", *f"--space mine.toml --count 24 --size 32 --workers {workers}".split())
    assert digests(tmp_path / "by-1") == digests(tmp_path / "by-2")


def test_a_broken_plugin_is_one_sentence_for_who_uses_it_and_nothing_for_others(call, tmp_path):
    (tmp_path / "torn.toml").write_text('name = "torn"\n[compositions]\ntorn_paper = 1\n')
    said = call("render", "torn.toml:0", "one.png", code=1)
    assert said == (
        "synchromy: The composition 'torn_paper' of torn 1.0 cannot be used (importing it fails: ModuleNotFoundError: "
        "No module named 'no_such_library'): mend or uninstall it.\n"
    )
    call("render", "default:3", "two.png", "--size", "32")


def test_the_help_looks_for_no_plugins(site, tmp_path):
    code = "import sys, procgen; procgen.COMPOSITIONS['bars']; print('importlib.metadata' in sys.modules)"
    env = {**os.environ, "PYTHONPATH": str(site)}
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=env, capture_output=True, text=True)
    assert done.stdout == "False\n"
