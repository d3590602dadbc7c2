"""What a path is: a dataset, a run or a picture, and the facts a person or a script would ask of it first."""

from collections import Counter
from pathlib import Path
from typing import Any

import mosaics
from procgen import open_dataset

from .checkpoints import checkpoints
from .errors import ExperimentsError


def inspect_path(path: Path) -> dict[str, Any]:
    """{"kind": "dataset" | "run" | "render" | "mosaic" | ..., ...}; ExperimentsError if it is nothing of ours."""
    if path.is_file():
        return mosaics.read_provenance(path)
    if (path / "config.json").is_file():
        return _run(path)
    if (path / "manifest.json").is_file():
        return _dataset(path)
    if not path.exists():
        raise ExperimentsError(
            f"expected a dataset, a run or a picture, got {path}, which does not exist: check the name"
        )
    raise ExperimentsError(f"expected a dataset, a run or a picture, got {path}, which has none of their files")


def _dataset(path: Path) -> dict[str, Any]:
    dataset = open_dataset(path)
    manifest = {key: value for key, value in dataset.manifest.items() if key not in ("shards", "space")}
    counts = Counter(dataset.column("composition").tolist())
    return {
        "kind": "dataset",
        **manifest,
        "shards": len(dataset.manifest["shards"]),
        "compositions": dict(counts.most_common()),
    }


def _run(path: Path) -> dict[str, Any]:
    from .run import Run

    run = Run(path)
    metrics = run.metrics()
    return {
        "kind": "run",
        "config": run.document["config"],
        "data": run.document["data"],
        "modes": list(run.modes),
        "finished": run.finished,
        "last": metrics[-1] if metrics else None,
        "snapshots": len(list((path / "snapshots").glob("nimg-*.npz"))),
        "checkpoints": [folder.name for folder in checkpoints(path)],
    }
