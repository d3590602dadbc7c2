"""What a dataset says of itself to people: README.md, the card that Hugging Face reads, and a sheet of its pictures."""

import json
from io import BytesIO
from typing import Any

import numpy as np

from .croissant import citation, croissant
from .manifest import Manifest, manifest_bytes
from .space import Space
from .worlds import World, pixels_of

CARD = ("README.md", "croissant.json", "pictures.png")
SHEET = (8, 4)  # columns and rows of pictures
_CELL = 96  # pixels of a picture's longer side on the sheet
_UNITS = {"deg": "degrees", "wcag": "WCAG 2.2 ratio"}
_SIZES = {10**3: "n<1K", 10**4: "1K<n<10K", 10**5: "10K<n<100K", 10**6: "100K<n<1M", 10**7: "1M<n<10M"}
LICENCE = "mit"


def card_files(manifest: Manifest, world: World | None = None) -> dict[str, bytes]:
    """The files beside a finished dataset's manifest, by name: the same bytes for the same manifest.

    Args:
        manifest: of the dataset.
        world: that draws its pictures, where no Space does.
    """
    described = json.dumps(croissant(manifest, manifest_bytes(manifest)), indent=1) + "\n"
    return dict(zip(CARD, (_card(manifest).encode(), described.encode(), _sheet(manifest, world)), strict=True))


def title(manifest: Manifest) -> str:
    """A dataset in a few words."""
    width, height = manifest["size"]
    drawn_by = manifest.get("drawn_by")
    name = f"{drawn_by['kind']} {drawn_by['name']}" if drawn_by else Space.from_toml(manifest["space"]).name
    return f"synchromy {name}: {manifest['count']:,} pictures of {width}x{height}"


def _card(manifest: Manifest) -> str:
    # JSON is YAML, too: a line a key, and nothing to escape.
    front = "\n".join(f"{key}: {json.dumps(value)}" for key, value in _front(manifest).items())
    width, height = manifest["size"]
    size = f"{width}x{height}"
    rows = "\n".join(f"| `{name}` | {_told(name, kind)} |" for name, kind in manifest["columns"].items())
    versions = ", ".join(f"{name} {version}" for name, version in manifest["versions"].items())
    by, what, page, language, command = _words(manifest, size)
    return f"""---
{front}
---

# {title(manifest)}

![The first pictures](pictures.png)

Abstract pictures drawn {by}, by a program and from no other picture. Picture i is a function of the {what}
below, the seed {manifest["seed"]} and i alone, and can be drawn again, at any size, from its `recipe`.

## Columns

Each row holds a picture, `image` (lossless WebP, {size} pixels, sRGB), its number `index`, its `recipe` (JSON), and the
factors of colour it realises. A number that is not defined for a picture is null. Lightness and chroma are OKLab's.

| factor | values |
|---|---|
{rows}

## How it was made

```sh
{command}
```

with this {page}, renderer {manifest["renderer"]} ({versions}):

```{language}
{manifest["space"].strip()}
```

`manifest.json` holds the digest of each file under `data/`; `synchromy verify DATA` checks them, draws pictures again
and measures their factors.

## How to cite

```bibtex
{citation(manifest)}
```

## Licence

MIT, as the program that drew the pictures.
"""


def _words(manifest: Manifest, size: str) -> tuple[str, str, str, str, str]:
    """By what the pictures are drawn, what that is called, its page, the page's language, and the command."""
    if drawn_by := manifest.get("drawn_by"):
        return f"by networks that nobody trained ({drawn_by['kind']})", "world", "world", "json", drawn_by["command"]
    command = f"synchromy generate DATA --space space.toml --count {manifest['count']} --size {size}"
    return "by colour theory", "space", "`space.toml`", "toml", f"{command} --seed {manifest['seed']}"


def _front(manifest: Manifest) -> dict[str, Any]:
    size = next((words for limit, words in _SIZES.items() if manifest["count"] < limit), "10M<n<100M")
    classes = [name for name, kind in manifest["columns"].items() if isinstance(kind, list)]
    return {
        "license": LICENCE,
        "pretty_name": title(manifest),
        "task_categories": ["unconditional-image-generation", "image-classification"],
        "size_categories": [size],
        "tags": ["synthetic", "procedural", "abstract", "colour-theory", *classes],
        "configs": [{"config_name": "default", "data_files": [{"split": "train", "path": "data/*.parquet"}]}],
        "dataset_info": {"features": [_feature(*each) for each in _columns(manifest)]},
    }


def _columns(manifest: Manifest) -> list[tuple[str, Any]]:
    return [("index", "int64"), ("image", "image"), *manifest["columns"].items(), ("recipe", "string")]


def _feature(name: str, kind: str | list[str]) -> dict[str, Any]:
    if isinstance(kind, str):
        return {"name": name, "dtype": kind}
    return {"name": name, "dtype": {"class_label": {"names": {str(label): word for label, word in enumerate(kind)}}}}


def _told(name: str, kind: str | list[str]) -> str:
    if isinstance(kind, list):
        return ", ".join(kind)
    return _UNITS.get(name.rpartition("_")[2], "number")


def _sheet(manifest: Manifest, world: World | None) -> bytes:
    """The first pictures, drawn small, in rows: a PNG."""
    from PIL import Image

    space, (width, height) = world or Space.from_toml(manifest["space"]), manifest["size"]
    sides = [max(8, round(_CELL * side / max(width, height))) for side in (width, height)]
    columns, shown = SHEET[0], min(manifest["count"], SHEET[0] * SHEET[1])
    rows = -(-shown // columns)
    sheet = np.full((rows * (sides[1] + 4) + 4, columns * (sides[0] + 4) + 4, 3), 255, np.uint8)
    for index in range(shown):
        y, x = 4 + index // columns * (sides[1] + 4), 4 + index % columns * (sides[0] + 4)
        recipe = space.sample(manifest["seed"], index)
        sheet[y : y + sides[1], x : x + sides[0]] = pixels_of(recipe, (sides[0], sides[1]))
    file = BytesIO()
    Image.fromarray(sheet).save(file, "png")
    return file.getvalue()
