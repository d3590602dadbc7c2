"""What runs did, as Parquet tables: mode counts, losses, labels, configs. Detectors are tested on them without a GPU.

    runs.parquet       one row a run: its config, modes, shares of the world, confusion of its probe, verdict
    snapshots.parquet  one row a snapshot and kind of latents: counts of the modes, rejected
    metrics.parquet    one row a line of losses
    labels.parquet     one row a snapshot: the label of every fixed latent, -1 for rejected
    layers.parquet     one row a snapshot and layer: norms and statistics of the layer, for runs that kept them

Every table has a column `run`, by which they are joined. What a value means is in COLUMNS.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from .errors import ExperimentsError
from .files import said_plainly
from .judging import judge_counts, rhythms_of
from .modes import ModeHistogram
from .verdict import Verdict

if TYPE_CHECKING:
    from .run import Run

FORMAT = 1
FOLDER = "archives"
NORMS = {
    "weight": "Euclidean norm of the weights",
    "gradient": "norm of the gradient of all that its network learns from",
    "penalty": "norm of the penalties' part in it",
    "mean": "of what the layer gives out",
    "deviation": "of what the layer gives out",
    "dead": "share of a rectifier's channels above 0 nowhere",
    "saturated": "share of a tanh's outputs at its ends",
    "rank": "effective rank of what the layer gives out",
}
LATENTS = ("fixed", "fresh")
MOST_LABELS = 2**24  # of a run: the latents of 256 snapshots of 65,536
DOCUMENTS = ("config", "data", "world", "versions", "rhythms", "verdict")  # columns of runs that are JSON
COLUMNS: dict[str, dict[str, tuple[str, str]]] = {
    "runs": {
        "run": ("string", "name of the run"),
        "modes": ("list<string>", "names of its K modes, in the order of every list of counts"),
        "shares": ("list<double>", "the world's own shares of the modes"),
        "confusion": (
            "list<list<int64>>",
            "K + 1 rows of K: held-out pictures of mode j (column) read as i; the last row is rejected",
        ),
        "seed": ("int64", "of the run"),
        "kimg": ("double", "thousands of pictures shown to the discriminator in all"),
        "snapshots": ("int64", "how many there are"),
        "config": ("string", "the whole config, JSON"),
        "data": ("string", "what it learned from: space, seed, size, JSON"),
        "world": ("string", "its space as TOML, seed and shares, JSON; the space is null for a folder of pictures"),
        "versions": ("string", "of what it was trained with, JSON"),
        "rhythms": ("string", "what the training itself repeats: pairs of a name and a period in nimg, JSON"),
        "verdict": ("string", "on the fixed latents, as `Archive.verdict` finds it again, JSON"),
    },
    "snapshots": {
        "run": ("string", "name of the run"),
        "latents": ("string", "fixed, the same at each snapshot, or fresh"),
        "nimg": ("int64", "pictures shown to the discriminator so far"),
        "counts": ("list<int64>", "pictures read as each mode"),
        "rejected": ("int64", "pictures read as none"),
    },
    "metrics": {
        "run": ("string", "name of the run"),
        "step": ("int64", "steps taken"),
        "nimg": ("int64", "pictures shown to the discriminator so far"),
    },
    "labels": {
        "run": ("string", "name of the run"),
        "nimg": ("int64", "pictures shown to the discriminator so far"),
        "labels": ("list<int16>", "mode of each fixed latent, -1 for rejected"),
    },
    "layers": {
        "run": ("string", "name of the run"),
        "nimg": ("int64", "pictures shown to the discriminator so far"),
        "layer": ("string", "network, place in it, and kind, as generator/03 BatchNormalization"),
        **{name: ("double", told) for name, told in NORMS.items()},
    },
}
"""Each table's columns: the type as Arrow writes it, and what it holds; `metrics` has a double for each loss, too."""


def write_archives(runs: dict[str, "Run"], folder: Path) -> None:
    """The tables of some runs, by name, in a folder: the same bytes each time.

    Raises:
        ExperimentsError: A run without snapshots.
    """
    folder.mkdir(parents=True)
    metrics = sorted({key for run in runs.values() for line in run.metrics() for key in line} - {"step", "nimg"})
    tables: dict[str, Any] = {name: _Table(folder, name, metrics if name == "metrics" else ()) for name in COLUMNS}
    try:
        for name, run in runs.items():
            for table, rows in _rows(name, run).items():
                tables[table].add(rows)
    finally:
        for table in tables.values():
            table.close()


class _Table:
    """One Parquet file, a group of rows for each run."""

    def __init__(self, folder: Path, name: str, more: Sequence[str]) -> None:
        import pyarrow as pa
        from pyarrow import parquet

        kinds = {**{column: kind for column, (kind, _) in COLUMNS[name].items()}, **dict.fromkeys(more, "double")}
        self.schema = pa.schema([(column, _kind(kind)) for column, kind in kinds.items()])
        self.file = parquet.ParquetWriter(folder / f"{name}.parquet", self.schema, compression="zstd")

    def add(self, rows: list[dict[str, Any]]) -> None:
        import pyarrow as pa

        if rows:
            self.file.write_table(pa.Table.from_pylist(rows, self.schema))

    def close(self) -> None:
        self.file.close()


def _kind(words: str) -> Any:
    """Arrow's type of its name."""
    import pyarrow as pa

    if words.startswith("list<"):
        return pa.list_(_kind(words[5:-1]))
    return {"string": pa.string(), "int64": pa.int64(), "int16": pa.int16(), "double": pa.float64()}[words]


