"""Folders of numbered pictures, which replace nothing but folders of the same."""

import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

import mosaics
from mosaics.saving import save_pictures
from mosaics.whole_folder import clear_leftovers, write_folder_whole

from ..errors import ExperimentsError


def check_folder(folder: Path, kind: str, *, force: bool) -> None:
    """Raise ExperimentsError or MosaicsError unless there is no such folder, or it may be replaced.

    Args:
        folder: where pictures named after their kind and number are to be.
        kind: as "frame", of frame-00.png.
        force: replace a folder that holds nothing but such pictures.
    """
    clear_leftovers(folder)
    if not (force and os.path.lexists(folder)):
        mosaics.check_new(folder, force=False)
        return
    if folder.is_symlink() or not folder.is_dir():
        raise ExperimentsError(f"expected a folder of {kind}s to replace, got {folder}, which is none: choose another")
    for path in folder.iterdir():
        if not re.fullmatch(rf"{kind}-\d+\.png", path.name):
            raise ExperimentsError(
                f"expected nothing but {kind}s in the folder {folder} that is to be replaced, got {path.name}: "
                "it stays as it is; choose another name"
            )


def save_folder(pictures: Iterable[tuple[str, np.ndarray, dict[str, Any]]], folder: Path, source_type: str) -> None:
    """Write pictures with their names and records into a folder that appears whole; see `check_folder`."""
    write_folder_whole(folder, lambda new: list(save_pictures(pictures, new, source_type=source_type)))
