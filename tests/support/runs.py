"""Tiny runs, and what they leave behind, to compare."""

import re
import shutil
import zipfile

from experiments import RunConfig, preset
from experiments.checkpoints import checkpoints, step_of
from procgen import Space

WORLD = Space(compositions=("waves",))
SMALL = (
    "network.size=16 network.latent=4 train.batch=4 train.kimg=0.048 snapshots.every_kimg=0.016 snapshots.pictures=4 "
    "snapshots.readings=8 snapshots.middle=false checkpoints.every_kimg=0.004 checkpoints.keep=99"
).split()
STEPS = 12
COMPACT = ("quick-64", "network.width=2")


def tiny(name, settings="") -> RunConfig:
    """A preset at 16 px, twelve steps of four pictures, each with its checkpoint, and no look inside."""
    return preset(name).override(*SMALL, *settings.split())


def outcome(run):
    """All that a run leaves behind but its pace: the last state, the losses, the snapshots."""
    state = run.checkpoint().state
    losses = [{key: value for key, value in line.items() if key != "images_per_s"} for line in run.metrics()]
    shots = {
        shot.nimg: [getattr(shot, name).tobytes() for name in ("pictures", "fixed", "fresh")]
        for shot in run.snapshots()
    }
    return {name: array.tobytes() for name, array in state.items()}, losses, shots


def exported_is_plain(run):
    """Whether plain Keras knows every layer of generator.keras."""
    with zipfile.ZipFile(run.folder / "generator.keras") as file:
        modules = re.findall(r'"module": "([^"]*)"', file.read("config.json").decode())
    return len(modules) > 3 and all(module.split(".")[0] in ("keras", "builtins") for module in modules)


def as_killed(run, folder, step):
    """A copy of a finished run as a kill soon after the checkpoint of `step` would have left it."""
    shutil.copytree(run.folder, folder)
    (folder / "done.json").unlink()
    for path in checkpoints(folder):
        if step_of(path) > step:
            shutil.rmtree(path)
    for path in [*folder.glob("snapshots/nimg-*.npz"), *folder.glob("middle/nimg-*.npz")]:
        if int(path.stem.split("-")[1]) > step * run.config.train.shown:
            path.unlink()
    return folder
