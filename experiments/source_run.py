"""Tiles of a run: new samples of its checkpoints, or the pictures of fixed latents that its snapshots keep."""

import shlex
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

import models

from .checkpoints import checkpoints, digest, step_of
from .decoding import in_colour
from .errors import ExperimentsError
from .files import nimg_of, read_arrays
from .named_steps import read_steps
from .probing import run_probe_of
from .run import Run
from .tile_source import Column, Seen, TileSource, measured
from .tiles_asked import TilesAsked
from .trained import SOURCE_TYPE, Trained, open_trained

_PROBED = ("mode", "second", "hybridity", "score", "rejected")
_KEPT = ("mode", "nimg", "step", "latent")
_YES_NO = np.array(["no", "yes"])


Opened = tuple[TileSource, list[int], list[int]]
"""(pictures of a run, the steps they are of, all the steps there are)."""


def sample_source(run: Run, asked: TilesAsked, number: int) -> Opened:
    """New samples without end, of the checkpoints asked for: each draws the same latents.

    Args:
        run: that draws them.
        asked: steps and seed.
        number: of the source among those asked for.

    Raises:
        ExperimentsError: there is no such checkpoint, or a damaged one.
    """
    name, text = asked.sources[number], asked.steps_of(number)
    there = sorted(step_of(path) for path in checkpoints(run.folder))
    if not there:
        raise ExperimentsError(f"expected a checkpoint in {run.folder}, got none: train it for longer first")
    if text:
        steps = read_steps(text, there, run.config.train.shown, f"checkpoints in {run.folder}")
        drawers = [open_trained(run.folder, str(step)) for step in steps]
    else:  # the newest that is whole
        drawers = [open_trained(run.folder)]
        steps = [drawers[0].facts["step"]]
    latents = _Latents(drawers[0].latent, asked.seed)
    per = len(steps)

    def read(numbers: np.ndarray) -> np.ndarray:
        images = np.empty((len(numbers), drawers[0].side, drawers[0].side, 3), np.uint8)
        for place, drawer in enumerate(drawers):
            own = numbers % per == place
            if own.any():
                images[own] = drawer.draw(latents.rows(numbers[own] // per))
        return images

    def facts(numbers: np.ndarray) -> dict[str, Any]:
        return {"kind": "samples", **_run_facts(run), "seed": asked.seed, **_checkpoint_facts(drawers)}

    def command(number: int) -> str:
        words = [name, f"latent-{number // per}.png", "--latent", number // per, "--seed", asked.seed]
        return shlex.join(map(str, ["synchromy", "sample", *words, "--checkpoint", steps[number % per]]))

    moments = np.array(steps)
    columns: dict[str, Column] = {
        "nimg": lambda numbers: moments[numbers % per] * run.config.train.shown,
        "step": lambda numbers: moments[numbers % per],
        "latent": lambda numbers: numbers // per,
    }
    side = drawers[0].side
    source = TileSource(
        name, None, (side, side), read, facts, SOURCE_TYPE, columns, _seen(run), _KEPT, command, _words(run)
    )
    return source, steps, there


def snapshot_source(run: Run, asked: TilesAsked, number: int) -> Opened:
    """The pictures of fixed latents at the snapshots asked for, one snapshot after the other.

    Args:
        run: that has them.
        asked: steps, rows and moments.
        number: of the source among those asked for.

    Raises:
        ExperimentsError: there is no such snapshot.
    """
    name, text = asked.sources[number], asked.steps_of(number)
    files = {nimg_of(path) // run.config.train.shown: path for path in run.snapshot_files()}
    if not files:
        raise ExperimentsError(f"expected snapshots in {run.folder}, got none: train it for longer first")
    steps = read_steps(text, sorted(files), run.config.train.shown, f"snapshots in {run.folder}")
    first = read_arrays(files[steps[0]], "pictures")["pictures"]
    per, side = min(asked.rows or len(first), len(first)), first.shape[1]
    if asked.rows:
        steps = _spread(steps, asked, per)
    shots = [files[step] for step in steps]

    def read(numbers: np.ndarray) -> np.ndarray:
        images = np.empty((len(numbers), side, side, 3), np.uint8)
        for shot in np.unique(numbers // per):
            own = numbers // per == shot
            images[own] = in_colour(read_arrays(shots[shot], "pictures")["pictures"][numbers[own] % per])
        return images

    def facts(numbers: np.ndarray) -> dict[str, Any]:
        together = sha256("".join(digest(shots[shot]) for shot in np.unique(numbers // per)).encode()).hexdigest()
        return {"kind": "snapshots", **_run_facts(run), "steps": steps, "snapshots_sha256": together}

    def command(number: int) -> str:
        words = [name, f"fixed-{number % per}.png", "--fixed", number % per, "--checkpoint", steps[number // per]]
        return shlex.join(map(str, ["synchromy", "sample", *words]))

    moments = np.array(steps)
    columns: dict[str, Column] = {
        "nimg": lambda numbers: moments[numbers // per] * run.config.train.shown,
        "step": lambda numbers: moments[numbers // per],
        "latent": lambda numbers: numbers % per,
        **_readings(run, shots, per),
    }
    source = TileSource(
        name, per * len(steps), (side, side), read, facts, SOURCE_TYPE, columns, _seen(run), _KEPT, command, _words(run)
    )
    return source, steps, sorted(files)


class _Latents:
    """Rows of the latents of a seed by number, whatever their order."""

    def __init__(self, size: int, seed: int) -> None:
        self.size, self.seed = size, seed
        self.held = np.empty((0, size), np.float32)

    def rows(self, numbers: np.ndarray) -> np.ndarray:
        """float32 (N, size)."""
        if numbers.max() >= len(self.held):
            self.held = models.latents(2 * int(numbers.max()) + 64, self.size, self.seed)
        return self.held[numbers]


def _spread(steps: Sequence[int], asked: TilesAsked, rows: int) -> list[int]:
    """As many of the steps as are asked for and the count has room for, spread evenly over all."""
    most = max(1, min(asked.moments or len(steps), asked.count // rows))
    at = np.unique(np.linspace(0, len(steps) - 1, min(most, len(steps))).round().astype(int))
    return [steps[i] for i in at]


def _readings(run: Run, shots: Sequence[Path], per: int) -> dict[str, Column]:
    """What the probe read when the snapshots were taken; what older files do not hold is read from the pictures."""
    names = {"mode": "fixed_nearest", "rejected": "fixed"}
    with np.load(shots[0]) as arrays:
        names |= {key: f"fixed_{key}" for key in ("second", "hybridity") if f"fixed_{key}" in arrays.files}

    def column(name: str) -> Column:
        def values(numbers: np.ndarray) -> np.ndarray:
            raw = np.empty(len(numbers), np.float64)
            for shot in np.unique(numbers // per):
                own = numbers // per == shot
                raw[own] = read_arrays(shots[shot], names[name])[names[name]][numbers[own] % per]
            return _plain(run, name, raw)

        return values

    return {name: column(name) for name in names}


def _plain(run: Run, name: str, raw: np.ndarray) -> np.ndarray:
    """A reading as a column: modes by name, rejected as a word."""
    if name in ("mode", "second"):
        return np.array([*run.modes, ""])[raw.astype(int)]
    return _YES_NO[(raw < 0).astype(int)] if name == "rejected" else raw


def _seen(run: Run) -> tuple[Seen, ...]:
    probe: list[models.Probe] = []  # loaded when it is first asked

    def read(pictures: np.ndarray) -> dict[str, np.ndarray]:
        if not probe:
            probe.append(run_probe_of(run))
        grey = run.config.network.channels == 1
        found = probe[0].read(pictures[..., :1] if grey else pictures)
        sure = found.posterior.max(axis=1) * (1 - found.off_world)
        raw = {"mode": found.nearest, "second": found.second, "hybridity": found.hybridity, "score": sure}
        return {key: _plain(run, key, value) for key, value in {**raw, "rejected": found.labels}.items()}

    return (Seen(_PROBED, _remembered(read)), measured())


def _remembered(read: Callable[[np.ndarray], dict[str, np.ndarray]]) -> Callable[[np.ndarray], dict[str, np.ndarray]]:
    """The same function, which does not read the pictures of its last call again."""
    last: list[Any] = [None, {}]

    def again(pictures: np.ndarray) -> dict[str, np.ndarray]:
        if last[0] is not pictures:
            last[:] = pictures, read(pictures)
        return last[1]

    return again


def _words(run: Run) -> dict[str, Sequence[str]]:
    return {"mode": run.modes, "second": (*run.modes, ""), "rejected": ("yes", "no")}


def _run_facts(run: Run) -> dict[str, Any]:
    return {"config": run.document["config"], "data": run.document["data"]}


def _checkpoint_facts(drawers: Sequence[Trained]) -> dict[str, Any]:
    keys = {"steps": "step", "checkpoints_sha256": "checkpoint_sha256"}
    return {name: [drawer.facts[key] for drawer in drawers] for name, key in keys.items()}
