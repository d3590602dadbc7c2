"""The whole state of a training at one step, on disk: one safetensors file and a manifest that vouches for it."""

import re
import shutil
from dataclasses import dataclass
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
    if not isinstance(manifest, dict) or not {"step", "sha256"} <= manifest.keys():
        why = "a manifest that vouches for nothing"
    elif not (folder / STATE).is_file():
        why = f"none of its {STATE}"
    elif digest(folder / STATE) != manifest["sha256"]:
        why = "damaged bytes"
    else:
        return load_file(folder / STATE), manifest
    raise ExperimentsError(f"expected the checkpoint {folder} whole, got {why}: delete it to use an older one")


@dataclass(frozen=True, eq=False)
class Found:
    """A checkpoint that passed its hash.

    Attributes:
        folder: where it lies.
        state: arrays by name, as of `models.get_state`.
        manifest: {"step", "nimg", "config_sha256", "sha256", versions}.
        passed_over: a sentence for each newer one that did not pass.
    """

    folder: Path
    state: dict[str, np.ndarray]
    manifest: dict[str, Any]
    passed_over: tuple[str, ...] = ()


def newest_valid(run: Path) -> Found | None:
    """The newest checkpoint that passes its hash, or None if the run has no checkpoint at all.

    Raises ExperimentsError if there are checkpoints and none is whole: starting again would lose a run in silence.
    """
    passed_over: list[str] = []
    for folder in checkpoints(run):
        try:
            return Found(folder, *load_checkpoint(folder), tuple(passed_over))
        except ExperimentsError as error:
            passed_over.append(f"passed over {folder.name}: {error}")
    if passed_over:
        raise ExperimentsError(
            f"expected a whole checkpoint in {run / 'checkpoints'}, got {len(passed_over)} damaged: "
            "restore one, or delete the folder to start the run again"
        )
    return None


def checkpoint_of(run: Path, step: int) -> Found:
    """The checkpoint of one step; ExperimentsError with those there are if it was not kept, or if it is damaged."""
    folder = checkpoint_folder(run, step)
    if not folder.is_dir():
        kept = ", ".join(str(step_of(each)) for each in reversed(checkpoints(run))) or "none"
        raise ExperimentsError(f"expected a checkpoint of step {step} in {run}, got those of steps: {kept}; name one")
    return Found(folder, *load_checkpoint(folder))


def step_of(folder: Path) -> int:
    """The step of a checkpoint's folder."""
    return int(folder.name.split("-")[1])


def digest(path: Path) -> str:
    """sha256 of a file."""
    with path.open("rb") as file:
        total = sha256()
        while chunk := file.read(1 << 20):
            total.update(chunk)
    return total.hexdigest()
