"""What theory says of the games: period in steps, growth and amplitude of their orbits, the spectrum under noise."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from experiments import ModeHistogram
from experiments.scripted import drawn_counts
from tests.support.games import ABOVE, BATCH, DIRAC, GAMES, MOMENTUM, ROWS, SWINGS, WORLDS, Game, swings

Floats = NDArray[np.floating]
Orbits = Mapping[str, Floats]
ROOT = Path(__file__).parents[2]
SEED = 0
MODES_EVERY = 4  # steps between the snapshots of the categorical games


def orbits(backend: str, *names: str) -> dict[str, Floats]:
    """The orbits of the games named, or of all GAMES, by one process on "tensorflow" or "jax"."""
    environment = {**os.environ, "KERAS_BACKEND": backend, "TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONPATH": str(ROOT)}
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, str(ROOT / "tests/support/games.py"), f"{folder}/orbits.npz", *names]
        done = subprocess.run(command, env=environment, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"expected the games to run, got: {done.stderr[-2000:]}")
        with np.load(command[2]) as arrays:
            return dict(arrays)


def turning(modulus: float, angle: float) -> complex:
    return modulus * np.exp(1j * angle)


def simultaneous(a: float) -> complex:
    return turning(np.sqrt(1 + a**2), np.arctan(a))


def alternating(a: float) -> complex:
    return turning(1, 2 * np.arcsin(a / 2))


def with_r1(h: float, gamma: float, a: float) -> complex:
    modulus = np.sqrt(1 - h * gamma)
    return turning(modulus, np.arccos((2 - h * gamma - a**2) / (2 * modulus)))


def with_lazy_r1(h: float, gamma: float) -> complex:
    """A step with twice the penalty and one without: by the determinant and the trace of the product of both maps."""
    left, a = 1 - 2 * h * gamma, h**2
    return turning(np.sqrt(left), np.arccos((left - a - a * (left + 1 - a) + 1 - a) / (2 * np.sqrt(left))))


def slowest(*polynomial: complex) -> complex:
    """The root of largest modulus in the upper half plane, by coefficients from the highest power on."""
    roots = np.roots(polynomial)
    return max(roots[roots.imag > 0], key=abs)


# name: (steps between the points looked at, eigenvalue of the map from one such point to the next)
EIGENVALUES: dict[str, tuple[int, complex]] = {
    "simultaneous .1": (1, simultaneous(0.1)),
    "simultaneous .5": (1, simultaneous(0.5)),
    "alternating .1": (1, alternating(0.1)),
    "alternating .5": (1, alternating(0.5)),
    "alternating weak r1": (1, with_r1(0.1, 0.1, 0.1)),
    "alternating r1": (1, with_r1(0.1, 0.3, 0.1)),
    "alternating strong r1": (1, with_r1(0.1, 0.6, 0.1)),
    "alternating lazy r1": (2, with_lazy_r1(0.1, 0.2)),
    "standard": (1, alternating(0.1)),
    "standard r1": (1, with_r1(0.2, 0.1, 0.1)),
    "standard simultaneous": (1, simultaneous(0.1)),
    "two critic steps": (1, turning(1, np.arccos(1 - 0.1**2))),
    # Gidel et al. 2019: 1 + ia (1 + ia), inside the unit circle where simultaneous steps are outside.
    "extragradient": (1, 1 - 0.3**2 + 0.3j),
    # Chavdarova et al. 2021: a share of the way that four steps go.
    "lookahead": (4, 0.6 + 0.4 * simultaneous(0.2) ** 4),
    # Gidel et al. 2019b, alternating: (x - 1)^2 (x - beta)^2 + a^2 x^3.
    "negative momentum": (1, slowest(*np.polyadd(np.poly([1, 1, MOMENTUM, MOMENTUM]), [0.2**2, 0, 0, 0]))),
    # Daskalakis et al. 2018: x^2 = x + ia (2x - 1).
    "optimistic": (1, slowest(1, -1 - 0.4j, 0.2j)),
}
PUBLISHED = {  # periods in steps
    "simultaneous .1": 63.040737,
    "alternating .1": 62.805655,
    "simultaneous .5": 13.551640,
    "alternating .5": 12.433075,
    "2 modes": 25.0670,
    "4 modes": 50.2327,
    "8 modes": 100.5146,
    "16 modes": 201.054,
}


@dataclass(frozen=True, eq=False)
class Case:
    """A series read from a game, and what theory says of it.

    Args:
        name: What it is.
        times: (N,), in steps.
        values: (N, C): theta, or the share of one mode, or of all.
        period: In steps.
        growth: Of the logarithm of the amplitude, a step.
        amplitude: Root mean square over columns in the middle of the run; None where theory has no simple one.
    """

    name: str
    times: Floats
    values: Floats
    period: float
    growth: float = 0.0
    amplitude: float | None = None

    @property
    def kind(self) -> str:
        return "ringing" if self.growth < 0 else "limit cycle"

    @property
    def read(self) -> tuple[Floats, Floats]:
        """The series as read with an error of a thousandth: without any, the rounding of float32 is its only noise."""
        noise = np.random.default_rng(SEED).standard_normal(self.values.shape)
        return self.times, self.values + 0.001 * self.values.std() * noise

    @property
    def counts(self) -> list[ModeHistogram]:
        """1,024 pictures a snapshot: those of two modes whose shares swing as the values do, by .4 at most."""
        middle = self.values[:, 0] / np.abs(self.values).max()
        chance = 0.5 + 0.4 * np.stack([middle, -middle], 1)
        return drawn_counts(chance, np.random.default_rng(SEED), every=int(self.times[1]))


def dirac_cases(found: Orbits) -> list[Case]:
    """theta of each of DIRAC."""
    return [_dirac_case(name, found[name][:, 0, 0]) for name in EIGENVALUES]


def _dirac_case(name: str, theta: Floats) -> Case:
    every, value = EIGENVALUES[name]
    times, theta = np.arange(len(theta))[::every], theta[::every]
    amplitude = None
    if DIRAC[name].optimizer == "sgd":  # a map of the plane: theta_t = 2 Re(c value^t)
        part = (theta[1] - value.conjugate() * theta[0]) / (value - value.conjugate())
        amplitude = 2 * float(abs(part[0]) * abs(value) ** ((len(times) - 1) / 2))
    return Case(name, times, theta, every * 2 * np.pi / np.angle(value), np.log(abs(value)) / every, amplitude)


def shares(found: Orbits, name: str, swing: float) -> tuple[Floats, Floats]:
    """Times (N,) in steps and shares (N, K) of one row of the categorical game."""
    row, modes = ROWS.index((name, swing)), len(WORLDS[name])
    p = softmax(found["categorical"][:, 0, row, :modes])[::MODES_EVERY]
    return MODES_EVERY * np.arange(len(p)), p


def softmax(logits: Floats) -> Floats:
    weights = np.exp(logits - logits.max(-1, keepdims=True))
    return weights / weights.sum(-1, keepdims=True)


def swing_period(eigenvalue: float, h: float = 0.5) -> float:
    """Steps a turn of alternating players takes at a frequency of the flow."""
    return float(np.pi / np.arcsin(h * eigenvalue / 2))


def even_cases(found: Orbits) -> list[Case]:
    """The first mode's share of each world of even modes; a wave of logits `swing` moves it by swing / K."""
    cases = []
    for name in (name for name in WORLDS if name in PUBLISHED):
        times, p = shares(found, name, SWINGS[0])
        cases.append(Case(name, times, p[:, :1], swing_period(p.mean()), 0.0, SWINGS[0] / p.shape[1]))
    return cases


