"""What a path is: a dataset, a run or a picture, and the facts a person or a script would ask of it first."""

from collections import Counter
from pathlib import Path
from typing import Any

from mosaics.deepzoom import read_deepzoom
from procgen import Recipe, open_dataset

from .checkpoints import checkpoints
from .errors import ExperimentsError
from .pictures import read_made

_LONG = ("recipes", "cppns", "latents", "through_latents", "parents", "space")


def inspect_path(path: Path) -> dict[str, Any]:
    """{"kind": "dataset" | "run" | "render" | "mosaic" | ..., ...}; ExperimentsError if it is nothing of ours."""
    if path.is_file():
        return _picture(path)
    if (path / "config.json").is_file():
        return _run(path)
    if (path / "manifest.json").is_file():
        return _dataset(path)
    if (path / "mosaic.dzi").is_file():
        return read_deepzoom(path)
    if not path.exists():
        raise ExperimentsError(
            f"expected a dataset, a run or a picture, got {path}, which does not exist: check the name"
        )
    raise ExperimentsError(f"expected a dataset, a run or a picture, got {path}, which has none of their files")


def _picture(path: Path) -> dict[str, Any]:
    """What a picture says of itself; of a sheet, what is on it instead of every recipe or latent."""
    made = _shortened(read_made(path))
    kept = {key: value for key, value in made.items() if key not in _LONG}
    if isinstance(made.get("latents"), list):
        return {**kept, "pictures": len(made["latents"])}
    if "cppns" in made:
        return {**kept, "pictures": len(made["cppns"])}
    if "recipes" not in made:
        return {key: value for key, value in made.items() if key != "through_latents"}
    names = Counter(Recipe.from_json(recipe).composition for recipe in made["recipes"])
    return {**kept, "pictures": len(made["recipes"]), "compositions": dict(names.most_common())}


def _shortened(value: Any) -> Any:
    """A record without the weights of fitted networks, which are long."""
    if isinstance(value, dict):
        return {
            key: f"{len(each)} characters" if key == "fitted" and isinstance(each, str) else _shortened(each)
            for key, each in value.items()
        }
    return [_shortened(each) for each in value] if isinstance(value, list) else value


def _dataset(path: Path) -> dict[str, Any]:
    dataset = open_dataset(path)
    manifest = {key: value for key, value in dataset.manifest.items() if key not in ("shards", "space")}
    what = "composition" if "composition" in dataset.manifest["columns"] else "mode"
    counts = Counter(dataset.column(what).tolist())
    return {
        "kind": "dataset",
        **manifest,
        "shards": len(dataset.manifest["shards"]),
        f"{what}s": dict(counts.most_common()),
    }


def _run(path: Path) -> dict[str, Any]:
    from .run import Run

    run = Run(path)
    ended = {"stopped": run.stopped} if run.stopped else {}
    metrics = run.metrics()
    return {
        "kind": "run",
        "config": run.document["config"],
        "data": run.document["data"],
        "modes": list(run.modes),
        "finished": run.finished,
        **ended,
        "last": metrics[-1] if metrics else None,
        "snapshots": len(run.snapshot_files()),
        "checkpoints": [folder.name for folder in checkpoints(path)],
    }
