"""What a release says of itself: the card that people and Hugging Face read, and how to cite it."""

import json
from pathlib import Path
from typing import Any

from .archives import COLUMNS, FOLDER
from .release_probes import probe_facts

TITLE = "synchromy: worlds of colour, runs that learned them, and probes that read them"
LICENCE = "mit"


def card(manifest: dict[str, Any], runs: dict[str, dict[str, Any]], folder: Path) -> str:
    """README.md of the release in `folder`, all but this file, CITATION.cff and LICENSE being there."""
    front = "\n".join(f"{key}: {json.dumps(value)}" for key, value in _front(manifest).items())
    parts = [_worlds(manifest["worlds"]), _archives(runs), _probes(manifest["probes"], folder / "probes")]
    return f"""---
{front}
---

# {TITLE}

Made by synchromy {manifest["synchromy"]}: abstract pictures drawn by colour theory, by a program and from no other
picture; GANs that learned them; and which of the world's modes they drew, snapshot by snapshot.

{"".join(parts)}## Checking

`sha256sum -c SHA256SUMS` checks every byte. So does `synchromy release THIS --verify`, which opens each part, too:
spaces are read, datasets drawn again, counts judged again, and probes made to read pictures again, all with the results
noted here.

## How to cite

See `CITATION.cff`.

## Licence

MIT, in `LICENSE`: one licence for worlds, pictures, tables and weights, as for the program that made them. No picture
of anybody else's went into any of it.
"""


def citation(manifest: dict[str, Any]) -> str:
    """CITATION.cff of the release, Citation File Format 1.2.0."""
    return f"""cff-version: 1.2.0
message: If you use this data set, please cite it as below.
type: dataset
title: "{TITLE}"
authors:
  - name: The synchromy authors
version: {manifest["synchromy"]}
license: MIT
"""


def _front(manifest: dict[str, Any]) -> dict[str, Any]:
    tables = [f"{FOLDER}/{name}.parquet" for name in ("snapshots", *sorted(COLUMNS.keys() - {"snapshots"}))]
    files = {Path(path).stem: path for path in tables} if manifest["runs"] else {}
    files |= {name: f"worlds/{name}/data/*.parquet" for name, kind in manifest["worlds"].items() if kind == "dataset"}
    configs = [
        {"config_name": name, "data_files": path} | ({"default": True} if number == 0 else {})
        for number, (name, path) in enumerate(files.items())
    ]
    return {
        "license": LICENCE,
        "pretty_name": TITLE,
        "tags": ["synthetic", "procedural", "gan", "mode-collapse", "training-dynamics", "benchmark"],
        **({"configs": configs} if configs else {}),
    }


def _worlds(worlds: dict[str, str]) -> str:
    if not worlds:
        return ""
    told = {
        "space": "`synchromy generate DATA --space worlds/{}/space.toml --count 50000 --size 64` draws it",
        "dataset": "a dataset, whole; its own card is beside it",
    }
    rows = "\n".join(f"| `{name}` | {told[kind].format(name)} |" for name, kind in worlds.items())
    return f"## Worlds\n\n| world | |\n|---|---|\n{rows}\n\n"


def _archives(runs: dict[str, dict[str, Any]]) -> str:
    if not runs:
        return ""
    rows = "\n".join(
        f"| `{name}` | {len(run['modes'])} | {run['snapshots']} | {run['kimg']:g} | {run['verdict']['said']} |"
        for name, run in runs.items()
    )
    columns = "\n".join(
        f"| `{table}` | `{column}` | {kind} | {told} |"
        for table, columns in COLUMNS.items()
        for column, (kind, told) in columns.items()
    )
    return f"""## Runs

| run | modes | snapshots | kimg | verdict |
|---|---|---|---|---|
{rows}

`{FOLDER}/counts/RUN.csv` is what `synchromy modes` reads. The tables hold all runs, and need neither Keras nor a GPU:

```python
from experiments import oscillation
from experiments.archives import read_archive

print(oscillation(read_archive("THIS", run="{next(iter(runs))}")))
```

| table | column | type | |
|---|---|---|---|
{columns}

`metrics` has a column of type double for each loss, null where a run has no such one. `labels` lacks a run with more
than 16 million of them.

"""


def _probes(names: list[str], folder: Path) -> str:
    if not names:
        return ""
    rows = "\n".join(f"| `{name}` | {_read(probe_facts(folder / name))} |" for name in names)
    return f"""## Probes

A probe reads which mode a picture shows, or that it is none. `synchromy score SAMPLES --probe probes/NAME` uses one.
Weights are safetensors, without code; the held-out confusion is in probe.json.

| probe | pictures | modes | accuracy held out | pictures drawn anew read right |
|---|---|---|---|---|
{rows}

"""


def _read(facts: dict[str, Any]) -> str:
    again = f"{facts['right']} of {facts['pictures']}" if "right" in facts else "cannot be drawn"
    size = "x".join(str(side) for side in facts["shape"])
    return f"{size} | {len(facts['modes'])} | {facts['accuracy']:.3f} | {again}"