def uneven_cases(found: Orbits) -> list[Case]:
    """Uneven shares seen along each eigenvector of diag(pi) - pi pi^T, where they swing at one frequency."""
    values, vectors = swings(WORLDS["uneven modes"])
    times, p = shares(found, "uneven modes", SWINGS[0])
    return [
        Case(f"uneven modes, {value:.3f}", times, p @ vector[:, None], swing_period(value), 0.0, SWINGS[0] * value)
        for value, vector in zip(values, vectors.T, strict=True)
    ]


def above_case(found: Orbits) -> Case:
    """One mode far above seven others: a larger swing takes longer."""
    times, p = shares(found, "one above", SWINGS[0])
    return Case("one above", times, p[:, :1], flow_period(8, ABOVE) / GAMES["categorical"].rate)


def cases(found: Orbits) -> list[Case]:
    """All that can be read without noise."""
    return [*dirac_cases(found), *even_cases(found), *uneven_cases(found), above_case(found)]


def flow_period(modes: int, above: float) -> float:
    """Time a turn takes the flow when one mode starts `above` the others in logits and the critic is flat.

    With x that difference, u the critic's between the two and p the mode's share, x' = c p (1-p) u and
    u' = -c (p - 1/K), c = K / (K-1). So u^2 / 2 + V(x) is kept, V = (e^x + (K-2) x + (K-1) e^-x) / K, and the time is
    2 int dx / (c p (1-p) u), by the midpoint rule in the angle of a circle over the range of x.
    """
    from scipy.optimize import brentq

    def potential(x: Floats | float) -> Floats:
        return (np.exp(x) + (modes - 2) * x + (modes - 1) * np.exp(-x)) / modes

    below = brentq(lambda x: potential(x) - potential(above), -40.0, -1e-6)
    angle = (np.arange(4000) + 0.5) / 4000 * np.pi - np.pi / 2
    x = (above + below) / 2 + (above - below) / 2 * np.sin(angle)
    p = 1 / (1 + (modes - 1) * np.exp(-x))
    speed = modes / (modes - 1) * p * (1 - p) * np.sqrt(2 * (potential(above) - potential(x)))
    return float(2 * (np.pi / 4000 * (above - below) / 2 * np.cos(angle) / speed).sum())


