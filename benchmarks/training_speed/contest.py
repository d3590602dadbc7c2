"""Contestants in processes of their own on the same cores, that run in turns.

A contestant is a program that takes one argument of JSON and prints a line of facts; then it answers each line of
{"describe": FOLDER}, {"check": FILE} and {"steps": COUNT} with a line, until its standard input ends.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryFile
from threading import Timer
from typing import IO, Any

import numpy as np

HERE = Path(__file__).resolve().parent
OURS = {"TensorFlow": "tensorflow", "JAX": "jax"}
# (compiled, memory layout)
TORCH = {
    "torch": (False, "contiguous"),
    "torch, channels last": (False, "channels_last"),
    "torch compiled": (True, "contiguous"),
    "torch compiled, channels last": (True, "channels_last"),
}
CONTESTANTS = (*OURS, *TORCH)
WARM = 5  # steps: with and without a lazy penalty
CHECKED = ("generator", "discriminator", "d_loss", "g_loss")


@dataclass(frozen=True)
class Match:
    """What is trained, and how: the same for all that take part in it."""

    preset: str
    batch: int
    precision: str = "float32"
    settings: tuple[str, ...] = ()
    cores: tuple[int, ...] = (0,)
    torch_python: str = sys.executable
    compile_mode: str = "default"
    limit: float = 600.0

    @property
    def all_settings(self) -> list[str]:
        precision = [] if self.precision == "float32" else [f"network.precision={self.precision}"]
        return [f"train.batch={self.batch}", *precision, *self.settings]


class Failed(Exception):
    """A contestant ended, or answered nothing in time; says its last words."""


@dataclass
class Contestant:
    """A running program."""

    name: str
    process: subprocess.Popen
    errors: IO[bytes]
    limit: float
    facts: dict[str, Any] = field(default_factory=dict)

    def ask(self, message: dict[str, Any] | None) -> Any:
        """The answer to a message, or to none: the first line."""
        timer = Timer(self.limit, self.process.kill)
        timer.start()
        try:
            if message is not None:
                self.process.stdin.write(json.dumps(message) + "\n")  # type: ignore[union-attr]
                self.process.stdin.flush()  # type: ignore[union-attr]
            for line in self.process.stdout:  # type: ignore[union-attr]
                if line.startswith("{"):
                    return json.loads(line)
        except BrokenPipeError:
            pass
        finally:
            timer.cancel()
        self.errors.seek(0)
        words = self.errors.read().decode(errors="replace").strip().splitlines()
        raise Failed(words[-1] if words else f"it ended, or took longer than {self.limit:g} s")


@contextmanager
def contestants(match: Match, names: list[str], folder: Path) -> Iterator[tuple[list[Contestant], dict[str, str]]]:
    """Those that can run, started, and why the others cannot; `folder` is for what they hand to one another."""
    running: list[Contestant] = []
    absent: dict[str, str] = {}
    with ExitStack() as stack:
        for name in names:
            if name in TORCH and not (folder / "pair.json").exists():
                absent[name] = "there is none of ours to describe the networks"
                continue
            try:
                running.append(stack.enter_context(_started(match, name, folder)))
            except (Failed, OSError) as error:
                absent[name] = str(error)
        yield running, absent


@contextmanager
def _started(match: Match, name: str, folder: Path) -> Iterator[Contestant]:
    command, more = _command(match, name, folder)
    count = str(len(match.cores))
    environment = {**os.environ, "OMP_NUM_THREADS": count, "TF_CPP_MIN_LOG_LEVEL": "3", **more}
    environment["XLA_PYTHON_CLIENT_PREALLOCATE"] = "false"  # a GPU is shared by all
    environment["TF_FORCE_GPU_ALLOW_GROWTH"] = "true"
    with TemporaryFile() as errors:
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": errors}
        process = subprocess.Popen(command, text=True, env=environment, cwd=folder, **pipes)  # type: ignore[call-overload]
        try:
            contestant = Contestant(name, process, errors, match.limit)
            contestant.facts = contestant.ask(None)
            if name in OURS:
                contestant.ask({"describe": str(folder)})
            yield contestant
        finally:
            with suppress(BrokenPipeError):
                process.stdin.close()
            process.kill()
            process.wait()
            process.stdout.close()


def _command(match: Match, name: str, folder: Path) -> tuple[list[str], dict[str, str]]:
    if name in OURS:
        spec = {"preset": match.preset, "settings": match.all_settings, "cores": match.cores}
        return [sys.executable, str(HERE / "ours.py"), json.dumps(spec)], {"KERAS_BACKEND": OURS[name]}
    compiled, layout = TORCH[name]
    spec = {"folder": str(folder), "layout": layout, "compiled": compiled, "cores": match.cores}
    spec["mode"] = match.compile_mode
    return [match.torch_python, str(HERE / "torch_peer.py"), json.dumps(spec)], {}


def agreement(running: list[Contestant], folder: Path, absent: dict[str, str]) -> dict[str, dict[str, float]]:
    """How far each is from the first in what it draws, judges and loses, at the same weights and batches.

    {name: {what: largest difference}}; losses are those of the first two steps, which random dropout sets apart. Who
    fails is told in `absent` and leaves `running`.
    """
    answers: dict[str, dict[str, np.ndarray]] = {}
    for place, each in enumerate([*running]):
        path = folder / f"check-{place}.npz"
        if _asked(each, {"check": str(path)}, running, absent) is not None:
            with np.load(path) as arrays:
                answers[each.name] = dict(arrays)
    first = next(iter(answers.values()), {})
    return {
        name: {what: float(np.abs(arrays[what] - first[what]).max()) for what in CHECKED}
        for name, arrays in answers.items()
    }


def rounds(
    running: list[Contestant], steps: int, repeats: int, absent: dict[str, str], tell: Callable[[str], object]
) -> dict[str, list[float]]:
    """Seconds a step of each contestant, one of each round, after a round that warms up; who begins changes."""
    seconds: dict[str, list[float]] = {each.name: [] for each in running}
    for number in range(-1, repeats):
        start = number % max(1, len(running))
        for each in running[start:] + running[:start]:
            tell(f"  round {number + 1} of {repeats}: {each.name}")
            answer = _asked(each, {"steps": steps if number >= 0 else max(steps, WARM)}, running, absent)
            if answer and number >= 0:
                seconds[each.name].append(answer["seconds"] / steps)
    return {each.name: seconds[each.name] for each in running}


def _asked(each: Contestant, message: dict[str, Any], running: list[Contestant], absent: dict[str, str]) -> Any:
    try:
        return each.ask(message)
    except Failed as failed:
        absent[each.name] = str(failed)
        running.remove(each)
        return None
