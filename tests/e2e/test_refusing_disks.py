"""Disks that refuse and signals that stop: one clear sentence, an exit code, and no half of anything left."""

import os
import shutil
import signal
import subprocess
import sys

import pytest

from tests.support.folders import digests

COMMAND = [sys.executable, "-c", "from experiments.cli.app import main; main()"]


DISKS = {"full": ("size=700k", "no space left on device"), "read-only": ("ro", "read-only file system")}
QUICK = ("render", "pick", "export")  # what starts without Keras
VERBS = (*QUICK, "release", "train", "mosaic", "report", "sample", "walk")


@pytest.mark.parametrize(
    ("verb", "kind"),
    [
        pytest.param(verb, kind, marks=() if verb in QUICK or (verb, kind) == ("train", "full") else pytest.mark.slow)
        for verb in VERBS
        for kind in DISKS
    ],
)
def test_a_disk_that_refuses(verb, kind, namespace, example, plain, tmp_path):
    (options, words), disk = DISKS[kind], tmp_path / "disk"
    disk.mkdir()
    arguments = {
        "train": ["train", f"{disk}/run", "--data", str(plain), *example.small],
        "render": f"render ring-8-loose:1 {disk}/made.tif --bits 16 --size 1500".split(),
        "pick": ["pick", str(example.sheet), *f"1 --out {disk}/made.png --cell 512".split()],
        "mosaic": ["mosaic", str(example.run), f"{disk}/made.png", "--size", "4000"],
        "report": ["report", str(example.run), "--out", f"{disk}/made.html"],
        "export": ["export", str(example.data), f"{disk}/made"],
        "sample": ["sample", str(example.run), f"{disk}/samples", "--count", "100"],
        "walk": ["walk", str(example.run), *f"{disk}/made.png --through 0,2,5 --seconds 4 --fps 12 --scale 8".split()],
        "release": ["release", f"{disk}/made", "--worlds", str(example.data)],
    }[verb]
    fill = "" if options == "ro" else f"head -c 650k /dev/zero > {disk}/kept && "
    script = f'mount -t tmpfs -o {options} tmpfs {disk} && {fill}shift && "$@"; code=$?; ls {disk}; exit $code'
    done = subprocess.run(
        [*namespace, "sh", "-c", script, "sh", "-", *COMMAND, *arguments],
        capture_output=True,
        text=True,
        env=dict(os.environ),
    )
    assert done.returncode == 1, done.stderr
    assert words in done.stderr.lower().splitlines()[-1]
    assert "Traceback" not in done.stderr
    left = set(done.stdout.split())
    assert left <= {"kept", "run", "samples"}  # a run and a folder of samples are gone on with


@pytest.mark.parametrize(("kind", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)], ids=["ended", "interrupted"])
def test_what_is_stopped_leaves_nothing_and_says_so(kind, code, tmp_path):
    arguments = ["render", "default:3", str(tmp_path / "a.png"), "--size", "30000"]
    process = subprocess.Popen([*COMMAND, *arguments], stderr=subprocess.PIPE, text=True)
    process.stderr.readline()  # of its progress: the file is begun
    assert [path.suffix for path in tmp_path.iterdir()] == [".tmp"]
    process.send_signal(kind)
    _, said = process.communicate(timeout=60)
    assert (process.returncode, [*tmp_path.iterdir()]) == (code, [])
    assert said.splitlines()[-1].endswith("; nothing was written")


def test_a_run_goes_on_with_the_backend_it_was_begun_with(example, tmp_path):
    run = shutil.copytree(example.run, tmp_path / "run")
    before = digests(run)
    arguments = ["train", str(run), "--data", str(example.data), *example.small]
    environment = {**os.environ, "KERAS_BACKEND": "jax"}
    done = subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, env=environment)
    assert done.returncode == 1
    assert "backend: 'tensorflow' -> 'jax'" in done.stderr
    assert before == {name: value for name, value in digests(run).items() if name in before}