@dataclass(frozen=True)
class Noisy:
    """Wasserstein Dirac-GAN with R1 whose real pixels have a spread: a pure AR(2) of theta.

    psi' = (1 - h gamma) psi - h theta + h x and theta' = theta + h psi', x the mean of the batch, give
    theta_(t+1) = (2 - h gamma - h^2) theta_t - (1 - h gamma) theta_(t-1) + h^2 x_t.
    """

    h: float
    gamma: float
    spread: float

    @classmethod
    def of(cls, game: Game) -> "Noisy":
        return cls(game.rate, game.step["r1_gamma"], game.spread)

    @property
    def coefficients(self) -> tuple[float, float]:
        """phi_1, phi_2 (Box & Jenkins 1976, 3.2.20)."""
        return 2 - self.h * self.gamma - self.h**2, -(1 - self.h * self.gamma)

    @property
    def root(self) -> complex:
        return with_r1(self.h, self.gamma, self.h)

    @property
    def period(self) -> float:
        return float(2 * np.pi / np.angle(self.root))

    @property
    def quality(self) -> float:
        """pi f / decay."""
        return float(np.angle(self.root) / 2 / -np.log(abs(self.root)))

    def spectrum(self, frequencies: Floats) -> Floats:
        """Expected power at frequencies in cycles a step; its mean over all of them is the variance."""
        first, second = self.coefficients
        turn = np.exp(-2j * np.pi * frequencies)
        return self.h**4 * self.spread**2 / BATCH / np.abs(1 - first * turn - second * turn**2) ** 2

    @property
    def deviation(self) -> float:
        """Standard deviation of theta."""
        return float(np.sqrt(self.spectrum(np.arange(4096) / 4096).mean()))