def _rows(name: str, run: "Run") -> dict[str, list[dict[str, Any]]]:
    shots = [(shot.nimg, {"fixed": shot.fixed, "fresh": shot.fresh}) for shot in run.snapshots()]
    if not shots:
        raise ExperimentsError(f"expected snapshots in {run.folder}, got none: train it for longer first")
    series = {
        kind: [ModeHistogram.from_labels(nimg, run.modes, labels[kind]) for nimg, labels in shots] for kind in LATENTS
    }
    fits = sum(len(labels["fixed"]) for _, labels in shots) <= MOST_LABELS
    fixed = np.stack([labels["fixed"] for _, labels in shots]) if fits else None
    return {
        "runs": [{"run": name, **_run_row(run, series["fixed"], fixed)}],
        "snapshots": [
            {"run": name, "latents": kind, "nimg": h.nimg, "counts": h.counts, "rejected": h.rejected}
            for kind in LATENTS
            for h in series[kind]
        ],
        "metrics": [{"run": name, **line} for line in run.metrics()],
        "labels": [{"run": name, "nimg": nimg, "labels": labels["fixed"]} for nimg, labels in shots] if fits else [],
        "layers": list(_layers(name, run)),
    }


def _layers(name: str, run: "Run") -> Iterator[dict[str, Any]]:
    """What was seen in each layer, null where it has no such thing; see `models.inside.Inside`."""
    from .middle import read_middle

    for middle in read_middle(run):
        for place, layer in enumerate(middle.inside.layers):
            seen = {norm: float(getattr(middle.inside, norm)[place]) for norm in NORMS}
            plain = {norm: value if np.isfinite(value) else None for norm, value in seen.items()}
            yield {"run": name, "nimg": middle.nimg, "layer": layer, **plain}


def _run_row(run: "Run", histograms: list[ModeHistogram], labels: np.ndarray | None) -> dict[str, Any]:
    sessions = run.sessions()
    facts = {
        "modes": list(run.modes),
        "shares": run.shares.tolist(),
        "confusion": run.confusion().counts.tolist(),
        "seed": run.config.seed,
        "kimg": run.config.train.kimg,
        "snapshots": len(histograms),
    }
    documents = {
        **{key: run.document[key] for key in ("config", "data", "world")},
        "versions": sessions[-1]["versions"] if sessions else {},
        "rhythms": rhythms_of(run),
    }
    documents["verdict"] = _judged({**facts, **documents}, histograms, labels).to_dict()
    return {**facts, **{key: json.dumps(value) for key, value in documents.items()}}


def _judged(facts: dict[str, Any], histograms: list[ModeHistogram], labels: np.ndarray | None) -> Verdict:
    """The verdict on fixed latents with all that is known of a run: the one of `synchromy modes RUN`."""
    rhythms = [(name, period) for name, period in facts["rhythms"]]
    return judge_counts(histograms, labels, world=facts["shares"], rhythms=rhythms, seed=facts["seed"])


# --- reading ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Archive:
    """The tables of a release, or of any folder that `write_archives` has filled.

    Attributes:
        folder: of the tables.

    Raises:
        ExperimentsError: It holds no such tables, or damaged ones.
    """

    folder: Path

    def __post_init__(self) -> None:
        folder = Path(self.folder)
        inner = folder / FOLDER if (folder / FOLDER).is_dir() else folder
        if not (inner / "runs.parquet").is_file():
            raise ExperimentsError(
                f"expected a release with run archives, or the folder of their tables, got {folder}: "
                "make one with `synchromy release`"
            )
        object.__setattr__(self, "folder", inner)

    def table(self, name: str, **where: str) -> Any:
        """A pyarrow.Table, a key of COLUMNS; its rows are those with the values in `where`."""
        from pyarrow import lib, parquet

        path = self.folder / f"{name}.parquet"
        with said_plainly(path, "read"):
            try:
                return parquet.read_table(path, filters=[(key, "=", value) for key, value in where.items()] or None)
            except (lib.ArrowException, ValueError) as error:
                raise ExperimentsError(f"expected a Parquet table in {path}, got damage ({error})") from None

    @cached_property
    def runs(self) -> dict[str, dict[str, Any]]:
        """The row of each run by its name, its JSON read."""
        rows = {row.pop("run"): row for row in self.table("runs").to_pylist()}
        return {
            name: {key: json.loads(value) if key in DOCUMENTS else value for key, value in row.items()}
            for name, row in rows.items()
        }

    def histograms(self, run: str, latents: str = "fixed") -> list[ModeHistogram]:
        """Counts of modes of a run, one a snapshot."""
        rows = self.table("snapshots", run=run, latents=latents).to_pylist()
        modes = tuple(self.runs[run]["modes"])
        return [ModeHistogram(row["nimg"], modes, np.array(row["counts"]), row["rejected"]) for row in rows]

    def verdict(self, run: str) -> Verdict:
        """The verdict on the fixed latents of a run, found again from these tables alone."""
        rows = self.table("labels", run=run).column("labels").to_pylist()
        return _judged(self.runs[run], self.histograms(run), np.array(rows) if rows else None)


def read_archive(path: str | Path, run: str | None = None, latents: str = "fixed") -> list[ModeHistogram]:
    """The mode counts of an archived run, as `oscillation` judges and `write_counts` writes them.

    Args:
        path: a release, or the folder of its archives.
        run: name of the run; may be left out where there is but one.
        latents: "fixed" or "fresh".

    Raises:
        ExperimentsError: no archive, no such run, or damage.
    """
    archive = Archive(Path(path))
    if latents not in LATENTS:
        raise ExperimentsError(f"expected latents as {' or '.join(LATENTS)}, got {latents!r}")
    if run is None and len(archive.runs) == 1:
        (run,) = archive.runs
    if run is None or run not in archive.runs:
        raise ExperimentsError(f"expected one of the runs {', '.join(archive.runs)}, got {run}: name one")
    return archive.histograms(run, latents)
