"""Walks through the latents of a run as films: through several, or along a factor; open, or closed without a seam.

A network's pictures do not change evenly with its latents: long stretches stand still, then all flips. So a walk is
timed by its pictures: how much they differ is measured along it, and frames are placed at even distances.
"""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from scipy.interpolate import PchipInterpolator

import models
import mosaics
from procgen import stream
from procgen.color import delta_e_ok, linear_from_srgb, oklab_from_linear

from .directions import Along, Followed, follow
from .errors import ExperimentsError
from .loops import loop_bytes
from .pictures import Form, check_form
from .sample_sheets import encoded, enlarged, read_latents
from .sizes import Measure
from .sphere import Course, closed, moved, path_through
from .trained import AT_ONCE, SOURCE_TYPE, Trained

Report = Callable[..., object]
_MEASURED = 192  # places of a segment at which pictures are compared
_LAST = 1_000_000  # of the latents that have numbers: all before one are drawn with it
_SIDE = 64  # pixels of a side that are compared, of larger pictures every so many


@dataclass(frozen=True)
class Tempo:
    """How long a walk takes.

    Attributes:
        seconds: the whole walk; without beats the pictures change evenly throughout.
        bpm: beats a minute, instead of seconds: each latent then falls on a beat, and on a frame.
        beats: from one latent to the next.
        fps: frames a second; with beats the nearest that puts whole frames between them.
    """

    seconds: float = 6.0
    bpm: float | None = None
    beats: int = 4
    fps: float = 25.0

    def __post_init__(self) -> None:
        if not 0.1 <= self.seconds <= 600 or not 1 <= self.fps <= 60:
            raise ExperimentsError(
                "expected a walk of 0.1 to 600 seconds with 1 to 60 frames a second, "
                f"got {self.seconds:g} s with {self.fps:g}"
            )
        if self.bpm is not None and not 10 <= self.bpm <= 1000:
            raise ExperimentsError(f"expected 10 to 1000 beats a minute, got {self.bpm:g}")
        if not 1 <= self.beats <= 1000:
            raise ExperimentsError(f"expected 1 to 1000 beats from one latent to the next, got {self.beats}")

    def steps(self, segments: int) -> tuple[int, float]:
        """(frames from the first to the last, which a loop does not show again; seconds from the one to the other)."""
        if self.bpm is None:
            return max(2, segments * round(self.seconds * self.fps / segments)), self.seconds
        each = Fraction(self.beats * 60) / Fraction(str(self.bpm))
        return segments * max(1, round(each * Fraction(str(self.fps)))), float(segments * each)


@dataclass(frozen=True, eq=False)
class Walk:
    """What is walked.

    Attributes:
        latents: float32 (N, latent): what it goes through, or where it begins to move along a factor.
        names: of the latents, as a person gave them.
        seed: of what is drawn by chance.
        loop: whether it ends where it began.
        along: a factor, where there is one latent.
        tempo: how long it takes.
        scale: pixels of a side for each one of the network's.
    """

    latents: np.ndarray
    names: tuple[str, ...]
    seed: int = 0
    loop: bool = False
    along: Along | None = None
    tempo: Tempo = Tempo()
    scale: int = 1

    def __post_init__(self) -> None:
        if self.along is None and len(self.latents) < 2:
            raise ExperimentsError("expected two latents or more to walk through, got one: name others, or --along")
        if self.along is not None and len(self.latents) > 1:
            raise ExperimentsError(f"expected one latent to move along {self.along.name}, got {len(self.latents)}")
        after = np.roll(self.latents, -1, axis=0)[: None if self.loop else -1]
        same = np.flatnonzero(np.all(self.latents[: len(after)] == after, axis=1))
        if self.along is None and len(same):
            raise ExperimentsError(f"expected another latent after {self.names[same[0]]}, got the same: leave one out")

    @property
    def segments(self) -> int:
        """From one latent to the next; along a factor there, and back again if it is a loop."""
        return 1 + self.loop if self.along else len(self.latents) - 1 + self.loop


