"""Checkpoints and files: whole or not at all, vouched for by a digest, the newest valid one wins."""

import subprocess
import sys

import numpy as np
import pytest

from experiments.checkpoints import checkpoint_of, checkpoints, load_checkpoint, newest_valid, save_checkpoint
from experiments.errors import ExperimentsError
from experiments.files import read_json, write_atomically

STATE = {"a/000.kernel": np.arange(6, dtype=np.float32).reshape(2, 3).T, "steps": np.array(7, np.int32)}


def saved(run, step, keep=2):
    return save_checkpoint(run, STATE, {"step": step}, keep=keep)


def test_what_is_saved_is_loaded_with_shape_and_type(tmp_path):
    state, manifest = load_checkpoint(saved(tmp_path, 5))
    assert manifest["step"] == 5
    for name, array in STATE.items():
        assert state[name].dtype == array.dtype
        assert state[name].shape == array.shape
        assert np.array_equal(state[name], array)


def test_only_the_newest_are_kept(tmp_path):
    for step in (1, 20, 300, 4000):
        saved(tmp_path, step)
    assert [path.name for path in checkpoints(tmp_path)] == ["step-000004000", "step-000000300"]


@pytest.mark.parametrize("damage", ["flip", "truncate", "no state", "no manifest", "bad manifest"])
def test_a_damaged_one_is_passed_over(tmp_path, damage):
    saved(tmp_path, 1)
    newest = saved(tmp_path, 2)
    state, manifest = newest / "state.safetensors", newest / "manifest.json"
    content = state.read_bytes()
    {
        "flip": lambda: state.write_bytes(content[:-1] + bytes([content[-1] ^ 1])),
        "truncate": lambda: state.write_bytes(content[:-9]),
        "no state": state.unlink,
        "no manifest": manifest.unlink,
        "bad manifest": lambda: manifest.write_text("{"),
    }[damage]()
    found = newest_valid(tmp_path)
    assert (found.folder.name, found.manifest["step"]) == ("step-000000001", 1)
    assert [note.startswith("passed over step-000000002: ") for note in found.passed_over] == [True]


def test_none_whole_is_said_and_none_at_all_is_none(tmp_path):
    assert newest_valid(tmp_path) is None
    (saved(tmp_path, 1) / "state.safetensors").unlink()
    with pytest.raises(ExperimentsError, match="1 damaged"):
        newest_valid(tmp_path)


def test_a_failed_write_leaves_the_old_file_and_no_other(tmp_path):
    path = tmp_path / "kept.txt"
    path.write_text("old")

    def fail(temporary):
        temporary.write_text("half")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        write_atomically(path, fail)
    assert [p.name for p in tmp_path.iterdir()] == ["kept.txt"]
    assert path.read_text() == "old"


# Writes checkpoint 2 beside checkpoint 1 (keeping one), and dies before the call with this number to the system.
DIES = """
import os, pathlib, shutil, signal, sys
from pathlib import Path
import numpy as np
from experiments.checkpoints import save_checkpoint

run, left = Path(sys.argv[1]), int(sys.argv[2])
import safetensors.numpy
def dying(call):
    def instead(*arguments, **named):
        global left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return call(*arguments, **named)
    return instead
for place, name in [(os, "mkdir"), (os, "open"), (os, "fsync"), (os, "replace"), (os, "rmdir"), (os, "unlink"),
                    (pathlib.Path, "mkdir"), (pathlib.Path, "write_text"), (safetensors.numpy, "save_file")]:
    setattr(place, name, dying(getattr(place, name)))
save_checkpoint(run, {"a": np.full(3, 2.0)}, {"step": 2}, keep=1)
"""


def test_a_kill_at_any_call_of_a_write_leaves_the_old_or_the_new_state(tmp_path):
    outcomes = []
    for call in range(1, 99):
        run = tmp_path / str(call)
        save_checkpoint(run, {"a": np.full(3, 1.0)}, {"step": 1}, keep=1)
        died = subprocess.run([sys.executable, "-c", DIES, str(run), str(call)], capture_output=True, text=True)
        found = newest_valid(run)
        assert found.state["a"].tolist() == [found.manifest["step"]] * 3
        assert all("step-000000001" in note for note in found.passed_over), "a half new one is never named as one"
        outcomes.append(found.manifest["step"])
        if died.returncode == 0:
            break
    assert died.returncode == 0, died.stderr
    assert outcomes == sorted(outcomes)
    assert set(outcomes) == {1, 2}
    assert len(outcomes) > 15


def test_one_step_is_named_and_another_is_said_to_be_missing(tmp_path):
    saved(tmp_path, 5)
    assert checkpoint_of(tmp_path, 5).manifest["step"] == 5
    with pytest.raises(ExperimentsError, match="those of steps: 5; name one"):
        checkpoint_of(tmp_path, 6)


def test_unreadable_json_is_said(tmp_path):
    with pytest.raises(ExperimentsError, match="check that it is there"):
        read_json(tmp_path / "none.json")
