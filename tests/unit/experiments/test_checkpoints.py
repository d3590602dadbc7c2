"""Checkpoints and files: whole or not at all, vouched for by a digest, the newest valid one wins."""

import numpy as np
import pytest

from experiments.checkpoints import checkpoints, load_checkpoint, newest_valid, save_checkpoint
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


def test_unreadable_json_is_said(tmp_path):
    with pytest.raises(ExperimentsError, match="check that it is there"):
        read_json(tmp_path / "none.json")
