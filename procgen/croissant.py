"""A dataset in Croissant 1.0 (mlcommons.org/croissant), the JSON-LD that search engines and loaders read."""

from hashlib import sha256
from typing import Any

from .manifest import Manifest

_CR = "http://mlcommons.org/croissant/"
_TERMS = (
    "citeAs column equivalentProperty extract field fileObject fileProperty fileSet format includes isLiveDataset "
    "jsonPath key md5 parentField path recordSet references regex repeated replace samplingRate separator source "
    "subField transform"
)
_CONTEXT = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "cr": _CR,
    "sc": "https://schema.org/",
    "dct": "http://purl.org/dc/terms/",
    "rai": f"{_CR}RAI/",
    "conformsTo": "dct:conformsTo",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
    **{term: f"cr:{term}" for term in _TERMS.split()},
}
_NUMBERS = {"int64": "sc:Integer", "float64": "sc:Float", "string": "sc:Text"}


def croissant(manifest: Manifest, page: bytes) -> dict[str, Any]:
    """The Croissant description of a finished dataset; it has no date, as the same dataset has the same bytes any day.

    Args:
        manifest: of the dataset.
        page: the bytes of its manifest.json.
    """
    width, height = manifest["size"]
    classes = {name: kind for name, kind in manifest["columns"].items() if isinstance(kind, list)}
    return {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "name": _name(manifest),
        "description": (
            f"{manifest['count']} abstract pictures of {width}x{height} pixels, drawn by {_by(manifest)} by the "
            "program synchromy, with the factors of colour each one realises and the recipe that draws it again."
        ),
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "license": "https://spdx.org/licenses/MIT.html",
        "version": f"{manifest['renderer']}.0.0",
        "citeAs": citation(manifest),
        "creator": {"@type": "sc:Organization", "name": "synchromy"},
        "keywords": ["synthetic", "procedural", "abstract", "colour theory"],
        "distribution": [_manifest(page), *_shards(manifest)],
        "recordSet": [*(_labels(*each) for each in classes.items()), _rows(manifest)],
    }


def _by(manifest: Manifest) -> str:
    return f"untrained {manifest['drawn_by']['kind']}s" if "drawn_by" in manifest else "colour theory"


def citation(manifest: Manifest) -> str:
    """A dataset as an entry of BibTeX: the program, its renderer, and what decides every picture."""
    width, height = manifest["size"]
    return f"""@misc{{{_name(manifest)},
  author = {{{{synchromy}}}},
  title = {{synchromy: {manifest["count"]} abstract pictures of {width}x{height}}},
  version = {{renderer {manifest["renderer"]}}},
  note = {{Space {manifest["space_digest"]}, seed {manifest["seed"]}}},
}}"""


def _name(manifest: Manifest) -> str:
    width, height = manifest["size"]
    return f"synchromy-{manifest['space_digest'][:8]}-{manifest['seed']}-{manifest['count']}-{width}x{height}"


def _manifest(page: bytes) -> dict[str, Any]:
    return {
        "@type": "cr:FileObject",
        "@id": "manifest.json",
        "name": "manifest.json",
        "description": "The space, the seed and the sha256 of each shard.",
        "contentUrl": "manifest.json",
        "contentSize": f"{len(page)} B",
        "encodingFormat": "application/json",
        "sha256": sha256(page).hexdigest(),
    }


def _shards(manifest: Manifest) -> list[dict[str, Any]]:
    size = sum(shard["bytes"] for shard in manifest["shards"])
    return [
        {
            "@type": "cr:FileSet",
            "@id": "shards",
            "name": "shards",
            "description": f"{len(manifest['shards'])} files, {size} bytes together.",
            "encodingFormat": "application/x-parquet",
            "includes": "data/*.parquet",
        }
    ]


def _labels(name: str, names: list[str]) -> dict[str, Any]:
    """The names of a factor's classes, as records."""
    key = f"{name}_names"
    return {
        "@type": "cr:RecordSet",
        "@id": key,
        "name": key,
        "dataType": "sc:Enumeration",
        "key": {"@id": f"{key}/label"},
        "field": [
            {"@type": "cr:Field", "@id": f"{key}/label", "name": f"{key}/label", "dataType": "sc:Integer"},
            {"@type": "cr:Field", "@id": f"{key}/name", "name": f"{key}/name", "dataType": "sc:Text"},
        ],
        "data": [{f"{key}/label": label, f"{key}/name": word} for label, word in enumerate(names)],
    }


def _rows(manifest: Manifest) -> dict[str, Any]:
    columns = {"index": "int64", **manifest["columns"], "recipe": "string"}
    fields = [_field(name, kind) for name, kind in columns.items()]
    image = _field("image", "string") | {"dataType": "sc:ImageObject"}
    image["source"]["transform"] = {"jsonPath": "bytes"}
    return {"@type": "cr:RecordSet", "@id": "pictures", "name": "pictures", "field": [*fields, image]}


def _field(name: str, kind: str | list[str]) -> dict[str, Any]:
    path = f"pictures/{name}"
    field = {
        "@type": "cr:Field",
        "@id": path,
        "name": path,
        "dataType": "sc:Integer" if isinstance(kind, list) else _NUMBERS[kind],
        "source": {"fileSet": {"@id": "shards"}, "extract": {"column": name}},
    }
    if isinstance(kind, list):
        field["references"] = {"field": {"@id": f"{name}_names/label"}}
    return field
