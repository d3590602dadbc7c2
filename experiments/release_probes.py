"""The probes of a release: each with pictures that it must read as it did when it was packed."""

import shutil
from pathlib import Path
from typing import Any

import numpy as np

from procgen import Space

from .drawing import drawn
from .files import read_json, write_json

PICTURES = 256
FILES = ("probe.json", "probe.safetensors")
CHECK = "check.json"
_SEED = 8_888  # of the pictures that are read; no run's, which have those of their configs
_OFF = 0.02  # of the pictures, that another machine's rounding may read otherwise


def pack_probe(source: Path, folder: Path, space: str | None) -> str:
    """Copy the probe in `source` and note how it reads pictures drawn anew from its world; returns its sha256.

    Args:
        source: a folder with probe.json and probe.safetensors.
        folder: a new one.
        space: its world as TOML; None for a world that cannot be drawn, whose probe is only opened.
    """
    from .scoring import probe_in

    probe_in(source)  # what is damaged is said where it lies
    folder.mkdir(parents=True)
    for name in FILES:
        shutil.copyfile(source / name, folder / name)
    right = {"right": _right(folder, space)} if space else {}
    write_json(folder / CHECK, {"space": space, "seed": _SEED, "pictures": PICTURES, **right})
    return read_json(folder / "probe.json")["sha256"]


def probe_facts(folder: Path) -> dict[str, Any]:
    """What the files of a probe say of it: accuracy and modes held out in training, and right of how many since."""
    facts = read_json(folder / "probe.json")
    return {key: facts[key] for key in ("modes", "accuracy", "shape")} | read_json(folder / CHECK)


def probe_problems(folder: Path) -> list[str]:
    """What is wrong when the probe is opened and reads its pictures again, a sentence each."""
    from .scoring import probe_in

    facts, probe = probe_facts(folder), probe_in(folder)
    if abs(probe.accuracy - facts["accuracy"]) > 1e-6:
        return [
            f"The probe {folder} has a confusion of accuracy {probe.accuracy:.4f}, and says {facts['accuracy']:.4f}."
        ]
    if facts["space"] is None:
        return []
    right = _right(folder, facts["space"])
    if abs(right - facts["right"]) > _OFF * facts["pictures"]:
        return [
            f"The probe {folder} reads {right} of {facts['pictures']} pictures right, and once read {facts['right']}."
        ]
    return []


def _right(folder: Path, toml: str) -> int:
    """How many of 256 pictures drawn from its world the probe reads as what they are."""
    from .decoding import grey
    from .scoring import probe_in

    probe, space, (size, _, channels) = (
        probe_in(folder),
        Space.from_toml(toml),
        read_json(folder / "probe.json")["shape"],
    )
    places = np.arange(PICTURES) if space.drift is None else np.linspace(*space.drift, PICTURES).astype(int)
    images = drawn(space, _SEED, size, places)
    read = probe.read(grey(images) if channels == 1 else images).labels
    names = np.array([*probe.modes, "rejected"])
    return int(np.sum(names[read] == [space.sample(_SEED, int(place)).mode for place in places]))
