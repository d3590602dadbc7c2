"""The whole state of a training at one step, on disk: one safetensors file and a manifest that vouches for it."""

import re
import shutil
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from .errors import ExperimentsError
from .files import read_json, write_atomically, write_json

STATE, MANIFEST = "state.safetensors", "manifest.json"


def checkpoint_folder(run: Path, step: int) -> Path:
    """Where the checkpoint of `step` lies in a run folder."""
    return run / "checkpoints" / f"step-{step:09d}"


def save_checkpoint(run: Path, state: dict[str, np.ndarray], manifest: dict[str, Any], *, keep: int) -> Path:
    """Write `state` as the checkpoint of manifest["step"], atomically; older ones beyond `keep` go afterwards."""
    from safetensors.numpy import save_file

    folder = checkpoint_folder(run, manifest["step"])

    def write(temporary: Path) -> None:
        temporary.mkdir()
        save_file({name: np.array(array, order="C") for name, array in state.items()}, temporary / STATE)
        write_json(temporary / MANIFEST, {**manifest, "sha256": digest(temporary / STATE)})

    write_atomically(folder, write)
    for old in checkpoints(run)[keep:]:
        shutil.rmtree(old, ignore_errors=True)
    return folder


def checkpoints(run: Path) -> list[Path]:
    """The checkpoint folders of a run, newest first, whether valid or not."""
    found = [path for path in (run / "checkpoints").glob("step-*") if re.fullmatch(r"step-\d{9}", path.name)]
    return sorted(found, reverse=True)


def load_checkpoint(folder: Path) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    """(state, manifest) of one checkpoint; ExperimentsError if its bytes are not those the manifest vouches for."""
    from safetensors.numpy import load_file

    manifest = read_json(folder / MANIFEST)
    if (
        not isinstance(manifest, dict)
        or not (folder / STATE).is_file()
        or digest(folder / STATE) != manifest.get("sha256")
    ):
        raise ExperimentsError(
            f"expected the checkpoint {folder} whole, got damaged bytes: delete it to use an older one"
        )
    return load_file(folder / STATE), manifest


def newest_valid(run: Path) -> tuple[Path, dict[str, np.ndarray], dict[str, Any]] | None:
    """The newest checkpoint that passes its hash, or None if the run has no checkpoint at all.

    Raises ExperimentsError if there are checkpoints and none is whole: starting again would lose a run in silence.
    """
    found = checkpoints(run)
    for folder in found:
        try:
            state, manifest = load_checkpoint(folder)
        except ExperimentsError:
            continue
        return folder, state, manifest
    if found:
        raise ExperimentsError(
            f"expected a whole checkpoint in {run / 'checkpoints'}, got {len(found)} damaged: "
            "restore one, or delete the folder to start the run again"
        )
    return None


def digest(path: Path) -> str:
    """sha256 of a file."""
    with path.open("rb") as file:
        total = sha256()
        while chunk := file.read(1 << 20):
            total.update(chunk)
    return total.hexdigest()
