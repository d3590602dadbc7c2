"""Series whose truth is known: what a verdict must call a cycle, and what it must not.

Each entry of CONTROLS takes (rng, snapshots, columns) and gives aperiodic or noise-driven values (snapshots, columns);
`share_counts` turns values into counts of modes, `swinging_shares` scripts modes that take turns.
"""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .modes import ModeHistogram

Floats = NDArray[np.floating]
Script = Callable[[np.random.Generator, int, int], Floats]


def autoregressive(roots: Sequence[complex]) -> Script:
    """A script of independent autoregressions with these characteristic roots, all inside the unit circle."""

    def script(rng: np.random.Generator, snapshots: int, columns: int) -> Floats:
        from scipy.signal import lfilter

        noise = rng.standard_normal((snapshots + 600, columns))  # 600 to forget the start
        return lfilter([1.0], np.real(np.poly(roots)), noise, axis=0)[600:]

    return script


def damped_rotation(period: float, modulus: float) -> Script:
    """Noise-driven ringing: complex roots of this modulus at this period in snapshots."""
    root = modulus * np.exp(2j * np.pi / period)
    return autoregressive([root, root.conjugate()])


def _walk(rng: np.random.Generator, snapshots: int, columns: int) -> Floats:
    return rng.standard_normal((snapshots, columns)).cumsum(0)


def _pink(rng: np.random.Generator, snapshots: int, columns: int) -> Floats:
    """Noise of spectrum 1/f: white noise filtered over a run eight times as long."""
    spectrum = np.fft.rfft(rng.standard_normal((8 * snapshots, columns)), axis=0)
    below = np.maximum(np.arange(len(spectrum)), 1)
    return np.fft.irfft(spectrum / np.sqrt(below)[:, None], axis=0)[:snapshots]


def _trend(rng: np.random.Generator, snapshots: int, columns: int) -> Floats:
    slope = np.linspace(-2, 2, snapshots)[:, None] * rng.permutation(np.linspace(-1, 1, max(columns, 2)))[:columns]
    return slope + rng.standard_normal((snapshots, columns)) / 2


def _collapse(rng: np.random.Generator, snapshots: int, columns: int) -> Floats:
    """At a random moment one column takes nearly everything and keeps it."""
    late = np.arange(snapshots)[:, None] >= rng.integers(snapshots // 3, 2 * snapshots // 3)
    winner = np.arange(columns) == rng.integers(columns)
    return 12.0 * late * winner + rng.standard_normal((snapshots, columns)) / 2


def _switching(rng: np.random.Generator, snapshots: int, columns: int) -> Floats:
    """One column leads, for times without memory of 20 snapshots on average, then another."""
    stay = np.cumsum(rng.random(snapshots) < 0.05)
    leaders = rng.integers(max(columns, 2), size=snapshots + 1)[stay]
    return 4.0 * (leaders[:, None] == np.arange(columns)) + rng.standard_normal((snapshots, columns)) / 2


CONTROLS: dict[str, Script] = {
    "stationary": autoregressive([0.0]),
    "AR(1) .3": autoregressive([0.3]),
    "AR(1) .6": autoregressive([0.6]),
    "AR(1) .9": autoregressive([0.9]),
    "AR(2) .9 .7": autoregressive([0.9, 0.7]),
    "random walk": _walk,
    "1/f": _pink,
    "trend": _trend,
    "one collapse": _collapse,
    "aperiodic switching": _switching,
    "damped rotation .95": damped_rotation(20, 0.95),
    "damped rotation .98": damped_rotation(20, 0.98),
}


def share_counts(
    values: ArrayLike, rng: np.random.Generator, *, images: int = 1024, swing: float | None = 0.2
) -> list[ModeHistogram]:
    """Counts drawn from softmax shares of values (N, K), first scaled to a deviation of swing unless it is None."""
    logits = np.asarray(values, float)
    logits = logits if swing is None else logits / logits.std() * swing
    weights = np.exp(logits - logits.max(1, keepdims=True))
    return drawn_counts(weights / weights.sum(1, keepdims=True), rng, images=images)


def swinging_shares(snapshots: int, modes: int, *, period: float, amplitude: float) -> Floats:
    """Shares (snapshots, modes) of modes that take turns: 1/K + amplitude cos(2 pi (t/period - k/K))."""
    turn = np.arange(snapshots)[:, None] / period - np.arange(modes) / modes
    return 1 / modes + amplitude * np.cos(2 * np.pi * turn)


def drawn_counts(
    shares: Floats, rng: np.random.Generator, *, images: int = 1024, every: int = 1000
) -> list[ModeHistogram]:
    """One multinomial histogram a row of shares (N, K), every so many images of training."""
    modes = tuple(f"mode {k}" for k in range(shares.shape[1]))
    return [ModeHistogram(i * every, modes, rng.multinomial(images, p)) for i, p in enumerate(shares)]
