"""What is wrong with a release: its bytes, and each part opened again and asked what it said when it was packed."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from procgen import ProcgenError, Space, verify_dataset

from .archives import COLUMNS, FOLDER, LATENTS, Archive
from .checkpoints import digest
from .errors import ExperimentsError
from .files import read_json, said_plainly
from .modes import read_counts

MANIFEST, SUMS = "manifest.json", "SHA256SUMS"
CARD = ("README.md", "LICENSE", "CITATION.cff", MANIFEST)
_SAMPLE = 16  # pictures of a dataset that are drawn again

Progress = Callable[..., None]


def sums_of(folder: Path) -> str:
    """The lines of SHA256SUMS, for `sha256sum -c`: every file but itself, in the order of their names."""
    return "".join(f"{digest(folder / name)}  {name}\n" for name in _files(folder) if name != SUMS)


def _files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def verify_release(folder: Path, progress: Progress = lambda *_: None) -> list[str]:
    """Every problem of a release, one sentence each.

    Every byte is digested; then each part whose bytes are as they were is opened: a space is read and its digest
    compared, a dataset verified, an archive judged again, a probe made to read pictures again.

    Raises:
        ExperimentsError: there is no release.
    """
    if not (folder / MANIFEST).is_file() or not (folder / SUMS).is_file():
        raise ExperimentsError(f"expected a release with {MANIFEST} and {SUMS}, got {folder}: name the folder of one")
    damaged = list(_digest_problems(folder))
    problems = [f"{folder / name} {what}." for name, what in damaged]
    if MANIFEST in dict(damaged):
        return problems
    parts = _parts(read_json(folder / MANIFEST))
    for done, (place, check) in enumerate(parts):
        progress("verifying", done, len(parts), {})
        if not any(name.startswith(f"{place}/") for name, _ in damaged):
            problems += _said(folder / place, check)
    progress("verifying", len(parts), len(parts), {})
    return problems


def _digest_problems(folder: Path) -> Iterator[tuple[str, str]]:
    """(file, what is wrong with it)."""
    with said_plainly(folder / SUMS, "read"):
        lines = (folder / SUMS).read_text("utf-8", errors="replace").splitlines()
    sums = {line[66:]: line[:64] for line in lines}
    there = {*_files(folder)} - {SUMS}
    for name in sorted(sums.keys() | there):
        if name not in there:
            yield name, "is missing"
        elif name not in sums:
            yield name, "does not belong to the release"
        elif digest(folder / name) != sums[name]:
            yield name, "is not what was packed"
    for name in CARD:
        if name not in sums and name in there:
            yield SUMS, f"does not vouch for {name}"


def _parts(manifest: dict[str, Any]) -> list[tuple[str, Callable[[Path], list[str]]]]:
    """(folder in the release, what opens it again)."""
    worlds = [(f"worlds/{name}", _WORLDS[kind]) for name, kind in manifest["worlds"].items()]
    archives = [(FOLDER, lambda folder: _archive_problems(folder, manifest["runs"]))] if manifest["runs"] else []
    return [*worlds, *archives, *((f"probes/{name}", _probe_problems) for name in manifest["probes"])]


def _said(folder: Path, check: Callable[[Path], list[str]]) -> list[str]:
    try:
        return check(folder)
    except (ExperimentsError, ProcgenError) as error:
        return [str(error)]


def _space_problems(folder: Path) -> list[str]:
    path = folder / "space.toml"
    text = path.read_text("utf-8")
    return [] if Space.from_toml(text).to_toml() == text else [f"{path} is not the space that it describes."]


_WORLDS: dict[str, Callable[[Path], list[str]]] = {
    "space": _space_problems,
    "dataset": lambda folder: verify_dataset(folder, sample=_SAMPLE),
}


def _probe_problems(folder: Path) -> list[str]:
    from .release_probes import probe_problems

    return probe_problems(folder)


def _archive_problems(folder: Path, names: list[str]) -> list[str]:
    archive = Archive(folder)
    problems = [
        f"{folder / table}.parquet has other columns than it should: {', '.join(missing)} missing."
        for table, columns in COLUMNS.items()
        if (missing := sorted(columns.keys() - {*archive.table(table).column_names}))
    ]
    if problems or [*archive.runs] != names:
        return problems or [f"{folder} holds the runs {', '.join(archive.runs)}, not {', '.join(names)}."]
    return [problem for name in names for problem in _run_problems(archive, name)]


def _run_problems(archive: Archive, name: str) -> Iterator[str]:
    facts = archive.runs[name]
    series = {latents: archive.histograms(name, latents) for latents in LATENTS}
    for latents, histograms in series.items():
        if len(histograms) != facts["snapshots"]:
            wanted = f"{len(histograms)} {latents} snapshots, not {facts['snapshots']}"
            yield f"The run {name} of {archive.folder} has {wanted}."
            return
    try:
        verdict, said = archive.verdict(name).to_dict(), facts["verdict"]
    except ExperimentsError as error:
        yield f"The tables of {name} in {archive.folder} do not fit together: {error}."
        return
    if any(verdict[key] != said[key] for key in ("kind", "snapshots")) or not _near(verdict["period"], said["period"]):
        yield f"The counts of {name} in {archive.folder} say {verdict['said']}, and once said {said['said']}."
    table = archive.folder / "counts" / f"{name}.csv"
    if len(series["fixed"]) > 1 and [h.counts.tolist() for h in read_counts(table)] != [
        h.counts.tolist() for h in series["fixed"]
    ]:
        yield f"{table} is not what the tables say."


def _near(one: Any, other: Any) -> bool:
    """Whether two periods are the same but for another machine's rounding."""
    return one == other if one is None or other is None else abs(one - other) <= 1e-3 * abs(other)
