"""A release: worlds, run archives and calibrated probes in one folder that says what it holds and can be checked.

README.md       the card, as Hugging Face reads it
LICENSE         of all of it
CITATION.cff    how to cite it
SHA256SUMS      the digest of every other file, for `sha256sum -c`
manifest.json   what was packed, and what it must say when it is opened again
worlds/NAME/    space.toml, from which any picture is drawn again; or a whole dataset
archives/       Parquet tables of the runs, see `archives`, and counts/RUN.csv
probes/NAME/    probe.safetensors, probe.json, and check.json: pictures it must read as it did
"""

import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import distribution, version
from pathlib import Path
from typing import Any

from procgen import Space, load_space, open_dataset
from procgen.files import at_work

from .archives import FOLDER, FORMAT, Archive, write_archives
from .checkpoints import digest
from .errors import ExperimentsError
from .files import read_json, write_atomically, write_json
from .modes import write_counts
from .release_card import card, citation
from .release_checks import MANIFEST, SUMS, sums_of, verify_release
from .run import CONFIG, Run
from .scoring_counts import DENSITIES

_PROBE_BYTES, _RUN_SECONDS, _LINE_BYTES = 2_000_000, 4.0, 30

Progress = Callable[..., None]


@dataclass(frozen=True)
class Contents:
    """What to pack.

    Attributes:
        runs: by the name each gets.
        worlds: by the name each gets: a space, or the folder of a dataset.
        probes: whether the probe of each run goes along, and that of the benchmark for each of its worlds.
    """

    runs: dict[str, Run]
    worlds: dict[str, Space | Path]
    probes: bool


def contents_of(runs: Sequence[Path], worlds: Sequence[str], probes: bool) -> Contents:
    """What is meant by paths of runs, or of folders of runs, and by names of spaces, TOML files and datasets.

    Raises:
        ExperimentsError or ProcgenError: nothing is asked for, one is not what it should be, two have one name.
    """
    found = [pair for path in runs for pair in _runs_in(path)]
    spaces = [_world(name) for name in worlds]
    if not found and not spaces:
        raise ExperimentsError("expected something to pack, got nothing: name --runs RUN, --worlds NAME or both")
    for what, pairs in (("run", found), ("world", spaces)):
        names = [name for name, _ in pairs]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ExperimentsError(f"expected a name of its own for each {what}, got {twice[0]} twice: rename one")
    return Contents(dict(found), dict(spaces), probes)


def _runs_in(path: Path) -> list[tuple[str, Run]]:
    """A run by the name of its folder, or all runs in a folder, such as a sweep, by their paths in it."""
    if (path / CONFIG).is_file():
        return [(path.absolute().name, Run(path))]
    inner = sorted({file.parent for depth in ("*", "*/*") for file in path.glob(f"{depth}/{CONFIG}")})
    if not inner:
        raise ExperimentsError(f"expected a run, or a folder of runs, got {path}: make one with `synchromy train`")
    return [("-".join(each.relative_to(path).parts), Run(each)) for each in inner]


def _world(name: str) -> tuple[str, Space | Path]:
    if (Path(name) / MANIFEST).is_file():
        return Path(name).absolute().name, open_dataset(name).folder
    space = load_space(name)
    return space.name, space


# --- packing ---------------------------------------------------------------------------------------------------------


def plan_release(out: Path, contents: Contents) -> dict[str, Any]:
    """What `write_release` would write: names, "bytes" and "seconds", all of it rough."""
    _check_new(out)
    readings = sum(len(run.snapshot_files()) * run.config.snapshots.readings for run in contents.runs.values())
    lines = sum(len(run.metrics()) for run in contents.runs.values())
    copied = sum(_folder_bytes(world) for world in contents.worlds.values() if isinstance(world, Path))
    probes = len(contents.runs) + len(_benchmarks(contents)) if contents.probes else 0
    return {
        **_named(contents),
        "bytes": copied + readings + lines * _LINE_BYTES + probes * _PROBE_BYTES + 20_000,
        "seconds": 3.0 + _RUN_SECONDS * (len(contents.runs) + probes),
    }


