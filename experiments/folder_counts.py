"""Folders of pictures as snapshots: each is named by its step or kimg, and read through the probe of a run."""

import re
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from .errors import ExperimentsError
from .modes import TIME_UNITS, ModeHistogram
from .picture_folder import PictureFolder
from .probing import run_probe_of
from .run import Run

_NUMBER = r"(\d+(?:\.\d+)?)"
_WORDS = "|".join(TIME_UNITS)
_AT_ONCE = 2048  # pictures


def count_folders(
    folders: Sequence[Path],
    run: Run,
    *,
    resize: str | None = None,
    progress: Callable[..., None] = lambda *_: None,
) -> tuple[list[ModeHistogram], str]:
    """Counts of modes in folders of pictures, in order of the time in their names, and the unit of that time.

    Args:
        folders: Two or more, named as kimg-000064, step=1000 or network-snapshot-000200: the number beside the word
            nimg, kimg or step, or else the last one, taken for a step. One folder that holds such folders will do.
        run: Its probe reads the pictures.
        resize: What to do with pictures of another size than the run's; see `PictureFolder`.
        progress: Called as (stage, done, of).

    Raises:
        ExperimentsError: A name without a number, two of one time, times in several units, no or other pictures.
    """
    times, unit = folder_times(folders)
    probe, network, histograms = run_probe_of(run), run.config.network, []
    for done, (at, folder) in enumerate(sorted(times.items())):
        source = PictureFolder(folder, network.size, network.channels, resize)
        parts = np.array_split(np.arange(source.count), -(-source.count // _AT_ONCE))
        labels = np.concatenate([probe.read(source.pictures(rows)).labels for rows in parts])
        histograms.append(ModeHistogram.from_labels(round(at * TIME_UNITS[unit]), run.modes, labels))
        progress("reading", done + 1, len(times))
    return histograms, unit


def folder_times(folders: Sequence[Path]) -> tuple[dict[float, Path], str]:
    """Folders by the time in their names, and its unit; see `count_folders`."""
    if len(folders) == 1:
        folders = [path for path in folders[0].iterdir() if path.is_dir() and re.search(_NUMBER, path.name)]
    if len(folders) < 2:
        raise ExperimentsError(
            "expected two folders of pictures or more, one a snapshot, named by step or kimg, "
            f"got {len(folders)}: nothing to compare"
        )
    times: dict[float, Path] = {}
    units = set()
    for folder in folders:
        at, unit = _time_of(folder)
        if at in times:
            raise ExperimentsError(f"expected a time of its own for each folder, got {times[at]} and {folder}")
        times[at] = folder
        units.add(unit)
    if len(units) > 1:
        raise ExperimentsError(f"expected folders named in one unit of time, got {' and '.join(sorted(units))}")
    return times, units.pop()


def _time_of(folder: Path) -> tuple[float, str]:
    name = folder.resolve().name.lower()
    if beside := re.search(rf"({_WORDS})s?[-_= ]*{_NUMBER}", name):
        return float(beside[2]), beside[1]
    if before := re.search(rf"{_NUMBER}[-_ ]*({_WORDS})", name):
        return float(before[1]), before[2]
    numbers = re.findall(_NUMBER, name)
    if not numbers:
        raise ExperimentsError(f"expected a folder named by its step or kimg, as kimg-000064, got {folder}: rename it")
    return float(numbers[-1]), "step"