def find_latents(trained: Trained, names: list[str], *, seed: int, truncation: float) -> np.ndarray:
    """float32 (N, latent) of names: a number of the seed's, as `sample` counts them, or SHEET.png:CELL.

    Raises:
        ExperimentsError or MosaicsError: it is neither, or a sheet of another checkpoint.
    """
    return np.stack([_latent(trained, name.strip(), seed, truncation) for name in names])


def _latent(trained: Trained, name: str, seed: int, truncation: float) -> np.ndarray:
    sheet, colon, cell = name.rpartition(":")
    if not cell.isdecimal() or (colon and not sheet):
        raise ExperimentsError(f"expected a latent as 3, or as SHEET.png:3, got {name!r}")
    if not colon and int(cell) > _LAST:
        raise ExperimentsError(f"expected a latent of a number up to {_LAST:,}, got {cell}")
    if not colon:
        return models.latents(int(cell) + 1, trained.latent, seed)[-1] * np.float32(truncation)
    latents, made = read_latents(Path(sheet), [int(cell)])
    if made["checkpoint_sha256"] != trained.facts["checkpoint_sha256"]:
        raise ExperimentsError(
            f"expected a sheet of step {trained.facts['step']} of {trained.facts['run']}, got {sheet}, "
            f"of step {made['step']} of {made['run']}: name the same run, and --checkpoint {made['step']}"
        )
    return latents[0]


def save_walk(
    trained: Trained, walk: Walk, out: Path, *, force: bool = False, report: Report = lambda *_: None
) -> dict[str, Any]:
    """Draw a walk into a file, frame by frame; returns what it says of itself.

    Raises:
        ExperimentsError or MosaicsError: the file cannot hold it, or a factor cannot be followed.
    """
    check_walk(trained, walk, out)
    mosaics.check_new(out, force=force)
    film, facts = film_of_walk(trained, walk, report)
    mosaics.save_picture(film, out, provenance=facts, source_type=SOURCE_TYPE, force=force)
    return {"out": out, **facts}


def film_of_walk(trained: Trained, walk: Walk, report: Report = lambda *_: None) -> tuple[mosaics.Film, dict[str, Any]]:
    """(the frames, drawn when they are asked for, what the film says of itself)."""
    facts = _facts(trained, walk)
    course = _course(walk)
    if walk.along:
        found = follow(trained, walk.latents[0], walk.along, report=report)
        facts |= _followed(walk.along, found)
        course = _there(found, walk.loop)
    steps, _ = walk.tempo.steps(walk.segments)
    places = _places(trained, walk, course, report)[: steps + (not walk.loop)]
    return _film(trained, walk, course(places), report), facts


def plan_walk(trained: Trained, walk: Walk, out: Path) -> dict[str, Any]:
    """What `save_walk` would say, with "bytes" and "seconds" estimated from a few frames."""
    from time import perf_counter

    check_walk(trained, walk, out)
    facts = _facts(trained, walk)
    course = _course(walk)
    if walk.along:  # as far as factors are moved, as a rule; where to is not known before it is followed
        course = path_through(np.stack([walk.latents[0], moved(walk.latents[0], 0.2, stream(0, 0))]), loop=False)
    latents = course(np.linspace(0, min(walk.segments, 1 if walk.along else walk.segments), facts["frames"]))
    film = _film(trained, walk, latents, lambda *_: None)
    size = loop_bytes(film, out)
    start = perf_counter()
    trained.draw(latents[:AT_ONCE])
    each = (perf_counter() - start) / min(AT_ONCE, len(latents))
    drawn = facts["frames"] + (_MEASURED * walk.segments) + (1600 if walk.along else 0)
    return {"out": out, **facts, "bytes": round(size), "seconds": round(2 * each * drawn, 1)}


def check_walk(trained: Trained, walk: Walk, out: Path) -> None:
    """Raise ExperimentsError or MosaicsError unless a file of that name can hold the walk."""
    side = trained.side * walk.scale
    steps, seconds = walk.tempo.steps(walk.segments)
    check_form(out, Form(Measure((side, side)), seconds=seconds, fps=steps / seconds))