def write_release(out: Path, contents: Contents, progress: Progress = lambda *_: None) -> dict[str, Any]:
    """Pack it all, open each part again, and only then give the folder its name: whole or not at all.

    Args:
        out: a folder that does not exist yet.
        contents: of it.
        progress: called as (stage, done, of, facts).

    Returns:
        The manifest, and "bytes".

    Raises:
        ExperimentsError: there is something at `out`, a part does not say the same when it is opened again, or the
            disk refuses.
    """
    _check_new(out)
    _remove_unfinished(out)

    def fill(folder: Path) -> None:
        folder.mkdir()
        _pack(folder, contents, progress)
        problems = verify_release(folder, progress)
        if problems:
            raise ExperimentsError(f"expected a release that opens again, got: {problems[0]}")

    write_atomically(out, fill)
    return {**read_json(out / MANIFEST), "bytes": _folder_bytes(out)}


def _pack(folder: Path, contents: Contents, progress: Progress) -> None:
    manifest: dict[str, Any] = {"format": FORMAT, "synchromy": version("synchromy"), **_named(contents)}
    for name, world in contents.worlds.items():
        _pack_world(folder / "worlds" / name, world)
    if contents.runs:
        progress("archives", 0, len(contents.runs), {})
        write_archives(contents.runs, folder / FOLDER)
        (folder / FOLDER / "counts").mkdir()
        for name, run in contents.runs.items():
            write_counts(run.mode_histograms(), folder / FOLDER / "counts" / f"{name}.csv")
        progress("archives", len(contents.runs), len(contents.runs), {})
    if contents.probes:
        manifest["probes"] = _pack_probes(folder / "probes", contents, progress)
    runs = Archive(folder).runs if contents.runs else {}
    write_json(folder / MANIFEST, manifest)
    (folder / "README.md").write_text(card(manifest, runs, folder), "utf-8")
    (folder / "CITATION.cff").write_text(citation(manifest), "utf-8")
    (folder / "LICENSE").write_bytes(_licence())
    (folder / SUMS).write_text(sums_of(folder), "utf-8")


def _named(contents: Contents) -> dict[str, Any]:
    kinds = {name: "dataset" if isinstance(world, Path) else "space" for name, world in contents.worlds.items()}
    return {"runs": list(contents.runs), "worlds": kinds, "probes": []}


def _pack_world(folder: Path, world: Space | Path) -> None:
    if isinstance(world, Path):
        shutil.copytree(world, folder, ignore=shutil.ignore_patterns(".*", "*.part"))
        return
    folder.mkdir(parents=True)
    (folder / "space.toml").write_text(world.to_toml(), "utf-8")


def _pack_probes(folder: Path, contents: Contents, progress: Progress) -> list[str]:
    """The probes of the benchmark, and of the runs, each once; returns their names."""
    from .release_probes import pack_probe
    from .scoring import kept_probe, open_benchmark

    packed: dict[str, str] = {}  # names by digest
    for name, density in _benchmarks(contents).items():
        open_benchmark(density, None, progress)
        packed[pack_probe(kept_probe(density), folder / name, load_space(name).to_toml())] = name
    for name, run in contents.runs.items():
        probe = run.folder / "probe"
        if digest(probe / "probe.safetensors") not in packed:
            place = f"{name}-run" if name in packed.values() else name
            packed[pack_probe(probe, folder / place, run.document["world"]["space"])] = place
    return list(packed.values())


def _benchmarks(contents: Contents) -> dict[str, str]:
    """The worlds packed that the benchmark has a probe for, and its name of their density."""
    spaces = {name: density for density, name in DENSITIES.items()}
    shipped = {name: load_space(name).digest for name in spaces}
    return {
        name: spaces[name]
        for name, world in contents.worlds.items()
        if isinstance(world, Space) and shipped.get(name) == world.digest
    }


def _licence() -> bytes:
    """The licence this package came with."""
    for file in distribution("synchromy").files or []:
        if file.name == "LICENSE":
            return Path(str(file.locate())).read_bytes()
    raise ExperimentsError("expected the LICENSE that synchromy was installed with, got none: install it again")


def _check_new(out: Path) -> None:
    if os.path.lexists(out):
        raise ExperimentsError(f"expected a new folder for the release, but {out} exists: choose another name")


def _folder_bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _remove_unfinished(out: Path) -> None:
    """Remove what a killed release of the same name has left beside it."""
    for path in out.parent.glob(f".{out.name}.*.new.tmp"):
        process = path.name.removeprefix(f".{out.name}.").removesuffix(".new.tmp")
        if process.isdecimal() and not at_work(int(process)):
            shutil.rmtree(path, ignore_errors=True)
