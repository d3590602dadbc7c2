"""All lines in order: what each runs, beside whom, and what is wanted of it."""

import argparse
import json
import os
import platform
import shutil
import sys
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from .watching import Taken, watched

Line = dict[str, Any]
_HERE = Path(__file__).resolve().parent
_COMMAND = "import sys; from experiments.cli.app import main; sys.argv[0] = 'synchromy'; main()"
_PEER_RATIO = 40
ENLARGED = 8  # times as large as the target a mosaic is, as codebox/mosaic has it
_SHEETS = ("pixels", "jpg", "png", "tif")


def measured(given: argparse.Namespace) -> Line:
    """Everything that the command line asks for, as plain data."""
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
    results: Line = {
        "machine": platform.processor() or platform.machine(),
        "cpus": given.cores or os.cpu_count(),
        "load_before": load,
        "versions": {name: version(name) for name in ("numpy", "scipy", "pillow", "pyvips")},
    }
    with TemporaryDirectory() as temporary:
        folder = given.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        results["lines"] = _large_lines(given, folder) if given.large else _lines(given, folder)
    return results


def _lines(given: argparse.Namespace, folder: Path) -> list[Line]:
    count = 400 if given.quick else 10_000
    side = round(count**0.5)
    _write_tiles(folder, count, 64)
    target, tiles = str(folder / "target.png"), str(folder / "tiles")
    ours = ["mosaic", tiles, str(folder / "ours.jpg"), "--count", str(count), "--force", "--json"]
    photo = [*ours, "--layout", "photomosaic", "--target", target, "--cells", str(count), "--size", str(side * 64)]
    lines = [
        _line("photomosaic, reuse, from files", _best_of(given, _synchromy(photo)), most=1.8, memory=500e6),
        _stage(given, folder, "photomosaic", what="photomosaic, reuse, from an array", most=0.8),
        _stage(given, folder, "once", str(given.optimum), what="photomosaic, exactly once", most=10),
        *(_stage(given, folder, "sheet", kind, what=f"plain sheet, {kind}", most=1) for kind in _SHEETS),
    ]
    lines.append(sheet := _line("plain sheet, from files, by hue", _best_of(given, _synchromy(ours))))
    if "codebox" in given.peer:
        script = _HERE.parent / "mosaics_peers" / "codebox.py"
        command = [given.peer_python, str(script), given.peer["codebox"], target, tiles, "64"]
        lines.append(_peer("codebox/mosaic, reuse, from files", command, lines[0], given, folder, _PEER_RATIO))
    if montage := shutil.which("montage"):
        names = [str(each) for each in sorted(Path(tiles).iterdir())]  # many are forbidden to read a list of names
        command = [montage, *names, "-tile", f"{side}x{side}", "-geometry", "64x64+0+0", str(folder / "theirs.jpg")]
        lines.append(_peer("ImageMagick montage, from files", command, sheet, given, folder))
    return lines


def _large_lines(given: argparse.Namespace, folder: Path) -> list[Line]:
    import numpy as np

    count = 400 if given.quick else 40_000
    np.save(folder / "large.npy", _drawn(20 if given.quick else 200, 256))
    names = {"pyramid": "40,000 tiles of 256, pyramid TIFF", "deepzoom": "40,000 tiles of 256, Deep Zoom"}
    found = []
    for kind, what in names.items():
        found.append(_stage(given, folder, "large", kind, str(count), what=what, memory=1e9, rounds=1))
        for left in (folder / "wall.tif", folder / "wall"):
            shutil.rmtree(left) if left.is_dir() else left.unlink(missing_ok=True)
    return found


def _stage(
    given: argparse.Namespace,
    folder: Path,
    name: str,
    *more: str,
    what: str,
    rounds: int | None = None,
    **wanted: float,
) -> Line:
    """A line of `stages.py`: its own time, and the memory of the whole process."""
    command = [sys.executable, str(_HERE / "stages.py"), name, str(folder), *more]
    taken = _best_of(given, command, rounds, by=lambda each: json.loads(each.out)["seconds"])
    told = json.loads(taken.out)
    inner = Taken(told.pop("seconds"), told.pop("computing"), taken.memory, "")
    return _line(what, inner, **wanted) | told


def _best_of(given: argparse.Namespace, command: list[str], rounds: int | None = None, by: Any = None) -> Taken:
    runs = [watched(command, cores=given.cores) for _ in range(rounds or (1 if given.quick else given.rounds))]
    return min(runs, key=by or (lambda each: each.seconds))


def _line(what: str, taken: Taken, *, most: float | None = None, memory: float | None = None) -> Line:
    found: Line = {"what": what, "seconds": taken.seconds, "computing": taken.computing, "memory": taken.memory}
    return found | {"most_seconds": most, "most_memory": memory}


def _peer(
    what: str, command: list[str], ours: Line, given: argparse.Namespace, folder: Path, ratio: float | None = None
) -> Line:
    """A line of someone else's, once, and how many times as fast ours is; or why there is none."""
    try:
        taken = watched(command, cwd=folder, cores=given.cores)
    except (OSError, RuntimeError) as error:
        return {"what": what, "why": str(error)}
    ratios = {"ratio": taken.seconds / ours["seconds"], "computing_ratio": taken.computing / ours["computing"]}
    return _line(what, taken) | ratios | {"least_ratio": ratio, "beside": ours["what"]}


def _synchromy(words: list[str]) -> list[str]:
    return [sys.executable, "-c", _COMMAND, *words]


# --- the tiles -------------------------------------------------------------------------------------------------------


def _write_tiles(folder: Path, count: int, side: int) -> None:
    """The same tiles as files and as an array, and a target."""
    import numpy as np
    from PIL import Image

    kept = folder / "tiles.npy"
    if not kept.is_file() or np.load(kept, mmap_mode="r").shape[0] != count:
        images = _drawn(count, side)
        shutil.rmtree(folder / "tiles", ignore_errors=True)
        (folder / "tiles").mkdir()
        for number, image in enumerate(images):
            Image.fromarray(image).save(folder / "tiles" / f"{number:06}.png")
        target = Image.fromarray(_drawn(7, 800)[6]).resize((round(count**0.5) * side // ENLARGED,) * 2)
        target.save(folder / "target.png")
        np.save(folder / "target.npy", np.asarray(target))
        np.save(kept, images)


def _drawn(count: int, side: int) -> Any:
    """Pictures of the default world."""
    import numpy as np

    from procgen import load_space, render, to_uint8

    space = load_space("default")
    return np.stack([to_uint8(render(space.sample(7, number), side)) for number in range(count)])
