"""Modes that take turns by a script, drawn as pictures of a real world and read by a real probe: the whole chain."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

import numpy as np

import models
from procgen import Space

from .drawing import drawn
from .modes import REJECTED, ModeHistogram

AT_ONCE = 1024  # pictures
EVERY = 1000  # images of training between two snapshots


@dataclass(frozen=True)
class Script:
    """Shares p_t(k) ~ exp(strength cos(2 pi (t / period - k / K))); the period is counted in snapshots."""

    snapshots: int = 256
    latents: int = 1024
    period: float = 20.0
    strength: float = 0.2

    def shares(self, modes: int) -> np.ndarray:
        """float64 (snapshots, modes), each row adding up to 1."""
        turn = np.arange(self.snapshots)[:, None] / self.period - np.arange(modes) / modes
        weights = np.exp(self.strength * np.cos(2 * np.pi * turn))
        return weights / weights.sum(1, keepdims=True)

    def amplitude(self, modes: int) -> float:
        """Amplitude of each share at the period: twice the modulus of its first Fourier coefficient."""
        turn = np.linspace(0, 1, 4096, endpoint=False)
        weights = np.exp(self.strength * np.cos(2 * np.pi * (turn[:, None] - np.arange(modes) / modes)))
        share = weights[:, 0] / weights.sum(1)
        return float(2 * abs(np.mean(share * np.exp(2j * np.pi * turn))))

    def drawn(self, modes: int, rng: np.random.Generator) -> np.ndarray:
        """How many pictures of each mode each snapshot holds, int64 (snapshots, modes)."""
        return rng.multinomial(self.latents, self.shares(modes))


def mode_readings(probe: models.Probe, space: Space, size: int, *, count: int, seed: int) -> np.ndarray:
    """What the probe reads in `count` new pictures of each mode: labels int64 (K, count), REJECTED for none."""
    wanted = np.full((1, len(probe.modes)), count)
    (labels,) = _rendered(probe, space, size, wanted, seed)
    return labels.reshape(len(probe.modes), count)


def rendered_histograms(
    probe: models.Probe, space: Space, size: int, script: Script, *, seed: int
) -> list[ModeHistogram]:
    """The script with every picture drawn and read: snapshots x latents pictures of `space`, none of them twice."""
    wanted = script.drawn(len(probe.modes), np.random.default_rng(seed))
    readings = _rendered(probe, space, size, wanted, seed)
    return [ModeHistogram.from_labels(t * EVERY, probe.modes, labels) for t, labels in enumerate(readings)]


def resampled_histograms(pool: np.ndarray, modes: tuple[str, ...], script: Script, *, seed: int) -> list[ModeHistogram]:
    """The script with readings drawn from a pool of `mode_readings`, int (K, count)."""
    rng = np.random.default_rng(seed)
    read = np.stack([np.bincount(np.where(row == REJECTED, len(modes), row), minlength=len(modes) + 1) for row in pool])
    chances = read / read.sum(1, keepdims=True)  # row: true mode; column: reading, the last rejected
    wanted = script.drawn(len(modes), rng)
    counts = sum(rng.multinomial(wanted[:, k], chances[k]) for k in range(len(modes)))
    return [ModeHistogram(t * EVERY, modes, row[:-1], int(row[-1])) for t, row in enumerate(np.asarray(counts))]


def _rendered(probe: models.Probe, space: Space, size: int, wanted: np.ndarray, seed: int) -> Iterator[np.ndarray]:
    """Readings of wanted[t, k] pictures of each mode k, one row t after the other, in the order of the modes."""
    places, used = _places(space, probe.modes, wanted.sum(0), seed), np.zeros(wanted.shape[1], int)
    for row in wanted:
        chosen = np.concatenate([own[start : start + n] for own, start, n in zip(places, used, row, strict=True)])
        used += row
        parts = [chosen[i : i + AT_ONCE] for i in range(0, len(chosen), AT_ONCE)]
        yield np.concatenate([probe.read(drawn(space, seed, size, part)).labels for part in parts])


def _places(space: Space, modes: tuple[str, ...], wanted: np.ndarray, seed: int) -> list[np.ndarray]:
    """The positions of the first wanted[k] pictures of each mode k of (space, seed)."""
    found: dict[str, list[int]] = {mode: [] for mode in modes}
    due = dict(zip(modes, wanted.tolist(), strict=True))
    left = int(wanted.sum())
    for index in count():
        if not left:
            break
        mode = space.sample(seed, index).mode
        if len(found[mode]) < due[mode]:
            found[mode].append(index)
            left -= 1
    return [np.array(own, int) for own in found.values()]