def _facts(trained: Trained, walk: Walk) -> dict[str, Any]:
    steps, seconds = walk.tempo.steps(walk.segments)
    facts = {"kind": "walk", **trained.facts, "seed": walk.seed, "through": list(walk.names), "loop": walk.loop}
    facts |= {"through_latents": encoded(walk.latents), "scale": walk.scale}
    if walk.tempo.bpm is not None:
        facts |= {"bpm": walk.tempo.bpm, "beats": walk.tempo.beats}
    return facts | {"frames": steps + (not walk.loop), "fps": round(steps / seconds, 4), "walk_seconds": seconds}


def _followed(along: Along, found: Followed) -> dict[str, Any]:
    return {"along": along.name, "asked": along.change, "start": round(found.start, 4), "moved": round(found.moved, 4)}


def _course(walk: Walk) -> Course:
    if walk.along:
        return lambda places: np.repeat(walk.latents, len(places), axis=0)
    return path_through(walk.latents, loop=walk.loop, rng=stream(walk.seed, 0, "walk"))


def _there(found: Followed, back: bool) -> Course:
    """The chain of latents as one segment, and back the same way as another."""
    last = len(found.latents) - 1
    if not last:
        return lambda places: np.repeat(found.latents, len(places), axis=0)
    course = path_through(found.latents, loop=False)
    return lambda places: course(last * (1 - np.abs(1 - np.asarray(places)))) if back else course(last * places)


def _places(trained: Trained, walk: Walk, course: Course, report: Report) -> np.ndarray:
    """Where each frame is, (steps + 1,): so that pictures change evenly, or from beat to beat without a jolt."""
    steps, _ = walk.tempo.steps(walk.segments)
    grid = np.linspace(0, walk.segments, walk.segments * _MEASURED + 1)
    distance = _distances(trained, course(grid), report)
    ways = distance[::_MEASURED]
    times = np.linspace(0, walk.segments, steps + 1)
    if walk.along and walk.loop:  # slower towards where it turns round
        wanted = ways[1] * (1 - np.cos(np.pi * times)) / 2
        wanted = np.where(times <= 1, wanted, 2 * ways[1] - wanted)
    elif walk.tempo.bpm is None:
        wanted = np.linspace(0, ways[-1], steps + 1)
    elif walk.loop:
        wanted = closed(ways)(times)
    else:
        wanted = PchipInterpolator(np.arange(len(ways)), ways)(times)
    return np.interp(wanted, distance, grid)


def _distances(trained: Trained, latents: np.ndarray, report: Report) -> np.ndarray:
    """How far the pictures have changed up to each latent, (N,): the sum of the means over them of deltaEOK."""
    every = -(-trained.side // _SIDE)
    steps, last = [np.zeros(1)], None
    for start in range(0, len(latents), AT_ONCE):
        report("measuring", min(start + AT_ONCE, len(latents)), len(latents))
        levels = trained.draw(latents[start : start + AT_ONCE])[:, ::every, ::every]
        lab = oklab_from_linear(linear_from_srgb(np.arange(256) / 255)[levels])
        lab = lab if last is None else np.concatenate([last, lab])
        steps.append(delta_e_ok(lab[1:], lab[:-1]).mean(axis=(1, 2)))
        last = lab[-1:]
    # A little of the way in latents, so that a picture that stands still has places, too.
    return np.cumsum(np.concatenate(steps)) + np.linspace(0, 1e-6, len(latents))


def _film(trained: Trained, walk: Walk, latents: np.ndarray, report: Report) -> mosaics.Film:
    """Frames of latents (N, latent), drawn in batches, of which one is held."""
    steps, seconds = walk.tempo.steps(walk.segments)
    held: dict[int, np.ndarray] = {}

    def frame(number: int) -> np.ndarray:
        batch, place = divmod(number, AT_ONCE)
        if batch not in held:
            held.clear()
            held[batch] = trained.draw(latents[batch * AT_ONCE : (batch + 1) * AT_ONCE])
        report("drawing", number + 1, len(latents))
        return enlarged(held[batch][place], walk.scale)

    side = trained.side * walk.scale
    return mosaics.Film(frame, len(latents), seconds * len(latents) / steps, (side, side))
