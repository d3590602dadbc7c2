"""What a probe makes of pictures it should reject: false accepts by kind and weight, and the weight it recovers."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

import models
from models.off_world import MIXING
from procgen import Space

from .drawing import drawn

PICTURES = 128  # of each kind and weight
FIELDS = "fields"  # the kind between two neighbours on a ring of morphing fields
RING = "morphing_fields"
MIXED = 0.3  # weight from which a mixture is none of its two modes


@dataclass(frozen=True)
class FalseAccepts:
    """How many pictures of one kind and weight that are of no mode were read as one.

    kind: of models.off_world.OFF_WORLD, or "fields". weight: the share of the second mode, or how far it is spoiled.
    recovered, deviation: mean and standard deviation over pictures of b / (a + b) in the posterior, a and b being the
    modes mixed; None for kinds that mix none.
    """

    kind: str
    weight: float
    pictures: int
    accepted: int
    recovered: float | None = None
    deviation: float | None = None

    @property
    def share(self) -> float:
        """Share of the pictures that were accepted, in [0, 1]."""
        return self.accepted / self.pictures

    @property
    def error(self) -> float:
        """Standard error of the share, of (accepted + 1) of (pictures + 2) so that it is never 0."""
        share = (self.accepted + 1) / (self.pictures + 2)
        return float(np.sqrt(share * (1 - share) / (self.pictures + 2)))

    @property
    def recovered_error(self) -> float | None:
        """Standard error of the recovered weight."""
        return None if self.deviation is None else self.deviation / float(np.sqrt(self.pictures))

    def __str__(self) -> str:
        words = f"{self.kind} {self.weight:g}: {self.share:.1%} +- {self.error:.1%} accepted"
        return words if self.recovered is None else f"{words}, weight read {self.recovered:.2f} +- {self.deviation:.2f}"


def calibrate(
    probe: models.Probe, images: np.ndarray, labels: np.ndarray, *, space: Space | None = None, seed: int = 0
) -> list[FalseAccepts]:
    """Rows of every kind and weight, made of pictures the probe was not trained on; none for a world of one mode.

    Args:
        probe: with two modes or more.
        images: uint8 (N, H, W, C), held out.
        labels: int (N,), their modes.
        space: of the world; a ring of morphing fields is also calibrated on fields between its modes.
        seed: of which pictures are mixed, and of the noise.
    """
    if len(probe.modes) == 1:
        return []
    rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(3,)))
    rows = []
    for name, kind in models.OFF_WORLD.items():
        for weight in kind.weights:
            a, b = _pairs(labels, rng)
            made = np.stack(
                [models.off_world_picture(name, (images[i], images[j]), weight, rng) for i, j in zip(a, b, strict=True)]
            )
            rows.append(_row(probe, (name, weight), made, (labels[a], labels[b]) if kind.mixes else None))
    return rows + (_fields(probe, space, images.shape, seed) if space and _is_ring(space, probe) else [])


def calibration_facts(rows: Iterable[FalseAccepts]) -> list[dict[str, Any]]:
    """The rows for JSON, with their shares and errors."""
    return [{**asdict(row), "share": row.share, "error": row.error} for row in rows]


def calibration_rows(facts: Iterable[dict[str, Any]]) -> list[FalseAccepts]:
    """The rows that `calibration_facts` wrote."""
    return [FalseAccepts(**{key: row[key] for key in FalseAccepts.__dataclass_fields__}) for row in facts]


def false_accepts(rows: Sequence[FalseAccepts]) -> float:
    """The largest share accepted among mixtures of weight .3 or more: what `share_bounds` takes; 1 without rows."""
    return max((row.share for row in rows if row.recovered is not None and row.weight >= MIXED), default=1.0)


def _pairs(labels: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Positions of PICTURES pictures and of as many partners of other modes."""
    first = rng.integers(len(labels), size=PICTURES)
    return first, np.array([rng.choice(np.flatnonzero(labels != labels[i])) for i in first])


def _row(
    probe: models.Probe, what: tuple[str, float], made: np.ndarray, mixed: tuple[np.ndarray, np.ndarray] | None
) -> FalseAccepts:
    reading = probe.read(made)
    row = FalseAccepts(*what, len(made), int(np.count_nonzero(reading.labels != models.REJECTED)))
    if mixed is None:
        return row
    a, b = (reading.posterior[np.arange(len(made)), mode].astype(float) for mode in mixed)
    weight = b / np.maximum(a + b, 1e-12)
    return replace(row, recovered=float(weight.mean()), deviation=float(weight.std()))


# --- fields between two modes ----------------------------------------------------------------------------------------


def _is_ring(space: Space, probe: models.Probe) -> bool:
    """Whether every mode is an anchor of one ring and in its order, so that what lies between two of them is known."""
    position: Any = space.fields.get(RING, {}).get("position")
    anchored = isinstance(position, dict) and position.get("anchors") == len(probe.modes)
    return anchored and list(space.compositions) == [RING] and not space.keyframes and probe.modes == tuple(space.modes)


def _fields(probe: models.Probe, space: Space, shape: tuple[int, ...], seed: int) -> list[FalseAccepts]:
    """New pictures of fields that lie between neighbours: mixtures of the world's own making."""
    modes = len(probe.modes)
    first = np.arange(PICTURES) % modes
    rows = []
    for weight in MIXING:
        made = np.concatenate(
            [drawn(between(space, k, weight), seed, shape[1], np.flatnonzero(first == k)) for k in range(modes)]
        )
        order = np.sort(first, kind="stable")
        rows.append(_row(probe, (FIELDS, weight), made, (order, (order + 1) % modes)))
    return rows


def between(space: Space, mode: int, weight: float) -> Space:
    """The ring's space with every picture at this part of the way from one mode to the next."""
    fields = {name: dict(own) for name, own in space.fields.items()}
    anchors = fields[RING]["position"]["anchors"]
    fields[RING]["position"] = (mode + weight) / anchors
    return replace(space, fields=fields)
