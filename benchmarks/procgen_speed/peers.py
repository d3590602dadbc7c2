"""Generators of others: each runs from a checkout of theirs, in a process on one core, to the files that it writes."""

import json
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from .timing import figure

_ADAPTERS = Path(__file__).resolve().parents[1] / "procgen_peers"
CHECKOUTS = {
    "dead_leaves": "github.com/mbaradad/learning_with_noise",
    "fractaldb": "github.com/hirokatsukataoka16/FractalDB-Pretrained-ResNet-PyTorch",
    "visualatom": "github.com/masora1030/CVPR2023-FDSL-on-VisualAtom",
}
# (what, adapter, pictures a round, further arguments), all at our size: as published; of FractalDB also its fastest.
_RUNS: tuple[tuple[str, str, int, tuple[str, ...]], ...] = (
    ("dead_leaves, mixed shapes", "dead_leaves", 8, ()),
    ("fractaldb, 200,000 patches", "fractaldb", 4, ("patch_gray", "200000")),
    ("fractaldb, 100,000 points", "fractaldb", 10, ("point_gray", "100000")),
    ("visualatom", "visualatom", 60, ()),
)
_ROUNDS = 3


def peer_rows(
    given: dict[str, str], ours: float, *, python: str, size: int, limit: float, quick: bool
) -> list[dict[str, Any]]:
    """Pictures a second of each peer that was given by path, and how many times as fast we write.

    Args:
        given: folders by the names of CHECKOUTS.
        ours: images a second to disk on one worker.
        python: the interpreter that has what they need.
        size: pixels of a side.
        limit: seconds that a round may take.
        quick: one round of one picture.
    """
    rows = []
    for what, name, count, more in _RUNS:
        if name in given:
            pictures = str(1 if quick else count)
            command = [python, str(_ADAPTERS / f"{name}.py"), given[name], str(size), pictures, *more]
            rows.append({"peer": what, **_measured(command, 1 if quick else _ROUNDS, limit, ours)})
    return rows


def _measured(command: list[str], repeats: int, limit: float, ours: float) -> dict[str, Any]:
    speeds = []
    if not Path(command[2]).is_dir():
        return {"speed": None, "ratio": None, "why": f"there is no folder {command[2]}"}
    try:
        for _ in range(repeats):
            speeds.append(_speed(command, limit))
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        return {"speed": None, "ratio": None, "why": _why(error)}
    speed = figure("to disk, one core", speeds, "images/s")
    return {"speed": speed, "ratio": ours / speed["median"], "why": ""}


def _speed(command: list[str], limit: float) -> float:
    with TemporaryDirectory() as folder:
        done = subprocess.run([*command, folder], capture_output=True, text=True, timeout=limit, check=True)
    found = json.loads(done.stdout.splitlines()[-1])
    return found["pictures"] / found["seconds"]


def _why(error: BaseException) -> str:
    if isinstance(error, subprocess.TimeoutExpired):
        return f"it took longer than {error.timeout:g} s"
    if isinstance(error, subprocess.CalledProcessError) and error.stderr.strip():
        return error.stderr.strip().splitlines()[-1]
    return str(error)
