"""What a user can get wrong: one clear sentence, a non-zero exit, and nothing that was there is harmed."""

import os
import shutil
import subprocess
import sys

import pytest

from experiments.cli import console
from experiments.cli.app import app
from tests.support.folders import digests

TRAIN = "train made --data {data} {small}"
MISTAKES = {  # name: (arguments, words of the sentence)
    "unknown preset": ("train made --preset quik-64 --data {data}", "did you mean quick-64"),
    "unknown key": (f"{TRAIN} --set train.los=hinge", "did you mean train.loss"),
    "unknown loss": (f"{TRAIN} --set train.loss=hing", "expected train.loss to be one of"),
    "no value": (f"{TRAIN} --set train.loss", "expected a setting like"),
    "negative rate": (f"{TRAIN} --set train.g_rate=-1", "expected train.g_rate above 0"),
    "batch of words": (f"{TRAIN} --set train.batch=many", "valid integer"),
    "batch above the data": (f"{TRAIN} --set train.batch=500", "at most the 240 pictures"),
    "apart with a paired loss": (f"{TRAIN} --set train.d_updates=apart", "expected train.d_updates=joint"),
    "size not a power of two": (f"{TRAIN} --set network.size=33", "power of two"),
    "size of the data": ("train made --data {data}", "expected pictures of 64 px"),
    "grey network": (f"{TRAIN} --set network.channels=1", "channels"),
    "unknown space": ("train made --data live --space defalt", "default"),
    "no dataset": ("train made --data nowhere", "nowhere"),
    "truncated dataset": ("train made --data {truncated} {small}", "train-00003-of-00008.parquet"),
    "dataset without manifest": ("train made --data {bare} {small}", "manifest"),
    "folder of other files": ("train {other} --data {data} {small}", "expected an empty folder or a run"),
    "run of another config": (
        "train {run} --data {data} {small} --set train.loss=hinge",
        "train.loss: 'relativistic' -> 'hinge'",
    ),
    "run on other data": ("train {run} --data live --space quick {small}", "expected the config that"),
    "dataset of another seed": ("generate {data} --count 240 --size 32 --space quick", "seed"),
    "count of zero": ("generate made --count 0", "greater than or equal to 1"),
    "size of nothing": ("generate made --size 0", "expected pixels"),
    "space that is no TOML": ("generate made --space {broken}.toml", "TOML"),
    "picture there already": ("preview {picture}", "exists"),
    "picture in no folder": ("render default:1 nowhere/a.png", "make the folder first"),
    "picture without an index": ("render default made.png", "expected SPACE:INDEX"),
    "picture of nothing": ("inspect nowhere.png", "nowhere.png"),
    "not a picture": ("inspect {broken}", "expected a PNG picture"),
    "mosaic of nothing": ("mosaic nowhere made.png", "expected a run or a dataset"),
    "mosaic there already": ("mosaic {run} {picture}", "exists"),
    "report there already": ("report {run} --out {picture}", "exists"),
    "quickstart among other files": ("quickstart {other}", "expected an empty folder"),
    "run that is a file": ("train {picture} --data {data} {small}", "got the file"),
    "preset by its key": (f"{TRAIN} --set preset=essay-64", "expected a key of the config"),
    "foreign config": ("modes {foreign}", "expected a run folder"),
    "recipe of bytes": ("render {broken}.json made.png", "recipe"),
    "unknown layout": ("mosaic {data} made.png --layout spiral", "layout"),
    "unknown order": ("mosaic {data} made.png --order size", "order"),
    "mosaic too small": ("mosaic {data} made.png --size 10", "canvas"),
    "modes of nothing": ("modes nowhere", "nowhere"),
    "modes of no table": ("modes {broken}", "expected"),
    "report of nothing": ("report nowhere", "expected a run folder"),
    "diverging": (f"{TRAIN} --set train.g_rate=1e30 --set train.optimizer=sgd", "the training diverged"),
}


@pytest.fixture
def places(example, tmp_path):
    shutil.copytree(example.data, tmp_path / "truncated")
    shard = tmp_path / "truncated" / "data" / "train-00003-of-00008.parquet"
    shard.write_bytes(shard.read_bytes()[:-100])
    (tmp_path / "bare").mkdir()
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "thesis.txt").write_text("irreplaceable")
    (tmp_path / "broken").write_bytes(b"\x00\xff[[[ not anything")
    (tmp_path / "broken.toml").write_text("compositions = [[[")
    (tmp_path / "picture.png").write_bytes(b"a picture somebody wants to keep")
    (tmp_path / "broken.json").write_bytes(b"\xff\xfe{")
    (tmp_path / "foreign").mkdir()
    (tmp_path / "foreign" / "config.json").write_text("{}")
    (tmp_path / "other" / "lock").write_text("not ours either")
    names = {name: str(tmp_path / name) for name in ("truncated", "bare", "other", "broken", "foreign")}
    return {**names, "picture": str(tmp_path / "picture.png"), "data": str(example.data), "run": str(example.run)}


@pytest.mark.parametrize("name", MISTAKES)
def test_one_sentence(name, places, example, tmp_path, monkeypatch, capfd):
    text, words = MISTAKES[name]
    arguments = [
        part for word in text.split() for part in (example.small if word == "{small}" else [word.format(**places)])
    ]
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["synchromy", *arguments])
    before = {**digests(tmp_path), **digests(example.folder)}
    code = console.run(app)
    out, err = capfd.readouterr()
    assert code in (1, 2), err
    assert out == ""
    sentence = err.strip().splitlines()[-1]
    assert words in sentence, err
    assert "unexpected" not in sentence
    assert "Traceback" not in err
    after = {**digests(tmp_path), **digests(example.folder)}
    assert before.items() <= after.items()


COMMAND = [sys.executable, "-c", "from experiments.cli.app import main; main()"]


@pytest.mark.parametrize(
    ("options", "words"),
    [("size=700k", "no space left on device"), ("ro", "read-only file system")],
    ids=["full", "read-only"],
)
@pytest.mark.parametrize("verb", ["train", "mosaic", "report"])
def test_a_disk_that_refuses(verb, options, words, namespace, example, tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    arguments = {
        "train": ["train", f"{disk}/run", "--data", str(example.data), *example.small],
        "mosaic": ["mosaic", str(example.run), f"{disk}/made.png", "--size", "4000"],
        "report": ["report", str(example.run), "--out", f"{disk}/made.html"],
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
    assert left <= {"kept", "run"}


def test_a_run_goes_on_with_the_backend_it_was_begun_with(example, tmp_path):
    run = shutil.copytree(example.run, tmp_path / "run")
    before = digests(run)
    arguments = ["train", str(run), "--data", str(example.data), *example.small]
    environment = {**os.environ, "KERAS_BACKEND": "jax"}
    done = subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, env=environment)
    assert done.returncode == 1
    assert "backend: 'tensorflow' -> 'jax'" in done.stderr
    assert before == {name: value for name, value in digests(run).items() if name in before}
