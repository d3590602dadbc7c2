"""The exact orbits of the Dirac-GAN (Mescheder et al. 2018), run through the project's losses, penalties and step."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from models.losses import LOSSES
from tests.support.dirac import GAMES, MOMENTUM, START

WORKER = Path(__file__).parents[2] / "support" / "dirac.py"
TRANSIENT = 20  # steps after which the fast eigenvalues of the methods with a memory are gone


def turning(modulus: float, angle: float) -> complex:
    return modulus * np.exp(1j * angle)


def with_r1(h: float, gamma: float, a: float) -> complex:
    modulus = np.sqrt(1 - h * gamma)
    return turning(modulus, np.arccos((2 - h * gamma - a**2) / (2 * modulus)))


def slowest(*polynomial: complex) -> complex:
    """The root of largest modulus in the upper half plane, by coefficients from the highest power on."""
    roots = np.roots(polynomial)
    return max(roots[roots.imag > 0], key=abs)


def simultaneous(a: float) -> complex:
    return turning(np.sqrt(1 + a**2), np.arctan(a))


# name: (steps between the points looked at, eigenvalue of the map from one such point to the next)
EIGENVALUES: dict[str, tuple[int, complex]] = {
    "simultaneous .1": (1, simultaneous(0.1)),
    "simultaneous .5": (1, simultaneous(0.5)),
    "alternating .1": (1, turning(1, 2 * np.arcsin(0.05))),
    "alternating .5": (1, turning(1, 2 * np.arcsin(0.25))),
    "alternating r1": (1, with_r1(0.1, 0.6, 0.1)),
    # A step without penalty, and one with twice of it: the trace of the product of both maps.
    "alternating lazy r1": (
        2,
        turning(np.sqrt(0.88), np.arccos(((0.88 - 0.01) - 0.01 * (0.88 + 1 - 0.01) + 0.99) / (2 * np.sqrt(0.88)))),
    ),
    "standard": (1, turning(1, 2 * np.arcsin(0.05))),
    "standard r1": (1, with_r1(0.2, 0.4, 0.1)),
    "standard simultaneous": (1, simultaneous(0.1)),
    "two critic steps": (1, turning(1, np.arccos(1 - 0.1**2))),
    # Gidel et al. 2019: 1 + ia (1 + ia), inside the unit circle where simultaneous steps are outside.
    "extragradient": (1, 1 - 0.3**2 + 0.3j),
    # Chavdarova et al. 2021: a share of the way that four steps go.
    "lookahead": (4, 0.6 + 0.4 * simultaneous(0.2) ** 4),
    # Gidel et al. 2019b, alternating: (x - 1)^2 (x - beta)^2 + a^2 x^3.
    "negative momentum": (
        1,
        slowest(*np.polyadd(np.poly([1, 1, MOMENTUM, MOMENTUM]), [0.2**2, 0, 0, 0])),
    ),
    # Daskalakis et al. 2018: x^2 = x + ia (2x - 1).
    "optimistic": (1, slowest(1, -1 - 0.4j, 0.2j)),
}
PUBLISHED = {  # periods in steps
    "simultaneous .1": 63.040737,
    "alternating .1": 62.805655,
    "simultaneous .5": 13.551640,
    "alternating .5": 12.433075,
}


@pytest.fixture(scope="module", params=["tensorflow", "jax"])
def orbits(request, tmp_path_factory):
    out = tmp_path_factory.mktemp("dirac") / f"{request.param}.npz"
    environment = {**os.environ, "KERAS_BACKEND": request.param, "TF_CPP_MIN_LOG_LEVEL": "3"}
    done = subprocess.run([sys.executable, str(WORKER), str(out)], env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    with np.load(out) as arrays:
        return dict(arrays)


def fitted(points: np.ndarray) -> np.ndarray:
    """The matrix (2, 2) that carries each point to the next: least squares, with next to nothing left over."""
    found, *_ = np.linalg.lstsq(points[:-1], points[1:], rcond=None)
    assert np.abs(points[1:] - points[:-1] @ found).max() < 1e-4 * np.abs(points).max()
    return found.T


def test_every_game_has_its_theory():
    assert set(EIGENVALUES) == {name for name in GAMES if not name.startswith("restless")}


@pytest.mark.parametrize("name", EIGENVALUES)
def test_the_orbit_has_its_modulus_and_period(orbits, name):
    every, expected = EIGENVALUES[name]
    first = TRANSIENT if GAMES[name][1] != "sgd" else 0
    found = np.linalg.eigvals(fitted(orbits[name][first::every]))[0]
    assert abs(found) == pytest.approx(abs(expected), abs=1e-5)
    assert abs(np.angle(found)) == pytest.approx(np.angle(expected), rel=1e-4)
    if name in PUBLISHED:
        assert 2 * np.pi / abs(np.angle(found)) == pytest.approx(PUBLISHED[name], abs=2e-5)


def test_who_moves_first_and_against_whom(orbits):
    theta, psi = START
    assert orbits["alternating .5"][1] == pytest.approx([0.75 * theta + 0.5 * psi, psi - 0.5 * theta], rel=1e-6)
    assert orbits["simultaneous .5"][1] == pytest.approx([theta + 0.5 * psi, psi - 0.5 * theta], rel=1e-6)


@pytest.mark.parametrize("name", ["extragradient", "lookahead", "negative momentum", "optimistic"])
def test_what_is_against_rotation_shrinks_the_orbit(name):
    assert abs(EIGENVALUES[name][1]) < 1


@pytest.mark.parametrize("loss", [name for name, loss in LOSSES.items() if loss.critical_damping])
def test_restlessness_is_a_dial_from_critical_damping_to_growth(orbits, loss):
    h, slope = 0.1, LOSSES[loss].slopes[0]
    for dial in (0.0, 0.1, 1.0, 1.25):
        matrix = fitted(orbits[f"restless {loss} {dial}"])
        gamma = (1 - dial) * 2 * slope
        assert np.linalg.det(matrix) == pytest.approx(1 - h * gamma, abs=2e-5)
        assert np.trace(matrix) == pytest.approx(2 - h * gamma - (h * slope) ** 2, abs=2e-5)
        rotates = np.trace(matrix) ** 2 < 4 * np.linalg.det(matrix)
        assert rotates == (dial > 0)
    ends = {dial: np.linalg.norm(orbits[f"restless {loss} {dial}"][[0, -1]], axis=1) for dial in (0.0, 1.25)}
    assert ends[0.0][1] < 0.5 * ends[0.0][0]
    assert ends[1.25][1] > 1.5 * ends[1.25][0]
